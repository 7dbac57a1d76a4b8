"""One small report in every format: the same title, headings, paragraphs and table.

Takes    nothing
Gives    bytes by ending          Touches  zipfile          Never  the readers' libraries
"""

import io
import json
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage

from tests.corpus.readers.made_pdf import made_pdf, set_lines

TITLE = "轨道交通年度报告"
FIRST, SECOND = "一、线网", "二、人口"
SENTENCES = (
    "成都至资阳的市域铁路在2024年建成。",
    "通勤时间由两小时缩短到四十分钟。",
    "资阳临空经济区的常住人口是23万。",
)
TABLE = (("城市", "人口"), ("成都", "2140 万"), ("资阳", "230 万"))

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title></dc:title>'
    "<dc:creator>张三</dc:creator><dcterms:created>2024-03-05T10:15:30Z</dcterms:created></cp:coreProperties>"
)


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """Return a zip with these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def relations(*targets: tuple[str, str]) -> str:
    """Return a part that names these (kind, target), called rId1 and so on."""
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_KIND}{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def paragraph(words: str, style: str = "", extra: str = "") -> str:
    """Return a paragraph of Word."""
    properties = f'<w:pPr>{f"""<w:pStyle w:val="{style}"/>""" if style else ""}{extra}</w:pPr>'
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:p>'


def made_docx(body: str, styles: str = "", **parts: str) -> bytes:
    """Return a Word file with this body; `parts` are numbering, footnotes."""
    related = [("styles", "styles.xml"), *((kind, f"{kind}.xml") for kind in parts)]
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(("officeDocument", "word/document.xml")),
            "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": relations(*related),
            "word/styles.xml": f"<w:styles {_W}>{styles or STYLES}</w:styles>",
            "docProps/core.xml": CORE,
        }
        | {f"word/{kind}.xml": f"<w:{kind} {_W}>{content}</w:{kind}>" for kind, content in parts.items()}
    )


STYLES = (
    '<w:style w:styleId="a3"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="x"><w:name w:val="我的标题"/><w:basedOn w:val="1"/></w:style>'
)


def table_of_word(rows: tuple[tuple[str, ...], ...]) -> str:
    """Return a table of Word."""
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def _docx() -> bytes:
    return made_docx(
        paragraph(TITLE, "a3")
        + paragraph(FIRST, "1")
        + paragraph(SENTENCES[0] + SENTENCES[1])
        + paragraph(SECOND, "x")
        + paragraph(SENTENCES[2])
        + table_of_word(TABLE)
    )


def _slide(title: str, words: str, more: str = "") -> str:
    def shape(kind: str, text: str) -> str:
        return (
            f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>{text}</a:t>'
            "</a:r></a:p></p:txBody></p:sp>"
        )

    tree = shape("sldNum", "7") + shape("body", words) + shape("title", title) + more
    return f"<p:sld {_P} {_A}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sld>"


def _slide_cell(words: str) -> str:
    return f"<a:tc><a:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></a:txBody></a:tc>"


def _pptx() -> bytes:
    cells = "".join(f"<a:tr>{''.join(map(_slide_cell, row))}</a:tr>" for row in TABLE)
    table = f"<p:graphicFrame><a:graphic><a:tbl>{cells}</a:tbl></a:graphic></p:graphicFrame>"
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f'<p:presentation {_P} {_R}><p:sldIdLst><p:sldId id="256" r:id="rId2"/>'
            '<p:sldId id="257" r:id="rId1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": relations(
                ("slide", "slides/slide2.xml"), ("slide", "slides/slide1.xml")
            ),
            "ppt/slides/slide1.xml": _slide(FIRST, SENTENCES[0] + SENTENCES[1]),
            "ppt/slides/slide2.xml": _slide(SECOND, SENTENCES[2], table),
            "docProps/core.xml": CORE.replace("<dc:title>", f"<dc:title>{TITLE}"),
        }
    )


def made_xlsx(sheets: Mapping[str, tuple[tuple[str | float, ...], ...]]) -> bytes:
    """Return a workbook with these sheets."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": relations(*(("worksheet", f"worksheets/{n}.xml") for n in range(len(sheets)))),
        "xl/workbook.xml": f"<workbook {_S} {_R}><sheets>"
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, start=1))
        + "</sheets></workbook>",
        "docProps/core.xml": CORE.replace("<dc:title>", f"<dc:title>{TITLE}"),
    }
    for number, rows in enumerate(sheets.values()):
        written = "".join(f"<row>{''.join(_cell(value) for value in row)}</row>" for row in rows)
        members[f"xl/worksheets/{number}.xml"] = f"<worksheet {_S}><sheetData>{written}</sheetData></worksheet>"
    return packed(members)


