"""ingest, remove, list: what is in the index.

Takes    paths, document ids
Gives    what became of each, in words or JSON
Touches  click          Never  HTTP
"""

import sys
from pathlib import Path

import click

from corpus.folder import find_files
from corpus.readers import READERS
from service.api.shapes import document_shape
from service.app import Tools, make_writer, open_store
from service.commands.terminal import DONE, FAILED, PARTLY, as_json, home_option, printable, progress, show_json, told
from service.ingest import Ingested, ingest_files
from service.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@as_json
@home_option
@click.pass_obj
@told
def ingest(settings: Settings, paths: tuple[Path, ...], json_wanted: bool) -> None:
    """Add files and folders. A changed file replaces its former version; exit code 3 if some could not be read."""
    found = find_files(paths)
    if found.others:
        kinds = ", ".join(sorted(READERS))
        click.echo(f"{found.others} files of other kinds than {kinds} are left out", err=True)
    outcomes: list[Ingested] = []
    with open_store(settings, create=True) as store, progress(len(found.readable), "ingesting", "file") as bar:
        writer = make_writer(settings, store, Tools.of(settings))
        for outcome in ingest_files(found.readable, writer, store):
            if not outcomes or outcomes[-1].path != outcome.path:
                bar.update(1)
            outcomes.append(outcome)
            if not json_wanted:
                _tell(outcome)
    failed = sum(outcome.error is not None for outcome in outcomes)
    if json_wanted:
        show_json(
            {"files": [_outcome_shape(outcome) for outcome in outcomes], "failed": failed, "left_out": found.others}
        )
    else:
        click.echo(f"{len(outcomes) - failed} of {len(outcomes)} files are in the index", err=True)
    sys.exit(FAILED if failed == len(outcomes) else PARTLY if failed else DONE)


@click.command()
@click.argument("document_id")
@as_json
@home_option
@click.pass_obj
@told
def remove(settings: Settings, document_id: str, json_wanted: bool) -> None:
    """Remove the document DOCUMENT_ID from everywhere."""
    with open_store(settings) as store:
        document = store.document(document_id)
        store.remove(document_id)
    if json_wanted:
        show_json({"removed": document_shape(document)})
    else:
        click.echo(f"removed {document.id}  {printable(document.title)}")


@click.command("list")
@as_json
@home_option
@click.pass_obj
@told
def list_documents(settings: Settings, json_wanted: bool) -> None:
    """List the documents."""
    with open_store(settings) as store:
        documents = store.documents()
    if json_wanted:
        show_json({"documents": [document_shape(document) for document in documents]})
        return
    for document in documents:
        size = f"{document.passages:>6} passages  {document.characters:>9} characters"
        click.echo(f"{document.id}  {size}  {printable(document.title)}")
    if not documents:
        click.echo("no documents; add some with `wenqu ingest PATH`")


def _tell(outcome: Ingested) -> None:
    if outcome.document is None:
        click.echo(f"failed     {printable(outcome.error or '')}", err=True)
        return
    state = "unchanged" if outcome.unchanged else "added"
    click.echo(f"{state:<10} {outcome.document.id}  {outcome.document.passages} passages  {printable(_place(outcome))}")


def _place(outcome: Ingested) -> str:
    return f"{outcome.path}#{outcome.inner}" if outcome.inner else str(outcome.path)


def _outcome_shape(outcome: Ingested) -> dict[str, object]:
    return {
        "path": str(outcome.path),
        "inner": outcome.inner,
        "document": document_shape(outcome.document) if outcome.document else None,
        "unchanged": outcome.unchanged,
        "error": outcome.error,
    }
