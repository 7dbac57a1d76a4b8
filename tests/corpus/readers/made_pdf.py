"""PDFs made from nothing: words at places on pages, with an outline where one is wanted.

Takes    pages of (left, baseline, size, words) in points
Gives    the bytes of a PDF          Touches  nothing: the font is a name that every reader knows without its file
"""

from collections.abc import Sequence

Placed = tuple[float, float, float, str]
WIDTH, HEIGHT = 595, 842


def made_pdf(
    pages: Sequence[Sequence[Placed]], outline: Sequence[tuple[str, int]] = (), title: str = "", extra: str = ""
) -> bytes:
    """Return a PDF; the outline's entries are (words, page from 0); `extra` goes into every page's content."""
    first_page, count = 7, len(pages)
    first_entry = first_page + 2 * count
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {'/Outlines 6 0 R' if outline else ''} >>",
        f"<< /Type /Pages /Count {count} /Kids [{' '.join(f'{first_page + 2 * n} 0 R' for n in range(count))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 [500] 2 95 500] "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> "
        "/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /Ascent 880 /Descent -120 >> >>",
        f"<< /Title <{_hexed(title)}> /Author <{_hexed('张三')}> /CreationDate (D:20240305101530+08'00') >>",
        f"<< /Type /Outlines /Count {len(outline)} /First {first_entry} 0 R "
        f"/Last {first_entry + len(outline) - 1} 0 R >>",
    ]
    for number, page in enumerate(pages):
        content = extra + "".join(
            f"BT /F1 {size} Tf 1 0 0 1 {left} {baseline} Tm <{_hexed(words, mark=False)}> Tj ET\n"
            for left, baseline, size, words in page
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {first_page + 2 * number + 1} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    for number, (words, page_number) in enumerate(outline):
        following = f"/Next {first_entry + number + 1} 0 R" if number + 1 < len(outline) else ""
        objects.append(
            f"<< /Title <{_hexed(words)}> /Parent 6 0 R {following} /Dest [{first_page + 2 * page_number} 0 R /Fit] >>"
        )
    return _file(objects)


def _hexed(words: str, *, mark: bool = True) -> str:
    return ("\ufeff" * mark + words).encode("utf-16-be").hex()


def _file(objects: Sequence[str]) -> bytes:
    """Return the objects with the table of their places."""
    data = "%PDF-1.5\n"
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    data += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info 5 0 R >>\n"
    return (data + f"startxref\n{data.index('xref')}\n%%EOF\n").encode("latin-1")


def set_lines(left: float, top: float, size: float, lines: Sequence[str]) -> list[Placed]:
    """Return lines below each other, as a printer sets them."""
    return [(left, top - 1.5 * size * number, size, words) for number, words in enumerate(lines)]
