"""A short run of the fuzz command, and inputs that hypothesis thinks of.

Takes    mutated files of every format
Gives    tests          Never  the network
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.corpus.readers.fuzz import Tally, judged, mutated
from tests.corpus.readers.made_files import made_files

FILES = made_files()


@pytest.mark.parametrize("ending", FILES)
def test_a_mutated_file_is_read_or_refused(ending: str) -> None:
    """The same inputs each time; `python -m tests.corpus.readers.fuzz` takes as many as it is told."""
    tally = Tally()
    for seed in range(40):
        judged(mutated(FILES[ending], random.Random(f"{ending} {seed}")), f"a{ending}", tally)
    assert tally.outcomes.total() == 40
    assert tally.slowest < 60


@given(some.sampled_from(sorted(FILES)), some.binary(max_size=300), some.integers(0, 2000), some.integers(0, 2000))
@settings(max_examples=60, deadline=None)
def test_any_bytes_anywhere_are_read_or_refused(ending: str, piece: bytes, start: int, length: int) -> None:
    """There is no third outcome."""
    data = FILES[ending]
    tally = Tally()
    judged(data[:start] + piece + data[start + length :], f"a{ending}", tally)
    assert tally.outcomes.total() == 1
