"""The examples in docstrings run: interpreter sessions as they are, others on the mock."""

import ast
import asyncio
import doctest
import inspect
import re
import shutil
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from attrs import frozen

import nanonets_sdk
from nanonets_sdk import Nanonets
from nanonets_sdk.mock import MockServer
from nanonets_sdk.mock.plugin import API_KEY
from samples import INVOICE

# The mock, the command line and the datasets of Ray have their own tests, and need their extras.
ELSEWHERE = {"mock", "cli", "ray", "__main__"}


def modules() -> Iterator[ModuleType]:
    """Yield the modules of the package, except those tested elsewhere and those whose extra is missing."""
    root = Path(nanonets_sdk.__file__).parent
    for path in sorted(root.rglob("*.py")):
        steps = [step for step in path.relative_to(root).with_suffix("").parts if step != "__init__"]
        if not ELSEWHERE & set(steps):
            yield from imported(".".join([root.name, *steps]))


def imported(name: str) -> Iterator[ModuleType]:
    """Import and yield a module, unless it needs something that is not installed."""
    try:
        yield import_module(name)
    except ModuleNotFoundError as error:
        if str(error.name).startswith("nanonets"):
            raise


@frozen
class Snippet:
    """A fenced example of a docstring, and where it stands."""

    place: str
    code: str

    def compiled(self) -> CodeType:
        """Compile the code, with `await` allowed at the top level as in a notebook."""
        code: CodeType = compile(self.code, self.place, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        return code


def documented(module: ModuleType) -> Iterator[tuple[str, str]]:
    """The docstrings of a module, of its classes and functions and of their members, with their places."""
    source = inspect.getsource(module)
    # Every worker collects all tests, and most modules have no example.
    for node in ast.walk(ast.parse(source)) if "```python" in source else ():
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield f"{module.__name__}:{getattr(node, 'name', '')}", text


def snippets() -> list[Snippet]:
    """All fenced examples in Python."""
    return [
        Snippet(place, textwrap.dedent(code))
        for module in MODULES
        for place, text in documented(module)
        for code in re.findall(r"^ *```python\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    ]


def doctests() -> list[doctest.DocTest]:
    """All examples of the interpreter."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    having = [module for module in MODULES if ">>>" in inspect.getsource(module)]
    return [test for module in having for test in finder.find(module) if test.examples]


def failures(test: doctest.DocTest) -> str:
    """Return what an interpreter example prints, if that is not what it should print."""
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    return "".join(said)


MODULES = list(modules())
SNIPPETS = snippets()
DOCTESTS = doctests()


def test_there_are_examples_of_both_kinds() -> None:
    assert len(DOCTESTS) >= 5
    assert len(SNIPPETS) >= 8


@pytest.mark.parametrize("test", DOCTESTS, ids=lambda test: test.name)
def test_an_example_of_the_interpreter_prints_what_it_says(test: doctest.DocTest) -> None:
    assert failures(test) == ""


def test_an_example_with_other_output_is_noticed() -> None:
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, None)
    assert "Expected:\n    3" in failures(wrong)


@pytest.fixture
def desk(nanonets_mock: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The names that examples use: a key, a client, a model, a document, and files in a folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NANONETS_API_KEY", API_KEY)
    monkeypatch.setenv("NANONETS_BASE_URL", nanonets_mock.base_url)
    for folder in ("in", "out"):
        (tmp_path / folder).mkdir()
    for name in ("invoice.pdf", "in/invoice.pdf"):
        shutil.copy(INVOICE, tmp_path / name)
    with Nanonets() as client:
        names = {name: getattr(nanonets_sdk, name) for name in nanonets_sdk.__all__}
        document = client.ocr.predict_file(nanonets_mock.model_id, INVOICE)
        shutil.copy(INVOICE, tmp_path / "letter.pdf")
        yield names | {
            "client": client,
            "model_id": nanonets_mock.model_id,
            "document": document,
            "request_file_id": document.request_file_id,
            "draft": client.ocr.edit(nanonets_mock.model_id, document),
            "detection_model_id": nanonets_mock.create_model(["logo"], model_type="localization"),
            "tag_model_id": nanonets_mock.create_model(["invoice", "paid"], model_type="multi_label"),
            "predicted": document,
            "truth": document,
            "note_down": str,
            "Path": Path,
            "timedelta": timedelta,
        }


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.place)
def test_an_example_in_a_docstring_runs(snippet: Snippet, desk: dict[str, Any]) -> None:
    module = import_module(snippet.place.partition(":")[0])
    outcome = eval(snippet.compiled(), {**vars(module), **desk})
    if inspect.isawaitable(outcome):
        asyncio.run(_finished(outcome))


async def _finished(outcome: Any) -> None:
    await outcome


def test_an_example_that_calls_a_missing_name_is_noticed(desk: dict[str, Any]) -> None:
    wrong = Snippet("wrong", "client.ocr.predict_fil(model_id, 'invoice.pdf')")
    with pytest.raises(AttributeError, match="predict_fil"):
        eval(wrong.compiled(), desk)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_module_says_what_it_is_for(module: ModuleType) -> None:
    assert (module.__doc__ or "").strip()
