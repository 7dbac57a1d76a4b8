"""The rules of the house, held against the code itself.

Takes    every Python file of the repository, as text
Gives    tests
Touches  ast          Never  imports what it judges
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
PRODUCT = ("corpus", "index", "service")
ROOMS = (*PRODUCT, "training", "tests", "benchmarks")
LONGEST_FILE = 320
LONGEST_FUNCTION = 40

# The only files that know a library, as ARCHITECTURE.md says; a folder stands for all files in it.
KNOWN_IN = {
    "click": ["service/__main__.py", "service/commands/"],
    "faiss": ["index/parts.py"],
    "flask": ["service/api/", "service/app.py", "service/server.py", "service/web/pages.py"],
    "huggingface_hub": ["index/embedder.py"],
    "jieba": ["index/terms.py"],
    "markdown_it": ["corpus/readers/markdown.py"],
    "onnxruntime": ["index/quantised.py"],
    "numpy": ["corpus/", "index/", "service/answering/"],
    "opencc": ["corpus/folding.py"],
    "orjson": ["index/", "service/"],
    "pydantic": ["service/api/parse.py"],
    "pydantic_core": ["service/api/parse.py"],
    "lxml": ["corpus/readers/xml.py"],
    "pypdfium2": ["corpus/readers/pdf.py", "corpus/readers/pdf_rules.py"],
    "python_calamine": ["corpus/readers/sheet.py"],
    "safetensors": ["index/quantised.py"],
    "selectolax": ["corpus/readers/html.py", "corpus/readers/markup.py"],
    "pysqlite3": ["index/database.py"],
    "rjieba": ["index/terms.py"],
    "sentence_transformers": ["index/embedder.py"],
    "sqlalchemy": [
        "index/changes.py",
        "index/checks.py",
        "index/database.py",
        "index/labels.py",
        "index/migrations.py",
        "index/provenance.py",
        "index/rebuilding.py",
        "index/schema.py",
        "index/store.py",
    ],
    "tantivy": ["index/lexical.py"],
    "tokenizers": ["index/quantised.py"],
    "torch": ["index/embedder.py"],
    "tqdm": ["service/commands/terminal.py"],
    "transformers": ["index/embedder.py"],
    "waitress": ["service/server.py"],
    "werkzeug": ["service/api/problem.py"],
}
LOWER = {"corpus": set(), "index": {"corpus"}, "service": {"corpus", "index"}}
MAY_IMPORT_LATE = {"index/embedder.py"}
VAGUE_FILES = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "misc.py"}
VAGUE_NAMES = {"chunk", "chunks", "doc", "docs", "res", "cfg"}
CAN_EXECUTE = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}


def files_of(*rooms: str) -> list[str]:
    """List the Python files of these rooms."""
    return sorted(path.relative_to(HOUSE).as_posix() for room in rooms for path in (HOUSE / room).rglob("*.py"))


def tree_of(name: str) -> ast.Module:
    """Parse a file."""
    return ast.parse((HOUSE / name).read_text("utf-8"))


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Yield the full name of every module that is imported, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole way"
            yield node.module or ""


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function, methods and inner ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function's body without its docstring and without inner functions, measured themselves."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 0
    inner = [node for node in functions_of(function) if node is not function]
    return body[-1].end_lineno - body[0].lineno + 1 - sum(node.end_lineno - node.lineno + 1 for node in inner)


@pytest.mark.parametrize("name", files_of(*PRODUCT))
def test_imports_look_down(name: str) -> None:
    """Down is service → index → corpus; nobody imports tests, training or benchmarks."""
    room = name.partition("/")[0]
    ours = {module.partition(".")[0] for module in imports_of(tree_of(name))} & set(ROOMS)
    assert ours <= {room} | LOWER[room]


def test_no_file_needs_itself() -> None:
    """Follow our own imports from every file: none comes back to where it began."""
    modules = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): name for name in files_of(*PRODUCT)
    }
    needs = {module: {m for m in imports_of(tree_of(name)) if m in modules} for module, name in modules.items()}
    while leaves := {module for module, needed in needs.items() if not needed & needs.keys()}:
        needs = {module: needed for module, needed in needs.items() if module not in leaves}
    assert not needs, f"a cycle among {sorted(needs)}"


@pytest.mark.parametrize("name", files_of(*PRODUCT))
def test_a_library_is_known_only_where_the_table_says(name: str) -> None:
    """Whatever is neither Python's nor ours stands in the table above."""
    foreign = {module.partition(".")[0] for module in imports_of(tree_of(name))} - set(ROOMS) - sys.stdlib_module_names
    strays = [library for library in foreign if not any(name.startswith(place) for place in KNOWN_IN.get(library, []))]
    assert not strays


@pytest.mark.parametrize("name", sorted(set(files_of(*PRODUCT)) - MAY_IMPORT_LATE))
def test_imports_stand_at_the_head(name: str) -> None:
    """Only the embedder may load its library when it is needed."""
    late = [list(imports_of(function)) for function in functions_of(tree_of(name))]
    assert not any(late)


@pytest.mark.parametrize("name", [name for name in files_of(*ROOMS) if not name.endswith("__init__.py")])
def test_every_file_opens_with_its_card(name: str) -> None:
    """A docstring says what the file takes, gives, touches or never does; errors draw their tree, tests say why."""
    card = ast.get_docstring(tree_of(name)) or ""
    if name.startswith("tests/"):
        assert card
        return
    labels = ("├──", "└──") if name == f"{name.split('/')[0]}/errors.py" else ("Takes ", "Gives ", "Touches ", "Never ")
    assert any(label in card for label in labels)


@pytest.mark.parametrize("name", files_of(*ROOMS))
def test_files_and_functions_fit_the_eye(name: str) -> None:
    """No file and no function outgrows its limit; a file that holds nothing but a table is no code."""
    tree = tree_of(name)
    long = {function.name: length_of(function) for function in functions_of(tree)}
    assert {function: lines for function, lines in long.items() if lines > LONGEST_FUNCTION} == {}
    if long:
        assert len((HOUSE / name).read_text("utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("name", files_of(*PRODUCT, "training"))
def test_nothing_is_loaded_that_could_execute(name: str) -> None:
    """No pickle by any name, no torch.load, no allow_pickle."""
    tree = tree_of(name)
    assert not {module.partition(".")[0] for module in imports_of(tree)} & CAN_EXECUTE
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert "torch.load" not in [ast.unparse(call.func) for call in calls]
    assert "allow_pickle" not in [keyword.arg for call in calls for keyword in call.keywords]


@pytest.mark.parametrize("name", files_of(*ROOMS))
def test_names_say_what_they_name(name: str) -> None:
    """No drawer for odds and ends, and one word per thing: a passage is no chunk, a document no doc."""
    assert Path(name).name not in VAGUE_FILES
    tree = tree_of(name)
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    named |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    named |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assert not named & VAGUE_NAMES
