"""What can go wrong between a file and its passages.

CorpusError
├── UnreadableDocument   the bytes are not a document of this format
│   ├── UnknownEncoding  no encoding of ours decodes them
│   ├── EmptyDocument    they decode, but there is no text to quote
│   └── LimitExceeded    they ask for more time, memory or space than a file may have
└── UnsupportedFormat    no reader takes this kind of file

Every message names the document, what was found, and the remedy.
"""


class CorpusError(Exception):
    """Base of all errors of this room."""


class UnreadableDocument(CorpusError):
    """The bytes are not a document of the format that their name or content announces."""


class UnknownEncoding(UnreadableDocument):
    """No supported encoding decodes the bytes without damage."""


class EmptyDocument(UnreadableDocument):
    """The document holds no text that could be quoted."""


class LimitExceeded(UnreadableDocument):
    """Reading the file takes more time, memory or space than a file may have."""


class UnsupportedFormat(CorpusError):
    """No reader takes this kind of file."""
