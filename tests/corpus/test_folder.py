"""Which files of a folder are taken.

Takes    folders made for each test
Gives    tests          Never  reads a file
"""

from pathlib import Path

import pytest

from corpus.folder import find_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with files of all sorts."""
    for name in (
        "乙.txt",
        "甲.MD",
        "下/丙.markdown",
        "下/深/丁.text",
        "图.png",
        ".藏.txt",
        "~$报告.docx",
        ".git/记录.md",
        "下/.藏/戊.md",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("正文")
    return tmp_path


def names_in(folder: Path, *paths: Path) -> list[str]:
    """Return the readable files' names as seen from the folder."""
    return [file.relative_to(folder).as_posix() for file in find_files(paths).readable]


def test_a_folder_gives_its_readable_files_sorted(folder: Path) -> None:
    """Those in folders below too; hidden files, and files in hidden folders, are left out and not counted."""
    assert names_in(folder, folder) == ["下/丙.markdown", "下/深/丁.text", "乙.txt", "甲.MD"]
    assert find_files([folder]).others == 1


def test_a_file_that_is_named_is_taken_whatever_it_is(folder: Path) -> None:
    """Its reading will say what is wrong with it."""
    assert names_in(folder, folder / "图.png", folder / ".藏.txt") == ["图.png", ".藏.txt"]


def test_a_folder_that_is_itself_hidden_is_read_when_named(folder: Path) -> None:
    """Only what lies below it may be hidden from the search."""
    assert names_in(folder, folder / ".git") == [".git/记录.md"]


def test_a_file_is_taken_once_however_often_it_is_named(folder: Path) -> None:
    """By its own name, through its folder, and through a link."""
    (folder / "链.txt").symlink_to(folder / "乙.txt")
    found = names_in(folder, folder / "乙.txt", folder, folder / "链.txt")
    assert sorted(found) == sorted(["乙.txt", "下/丙.markdown", "下/深/丁.text", "甲.MD"])


def test_a_link_that_leads_back_to_its_folder_does_not_go_round(folder: Path) -> None:
    """Links to folders are not followed."""
    (folder / "下" / "回").symlink_to(folder, target_is_directory=True)
    assert len(names_in(folder, folder)) == 4


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    """That is not an error."""
    assert find_files([tmp_path]).readable == ()


def test_a_path_that_does_not_exist_is_named(folder: Path) -> None:
    """Before anything is read."""
    with pytest.raises(FileNotFoundError, match=r"没有: no such file or folder; check the path"):
        find_files([folder, folder / "没有"])
