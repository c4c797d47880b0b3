"""Rates, tables of names, and commands that fit a terminal."""

from __future__ import annotations

import io
import shlex

import pytest
from rich.console import Console

from nanonets_sdk.cli.output import messages
from nanonets_sdk.cli.output.messages import say_command, say_list
from nanonets_sdk.cli.output.pace import Pace
from nanonets_sdk.cli.output.tables import print_named_table

COLUMNS = ("file", "outcome", "why")
LONG = "in/a-name-that-is-much-longer-than-the-others.pdf"
ROWS = [
    ("in/a.pdf", "failed", "400 Bad Request: The file cannot be opened"),
    (LONG, "failed", "400 Bad Request: The file cannot be opened"),
]


def drawn(width: int) -> list[str]:
    """Return the lines of the table on a terminal."""
    stream = io.StringIO()
    print_named_table(COLUMNS, ROWS, Console(file=stream, width=width), name="file", whole=("outcome",))
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("width", [52, 60, 80, 140])
def test_a_name_is_never_broken_and_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = drawn(width)
    assert max(map(len, lines)) <= width
    assert any(LONG in line for line in lines)
    assert " ".join(" ".join(line.split()) for line in lines).count("cannot be opened") == 2


def test_a_long_name_has_a_line_of_its_own_and_the_columns_stay() -> None:
    lines = drawn(62)
    assert lines[0] == "file      outcome  why"
    assert lines[2] == "in/a.pdf  failed   400 Bad Request: The file cannot be opened"
    assert lines[3:] == [LONG, "          failed   400 Bad Request: The file cannot be opened"]


def test_a_terminal_that_is_too_narrow_for_columns_keeps_names_whole() -> None:
    lines = drawn(20)
    assert LONG in lines
    assert lines[0] == "in/a.pdf"


def test_a_rate_is_that_of_the_latest_changes_and_falls_while_nothing_moves() -> None:
    pace = Pace(0.0)
    assert pace.rate(5.0) is None
    pace.see(10, 10.0)
    assert pace.rate(10.0) == 1.0
    assert pace.rate(20.0) == 0.5
    # After a pause of an hour it counts only what comes then.
    for number in range(20):
        pace.see(11 + number, 3600.0 + number)
    assert pace.rate(3619.0) == pytest.approx(1.0)


@pytest.mark.parametrize("width", [40, 80, 1000])
def test_a_command_can_be_copied_into_a_shell_at_every_width(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(messages, "_width", lambda: width)
    words = ["nanonets", "predict", "--output", "a folder", "in", *(f"scan-{number}.png" for number in range(9))]
    say_command("Try again:", words)
    said = capsys.readouterr().err
    assert shlex.split(said.replace("\\\n", "").removeprefix("Try again:")) == words
    assert max(map(len, said.splitlines())) <= width


def test_a_list_that_does_not_fit_has_a_line_for_each_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(messages, "_width", lambda: 40)
    say_list("1 other file", ["notes.docx"], "why")
    say_list("7 other files", [f"a long name {number}.docx" for number in range(7)], "why")
    assert capsys.readouterr().err.splitlines() == [
        "1 other file: notes.docx (why)",
        "7 other files (why):",
        *(f"  a long name {number}.docx" for number in range(5)),
        "  2 more",
    ]
