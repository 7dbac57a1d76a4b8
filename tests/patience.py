"""A limit on the work of one call, set so wide that only work which explodes reaches it.

Takes    seconds
Gives    patience: a block that is interrupted past the limit          Never  compares speeds: benchmarks do
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def patience(seconds: int = 60) -> Iterator[None]:
    """Interrupt what runs inside after so many seconds.

    Give it input on which linear work takes a second at the most and quadratic work hours.

    :raises TimeoutError: if it is not done.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    former = signal.signal(signal.SIGALRM, interrupt)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)
