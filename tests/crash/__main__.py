"""The crash test at large: kill -9 at random instants, check everything after each, tell the figures.

    python -m tests.crash --kills 200 [--seed 1] [--early] [--home FOLDER]

`--early` is the negative control: workers acknowledge before they commit, and the check must find losses.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.crash.harness import run


def main() -> None:
    """Run, and leave with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--early", action="store_true", help="acknowledge before the commit: must be found out")
    parser.add_argument("--home", type=Path, help="an empty folder to use instead of a temporary one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        summary = run(given.home or Path(folder), kills=given.kills, seed=given.seed, early=given.early, tell=print)
    print(json.dumps(summary.shape(), indent=2))
    sys.exit(bool(summary.problems))


if __name__ == "__main__":
    main()
