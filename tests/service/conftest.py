"""What the tests of the service share: a client of the running one, and an application over made-up parts.

Takes    live_url, segmenter
Gives    caller, workbench, service, app
Touches  pytest          Never  the model
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from index.terms import Segmenter
from service.app import Service, create_app
from service.settings import Settings
from tests.service.caller import Caller
from tests.service.fakes import Bench, bench


@pytest.fixture
def caller(live_url: str) -> Caller:
    """Give a client of the shared service; a test that adds documents removes them."""
    return Caller(live_url)


@pytest.fixture
def workbench(tmp_path: Path, segmenter: Segmenter) -> Iterator[Bench]:
    """Give empty parts that refuse nothing."""
    with bench(tmp_path, segmenter=segmenter) as made:
        yield made


@pytest.fixture
def service(workbench: Bench) -> Iterator[Service]:
    """Give a service whose insides a test may look at."""
    made = Service.over(workbench.collections)
    yield made
    made.jobs.close(5.0)


@pytest.fixture
def app(service: Service, tmp_path: Path) -> Flask:
    """Give the application over it."""
    return create_app(Settings.read({}, home=str(tmp_path)), service)
