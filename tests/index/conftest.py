"""What the tests of the index share: a store in a folder of its own, and the real parts over a made-up embedder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Open an empty store."""
    opened = Store(tmp_path / "wenqu.db")
    yield opened
    opened.close()
