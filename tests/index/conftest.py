"""What the tests of the index stand on: a bench and a bare store in a folder of their own.

Takes    segmenter
Gives    bench, store          Never  torch
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.store import Store
from index.terms import Segmenter
from tests.index.fakes import Bench


@pytest.fixture
def bench(tmp_path: Path, segmenter: Segmenter) -> Iterator[Bench]:
    """Put store, caches, searcher and writer together."""
    made = Bench.over(tmp_path / "wenqu.db", segmenter)
    yield made
    made.store.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Open an empty store."""
    opened = Store(tmp_path / "wenqu.db")
    yield opened
    opened.close()
