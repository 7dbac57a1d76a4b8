"""Letters: what an e-mail says, and the files that hang on it.

Takes    the bytes of an .eml
Gives    the letter as a Document, its attachments as files          Touches  email of the standard library
Never    fetches a picture, opens an attachment: formats.py does
"""

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message, MIMEPart

from corpus.errors import CorpusError, UnknownEncoding, UnreadableDocument
from corpus.readers.composer import Composer, iso_date
from corpus.readers.encoding import decode
from corpus.readers.html import add_page, known_charset
from corpus.types import Document


def read_letter(data: bytes, name: str) -> tuple[Document, Iterator[tuple[str, bytes | CorpusError]]]:
    """Return the letter, and the name and bytes of each attachment.

    :raises UnreadableDocument: if it has none of the headers that every letter has.
    """
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if not any(header in message for header in ("from", "to", "subject", "date", "content-type")):
        raise UnreadableDocument(f"{name}: has no headers as a letter has; export it again as .eml, or rename it")
    composer = Composer(name)
    body = message.get_body(("plain", "html"))
    if body is not None:
        words = _words(body, name)
        if body.get_content_subtype() == "html":
            add_page(composer, words)
        else:
            for line in words.splitlines():
                composer.paragraph(line)
    said = {
        "author": _header(message, "from"),
        "to": _header(message, "to"),
        "date": _date(message),
    }
    return composer.document(_header(message, "subject"), said), _attached(message)


def _words(part: MIMEPart, name: str) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = known_charset(part.get_content_charset() or "")
    try:
        return data.decode(charset) if charset else decode(data, name).text
    except (LookupError, UnicodeDecodeError, UnknownEncoding):
        return data.decode("utf-8", "replace")


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message[name] or "")
    except (ValueError, IndexError, AttributeError, TypeError):
        # The header parser of the standard library fails at some that nobody should write.
        return ""


def _date(message: EmailMessage) -> str:
    try:
        stamp = message["date"].datetime if message["date"] is not None else None
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""
    return iso_date(stamp.isoformat()) if isinstance(stamp, datetime) else ""


def _attached(message: EmailMessage) -> Iterator[tuple[str, bytes | CorpusError]]:
    """Yield what hangs on the letter; pictures that only adorn its text are left out."""
    for number, part in enumerate(message.iter_attachments(), start=1):
        if part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment":
            continue
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            letter = inner[0] if isinstance(inner, list) and inner else part
            if isinstance(letter, Message):
                yield part.get_filename() or f"letter {number}.eml", letter.as_bytes()
        else:
            payload = part.get_payload(decode=True)
            yield part.get_filename() or f"attachment {number}", payload if isinstance(payload, bytes) else b""
