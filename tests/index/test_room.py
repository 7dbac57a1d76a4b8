"""Room on the disk: adding stops before it is full, removing and searching do not.

Takes    a disk that says what a test makes it say
Gives    tests          Never  a full disk: that is test_disk_faults.py's
"""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from index.errors import StoreFull
from index.store import Store
from tests.index.fakes import add, prepared


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """Give what makes every disk of so many bytes, so many of them free."""

    def says(total: int, free: int) -> None:
        monkeypatch.setattr("index.room.disk_usage", lambda folder: SimpleNamespace(total=total, free=free))

    return says


@pytest.mark.parametrize(
    ("total", "enough", "wanted"), [(64_000_000, 3_200_000, "3.2 MB"), (10**13, 500_000_000, "500.0 MB")]
)
def test_nothing_is_added_to_the_rest_of_a_disk(
    store: Store, disk: Callable[[int, int], None], total: int, enough: int, wanted: str
) -> None:
    """What is left, what has to be and the remedy are told; removing goes on, and adding as soon as there is room."""
    first, *_ = add(store, prepared("甲"))
    disk(total, enough - 1)
    with pytest.raises(StoreFull, match=rf"nothing is added below {wanted}; nothing was changed: make room"):
        add(store, prepared("乙"))
    assert store.document_ids() == [first]
    assert store.passages([1])[1].text == "甲"
    store.remove(first)
    disk(total, enough)
    assert store.document_ids() == []
    add(store, prepared("乙"))
    assert store.totals() == (1, 1)
