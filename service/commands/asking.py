"""ask, search, batch: questions from the command line.

Takes    a question, or a file of them
Gives    the answer in words or JSON; a file of answers
Touches  click          Never  HTTP
"""

import sys
from pathlib import Path
from time import perf_counter

import click

from index.types import Hit, Mode
from service.api.parse import LONGEST_QUESTION, MOST_HITS
from service.api.shapes import Links, answer_shape, search_shape
from service.app import Tools, assemble, open_store
from service.batch import answer_table, check_name, read_questions
from service.commands.terminal import DONE, PARTLY, as_json, home_option, printable, progress, show_json, told
from service.settings import Settings
from service.types import Answer

_top_k = click.option("--top-k", type=click.IntRange(1, MOST_HITS), default=5, show_default=True, help="How many hits.")
_mode = click.option(
    "--mode", type=click.Choice(["hybrid", "dense", "lexical"]), default="hybrid", show_default=True, help="Which arms."
)


def _question(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("is blank; write at least one word")
    if len(value) > LONGEST_QUESTION:
        raise click.BadParameter(f"has {len(value):,} characters; at most {LONGEST_QUESTION:,} are taken")
    return value


@click.command()
@click.argument("question", callback=_question)
@_top_k
@_mode
@as_json
@home_option
@click.pass_obj
@told
def ask(settings: Settings, question: str, top_k: int, mode: Mode, json_wanted: bool) -> None:
    """Answer QUESTION with cited sentences; exit code 3 if the documents do not tell."""
    with open_store(settings) as store:
        parts = assemble(settings, store, Tools.of(settings))
        start = perf_counter()
        answer = parts.answerer.ask(question, top_k, mode)
    if json_wanted:
        show_json(answer_shape(answer, (perf_counter() - start) * 1000, _links(settings)))
    else:
        _show_answer(answer)
    sys.exit(PARTLY if answer.refused else DONE)


@click.command()
@click.argument("question", callback=_question)
@_top_k
@_mode
@as_json
@home_option
@click.pass_obj
@told
def search(settings: Settings, question: str, top_k: int, mode: Mode, json_wanted: bool) -> None:
    """Show the passages nearest to QUESTION; exit code 3 if there are none."""
    with open_store(settings) as store:
        parts = assemble(settings, store, Tools.of(settings))
        start = perf_counter()
        hits = parts.searcher.search(question, top_k, mode)
    if json_wanted:
        show_json(search_shape(question, hits, (perf_counter() - start) * 1000, _links(settings)))
    else:
        _show_hits(hits)
    sys.exit(DONE if hits else PARTLY)


@click.command()
@click.argument("questions", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="jsonl or csv, by its ending."
)
@_top_k
@_mode
@home_option
@click.pass_obj
@told
def batch(settings: Settings, questions: Path, out: Path, top_k: int, mode: Mode) -> None:
    """Answer every question of IN (jsonl or csv with id and question) into a file; exit code 3 if a row was wrong."""
    check_name(out)
    rows = read_questions(questions)
    with open_store(settings) as store, progress(len(rows), "answering", "question") as bar:
        parts = assemble(settings, store, Tools.of(settings))
        wrong = answer_table(
            rows,
            out,
            ask=lambda question: parts.answerer.ask(question, top_k, mode),
            advance=lambda: bar.update(1),
            links=_links(settings),
        )
    click.echo(f"{len(rows) - wrong} of {len(rows)} questions answered into {out}", err=True)
    sys.exit(PARTLY if wrong else DONE)


def _links(settings: Settings) -> Links:
    return Links(settings.public_url, settings.collection)


def _show_answer(answer: Answer) -> None:
    if answer.refused:
        click.echo(_REFUSALS[answer.reason or "nothing_found"] + f" (confidence {answer.confidence:.2f})")
    else:
        click.echo(f"{printable(answer.text)}\n")
    for citation in answer.citations:
        place = f"{citation.title} › {citation.section}" if citation.section else citation.title
        click.echo(f"[{citation.number}] {printable(place)}, characters {citation.start}-{citation.end}")


_REFUSALS = {
    "empty_corpus": "Nothing is indexed yet: add documents with `wenqu ingest PATH`.",
    "nothing_found": "No passage shares anything with this question.",
    "low_confidence": "The documents do not seem to answer this. `wenqu search` shows the nearest passages.",
}


def _show_hits(hits: list[Hit]) -> None:
    if not hits:
        click.echo("no passage found")
    for hit in hits:
        passage = hit.passage
        place = f"{passage.title} › {passage.section}" if passage.section else passage.title
        click.echo(f"{hit.rank}. {hit.score:.3f}  {printable(place)}, characters {passage.start}-{passage.end}")
        click.echo(f"   {printable(passage.text)}\n")
