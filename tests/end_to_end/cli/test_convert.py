"""`nanonets convert` turns stored replies into one file of another format, without the service."""

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, cast

import openpyxl
import pyarrow.parquet as pq
import pytest

from command_line import COMMAND, environment, run, run_in_pipes, run_on_terminal
from nanonets_sdk import exports, load_documents
from nanonets_sdk.formats.registry import Use, formats_for
from reply_bodies import field_box, grid, moderated, predicted, table_box

ONE = predicted(
    [field_box("total", "5.00", (1, 2, 30, 40)), table_box(grid([["<a>", "2"]], ["x", "y"]))], input="one.pdf"
)
TWO = moderated([field_box("total", "6.00")], [field_box("total", "=7"), field_box("date", "May")])
LABELS = {row.name: row.suffix for row in formats_for(Use.CONVERT)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of replies: one by itself, one zipped, and an archive in a subfolder with a broken line."""
    replies = tmp_path / "replies"
    (replies / "old").mkdir(parents=True)
    (replies / "a.json").write_bytes(ONE.raw_bytes)
    (replies / "b.json.gz").write_bytes(gzip.compress(TWO.raw_bytes))
    (replies / "notes.txt").write_text("not looked at")
    (replies / "old" / "c.jsonl").write_bytes(ONE.raw_bytes + b'\n{"result": [\n' + TWO.to_json().encode() + b"\n")
    return replies


def read_back(path: Path) -> Any:
    match path.suffix:
        case ".csv":
            return list(csv.reader(io.StringIO(path.read_text("utf-8"))))
        case ".parquet":
            return cast("Any", pq).read_table(path).to_pylist()
        case ".xlsx":
            book = openpyxl.load_workbook(path)
            return {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in book}
        case _:
            return path.read_text("utf-8")


@pytest.mark.parametrize("shape", ["long", "wide"])
@pytest.mark.parametrize("form", LABELS)
def test_every_format_holds_what_an_export_of_the_documents_holds(folder: Path, form: str, shape: Any) -> None:
    output, expected = folder.parent / f"out{LABELS[form]}", folder.parent / f"expected{LABELS[form]}"
    ended = run("convert", folder, "--output", output, "--shape", shape)
    assert (ended.status, ended.out, ended.err) == (0, "", f"2 files: 2 documents. Written to {output}.\n")
    row = next(row for row in formats_for(Use.CONVERT) if row.name == form)
    options = {"numbers": True, "dates": True} if form == "xlsx" else {}
    getattr(exports, row.writer)([ONE, TWO], expected, *[shape] * row.has_shapes, **options)
    if form == "md":
        assert read_back(output).split() == read_back(expected).split()
    else:
        assert read_back(output) == read_back(expected)


def test_standard_output_gets_one_document_after_another(folder: Path) -> None:
    ended = run("convert", folder, "--format", "csv")
    assert ended.out == exports.csv_text([ONE, TWO]).replace("\r\n", "\n")
    assert load_documents(run("convert", folder, "-f", "jsonl").out) == [ONE, TWO]
    page = run("convert", folder, "-f", "html").out
    assert (page.count("<section>"), "&lt;a&gt;" in page, page.endswith("</html>\n")) == (2, True, True)


def test_what_is_no_reply_is_named_and_counted_and_the_others_are_written(folder: Path) -> None:
    output = folder.parent / "all.csv"
    ended = run("convert", "-r", folder, "-o", output)
    assert ended.status == 1
    assert f"{folder}/old/c.jsonl, line 2\tis not JSON\n" in ended.err
    assert f"3 files: 4 documents, 1 could not be read. Written to {output}.\n" in ended.err
    assert len(read_back(output)) == 7
    report = run("convert", "-r", folder, "-o", output, "--json")
    assert (report.status, json.loads(report.out)) == (
        1,
        {
            "files": 3, "documents": 4, "output": str(output),
            "failed": [{"file": f"{folder}/old/c.jsonl, line 2", "why": "is not JSON"}],
        },
    )  # fmt: skip


def test_nothing_is_written_if_nothing_can_be_read(folder: Path) -> None:
    output, broken = folder.parent / "all.csv", folder / "broken.json"
    output.write_text("older")
    broken.write_text('{"message": "Conflict", "code": 409}')
    ended = run("convert", broken, "-o", output)
    assert (ended.status, output.read_text()) == (1, "older")
    assert "an error of the service" in ended.err
    assert "Written" not in ended.err


@pytest.mark.parametrize("link", [False, True])
def test_a_source_is_never_overwritten(folder: Path, link: bool) -> None:
    output = folder / "a.json"
    if link:
        output = folder.parent / "link.json"
        output.symlink_to(folder / "a.json")
    ended = run("convert", folder, "-o", output, "--format", "jsonl")
    assert (ended.status, (folder / "a.json").read_bytes()) == (2, ONE.raw_bytes)
    assert "is one of the files to read; name another file with --output" in ended.err


def test_a_file_that_is_named_twice_or_linked_is_read_once(folder: Path) -> None:
    (folder / "again.json").symlink_to(folder / "a.json")
    ended = run("convert", folder, folder / "a.json", folder / "b.json.gz", "-f", "jsonl")
    assert len(ended.out.splitlines()) == 2
    assert ended.err.startswith("2 files: 2 documents.")


def test_a_pipe_in_a_folder_is_not_waited_for_and_a_link_to_nothing_is_named(folder: Path) -> None:
    os.mkfifo(folder / "pipe.json")
    (folder / "gone.json").symlink_to(folder / "nowhere")
    ended = run("convert", folder, "-f", "jsonl")
    assert (ended.status, len(ended.out.splitlines())) == (1, 2)
    assert "gone.json" in ended.err
    assert "pipe.json" not in ended.err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "add --format"),
        (["-o", "x.docx"], "does not end in"),
        (["-f", "parquet"], "add --output FILE"),
        (["-f", "csv", "--json"], "add --output FILE"),
        (["missing.json", "-f", "csv"], "does not exist"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(folder: Path, options: list[str], says: str) -> None:
    ended = run("convert", folder, *options)
    assert (ended.status, says in ended.err) == (2, True)


def test_a_folder_without_replies_says_what_is_looked_for(tmp_path: Path) -> None:
    ended = run("convert", tmp_path, "-f", "csv")
    assert (ended.status, ".jsonl" in ended.err, "--recursive" in ended.err) == (2, True, True)


def test_no_key_is_asked_for_and_no_service_is_called(folder: Path) -> None:
    ended = run_in_pipes("convert", folder, "-f", "csv", HTTPS_PROXY="http://127.0.0.1:9")
    assert (ended.status, ended.out.count("\n")) == (0, 4)


def test_a_terminal_shows_a_bar_and_the_end(folder: Path) -> None:
    ended = run_on_terminal("convert", folder, "-o", folder.parent / "out.csv", width=200)
    assert (ended.status, "converting" in ended.screen, "2 files: 2 documents." in ended.screen) == (0, True, True)


def test_ctrl_c_leaves_the_old_file_and_no_half_of_a_new_one(folder: Path) -> None:
    output = folder.parent / "out.csv"
    output.write_text("older")
    fifo = folder / "slow.json"
    os.mkfifo(fifo)
    # Nobody writes into the FIFO, so the command waits with the first files read.
    command = [*COMMAND, "convert", str(folder / "a.json"), str(fifo), "-o", str(output)]
    with subprocess.Popen(command, env=environment(None), stderr=subprocess.PIPE, text=True) as process:
        writer = os.open(fifo, os.O_WRONLY)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        os.close(writer)
    assert (process.returncode, output.read_text(), err) == (130, "older", f"Stopped; {output} was not written.\n")
    assert sorted(path.name for path in folder.parent.iterdir()) == ["out.csv", "replies"]