def _cell(value: str | float) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def _xlsx() -> bytes:
    return made_xlsx({FIRST: ((SENTENCES[0],), (SENTENCES[1],)), SECOND: ((SENTENCES[2],), *TABLE)})


def _html_body() -> str:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in TABLE)
    return (
        f"<h1>{TITLE}</h1><h2>{FIRST}</h2><p>{SENTENCES[0]}\n{SENTENCES[1]}</p><h2>{SECOND}</h2><p>{SENTENCES[2]}</p>"
        f"<table>{rows}</table>"
    )


def made_epub(body: str) -> bytes:
    """Return a book of one chapter with this body."""
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfile full-path="OEBPS/a.opf"/></container>',
            "OEBPS/a.opf": '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
            f"<dc:title>{TITLE}</dc:title><dc:creator>张三</dc:creator><dc:date>2024-03-05</dc:date></metadata><manifest>"
            '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
            '<item id="c" href="%E7%AB%A0.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="n"/><itemref idref="c"/></spine></package>',
            "OEBPS/nav.xhtml": "<html><body><nav>目录</nav></body></html>",
            "OEBPS/章.xhtml": '<?xml version="1.0" encoding="utf-8"?><html><head><title/></head>'
            f"<body>{body}</body></html>",
        }
    )


def _odt() -> bytes:
    rows = "".join(f"<t:table-row>{''.join(map(_text_cell, row))}</t:table-row>" for row in TABLE)
    body = (
        f'<x:p>{TITLE}</x:p><x:h x:outline-level="1">{FIRST}</x:h>'
        f"<x:p>{SENTENCES[0]}<x:span>{SENTENCES[1]}</x:span></x:p>"
        f'<x:h x:outline-level="1">{SECOND}</x:h><x:list><x:list-item><x:p>{SENTENCES[2]}</x:p></x:list-item></x:list>'
        f"<t:table>{rows}</t:table>"
    )
    return made_odt(body)


def made_odt(body: str) -> bytes:
    """Return a text document with this body; x: is the prefix of text, t: that of tables."""
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f'<o:document-content xmlns:o="{names}office:1.0" xmlns:x="{names}text:1.0" '
            f'xmlns:t="{names}table:1.0"><o:body><o:text>{body}</o:text></o:body></o:document-content>',
            "meta.xml": f'<o:document-meta xmlns:o="{names}office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><o:meta>'
            f"<dc:title>{TITLE}</dc:title><dc:creator>张三</dc:creator><dc:date>2024-03-05T10:15:30.5</dc:date></o:meta>"
            "</o:document-meta>",
        }
    )


def _text_cell(words: str) -> str:
    return f"<t:table-cell><x:p>{words}</x:p></t:table-cell>"


