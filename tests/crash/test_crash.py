"""The crash test at small, and its negative control: a test that cannot fail proves nothing.

Takes    homes of their own
Gives    tests; at large: `python -m tests.crash --kills 200`          Never  torch
"""

from pathlib import Path

from tests.crash.harness import run


def test_what_was_acknowledged_survives_every_kill(tmp_path: Path) -> None:
    """Two writers and a reader, killed at random instants; nothing lost, nothing back from the dead, nothing torn."""
    summary = run(tmp_path, kills=20, seed=1, early=False, tell=lambda line: None)
    assert summary.problems == []
    assert summary.kills >= 20
    assert summary.acknowledged > 20
    assert summary.searches > 20


def test_acknowledging_too_early_is_found_out(tmp_path: Path) -> None:
    """The same check, on workers that acknowledge before they commit."""
    summary = run(tmp_path, kills=10, seed=2, early=True, tell=lambda line: None)
    assert any(verdict.lost or verdict.resurrected for verdict in summary.verdicts)
