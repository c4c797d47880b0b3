"""Pages of the documentation that repeat what the code says are compared with the code."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from nanonets_sdk import AsyncNanonets, Nanonets
from samples import ROOT

SETTINGS = ROOT / "docs" / "settings.md"
MAKING = ROOT / "docs" / "making" / "options_page.py"
# Read by httpx, rich and the standard library, not by name in this package.
READ_BY_LIBRARIES = {"HTTP_PROXY", "NO_PROXY", "NO_COLOR"}


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the cells of the tables below a heading."""
    section = page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:3] == "| `"]


def variables_in(text: str) -> set[str]:
    """Return the environment variables in the first cells of the tables of a page, and in its notes."""
    return set(re.findall(r"`((?:NANONETS|SSL|HTTPS?|ALL|NO)_[A-Z_]+)`", text))


def variables_of_the_code(folder: Path) -> set[str]:
    """Return the variables that the code names in string constants of their own."""
    pattern = re.compile(r"NANONETS_[A-Z]+(?:_[A-Z]+)*|SSL_CERT_(?:FILE|DIR)|(?:HTTPS?|ALL|NO)_PROXY")
    return {
        node.value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and pattern.fullmatch(node.value)
    }


def test_the_settings_page_names_every_variable_that_the_code_reads_and_no_other() -> None:
    read = variables_of_the_code(ROOT / "overrides" / "nanonets_sdk") | READ_BY_LIBRARIES
    assert variables_in(SETTINGS.read_text(encoding="utf-8")) == read


@pytest.mark.parametrize("client", [Nanonets, AsyncNanonets])
def test_the_settings_page_lists_the_arguments_of_a_client_with_their_defaults(client: type) -> None:
    listed = {
        cells[0].strip("`"): cells[1] for cells in rows(SETTINGS.read_text(encoding="utf-8"), "Arguments of a client")
    }
    arguments = inspect.signature(client).parameters
    assert list(listed) == list(arguments)
    for name, written in listed.items():
        default = arguments[name].default
        if not written.startswith("`"):
            assert written == (f"{default:g}" if isinstance(default, float) else str(default)), name


def options_page() -> Any:
    """Return the module that writes the page of options."""
    spec = importlib.util.spec_from_file_location("options_page", MAKING)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_options_is_what_the_command_says() -> None:
    module = options_page()
    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run: nox -s pages"


def test_the_page_of_options_has_a_row_for_an_option_that_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    import typer

    module = options_page()
    app = typer.Typer()

    @app.command()
    def read(pages: int = typer.Option(3, "--pages", help="How many.")) -> None:
        """Read."""

    monkeypatch.setattr(module, "app", app)
    assert "| `--pages NUMBER` | How many. Default: `3`. |" in module.page()


def test_installing_is_shown_as_it_works_without_a_release() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "guides").glob("*.md")]:
        blocks = re.findall(r"^```\w+\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        assert not [block for block in blocks if re.search(r"pip install [\"']?nanonets-sdk", block)], page
