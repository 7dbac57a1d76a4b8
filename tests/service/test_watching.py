"""Watching: only what changed and is at rest.

Takes    nothing
Gives    tests
Touches  files          Never  the index
"""

from pathlib import Path

from service.watching import Watcher


def names(paths: tuple[Path, ...]) -> list[str]:
    """Give the names of files."""
    return [path.name for path in paths]


def test_a_file_is_given_when_two_looks_found_it_the_same(tmp_path: Path) -> None:
    """One that is still being written is left alone, and each change is given once."""
    (tmp_path / "旧.txt").write_text("旧", "utf-8")
    watcher = Watcher([tmp_path])
    files, others = watcher.begin()
    assert (names(files), others) == (["旧.txt"], 0)
    assert watcher.look() == watcher.look() == ()
    for words in ("新", "新的"):
        (tmp_path / "新.txt").write_text(words, "utf-8")
        assert watcher.look() == ()
    assert names(watcher.look()) == ["新.txt"]
    assert watcher.look() == ()


def test_a_sidecar_speaks_for_its_file(tmp_path: Path) -> None:
    """It is no document and none of the others; a change of it is a change of the file."""
    (tmp_path / "旧.txt").write_text("旧", "utf-8")
    (tmp_path / "旧.txt.meta.json").write_text("{}", "utf-8")
    watcher = Watcher([tmp_path])
    assert (names(watcher.begin()[0]), watcher.begin()[1]) == (["旧.txt"], 0)
    (tmp_path / "旧.txt.meta.json").write_text('{"year": 2024}', "utf-8")
    watcher.look()
    assert names(watcher.look()) == ["旧.txt"]


def test_what_comes_and_goes_is_no_fault(tmp_path: Path) -> None:
    """A file or a whole folder may be away for a while; when it comes back it is given again."""
    folder = tmp_path / "夹"
    folder.mkdir()
    (folder / "旧.txt").write_text("旧", "utf-8")
    watcher = Watcher([folder])
    watcher.begin()
    folder.rename(tmp_path / "away")
    assert watcher.look() == ()
    (tmp_path / "away").rename(folder)
    watcher.look()
    assert names(watcher.look()) == ["旧.txt"]
