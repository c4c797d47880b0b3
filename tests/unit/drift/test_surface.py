"""The public Python surface cannot change unnoticed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import nanonets_sdk
from nanonets_sdk.cli.commands.drift import app
from nanonets_sdk.drift.gates.surface import (
    AGREED,
    Surface,
    compare,
    read_surface,
    surface_of,
)
from nanonets_sdk.drift.report.outcome import NotComparable
from samples import ROOT

PACKAGE = """\
from nanonets_sdk.boxes import Box, Client, Color

__all__ = ["Box", "Client", "Color"]
"""
MODULE = """\
from enum import Enum
from typing import ClassVar

from attrs import frozen


class Color(Enum):
    RED = "red"


@frozen
class Box:
    count: ClassVar[int] = 0
    left: int
    right: int = 0

    @property
    def width(self) -> int:
        return self.right - self.left


class Ocr:
    def train(self, model: str, *, again: bool = False) -> Box:
        return Box(1)

    def _hidden(self) -> None: ...


class Client:
    ocr: Ocr

    async def close(self, wait: int) -> None: ...
"""


def package(folder: Path, module: str = MODULE, *, home: str = "boxes") -> Path:
    root = folder / "nanonets_sdk"
    root.mkdir(parents=True, exist_ok=True)
    (root / "__init__.py").write_text(PACKAGE.replace(".boxes", f".{home}"), encoding="utf-8")
    (root / f"{home}.py").write_text(module, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Surface:
    return surface_of(package(tmp_path_factory.mktemp("agreed")))


def moved(agreed: Surface, folder: Path, old: str, new: str) -> list[tuple[str, str, str]]:
    assert old in MODULE
    present = surface_of(package(folder, MODULE.replace(old, new)))
    return [(finding.severity.value, finding.rule, finding.where) for finding in compare(agreed, present).findings]


def test_the_surface_is_what_is_exported_and_what_that_names(agreed: Surface) -> None:
    assert set(agreed) == {
        "nanonets_sdk.Box",
        "nanonets_sdk.Box.count",
        "nanonets_sdk.Box.left",
        "nanonets_sdk.Box.right",
        "nanonets_sdk.Box.width",
        "nanonets_sdk.Client",
        "nanonets_sdk.Client.close",
        "nanonets_sdk.Client.ocr",
        "nanonets_sdk.Color",
        "nanonets_sdk.Color.RED",
        "nanonets_sdk.*.Ocr",
        "nanonets_sdk.*.Ocr.train",
    }
    assert agreed["nanonets_sdk.Box"] == "class Box() of (left: int, right: int = 0) frozen, eq"


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("again: bool = False", "again: bool = False, dry: bool = False", ("additive", "signature-extended")),
        ("again: bool = False", "again: bool = False, dry: bool", ("callers", "signature-broken")),
        ("model: str, *", "name: str, *", ("callers", "signature-broken")),
        ("model: str, *", "model: str | int, *", ("additive", "signature-extended")),
        ("model: str, *", "model: int, *", ("callers", "parameter-type-changed")),
        ("again: bool = False", "again: bool = True", ("callers", "signature-broken")),
        (") -> Box:", ") -> int:", ("callers", "return-type-changed")),
        ("def train(self", "async def train(self", ("callers", "awaiting-changed")),
    ],
)
def test_a_changed_method_is_judged(
    agreed: Surface, tmp_path: Path, old: str, new: str, finding: tuple[str, str]
) -> None:
    assert moved(agreed, tmp_path, old, new) == [(*finding, "nanonets_sdk.*.Ocr.train")]


@pytest.mark.parametrize(
    ("old", "new", "findings"),
    [
        ("    def _hidden", "    def shown", [("additive", "name-added", "nanonets_sdk.*.Ocr.shown")]),
        ("def width", "def breadth", [
            ("callers", "name-removed", "nanonets_sdk.Box.width"),
            ("additive", "name-added", "nanonets_sdk.Box.breadth"),
        ]),
        ("    left: int\n", "    left: float\n", [
            ("callers", "declaration-changed", "nanonets_sdk.Box.left"),
            ("additive", "class-extended", "nanonets_sdk.Box"),
        ]),
        ('RED = "red"', 'RED = "RED"', [("callers", "declaration-changed", "nanonets_sdk.Color.RED")]),
        ("right: int = 0", "right: int", [("callers", "declaration-changed", "nanonets_sdk.Box")]),
        ("class Client:", "class Client(Ocr):", [
            ("additive", "class-extended", "nanonets_sdk.Client"),
            ("additive", "name-added", "nanonets_sdk.Client.train"),
        ]),
    ],
)  # fmt: skip
def test_a_changed_class_is_judged(
    agreed: Surface, tmp_path: Path, old: str, new: str, findings: list[tuple[str, str, str]]
) -> None:
    assert moved(agreed, tmp_path, old, new) == findings


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        return Box(1)", '        """Train."""\n        return Box(2)'),
        ("    def _hidden(self)", "    def _hidden(self, more: int)"),
        ("class Ocr:", "# A comment.\nclass Ocr:"),
    ],
)
def test_changes_invisible_to_callers_are_not_reported(agreed: Surface, tmp_path: Path, old: str, new: str) -> None:
    assert moved(agreed, tmp_path, old, new) == []


SHORT = MODULE.replace(
    "    def _hidden", "    def scale(self, to: Size, unit: Unit) -> None: ...\n\n    def _hidden"
).replace("class Color", 'Size: TypeAlias = int | str\nUnit = Literal["px"]\nLIMIT: int = 5\n\n\nclass Color')


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("= int | str", "= int", ["nanonets_sdk.*.Size"]),
        ('["px"]', '["px", "mm"]', ["nanonets_sdk.*.Unit"]),
        ("LIMIT: int = 5", "LIMIT: int = 6", []),
    ],
)
def test_what_a_type_is_short_for_is_part_of_the_surface(old: str, new: str, found: list[str], tmp_path: Path) -> None:
    assert old in SHORT
    before = surface_of(package(tmp_path / "before", SHORT))
    after = surface_of(package(tmp_path / "after", SHORT.replace(old, new)))

    assert [finding.where for finding in compare(before, after).findings] == found


@pytest.mark.parametrize("text", ["", "[]", "null", '{"nanonets_sdk.Box": 5}'])
def test_a_file_that_records_no_surface_is_not_comparable(text: str, tmp_path: Path) -> None:
    (tmp_path / "surface.json").write_text(text, encoding="utf-8")

    with pytest.raises(NotComparable, match="The agreed surface"):
        read_surface(tmp_path / "surface.json")


def test_an_invalid_recorded_declaration_is_not_comparable(agreed: Surface) -> None:
    with pytest.raises(NotComparable, match="which is not a declaration"):
        compare({**agreed, "nanonets_sdk.Client.close": "async def ((("}, agreed)


def test_names_may_move_between_modules(agreed: Surface, tmp_path: Path) -> None:
    present = surface_of(package(tmp_path, MODULE, home="shapes"))
    assert compare(agreed, present).findings == ()


def test_an_intended_change_is_recorded_in_one_command(tmp_path: Path) -> None:
    root, recorded = package(tmp_path), tmp_path / "surface.json"
    recorded.write_text("{}", encoding="utf-8")

    def surface(*options: str) -> int:
        arguments = ["surface", "--source", str(root), "--agreed", str(recorded), "--format", "json", *options]
        return CliRunner().invoke(app, arguments).exit_code

    assert [surface(), surface("--update"), surface()] == [10, 0, 0]
    assert json.loads(recorded.read_text(encoding="utf-8"))["nanonets_sdk.Client.ocr"] == "ocr: Ocr"


@pytest.fixture(scope="module")
def present() -> Surface:
    return surface_of(Path(nanonets_sdk.__file__).parent)


def test_the_surface_of_the_project_is_as_recorded(present: Surface) -> None:
    assert [finding.where for finding in compare(read_surface(AGREED), present).findings] == []


def test_the_surface_of_the_project_has_the_calls_that_people_make(present: Surface) -> None:
    assert {
        "nanonets_sdk.Nanonets.ocr",
        "nanonets_sdk.*.Ocr.predict_file",
        "nanonets_sdk.*.AsyncOcr.predict_file",
        "nanonets_sdk.*.ImageClassification.train",
        "nanonets_sdk.Document.fields",
        "nanonets_sdk.RateLimited.retry_after",
        "nanonets_sdk.mock.MockServer.base_url",
        "nanonets_sdk.drift.recording.TrafficRecorder.__call__",
    } <= set(present)


def test_what_the_documentation_lists_is_part_of_the_surface(present: Surface) -> None:
    pages = (ROOT / "docs" / "reference").glob("*.md")
    listed = {name for page in pages for name in re.findall(r"^::: (\S+)$", page.read_text("utf-8"), re.MULTILINE)}
    modules = {"nanonets_sdk.errors", "nanonets_sdk.exports", "nanonets_sdk.mock.plugin"}
    known = {name.rpartition(".")[2] for name in present}
    assert len(listed) > 50
    assert {name for name in listed - modules if name.rpartition(".")[2] not in known} == set()


def test_a_folder_without_a_package_is_not_comparable(tmp_path: Path) -> None:
    with pytest.raises(NotComparable):
        surface_of(tmp_path / "nanonets_sdk")


def test_only_modules_that_a_public_name_leads_to_are_read(tmp_path: Path) -> None:
    root = package(
        tmp_path, f"from nanonets_sdk.shapes import Shape\n{MODULE}".replace("class Box:", "class Box(Shape):")
    )
    (root / "shapes.py").write_text("class Shape: ...\n", encoding="utf-8")
    (root / "unused.py").write_text("def (\n", encoding="utf-8")

    assert surface_of(root)["nanonets_sdk.Box"] == "class Box(Shape) of (left: int, right: int = 0) frozen, eq"


@pytest.mark.parametrize("broken", ["__init__", "boxes", "shapes"])
def test_a_module_with_an_error_of_syntax_is_not_comparable(broken: str, tmp_path: Path) -> None:
    root = package(
        tmp_path, f"from nanonets_sdk.shapes import Shape\n{MODULE}".replace("class Box:", "class Box(Shape):")
    )
    (root / "shapes.py").write_text("class Shape: ...\n", encoding="utf-8")
    (root / f"{broken}.py").write_text("def (\n", encoding="utf-8")

    with pytest.raises(NotComparable, match=rf"{broken}\.py cannot be read: .*line 1"):
        surface_of(root)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x00"])
def test_a_module_that_is_not_python_is_not_comparable(content: bytes, tmp_path: Path) -> None:
    root = package(tmp_path)
    (root / "boxes.py").write_bytes(content)

    with pytest.raises(NotComparable, match=r"boxes\.py cannot be read"):
        surface_of(root)
