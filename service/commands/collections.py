"""collections: which there are, and removing one.

Takes    a collection's name
Gives    lines or JSON
Touches  click          Never  HTTP
"""

import click

from service.app import open_store
from service.collections import collection_name, collection_names, remove_folder_of, require_removable
from service.commands.terminal import as_json, home_option, show_json, told
from service.settings import Settings


@click.command()
@click.option("--remove", "doomed", metavar="NAME", help="Remove this collection with all its documents.")
@click.option("--yes", is_flag=True, help="Remove without asking.")
@as_json
@home_option
@click.pass_obj
@told
def collections(settings: Settings, doomed: str | None, yes: bool, json_wanted: bool) -> None:
    """List the collections, or remove one. `wenqu --collection NAME ingest PATH` makes one."""
    if doomed is not None:
        _remove(settings, doomed, yes, json_wanted)
        return
    shapes = [_described(settings, name) for name in collection_names(settings.home)]
    if json_wanted:
        show_json({"collections": shapes})
        return
    for shape in shapes:
        click.echo(f"{shape['documents']:>6} documents  {shape['passages']:>8} passages  {shape['name']}")


def _remove(settings: Settings, written: str, yes: bool, json_wanted: bool) -> None:
    name = collection_name(written)
    require_removable(settings.home, name)
    shape = _described(settings, name)
    if not yes:
        what = f"remove collection {name} (documents: {shape['documents']})? This cannot be taken back"
        click.confirm(what, abort=True, err=True)
    remove_folder_of(settings.home, name)
    if json_wanted:
        show_json({"removed": shape})
    else:
        click.echo(f"removed {name} (documents: {shape['documents']})")


def _described(settings: Settings, name: str) -> dict[str, object]:
    with open_store(settings.in_collection(name)) as store:
        documents, passages = store.totals()
    return {"name": name, "documents": documents, "passages": passages}
