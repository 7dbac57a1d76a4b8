"""How every command speaks: results to standard output, progress and errors to standard error, exit codes that tell.

Takes    results, exceptions
Gives    lines, JSON, exit codes
Touches  click, tqdm          Never  decides what is done

Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done in part (a file or a row failed), or no answer found; 130 Ctrl-C.
"""

import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
import orjson
from tqdm import tqdm

from corpus.errors import CorpusError
from index.errors import IndexingError
from service.collections import collection_name
from service.errors import BadRequest, BadSetting, ServiceError
from service.settings import Settings

DONE, FAILED, USAGE, PARTLY, INTERRUPTED = 0, 1, 2, 3, 130

P = ParamSpec("P")
T = TypeVar("T")


def told(command: Callable[P, T]) -> Callable[P, T]:
    """Turn our own errors into a line and an exit code; anything else is a defect and keeps its traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except (CorpusError, IndexingError, ServiceError, OSError) as error:
            click.echo(f"wenqu: {error}", err=True)
            sys.exit(FAILED)
        except KeyboardInterrupt:
            click.echo("wenqu: interrupted; what was finished before is kept, nothing is half-done", err=True)
            sys.exit(INTERRUPTED)

    return run


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where a command works to it, or to the group of all: --home and --collection."""
    command = click.option(
        "--collection",
        metavar="NAME",
        expose_value=False,
        callback=_take_collection,
        help="Collection to work in; 'default' if none is named.",
    )(command)
    return only_home_option(command)


def only_home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --home to a command that works in all collections."""
    return click.option(
        "--home",
        metavar="FOLDER",
        expose_value=False,
        callback=_take_home,
        help="Folder that holds the database, instead of WENQU_HOME.",
    )(command)


def _take_home(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    context.obj = context.obj or read_settings()
    if value is not None:
        context.obj = replace(context.obj, home=Path(value))


def _take_collection(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    context.obj = context.obj or read_settings()
    if value is None:
        return
    try:
        context.obj = context.obj.in_collection(collection_name(value))
    except BadRequest as error:
        raise click.BadParameter(str(error)) from error


def read_settings() -> Settings:
    """Return the settings, or end with a line that names the wrong one."""
    try:
        return Settings.read(os.environ)
    except BadSetting as error:
        click.echo(f"wenqu: {error}", err=True)
        sys.exit(USAGE)


def as_json(option: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --json to a command."""
    return click.option("--json", "json_wanted", is_flag=True, help="Print JSON instead of words.")(option)


def printable(text: str) -> str:
    r"""Return a document's words without what would steer a terminal: control and direction characters are shown as ·.

    >>> printable("标题\x1b[31m")
    '标题·[31m'
    """
    return "".join("·" if unicodedata.category(character) in ("Cc", "Cf") else character for character in text)


def show_json(shape: Any) -> None:
    """Print a value as indented JSON."""
    click.echo(orjson.dumps(shape, option=orjson.OPT_INDENT_2).decode())


@contextmanager
def progress(total: int, label: str, unit: str) -> Iterator["tqdm[Any]"]:
    """Show a bar on standard error while work goes on; none where standard error is no terminal."""
    with tqdm(total=total, desc=label, unit=unit, file=sys.stderr, disable=None, leave=False) as bar:
        yield bar
