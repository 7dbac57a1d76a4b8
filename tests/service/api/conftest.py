"""What the tests of refusals share.

Takes    caller: a client of the running service
Gives    nothing_has_changed
Touches  pytest          Never  the service's insides
"""

from collections.abc import Iterator

import pytest

from tests.service.caller import Caller


@pytest.fixture
def nothing_has_changed(caller: Caller) -> Iterator[None]:
    """After every refusal the documents are what they were."""
    before = caller.documents()
    yield
    assert caller.documents() == before
