"""Questions go first: long work steps aside, between two of its portions, while somebody waits for an answer.

Takes    questions that begin and end
Gives    Courtesy
Touches  threading          Never  stops long work for good: it waits for a bounded time
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

# So long at most a portion waits, so that under a stream of questions work still goes on.
_LONGEST_SECONDS = 0.25


class Courtesy:
    """Counts the questions under way. Safe to use from several threads."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._questions = 0
        self._changed = threading.Condition()

    @contextmanager
    def question(self) -> Iterator[None]:
        """Let it be known, for the length of the block, that somebody waits for an answer."""
        with self._changed:
            self._questions += 1
        try:
            yield
        finally:
            with self._changed:
                self._questions -= 1
                self._changed.notify_all()

    def give_way(self) -> None:
        """Return once nobody waits, or after a quarter of a second."""
        with self._changed:
            self._changed.wait_for(lambda: not self._questions, _LONGEST_SECONDS)
