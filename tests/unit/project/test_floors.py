"""A package is a floor and imports go down: the rule holds, and it fails when it should."""

import graphlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import grimp
import pytest

import nanonets_api
import nanonets_sdk
from samples import ROOT

CONFIG: Final = ROOT / "pyproject.toml"
PACKAGES: Final = [Path(str(package.__file__)).parent for package in (nanonets_sdk, nanonets_api)]

# The import that a test plants, at the place in the file that the name says.
PLANTED: Final = {
    "plain": "from nanonets_sdk.{module} import {name}\n",
    "lazy": "def late() -> object:\n    from nanonets_sdk.{module} import {name}\n\n    return {name}\n",
    "type-only": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from nanonets_sdk.{module} import {name}\n"
    ),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of both packages that a test may break."""
    for package in PACKAGES:
        shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def lint_imports(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the packages in a folder, with the project's own contracts."""
    program = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    chosen = [argument for contract in contracts for argument in ("--contract", contract)]
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--config", str(CONFIG), *chosen],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def append(file: Path, text: str) -> None:
    """Add text to the end of a file."""
    file.write_text(f"{file.read_text('utf-8')}\n\n{text}", "utf-8")


def plant(folder: Path, file: str, how: str, module: str, name: str) -> None:
    """Add an import to the end of a file of the copied package."""
    append(folder / "nanonets_sdk" / file, PLANTED[how].format(module=module, name=name))


def broken(done: subprocess.CompletedProcess[str]) -> set[str]:
    """The names of the contracts that a run found broken."""
    return set(re.findall(r"^(.+?) BROKEN", done.stdout, re.MULTILINE))


def test_every_contract_is_kept(copy: Path) -> None:
    done = lint_imports(copy)
    assert (done.returncode, broken(done)) == (0, set()), done.stdout


def test_an_upward_import_breaks_the_floors_however_it_is_written(copy: Path) -> None:
    # One run for the three ways: a run takes seconds, and its report names every import.
    places = dict(zip(PLANTED, ("documents/field.py", "replies/decode.py", "formats/rows.py"), strict=True))
    for how, file in places.items():
        plant(copy, file, how, "client", "Nanonets")
    done = lint_imports(copy, "floors")
    assert done.returncode == 1
    for file in places.values():
        module = file.removesuffix(".py").replace("/", ".")
        assert f"nanonets_sdk.{module} -> nanonets_sdk.client" in done.stdout


def test_a_circle_within_a_package_is_found_however_it_is_written(copy: Path) -> None:
    plant(copy, "documents/field.py", "plain", "documents.document", "Document")
    plant(copy, "formats/rows.py", "lazy", "formats.xlsx", "write_xlsx")
    plant(copy, "batch/outcome.py", "type-only", "batch.engine", "Engine")
    done = lint_imports(copy, "circles")
    assert done.returncode == 1
    for package in ("documents", "formats", "batch"):
        assert f"nanonets_sdk.{package}" in done.stdout


def test_each_part_of_the_package_is_held_by_a_contract_of_its_own(copy: Path) -> None:
    plant(copy, "mock/http/handling.py", "lazy", "client", "Nanonets")
    plant(copy, "mock/learning/training.py", "lazy", "mock.account.account", "Account")
    plant(copy, "mock/reading/layout/page.py", "lazy", "mock.reading.files.pdf", "read_pdf")
    plant(copy, "drift/report/outcome.py", "lazy", "drift.gates.surface", "compare")
    plant(copy, "cli/output/terminal.py", "lazy", "cli.commands.predict", "predict")
    append(copy / "nanonets_sdk" / "calls" / "ocr.py", "def late() -> object:\n    import httpx\n")
    append(copy / "nanonets_api" / "errors.py", "from nanonets_sdk import errors\n")
    names = " ".join(broken(lint_imports(copy, "mock", "reading", "drift", "cli", "base-alone", "httpx", "generated")))
    for name in (
        "of the mock",
        "mock's reader",
        "of the gates",
        "of the command",
        "Mock, gates and",
        "httpx",
        "Generated code",
    ):
        assert name in names


def test_a_new_package_must_be_given_a_floor(copy: Path) -> None:
    (copy / "nanonets_sdk" / "attic.py").write_text('"""A module that no floor has."""\n', "utf-8")
    assert lint_imports(copy, "floors").returncode == 1


def imports() -> dict[str, set[str]]:
    """The modules that each module imports, at any place of its file."""
    graph = grimp.build_graph("nanonets_sdk", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_no_module_imports_itself_by_any_way() -> None:
    graphlib.TopologicalSorter(imports()).prepare()


def test_a_circle_through_a_package_face_would_be_seen() -> None:
    found = imports()
    found["nanonets_sdk.errors"].add("nanonets_sdk")
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter(found).prepare()


def modules_in(folder: Path) -> Iterator[str]:
    """The modules that stand directly in a folder, its `__init__` included."""
    return (path.stem for path in folder.glob("*.py"))


@pytest.mark.parametrize(("part", "most"), [("", 12), ("mock", 6), ("drift", 2), ("cli", 3)])
def test_few_modules_stand_outside_a_floor(part: str, most: int) -> None:
    found = sorted(modules_in(PACKAGES[0] / part))
    assert len(found) <= most, found
