"""ingest: files and folders into a collection, once or for as long as they change.

Takes    paths
Gives    what became of each file, in words or JSON
Touches  click          Never  HTTP
"""

import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click

from corpus.readers import READERS
from corpus.types import Metadata
from service.api.shapes import document_shape
from service.app import Tools, make_writer, open_store
from service.commands.terminal import DONE, FAILED, PARTLY, as_json, home_option, printable, progress, show_json, told
from service.ingest import Ingested, Ingester, Manner, path_of
from service.settings import Settings
from service.sidecars import metadata_from
from service.watching import Watcher

# A look costs time; the pause between two is at least this long, and ten times as long as the look took.
_SHORTEST_PAUSE = 1.0


def _metadata(_context: click.Context, _parameter: click.Parameter, pairs: tuple[str, ...]) -> Metadata:
    try:
        return metadata_from(pairs)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--meta", multiple=True, metavar="KEY=VALUE", callback=_metadata, help="Metadata for every file; repeat.")
@click.option("--watch", is_flag=True, help="Go on and follow changes until Ctrl-C.")
@click.option("--delete", is_flag=True, help="Remove the documents of files that are gone; else they are only told.")
@as_json
@home_option
@click.pass_obj
@told
def ingest(
    settings: Settings, paths: tuple[Path, ...], meta: Metadata, watch: bool, delete: bool, json_wanted: bool
) -> None:
    """Add files and folders. What did not change is passed over, a changed file replaces its former version.

    FILE.meta.json beside FILE holds metadata of its own, as one JSON object. Exit code 3 if some could not be read.
    """
    if watch and json_wanted:
        raise click.UsageError("--json prints one result at the end, and --watch has none; leave one of them out")
    watcher = Watcher(paths)
    files, left_out = watcher.begin()
    if left_out:
        click.echo(f"{left_out} files of other kinds than {', '.join(sorted(READERS))} are left out", err=True)
    with open_store(settings, create=True) as store:
        writer = make_writer(settings, store, Tools.of(settings))
        ingester = Ingester(writer, store, Manner(meta))
        run = _Run(ingester, paths, delete=delete, json_wanted=json_wanted)
        with progress(len(files), "ingesting", "file") as bar:
            run.take(files, bar.update)
        run.sweep()
        run.conclude(left_out)
        if watch:
            run.follow(watcher)
    sys.exit(DONE if watch else run.code())


@dataclass(slots=True)
class _Run:
    """One run of the command: what was done so far, and how it is told."""

    ingester: Ingester
    paths: tuple[Path, ...]
    delete: bool
    json_wanted: bool
    files: int = 0
    failed: int = 0
    unchanged: int = 0
    shapes: list[dict[str, object]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def take(self, files: Iterable[Path], advance: Callable[[int], object] = lambda step: None) -> None:
        """Take files in, and tell of each."""
        last: Path | None = None
        for outcome in self.ingester.take_all(files):
            if outcome.path != last:
                advance(1)
            last = outcome.path
            self.files += 1
            self.failed += outcome.error is not None
            self.unchanged += outcome.unchanged
            if self.json_wanted:
                self.shapes.append(_outcome_shape(outcome))
            else:
                _tell(outcome)

    def sweep(self) -> None:
        """Tell of the files that are gone, and remove their documents if that is wanted."""
        for source in self.ingester.gone(self.paths):
            path = str(path_of(source))
            if self.delete:
                self.ingester.remove(source)
            if self.delete or path not in self.gone:
                self.gone.append(path)
                if not self.json_wanted:
                    word = "removed" if self.delete else "gone"
                    click.echo(f"{word:<10} {printable(path)}" + ("" if self.delete else "  (--delete removes it)"))

    def conclude(self, left_out: int) -> None:
        """Say how it went."""
        if self.json_wanted:
            shape = {"files": self.shapes, "failed": self.failed, "left_out": left_out, "gone": self.gone}
            show_json(shape)
        elif not self.files:
            click.echo("no file here that can be read; nothing was done", err=True)
        else:
            click.echo(f"{self.files - self.failed} of {self.files} files are in the index", err=True)

    def code(self) -> int:
        """Return the exit code."""
        if self.failed == self.files and not (self.gone and self.delete):
            return FAILED
        return PARTLY if self.failed else DONE

    def follow(self, watcher: Watcher) -> None:
        """Look for changes until Ctrl-C or SIGTERM."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        click.echo("watching for changes   (Ctrl-C stops it)", err=True)
        pause = _SHORTEST_PAUSE
        try:
            while True:
                time.sleep(pause)
                begin = time.monotonic()
                ready = watcher.look()
                pause = max(_SHORTEST_PAUSE, 10 * (time.monotonic() - begin))
                self.take(ready)
                self.sweep()
        except KeyboardInterrupt:
            click.echo("stopped watching; what was taken in is kept", err=True)


def _tell(outcome: Ingested) -> None:
    if outcome.document is None:
        click.echo(f"failed     {printable(outcome.error or '')}", err=True)
        return
    state = "unchanged" if outcome.unchanged else "added"
    place = f"{outcome.path}#{outcome.inner}" if outcome.inner else str(outcome.path)
    click.echo(f"{state:<10} {outcome.document.id}  {outcome.document.passages} passages  {printable(place)}")


def _outcome_shape(outcome: Ingested) -> dict[str, object]:
    return {
        "path": str(outcome.path),
        "inner": outcome.inner,
        "document": document_shape(outcome.document) if outcome.document else None,
        "unchanged": outcome.unchanged,
        "error": outcome.error,
    }
