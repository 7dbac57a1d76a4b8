"""status, verify, rebuild: what state the index is in, whether it is sound, and making it anew.

Takes    nothing but the settings
Gives    a report in words or JSON
Touches  click          Never  HTTP
"""

import sys
from time import perf_counter

import click

from index.caches import Caches, cache_folder
from index.errors import ModelMismatch
from index.saved import describe
from index.store import Store
from index.verify import verify_saved, verify_snapshot, verify_store, verify_terms
from index.writer import fingerprints_of
from service.app import Tools, make_writer, open_store
from service.commands.terminal import DONE, FAILED, as_json, home_option, progress, show_json, told
from service.settings import Settings


@click.command()
@as_json
@home_option
@click.pass_obj
@told
def status(settings: Settings, json_wanted: bool) -> None:
    """Show what is stored, where, and under which model."""
    tools = Tools.of(settings)
    fingerprints = fingerprints_of(tools.embedder, tools.segmenter)
    with open_store(settings) as store:
        documents, stored_under = store.documents(), store.facts()
        shape = {
            "database": str(store.path),
            "bytes": store.path.stat().st_size,
            "documents": len(documents),
            "passages": sum(document.passages for document in documents),
            "characters": sum(document.characters for document in documents),
            "sequence": store.sequence(),
            "schema": int(stored_under.pop("schema")),
            "stored_under": stored_under,
            "present": fingerprints,
            "usable": _usable(store, fingerprints),
            "caches": describe(cache_folder(store.path)),
        }
    if json_wanted:
        show_json(shape)
        return
    for name, value in shape.items():
        click.echo(f"{name:<13} {value}")


@click.command()
@as_json
@home_option
@click.pass_obj
@told
def verify(settings: Settings, json_wanted: bool) -> None:
    """Check everything that is stored, and both arms against it; exit code 1 if anything is wrong."""
    tools = Tools.of(settings)
    start = perf_counter()
    with open_store(settings) as store:
        report = verify_store(store)
        if not report.problems:
            verify_terms(store, tools.segmenter, report)
            verify_saved(cache_folder(store.path), report)
            fingerprints = fingerprints_of(tools.embedder, tools.segmenter)
            # What is damaged is told, not set aside: that is for whoever serves.
            folder = None if report.problems else cache_folder(store.path)
            caches = Caches(store, tools.embedder.dimension, fingerprints, folder)
            verify_snapshot(store, caches.current(), report)
            report.problems += caches.state().problems
            caches.close()
    seconds = round(perf_counter() - start, 3)
    if json_wanted:
        show_json({"checked": report.checked, "problems": report.problems, "seconds": seconds})
    else:
        for name, count in report.checked.items():
            click.echo(f"checked {count:>8} {name}")
        for problem in report.problems:
            click.echo(f"wrong: {problem}", err=True)
        verdict = f"{len(report.problems)} problems" if report.problems else "all is well"
        click.echo(f"{verdict}, {seconds:.1f} seconds", err=bool(report.problems))
    sys.exit(FAILED if report.problems else DONE)


@click.command()
@as_json
@home_option
@click.pass_obj
@told
def rebuild(settings: Settings, json_wanted: bool) -> None:
    """Make all passages, terms and vectors anew from the stored texts, with the present model and dictionary."""
    with open_store(settings) as store, progress(len(store.documents()), "rebuilding", "document") as bar:
        writer = make_writer(settings, store, Tools.of(settings))
        passages = writer.rebuild(lambda done, total: bar.update(1))
        documents = len(store.documents())
    if json_wanted:
        show_json({"database": str(store.path), "documents": documents, "passages": passages})
    else:
        click.echo(f"{passages} passages of {documents} documents made anew")


def _usable(store: Store, fingerprints: dict[str, str]) -> bool:
    try:
        store.require(fingerprints)
    except ModelMismatch:
        return False
    return True