def letter(subject: str, words: str, attachments: Mapping[str, bytes] | None = None, subtype: str = "plain") -> bytes:
    """Return a letter."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "张三 <zhang@example.org>", "li@example.org"
    message["Date"] = "Tue, 05 Mar 2024 10:15:30 +0800"
    message.set_content(words, subtype=subtype)
    for name, data in (attachments or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def mailbox(*letters: bytes) -> bytes:
    """Return a mailbox with these letters."""
    return b"".join(b"From zhang@example.org Tue Mar  5 10:15:30 2024\n" + each + b"\n" for each in letters)


def escaped(words: str, encoding: str = "gb18030") -> str:
    """Return the words as RTF tells them in an encoding of one or two bytes a character."""
    return "".join(
        each if each.isascii() else "".join(f"\\'{byte:02x}" for byte in each.encode(encoding)) for each in words
    )


def numbered(words: str) -> str:
    """Return the words as RTF tells them by numbers of 16 bits, each followed by what older readers show."""
    units = words.encode("utf-16-le")
    numbers = (int.from_bytes(units[place : place + 2], "little") for place in range(0, len(units), 2))
    return "".join(chr(each) if each < 0x80 else f"\\u{each - 0x10000 if each > 0x7FFF else each}?" for each in numbers)


def made_rtf(body: str, head: str = "") -> bytes:
    """Return rich text with this body, in a font of Chinese."""
    fonts = r"{\fonttbl{\f0\fnil\fcharset134 " + escaped("宋体") + r";}{\f1\fnil\fcharset0 Arial;}}"
    styles = (
        r"{\stylesheet{\s0 Normal;}{\s1\sbasedon0\outlinelevel0 " + escaped("标题 1") + r";}{\s9\sbasedon0 Title;}}"
    )
    return (r"{\rtf1\ansi\ansicpg936\deff0\uc1" + fonts + styles + head + body + "}").encode("latin-1")


def _rtf() -> bytes:
    rows = "".join(
        r"\trowd\cellx3000\cellx6000" + "".join(rf"\pard\intbl {escaped(cell)}\cell" for cell in row) + "\\row\n"
        for row in TABLE
    )
    info = r"{\info{\author " + escaped("张三") + r"}{\creatim\yr2024\mo3\dy5\hr10\min15}}"
    aside = r"{\header\pard " + escaped("菜单") + r"\par}"
    return made_rtf(
        rf"\pard\s9 {escaped(TITLE)}\par\pard\s1 {numbered(FIRST)}\par"
        rf"\pard {numbered(SENTENCES[0])}{{\b {escaped(SENTENCES[1])}}}\par"
        rf"{{\pard\s1 {escaped(SECOND)}\par}}\pard {escaped(SENTENCES[2])}\par {rows}\pard\par",
        info + aside,
    )


def _plain() -> str:
    rows = "\n".join("\t".join(row) for row in TABLE)
    return f"{TITLE}\n{FIRST}\n{SENTENCES[0]}{SENTENCES[1]}\n{SECOND}\n{SENTENCES[2]}\n{rows}\n"


def _markdown() -> str:
    rows = "\n".join(f"| {row[0]} | {row[1]} |" for row in TABLE).replace("|\n", "|\n| --- | --- |\n", 1)
    return f"# {TITLE}\n\n## {FIRST}\n\n{SENTENCES[0]}\n{SENTENCES[1]}\n\n## {SECOND}\n\n{SENTENCES[2]}\n\n{rows}\n"


def _pdf() -> bytes:
    first = [(72, 780, 24, TITLE), (72, 740, 16, FIRST), *set_lines(72, 710, 12, SENTENCES[:2])]
    cells = [(left, 680 - 18 * n, 12, row[c]) for n, row in enumerate(TABLE) for c, left in enumerate((72, 300))]
    return made_pdf([first, [(72, 740, 16, SECOND), (72, 710, 12, SENTENCES[2]), *cells]])


def made_files() -> dict[str, bytes]:
    """Return the report in every format, by ending."""
    record = {"title": TITLE, "text": _plain(), "author": "张三"}
    return {
        ".csv": "\n".join([TITLE, FIRST, *SENTENCES, SECOND, *(",".join(row) for row in TABLE)]).encode("gb18030"),
        ".docx": _docx(),
        ".eml": letter(TITLE, _plain()),
        ".epub": made_epub(_html_body()),
        ".html": f"<!DOCTYPE html><html><body><nav>菜单</nav>{_html_body()}</body></html>".encode(),
        ".json": json.dumps(record, ensure_ascii=False).encode(),
        ".jsonl": json.dumps(record).encode() + b"\n",
        ".mbox": mailbox(letter(TITLE, _plain())),
        ".md": _markdown().encode(),
        ".odt": _odt(),
        ".pdf": _pdf(),
        ".pptx": _pptx(),
        ".rtf": _rtf(),
        ".tsv": "\n".join([TITLE, FIRST, *SENTENCES, SECOND, *("\t".join(row) for row in TABLE)]).encode("utf-16"),
        ".txt": _plain().encode("gb18030"),
        ".xlsx": _xlsx(),
        ".zip": packed({"甲/报告.md": _markdown().encode()}),
    }
