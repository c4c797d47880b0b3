"""`nox -s demo` shows all of the sample and of other files, and reports an error in one line."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from attrs import frozen
from tests.samples.make_invoice import SAMPLE

from samples import PICTURE, ROOT, SAMPLES

SCRIPT: Final = ROOT / "docs" / "examples" / "demo.py"
WIDTH: Final = {"COLUMNS": "160", "TERM": "dumb"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the demo of the sample ran."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def printed(folder: Path) -> str:
    """The output of the demo of the sample, run as a process."""
    own = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8", **WIDTH}
    ended = subprocess.run(
        [sys.executable, str(SCRIPT)], cwd=folder, env={**os.environ, **own}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def cells(printed: str) -> list[list[str]]:
    """Return the cells of each line of the printed tables."""
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in printed.splitlines() if line[:1] == "│"]


def test_every_field_of_the_sample_is_printed(printed: str) -> None:
    assert {(label, text) for label, text in SAMPLE.fields.items()} <= {(row[0], row[1]) for row in cells(printed)}


def test_the_line_items_of_both_pages_are_printed(printed: str) -> None:
    items = [list(row) for page in SAMPLE.pages for row in page[1:]]
    assert [row for row in cells(printed) if len(row) == len(items[0])] == items


def test_each_table_is_written_as_csv(printed: str, folder: Path) -> None:
    assert "Written:" in printed
    for number, page in enumerate(SAMPLE.pages, start=1):
        with (folder / "demo-output" / f"invoice-table-{number}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert list(csv.reader(file)) == [list(row) for row in page]


def test_every_file_that_is_written_is_named(printed: str, folder: Path) -> None:
    named = printed.partition("Written:\n")[2].splitlines()
    assert sorted(named) == sorted(str(path.relative_to(folder)) for path in (folder / "demo-output").iterdir())
    assert {Path(name).suffix for name in named} == {".json", ".csv", ".xlsx", ".html", ".pdf", ".png"}


@frozen
class Demo:
    """The demo in this process, which is several times faster than a process of its own."""

    module: ModuleType
    captured: pytest.CaptureFixture[str]

    def run(self, *arguments: str | Path) -> tuple[int, list[str]]:
        """Run the demo, and return its exit status and the lines that it printed."""
        status: int = self.module.main([str(argument) for argument in arguments])
        return status, self.captured.readouterr().out.splitlines()


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Demo:
    monkeypatch.chdir(tmp_path)
    for name, value in WIDTH.items():
        monkeypatch.setenv(name, value)
    spec = spec_from_file_location("demo", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return Demo(module, capsys)


def test_names_that_look_like_markup_are_shown_as_they_are(demo: Demo) -> None:
    name = "[red]März [x].pdf"
    shutil.copy(SAMPLES / "invoice.pdf", name)
    status, lines = demo.run(name, "--output", "[out]")
    assert status == 0
    assert f"{name}, 2 pages" in [line.strip() for line in lines]
    assert str(Path("[out]", "[red]März [x].json")) in lines


@pytest.mark.skipif(find_spec("rapidocr_onnxruntime") is not None, reason="with the engine pictures have words")
def test_why_a_picture_has_no_words_is_said(demo: Demo) -> None:
    status, lines = demo.run(PICTURE)
    assert status == 0
    assert [line for line in lines if "extra `ocr`" in line]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.pdf"], "UploadError: 'missing.pdf' cannot be opened"),
        ([ROOT / "README.md"], "UploadError: 'README.md' is not PNG, JPEG or PDF"),
        (["--output", "in-the-way"], "FileExistsError:"),
    ],
    ids=["no file", "no document", "no folder"],
)
def test_an_error_of_the_demo_is_one_line(demo: Demo, arguments: list[str | Path], told: str) -> None:
    Path("in-the-way").touch()
    status, lines = demo.run(*arguments)
    assert status == 1
    assert lines[-1].startswith(told)


def test_ctrl_c_while_waiting_is_no_traceback(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nanonets_sdk.resources.jobs.Job.result", interrupted)
    status, lines = demo.run()
    assert (status, lines[-1]) == (130, "Stopped.")
