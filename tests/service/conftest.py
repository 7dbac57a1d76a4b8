"""What the tests of the service share: a client of the running one, and an application over made-up parts.

Takes    live_url, workbench
Gives    caller, app
Touches  pytest          Never  the model
"""

from pathlib import Path

import pytest
from flask import Flask

from service.app import create_app
from service.settings import Settings
from tests.fakes import Bench
from tests.service.caller import Caller


@pytest.fixture
def caller(live_url: str) -> Caller:
    """Give a client of the shared service; a test that adds documents removes them."""
    return Caller(live_url)


@pytest.fixture
def app(workbench: Bench, tmp_path: Path) -> Flask:
    """Give an application whose insides a test may look at."""
    return create_app(Settings.read({}, home=str(tmp_path)), workbench.parts)
