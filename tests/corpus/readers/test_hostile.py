"""Files made to harm: each ends in an error of its own, soon, and the next file is read as if nothing had been.

Takes    bombs, loops, depths, lies, made here
Gives    tests          Never  the network, files outside the test's folder
"""

import io
import resource
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from corpus.errors import LimitExceeded, UnreadableDocument
from corpus.readers import read_document, read_documents, sandbox
from tests.corpus.readers.made_files import SENTENCES, made_docx, made_files, packed, paragraph
from tests.corpus.readers.made_pdf import made_pdf, set_lines

ROOT = Path(__file__).parents[3]
FILES = made_files()
ENTITIES = (
    '<!DOCTYPE a [<!ENTITY b {}>]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body>'
    "</w:document>"
)


def with_member(data: bytes, name: str, content: str | bytes) -> bytes:
    """Return an archive with one member replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, str | bytes] = {each: archive.read(each) for each in archive.namelist()}
    return packed(members | {name: content})


def lying(data: bytes) -> bytes:
    """Return an archive whose table says that every member unpacks to ten bytes."""
    changed = bytearray(data)
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        changed[place + 24 : place + 28] = struct.pack("<I", 10)
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(changed)


ZEROS = bytes(80 << 20)
SPREAD = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1">'
    '<v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
)
EMPTY = made_pdf([[]])


def word(content: str | bytes) -> bytes:
    """Return a Word file whose document is this."""
    return with_member(FILES[".docx"], "word/document.xml", content)


HOSTILE = {
    "a bomb in a zip": ("a.zip", packed({"a.txt": ZEROS}), "that is no document"),
    "a bomb in a Word file": ("a.docx", word(ZEROS), "that is no document"),
    "a bomb in a book": ("a.epub", with_member(FILES[".epub"], "OEBPS/章.xhtml", ZEROS), "that is no document"),
    "a bomb that tells another size": ("a.docx", lying(word(ZEROS)), "a.docx: "),
    "an archive that unpacks to too much": ("a.zip", packed({f"{n}.txt": ZEROS for n in range(7)}), "unpacks to"),
    "too many files": ("a.zip", packed({f"{n}.txt": b"" for n in range(10_001)}), "more than 10,000 files"),
    "entities": ("a.docx", word(ENTITIES.format('"&#98;"')), "document type"),
    "an entity that is a file": ("a.docx", word(ENTITIES.format('SYSTEM "file:///etc/passwd"')), "document type"),
    "entities in UTF-16": ("a.docx", word(ENTITIES.format('"b"').encode("utf-16")), "document type"),
    "bottomless XML": ("a.docx", made_docx("<w:sdt>" * 50_000 + "</w:sdt>" * 50_000), "depth"),
    "a bottomless page": ("a.html", b"<div>" * 100_000, "10,000 deep"),
    "two cells a million rows apart": ("a.xlsx", with_member(FILES[".xlsx"], "xl/worksheets/0.xml", SPREAD), "a.xlsx"),
    "a page tree that is its own child": ("a.pdf", EMPTY.replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]"), "a.pdf"),
    "a PDF of a billion pages": ("a.pdf", EMPTY.replace(b"/Count 1 ", b"/Count 999999999 "), "a.pdf"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_ends_in_its_own_error(what: str) -> None:
    """It names the file and what is wrong, within the processor's time for its size; this process does not grow."""
    name, data, words = HOSTILE[what]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableDocument) as refusal:
        (reading,) = read_documents(data, name)
        if reading.error is not None:
            raise reading.error
    assert str(refusal.value).startswith(("a.", "0.txt")) and words in str(refusal.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
    assert SENTENCES[0] in read_document(FILES[".docx"], "b.docx").text


def test_what_only_looks_hostile_is_read() -> None:
    """Three hundred thousand empty paragraphs, an outline that goes round, a deep table of contents."""
    document = read_document(made_docx("<w:p/>" * 300_000 + paragraph("末尾")), "a.docx")
    assert document.text == "末尾\n"
    loop = made_pdf([set_lines(72, 700, 12, ["正文。"])], [("甲", 0), ("乙", 0)]).replace(
        b"/Next 10 0 R", b"/Next 9 0 R "
    )
    assert read_document(loop, "a.pdf").text == "正文。\n"


def test_a_parser_that_dies_or_lingers_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told as the file's fault; the next file gets a fresh process."""
    start = "import time, os; time.sleep(60)"
    monkeypatch.setattr(sandbox, "_START", start)
    monkeypatch.setattr(sandbox, "_PATIENCE", 0.05)
    sandbox.close_idle()
    began = time.monotonic()
    with pytest.raises(LimitExceeded, match=r"a\.csv: takes too long to read"):
        read_document(b"a,b\n1,2\n", "a.csv")
    assert time.monotonic() - began < 30
    monkeypatch.setattr(sandbox, "_START", "import os; os.abort()")
    with pytest.raises(LimitExceeded, match=r"a\.csv: needs more memory than a file may have, or is damaged"):
        read_document(b"a,b\n1,2\n", "a.csv")
    monkeypatch.undo()
    assert read_document(b"a,b\n1,2\n", "a.csv").text == "a\tb\na: 1; b: 2\n"


def test_a_parser_that_talks_nonsense_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of a terabyte, and frames that are no reading."""
    for reply in (r"b'\xff' * 8", r"b'\0' * 7 + b'\2{}'"):
        monkeypatch.setattr(sandbox, "_START", f"import os; os.write(1, {reply}); import time; time.sleep(5)")
        sandbox.close_idle()
        with pytest.raises(UnreadableDocument, match=r"a\.csv: could not be read"):
            read_document(b"a,b\n1,2\n", "a.csv")


ATTEMPTS = """
import sys; sys.path.insert(0, {root!r})
import os, socket, subprocess
from corpus.readers.confinement import Confinement
confinement = Confinement()
confinement.grant(0)
attempts = [
    lambda: open("/etc/passwd"), lambda: open({inside!r}, "w"), lambda: os.listdir("/"), lambda: socket.socket(),
    lambda: subprocess.run(["true"]), lambda: os.fork(), lambda: os.kill(os.getppid(), 0), lambda: bytearray(3 << 30),
    lambda: os.unlink({inside!r}),
]
for attempt in attempts:
    try:
        attempt()
        os.write(1, b"done\\n")
    except (OSError, MemoryError) as error:
        os.write(1, type(error).__name__.encode() + b"\\n")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the locks are those of Linux")
def test_the_process_that_parses_reaches_nothing(tmp_path: Path) -> None:
    """No file, no folder, no socket, no program, no other process, no endless memory."""
    inside = tmp_path / "a"
    inside.write_text("x")
    code = ATTEMPTS.format(root=str(ROOT), inside=str(inside))
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    outcomes = done.stdout.split()
    assert len(outcomes) == 9
    assert "done" not in outcomes
    assert inside.read_text() == "x"
