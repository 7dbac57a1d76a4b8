"""A home that was filled from the command line once, and copies of it to do things to.

Takes    run_command
Gives    ingested, filled_home, home
Touches  pytest          Never  the service's insides
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.service.process import run_command

GOOD = "星渠号科考船的母港是望潮镇。船长名叫闻人月。青鸾站的站长是顾听澜。"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of the folder: its paths, the home, exit code and output."""

    folder: Path
    home: Path
    code: int
    shape: Any
    errors: str


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """Ingest a folder of good and bad files, and a file of no known kind, as a person would."""
    folder, home = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("home")
    (folder / "好.txt").write_text(GOOD, "utf-8")
    (folder / "笔记.md").write_text("# 听雨轩\n\n听雨轩的主人是苏晚晴。\n", "utf-8")
    (folder / "空.txt").write_bytes(b"")
    (folder / "图.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xd8" * 9)
    (folder / "跳过.bin").write_bytes(b"\x00")
    (folder / ".hidden.txt").write_text("隐藏。", "utf-8")
    other = tmp_path_factory.mktemp("other") / "表.xyz"
    other.write_text("文。", "utf-8")
    done = run_command(home, "ingest", "--json", str(folder), str(other))
    return Ingested(folder, home, done.returncode, json.loads(done.stdout), done.stderr)


@pytest.fixture(scope="session")
def filled_home(ingested: Ingested) -> Path:
    """Give the home for tests that only read it."""
    return ingested.home


@pytest.fixture
def home(filled_home: Path, tmp_path: Path) -> Path:
    """Give a copy for a test that changes it."""
    return Path(shutil.copytree(filled_home, tmp_path / "home"))
