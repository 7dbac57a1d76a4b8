"""Flipped bits and cut-off files, at small, with SQLite alone as the control.

Takes    a home of its own
Gives    tests; at large: `python -m tests.crash.flips --faults 1000`          Never  torch
"""

from tests.crash.flips import run


def test_no_fault_changes_an_answer_in_silence() -> None:
    """Whatever is damaged is refused by name or does not matter; SQLite alone gives out what is false."""
    table = run(40, seed=3)
    for outcomes in table.values():
        assert outcomes.ours.keys() <= {"refused", "as before"}, outcomes
        assert outcomes.problems == []
        assert not outcomes.verify["missed"]
    control = table["bit flipped in the database"].control
    assert control["changed"] > 0, control
