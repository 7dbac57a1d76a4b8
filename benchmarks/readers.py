"""Pages a second by format, beside what markitdown takes for the same files in the same run.

Takes    the Python of an environment that has markitdown, if there is one
Gives    a table          Touches  corpus/readers, subprocess; files in a temporary folder

    python -m benchmarks.readers [--markitdown PYTHON]

The files are made of the sample article, about 40 pages of 1,800 characters each, 2,000 rows in tables; presentations
and workbooks by python-pptx and openpyxl, which are in markitdown's environment. Ours are read through the process that
parses, as the service does, theirs in a process of their own; both are warm. What is counted is processor time, of our
processes together: a clock on the wall also measures what else the machine does.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.readers import read_documents
from corpus.readers.sandbox import close_idle
from tests.corpus.readers import made_files, made_pdf

SAMPLE = Path(__file__).parent.parent / "corpus" / "documents"
PAGE = 1800
_PAGES = 40
_ROWS = 2000
_ROUNDS = 5
_MADE_BY_THEM = """
import json, sys
from openpyxl import Workbook
from pptx import Presentation
folder, paragraphs, rows = json.load(sys.stdin)
slides = Presentation()
for number, words in enumerate(paragraphs):
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = f"第{number}页", words
slides.save(folder + "/a.pptx")
book = Workbook()
for row in rows:
    book.active.append(row)
book.save(folder + "/a.xlsx")
"""
_THEIRS = """
import json, sys, time
from markitdown import MarkItDown
converter = MarkItDown()
for path in json.loads(sys.argv[1]):
    times = []
    for _ in range(4):
        start = time.process_time()
        try:
            length = len(converter.convert(path).text_content)
        except Exception as error:
            length = -1
        times.append(time.process_time() - start)
    print(json.dumps([path, min(times[1:]), length]), flush=True)
"""


def files(markitdown: str | None) -> dict[str, bytes]:
    """Return a file of about 40 pages, or 2,000 rows, in each format."""
    article = "".join(path.read_text("utf-8") for path in sorted(SAMPLE.iterdir()))
    text = (article * (_PAGES * PAGE // len(article) + 1))[: _PAGES * PAGE]
    paragraphs = [text[start : start + 300] for start in range(0, len(text), 300)]
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    rows = (("城市", "人口", "说明"), *((f"第{n}城", float(n), paragraphs[n % 200][:60]) for n in range(_ROWS)))
    lines = [text[start : start + 36] for start in range(0, len(text), 36)]
    pages = [made_pdf.set_lines(72, 780, 12, lines[start : start + 40]) for start in range(0, len(lines), 40)]
    table = "\n".join(",".join(str(cell) for cell in row) for row in rows)
    return {
        ".pdf": made_pdf.made_pdf(pages),
        ".docx": made_files.made_docx("".join(made_files.paragraph(words) for words in paragraphs)),
        ".html": f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{body}</body></html>".encode(),
        ".epub": made_files.made_epub(body),
        ".odt": made_files.made_odt("".join(f"<x:p>{words}</x:p>" for words in paragraphs)),
        ".rtf": made_files.made_rtf("".join(rf"\pard {made_files.numbered(words)}\par " for words in paragraphs)),
        ".eml": made_files.letter("文章", "\n\n".join(paragraphs)),
        ".jsonl": "\n".join(json.dumps({"text": words}, ensure_ascii=False) for words in paragraphs).encode(),
        ".csv": table.encode(),
        ".txt": text.encode(),
        ".md": "\n\n".join(paragraphs).encode(),
        **(_made_by_them(markitdown, paragraphs, rows) if markitdown else {}),
    }


def _made_by_them(python: str, paragraphs: list[str], rows: Sequence[tuple[str | float, ...]]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        given = json.dumps([folder, paragraphs, rows])
        subprocess.run([python, "-c", _MADE_BY_THEM], input=given, check=True, text=True)
        return {path.suffix: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def processor_seconds(run: Callable[[], object]) -> float:
    """Return the processor time of a round without the start of the process that parses and the first round in it."""
    close_idle()
    start = _spent()
    run()
    close_idle()
    first = _spent() - start
    for _ in range(_ROUNDS + 1):
        run()
    close_idle()
    return max(_spent() - start - 2 * first, 1e-6) / _ROUNDS


def _spent() -> float:
    """Return the processor time of this process and of those that ended."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markitdown", metavar="PYTHON")
    wanted = parser.parse_args()
    made = files(wanted.markitdown)
    ours = {
        ending: processor_seconds(lambda e=ending, d=data: read_documents(d, f"a{e}")) for ending, data in made.items()
    }
    theirs = _theirs(wanted.markitdown, made) if wanted.markitdown else {}
    print("| format | pages | Wenqu, pages/s | markitdown, pages/s | ratio |\n|---|---|---|---|---|")
    for ending, data in made.items():
        documents = [reading.document for reading in read_documents(data, f"a{ending}")]
        pages = sum(len(document.text) for document in documents if document) / PAGE
        rate, other = pages / ours[ending], pages / theirs[ending] if ending in theirs else None
        told = f"{other:,.0f} | {rate / other:.1f}" if other else "- | -"
        print(f"| {ending} | {pages:.0f} | {rate:,.0f} | {told} |")


def _theirs(python: str, made: dict[str, bytes]) -> dict[str, float]:
    """Return the seconds that markitdown takes for each file that it can convert."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for ending, data in made.items():
            paths.append(Path(folder) / f"a{ending}")
            paths[-1].write_bytes(data)
        listed = json.dumps([str(path) for path in paths])
        done = subprocess.run([python, "-c", _THEIRS, listed], check=True, stdout=subprocess.PIPE, text=True)
    found = {}
    for line in done.stdout.splitlines():
        path, seconds, length = json.loads(line)
        if length > 0:
            found[Path(path).suffix] = seconds
        else:
            print(f"markitdown could not convert {Path(path).name}", file=sys.stderr)
    return found


if __name__ == "__main__":
    main()
