"""Rich text: paragraphs with the labels of their lists, headings by style, tables, footnotes.

Takes    the bytes of an .rtf
Gives    Document          Never  shows what is hidden or struck out, follows links, opens what is embedded
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from corpus.readers.composer import Composer, iso_date
from corpus.readers.markup import names
from corpus.readers.rtf_source import Event, RtfSource, whole
from corpus.readers.word_styles import heading_level, is_title, labelled
from corpus.types import Document

# Groups whose words are not the text: tables of the file, heads and feet, pictures, marks of an index, instructions.
_ASIDE = names(
    "fonttbl colortbl filetbl listtable listoverridetable revtbl rsidtbl generator xmlnstbl header headerl headerr "
    "headerf footer footerl footerr footerf ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn pict nonshppict shprslt sp "
    "objdata objclass objname objalias fldinst datafield xe tc rxe txe bkmkstart bkmkend annotation atnid atnauthor "
    "themedata colorschememapping latentstyles datastore template private"
)
# What programs may pass over by its mark, and is text all the same: the inside of a shape.
_SHOWN = {"shpinst", "shptxt"}
_SIGNS = {
    "line": "\n", "lbr": "\n", "tab": "\t", "nestcell": " ", "nestrow": " ", "emdash": "—", "endash": "–",
    "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”",
}  # fmt: skip
_DESTINATIONS = {"info": "info", "stylesheet": "style", "listtext": "label", "pntext": "label"}
_IN_INFO = {"title": "title", "author": "author", "creatim": "date"}
_TIMES = ("yr", "mo", "dy", "hr", "min")
_MOST_ANCESTORS = 10


@dataclass(frozen=True, slots=True)
class _State:
    """What holds in a group: where its words go, how its paragraphs are formatted, how many boxes deep it lies."""

    to: str = "text"
    style: int = 0
    level: int = 0
    in_table: bool = False
    listed: bool = False
    hidden: bool = False
    boxes: int = 0


@dataclass(slots=True)
class _Style:
    """A style of paragraphs: its number, its name, the level that it sets, the style that it is based on."""

    number: int = 0
    name: str = ""
    level: int = 0
    based_on: int = 0


def read_rtf(data: bytes, name: str) -> Document:
    """Return the document; its title is the paragraph styled as one, else what the properties say."""
    source = RtfSource(data)
    rtf = _Rtf(Composer(name))
    for event in source.events():
        rtf.hear(event)
    return rtf.finish(doubtful=source.is_damaged)


class _Rtf:
    """Hears the events and gives what they say to the composer."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._state = _State()
        self._outer: list[_State] = []
        self._starred = False
        self._words: dict[str, list[str]] = {each: [] for each in ("text", "label", "note", "style", "title", "author")}
        # The words of paragraphs in the middle of which a box stands.
        self._held: list[list[str]] = []
        self._notes: list[str] = []
        self._styles: dict[int, _Style] = {}
        self._style = _Style()
        self._cell: list[str] = []
        self._row: list[str] = []
        self._rows: list[list[str]] = []
        self._time: dict[str, int] = {}
        self._title = ""
        self._in_list = False

    def hear(self, event: Event) -> None:
        """Take one event."""
        if event.kind == "open":
            self._outer.append(self._state)
        elif event.kind == "close":
            self._close()
        elif event.kind == "text":
            self._say(event.word)
        else:
            self._hear_word(event.word, event.number)

    def finish(self, *, doubtful: bool) -> Document:
        """Return the document once all is heard."""
        self._state = _State()
        self._end_paragraph()
        self._end_table()
        self._in_or_out(listed=False)
        for number, note in enumerate(self._notes, start=1):
            self._composer.paragraph(f"[{number}] {note}" if note else "")
        said: dict[str, object] = {"author": self._taken("author"), "date": self._date()}
        title = self._title or self._taken("title")
        return self._composer.document(title, said | ({"encoding_uncertain": True} if doubtful else {}))

    def _date(self) -> str:
        year, month, day, hour, minute = (self._time.get(each, 0) for each in _TIMES)
        return iso_date(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}") if year else ""

    # Groups and words

    def _close(self) -> None:
        if not self._outer:
            return
        ended, outer = self._state, self._outer.pop()
        if ended.to == "style":
            self._end_style()
        elif ended.to == "note" != outer.to:
            self._notes.append(self._taken("note"))
        elif ended.boxes > outer.boxes:
            self._end_paragraph()
            self._words["text"] = self._held.pop()
        self._state = outer

    def _say(self, words: str) -> None:
        self._starred = False
        if self._state.to in self._words and not self._state.hidden:
            self._words[self._state.to].append(words)

    def _hear_word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, word == "*"
        if self._state.to == "nowhere" or word == "*":
            return
        if self._state.to in ("info", "date"):
            self._hear_of_file(word, number or 0)
        elif word in _ASIDE or (starred and word not in _SHOWN):
            self._change(to="nowhere")
        elif word in _SIGNS:
            self._say(_SIGNS[word])
        elif word in _DESTINATIONS:
            self._change(to=_DESTINATIONS[word])
        elif word in _ACTIONS:
            _ACTIONS[word](self)
        elif self._state.to == "style":
            self._describe_style(word, number or 0)
        else:
            self._format(word, number)

    def _hear_of_file(self, word: str, number: int) -> None:
        if self._state.to == "date" and word in _TIMES:
            self._time[word] = number
        else:
            self._change(to=_IN_INFO.get(word, "nowhere"))

    def _format(self, word: str, number: int | None) -> None:
        """Take a word about the format of what follows; most say nothing of the text."""
        match word:
            case "s":
                self._change(style=number or 0)
            case "outlinelevel":
                self._change(level=_level(number))
            case "intbl":
                self._change(in_table=True)
            case "ls":
                self._change(listed=bool(number))
            case "v" | "deleted":
                self._change(hidden=number != 0)
            case "plain":
                self._change(hidden=False)
            case "pard":
                self._change(style=0, level=0, in_table=False, listed=False)

    def _change(self, **changes: str | int | bool) -> None:
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]

    def _taken(self, name: str) -> str:
        words = whole("".join(self._words[name])).strip()
        self._words[name].clear()
        return words

    # Styles

    def _describe_style(self, word: str, number: int) -> None:
        if word == "s":
            self._style.number = number
        elif word == "outlinelevel":
            self._style.level = _level(number)
        elif word == "sbasedon":
            self._style.based_on = number

    def _end_style(self) -> None:
        self._style.name = self._taken("style").strip("; ")
        if self._style.name:
            self._styles[self._style.number] = self._style
            self._style = _Style()

    def _level(self) -> int:
        """Return the level of the heading that a paragraph is by itself or by its style, 0 if it is none."""
        style, level = self._styles.get(self._state.style), self._state.level
        for _ in range(_MOST_ANCESTORS):
            if level or style is None:
                break
            level = style.level or heading_level(style.name) or int(is_title(style.name))
            style = self._styles.get(style.based_on) if style.based_on != style.number else None
        return level

    # Paragraphs, boxes and notes

    def _end_paragraph(self) -> None:
        if self._state.to != "text":
            self._say(" ")
            return
        words, label = self._taken("text"), self._taken("label")
        if self._state.in_table:
            self._cell.append(words)
            return
        self._end_table()
        if not words:
            return
        style, level = self._styles.get(self._state.style, _Style()), self._level()
        # A bullet is no word.
        words = labelled(label, words, level) if any(map(str.isalnum, label)) else words
        if is_title(style.name) and not self._title:
            self._title = words
        self._in_or_out(listed=not level and (self._state.listed or bool(label)))
        if level:
            self._composer.heading(words, level)
        else:
            self._composer.paragraph(words)

    def _in_or_out(self, *, listed: bool) -> None:
        if listed and not self._in_list:
            self._composer.open_block("list")
        elif self._in_list and not listed:
            self._composer.close_block()
        self._in_list = listed

    def _enter_box(self) -> None:
        if self._state.to == "text":
            self._held.append(self._words["text"])
            self._words["text"] = []
            self._state = _State(boxes=self._state.boxes + 1)

    def _enter_note(self) -> None:
        if self._state.to == "text":
            self._say(f"[{len(self._notes) + 1}]")
            self._state = _State(to="note", boxes=self._state.boxes)

    # Tables

    def _end_cell(self) -> None:
        if self._state.to == "text":
            self._row.append(" ".join(words for words in (*self._cell, self._taken("text")) if words))
            self._cell.clear()

    def _end_row(self) -> None:
        if self._state.to == "text" and self._row:
            self._rows.append(self._row)
            self._row = []

    def _end_table(self) -> None:
        """Give the table that is over to the composer; one column only lays out a page, its cells are paragraphs."""
        rows, self._rows = [*self._rows, *([self._row] if self._row else [])], []
        words, self._row = self._cell.copy(), []
        self._cell.clear()
        if rows:
            self._in_or_out(listed=False)
        if any(len(row) > 1 for row in rows):
            with self._composer.block("table"):
                for row in rows:
                    self._composer.row(row)
        else:
            words = [cell for row in rows for cell in row] + words
        for paragraph in words:
            self._composer.paragraph(paragraph)


_ACTIONS: dict[str, Callable[[_Rtf], None]] = {
    "par": _Rtf._end_paragraph,
    "sect": _Rtf._end_paragraph,
    "page": _Rtf._end_paragraph,
    "cell": _Rtf._end_cell,
    "row": _Rtf._end_row,
    "footnote": _Rtf._enter_note,
    "shptxt": _Rtf._enter_box,
}


def _level(number: int | None) -> int:
    """Return the level of a heading by its outline level, which counts from 0 and calls body text 9."""
    return number + 1 if number is not None and 0 <= number < 9 else 0
