"""export, import: all that a home holds as one file, and back.

Takes    a file
Gives    what was written or taken, in words or JSON
Touches  click          Never  HTTP
"""

from pathlib import Path

import click

from index.archive import export_store, import_store
from index.writer import fingerprints_of
from service.app import Tools, open_store
from service.commands.terminal import as_json, home_option, show_json, told
from service.settings import Settings


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
@home_option
@click.pass_obj
@told
def export_home(settings: Settings, file: Path, json_wanted: bool) -> None:
    """Write all documents with their words and vectors into the new file FILE, while a service may go on."""
    with open_store(settings) as store:
        size = export_store(store, file)
        documents = store.totals()[0]
    if json_wanted:
        show_json({"file": str(file), "bytes": size, "documents": documents})
    else:
        click.echo(f"{documents} documents exported into {file}, {size} bytes")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--merge", is_flag=True, help="Add to the documents that are there; equal ones stay as they are.")
@click.option("--any-model", is_flag=True, help="Take vectors of another model into an empty home, to be rebuilt.")
@as_json
@home_option
@click.pass_obj
@told
def import_home(settings: Settings, file: Path, merge: bool, any_model: bool, json_wanted: bool) -> None:
    """Take the documents of FILE, which `wenqu export` made: all of them, or none if anything is wrong."""
    tools = Tools.of(settings)
    fingerprints = fingerprints_of(tools.embedder, tools.segmenter)
    with open_store(settings, create=True) as store:
        taken = import_store(store, file, fingerprints=fingerprints, merge=merge, any_model=any_model)
    if json_wanted:
        show_json({"file": str(file), "added": taken.added, "already_there": taken.already_there})
    else:
        click.echo(f"{taken.added} documents imported from {file}, {taken.already_there} were there already")
