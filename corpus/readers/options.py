"""What a person may say about how files are read.

Takes    nothing
Gives    ReadOptions          Never  reads settings
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Which fields of a JSON record hold its text, its title and its metadata; by default the usual names are tried.

    `metadata_fields` names the fields that become metadata; None takes all fields with a plain value that are
    neither text nor title.
    """

    text_field: str | None = None
    title_field: str | None = None
    metadata_fields: tuple[str, ...] | None = None
