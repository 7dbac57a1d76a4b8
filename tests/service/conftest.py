"""What the tests of the service share: a client of the running one, and an application over made-up parts.

Takes    live_url, segmenter
Gives    caller, workbench, app
Touches  pytest          Never  the model
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from index.terms import Segmenter
from service.app import create_app
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
def app(workbench: Bench, tmp_path: Path) -> Flask:
    """Give an application whose insides a test may look at."""
    return create_app(Settings.read({}, home=str(tmp_path)), workbench.collections)
