"""Both READMEs, held against what they describe.

Takes    README.md, README.zh-CN.md, the Makefile, the product's own lists and shapes, a running service
Gives    tests
Touches  flask for the list of routes          Never  the service's insides
"""

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from corpus.readers import read_document
from corpus.types import Sentence
from index.types import ArmScore, FoundSentence, Hit, StoredPassage
from service import VERSION
from service.__main__ import main
from service.api.documents import documents
from service.api.health import health
from service.api.jobs import jobs_api
from service.api.native import native
from service.api.parse import SearchRequest, checked
from service.api.problem import problem_body
from service.api.shapes import answer_shape
from service.commands import terminal
from service.errors import BadRequest
from service.settings import KNOBS
from service.types import Answer, Citation
from tests.service.caller import Caller

HOUSE = Path(__file__).parent.parent
ENGLISH = (HOUSE / "README.md").read_text("utf-8")
CHINESE = (HOUSE / "README.zh-CN.md").read_text("utf-8")
BOTH = pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=["README.md", "README.zh-CN.md"])


def rows_after(readme: str, heading: str) -> list[list[str]]:
    """Give the cells of the first table after a heading, its head left out."""
    table = re.search(r"^\|.*?(?=\n\n)", readme.partition(heading)[2], re.MULTILINE | re.DOTALL)
    assert table, f"no table after {heading!r}"
    lines = table[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def example(readme: str, name: str) -> dict[str, Any]:
    """Give the JSON example that is marked by this name."""
    block = re.search(rf"<!-- {name} -->\n```json\n(.*?)```", readme, re.DOTALL)
    assert block, f"no example marked {name}"
    return cast(dict[str, Any], json.loads(block[1]))


def shape_of(value: Any) -> Any:
    """Reduce a JSON value to its names: objects to their members in order, lists to the shape of their first entry."""
    if isinstance(value, dict):
        return {name: shape_of(inner) for name, inner in value.items()}
    return [shape_of(value[0])] if isinstance(value, list) and value and isinstance(value[0], dict) else ...


def without_scores(citations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the citations with all that a machine cannot change."""
    return [{name: value for name, value in citation.items() if name != "score"} for citation in citations]


def some_answer() -> Answer:
    """Make an answer with one citation and one hit."""
    passage = StoredPassage(1, "p", "d", "title", "section", 0, 2, None, "问渠", (Sentence(0, 2),))
    hit = Hit(1, 0.5, ArmScore(1, 0.5), ArmScore(1, 0.5), passage, ((0, 1),), (FoundSentence(0, 2, 0.5),))
    citation = Citation(1, "d", "title", "section", 0, 2, "问渠", None, 0.5)
    return Answer("question", "问渠[1]", False, None, 0.5, (citation,), (hit,))


@BOTH
def test_the_settings_table_is_the_list_of_knobs(readme: str) -> None:
    """Same names, same defaults, same order."""
    heading = "## Settings" if readme is ENGLISH else "## 设置"
    table = [(name.strip("`"), default.strip("`")) for name, default, _ in rows_after(readme, heading)]
    assert table == [(knob.variable, knob.default) for knob in KNOBS]


def test_the_settings_table_explains_in_the_knobs_own_words() -> None:
    """What is said once in the code is not said otherwise in the README."""
    assert [row[2] for row in rows_after(ENGLISH, "## Settings")] == [knob.meaning for knob in KNOBS]


@BOTH
def test_every_make_target_that_is_named_exists(readme: str) -> None:
    """A newcomer types what is written."""
    targets = set(re.findall(r"^([a-z-]+):", (HOUSE / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)`", readme, re.MULTILINE))
    assert {first or second for first, second in named} <= targets
    assert {"serve", "test", "install"} <= targets


@BOTH
def test_every_command_is_listed(readme: str) -> None:
    """The table of commands is the command line's own list."""
    heading = "## Command line" if readme is ENGLISH else "## 命令行"
    assert {row[0].split()[1].strip("`") for row in rows_after(readme, heading)} == set(main.commands)


@BOTH
def test_every_exit_code_is_listed(readme: str) -> None:
    """The table of exit codes is the one that the commands use."""
    heading = "Exit codes:" if readme is ENGLISH else "退出码："
    codes = {terminal.DONE, terminal.FAILED, terminal.USAGE, terminal.PARTLY, terminal.INTERRUPTED}
    assert {int(row[0]) for row in rows_after(readme, heading)} == codes


@BOTH
def test_every_route_is_listed(readme: str) -> None:
    """The table of requests is what the application answers."""
    app = Flask(__name__, static_folder=None)
    nothing = cast(Any, None)
    parts = (native(*[nothing] * 3, ""), documents(nothing, nothing, ""), jobs_api(nothing), health(nothing))
    for blueprint in parts:
        app.register_blueprint(blueprint)
    real = {
        f"{method} {re.sub('<(name|[a-z]+_id)>', lambda match: '{name}' if match[1] == 'name' else '{id}', rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    listed = {re.match(r"`([A-Z]+ [^` ]+)", row[0]) for row in rows_after(readme, "## API")}
    assert {match[1] for match in listed if match} == real


@BOTH
def test_the_example_has_the_shape_of_a_real_answer(readme: str) -> None:
    """Every name, in the real order, all the way down."""
    real = json.loads(json.dumps(answer_shape(some_answer(), 1.0)))
    assert shape_of(example(readme, "answer")) == shape_of(real)
    assert list(example(readme, "answer")) == list(real)


@BOTH
def test_the_example_cites_the_sample_article_exactly(readme: str) -> None:
    """The README keeps the promise that it makes: each quote is the slice."""
    (path,) = (HOUSE / "corpus" / "documents").iterdir()
    text = read_document(path.read_bytes(), path.name).text
    answer = example(readme, "answer")
    quoted = [(cited["start"], cited["end"], cited["quote"]) for cited in answer["citations"]]
    quoted += [(found["start"], found["end"], found["text"]) for found in [answer["hits"][0]["passage"]]]
    assert [text[start:end] for start, end, _ in quoted] == [quote for _, _, quote in quoted]


@BOTH
def test_the_example_is_what_the_service_answers(readme: str, live_url: str) -> None:
    """The same words from the same places; scores may differ from machine to machine. Mended by .ci/refresh-readme."""
    shown = example(readme, "answer")
    given = Caller(live_url).post("/api/v1/ask", {"question": shown["question"]}).json()
    assert shown["answer"] == given["answer"]
    assert without_scores(shown["citations"]) == without_scores(given["citations"])
    assert shown["hits"][0]["passage"] == given["hits"][0]["passage"]


@BOTH
def test_the_example_of_a_failure_is_what_really_comes(readme: str) -> None:
    """Everything but the request's id is the same."""
    with pytest.raises(BadRequest) as caught:
        checked(SearchRequest, {"question": "成都都市圈如何推进通勤?", "top_k": 0})
    fault = caught.value
    real = problem_body(fault.status, fault.code, "Invalid request", str(fault), fault.field)
    assert example(readme, "problem") | {"instance": ""} == real | {"instance": ""}


def test_both_languages_say_the_same() -> None:
    """The same headings, the same commands to type, the same tables."""
    for pattern in (r"^#+ ", r"^\| ", r"^- "):
        assert len(re.findall(pattern, ENGLISH, re.MULTILINE)) == len(re.findall(pattern, CHINESE, re.MULTILINE))
    typed = [
        [
            re.sub(r"\s+#.*", "", line)
            for block in re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)
            for line in block.splitlines()
        ]
        for readme in (ENGLISH, CHINESE)
    ]
    assert typed[0] == typed[1]


def test_the_version_is_the_same_everywhere() -> None:
    """What the image and the compose file carry is what the product says of itself."""
    assert f'image.version="{VERSION}"' in (HOUSE / "Dockerfile").read_text("utf-8")
    assert f"image: wenqu:{VERSION}" in (HOUSE / "compose.yaml").read_text("utf-8")
