"""remove, list: what is in the index.

Takes    document ids
Gives    what became of each, in words or JSON
Touches  click          Never  HTTP
"""

import click

from service.api.shapes import document_shape
from service.app import open_store
from service.commands.terminal import as_json, home_option, printable, show_json, told
from service.settings import Settings


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
