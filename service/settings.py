"""Every knob, once: name, default, meaning, read from the environment at the start.

Takes    a mapping of environment variables
Gives    Settings, frozen          Never  anything computed at import; unknown names are refused

`KNOBS` is the single list: it feeds the reading, the command line's help and the README's table (tests compare them).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from service.errors import BadSetting

PREFIX = "WENQU_"


def _truth(value: str) -> bool:
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if value.lower() not in known:
        raise ValueError("true or false")
    return known[value.lower()]


def _between(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(value)

    return parse


def _share(value: str) -> float:
    plain = value.isascii() and value.replace(".", "", 1).isdigit()
    number = float(value) if plain else -1.0
    if not 0.0 <= number <= 1.0:
        raise ValueError("a number from 0 to 1")
    return number


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value

    return parse


def _optional_path(value: str) -> Path | None:
    return Path(value) if value else None


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting: the field of Settings, its default as written, how it is parsed, what it means."""

    field: str
    default: str
    parse: Callable[[str], Any]
    meaning: str

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.field.upper()


KNOBS = (
    Knob("home", "var", Path, "Folder that holds the database; made if absent"),
    Knob("host", "127.0.0.1", str, "Address that the service listens on"),
    Knob("port", "8080", _between(0, 65535), "Port that the service listens on; 0 takes a free one"),
    Knob("trusted_hosts", "", _names, "Further host names, by comma, under which the service may be called"),
    Knob("public_url", "", str, "Put before the links of citations, such as https://ask.example.org"),
    Knob("model", "", str, "Embedding model: a folder or a hub name; empty for the bundled one"),
    Knob("model_download", "false", _truth, "Whether a hub model may be downloaded"),
    Knob("user_dictionary", "", _optional_path, "File of further words in jieba's format"),
    Knob("passage_characters", "150", _between(20, 4000), "Wanted length of a passage in characters"),
    Knob("refuse_below", "0.2", _share, "Confidence under which a question is refused rather than answered"),
    Knob("threads", "8", _between(1, 64), "Requests answered at the same time"),
    Knob("model_threads", "0", _between(0, 256), "Threads the model computes with; 0 leaves it to its library"),
    Knob("max_upload_mb", "20", _between(1, 2000), "Largest document that may be sent, in megabytes"),
    Knob("sample", "true", _truth, "Whether an empty home is filled with the sample article when the service starts"),
    Knob("log_level", "info", _one_of("debug", "info", "warning", "error"), "What is logged, to standard error"),
    Knob("log_questions", "false", _truth, "Whether the line that is logged of each call holds the question"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; each field is explained in KNOBS."""

    home: Path
    host: str
    port: int
    trusted_hosts: tuple[str, ...]
    public_url: str
    model: str
    model_download: bool
    user_dictionary: Path | None
    passage_characters: int
    refuse_below: float
    threads: int
    model_threads: int
    max_upload_mb: int
    sample: bool
    log_level: str
    log_questions: bool
    # The one that a command works in: given on the command line, never by the environment.
    collection: str = "default"

    @classmethod
    def read(cls, environment: Mapping[str, str], **given: str | None) -> Settings:
        """Return the settings: what is `given` first, then the environment, then the defaults.

        :raises BadSetting: for a malformed value or an unknown name with our prefix.
        """
        known = {knob.variable for knob in KNOBS}
        for name in environment:
            if name.startswith(PREFIX) and name not in known:
                raise BadSetting(f"{name}: no such setting; known are {', '.join(sorted(known))}")
        return cls(**{knob.field: _value(knob, environment, given) for knob in KNOBS})

    def in_collection(self, name: str) -> Settings:
        """Return the settings of a command that works in this collection."""
        return replace(self, collection=name)


def _value(knob: Knob, environment: Mapping[str, str], given: Mapping[str, str | None]) -> Any:
    chosen = given.get(knob.field)
    written = chosen if chosen is not None else environment.get(knob.variable, knob.default)
    try:
        return knob.parse(written)
    except ValueError as error:
        raise BadSetting(f"{knob.variable}={written!r}: expected {error}") from error
