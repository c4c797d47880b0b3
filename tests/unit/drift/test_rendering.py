"""Findings are written for people, for programs, for an issue and for GitHub's annotations."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from nanonets_sdk.drift.report.outcome import (
    Failure,
    Finding,
    NotComparable,
    Outcome,
    Severity,
)
from nanonets_sdk.drift.report.rendering import Format, print_to_console, render

MOVED = Outcome(
    gate="upstream",
    subject="published.yaml",
    findings=(
        Finding(Severity.DOCUMENTATION, "prose-changed", "GET /a", "A text changed.", "/prose"),
        Finding(Severity.CALLERS, "field-removed", "GET /b", "It does not take @team `x` 100%\nany more.", "/b"),
        Finding(Severity.CALLERS, "field-removed", "GET /a", "It does not take @team `x` 100%\nany more.", "/a"),
    ),
    notes=("3 facts.",),
    advice="Look at it.",
)
CLEAN = Outcome(gate="upstream", subject="published.yaml", findings=(), advice="Look at it.")


def test_console_output_lists_the_worst_first_and_groups_equal_findings() -> None:
    text = render(MOVED, Format.TEXT)

    assert text.splitlines()[0] == "drift upstream: 2 breaking for callers, 1 documentation"
    assert text.index("breaking for callers:") < text.index("documentation:")
    assert text.count("field-removed") == 1
    assert text.endswith("Look at it.")


def test_console_output_gives_no_advice_if_nothing_moved() -> None:
    assert render(CLEAN, Format.TEXT) == "drift upstream: nothing moved\n  published.yaml"


def test_json_output_contains_everything() -> None:
    report = json.loads(render(MOVED, Format.JSON))

    assert (report["state"], report["exit_status"]) == ("drift", 10)
    assert report["counts"] == {"callers": 2, "documentation": 1}
    assert [finding["where"] for finding in report["findings"]] == ["GET /a", "GET /b", "GET /a"]


def test_markdown_output_mentions_no_user_and_breaks_no_markup() -> None:
    text = render(MOVED, Format.MARKDOWN)

    assert text.startswith("## Drift gate `upstream`")
    assert "\\@team \\`x\\` 100%\ufffdany more." in text


@pytest.mark.parametrize("form", [Format.TEXT, Format.MARKDOWN, Format.GITHUB])
def test_a_foreign_document_cannot_write_lines_or_move_the_cursor(form: Format) -> None:
    hostile = Finding(Severity.WIRE, "path-changed", "GET /a\n::error::x\x1b[2J`", "It is\r\n# now\x1b]8;;x\x07 there.")
    text = render(Outcome("upstream", "published.yaml", (hostile,)), form)

    assert "\x1b" not in text
    assert not any(line.startswith(("::error::", "# now")) for line in text.splitlines())


@pytest.mark.parametrize("form", [Format.TEXT, Format.MARKDOWN, Format.GITHUB])
def test_a_foreign_version_or_key_cannot_move_the_cursor(form: Format) -> None:
    named = render(Outcome("upstream", "a.yaml, version \x1b[2J", (), notes=("\x1b[2J",)), form)
    refused = render(Failure.of("upstream", NotComparable("It has no key `openapi`, but `\x1b[2J`.\nSo it is.")), form)

    assert "\x1b" not in named
    assert "\x1b" not in refused or form is Format.GITHUB


def test_json_output_is_ascii() -> None:
    strange = Finding(Severity.WIRE, "path-changed", "GET /\ud800", "Straße…", "/\N{SNOWMAN}")

    text = render(Outcome("upstream", "published.yaml", (strange,)), Format.JSON)

    assert text.isascii()
    assert json.loads(text)["findings"][0]["where"] == "GET /\ud800"


def test_the_title_of_an_annotation_is_whole() -> None:
    found = render(MOVED, Format.GITHUB).splitlines()[0]
    refused = render(Failure.of("upstream", NotComparable("It is gone.", unreachable=True)), Format.GITHUB)

    assert found.startswith("::error title=drift upstream field-removed::")
    assert refused == "::error title=drift upstream unreachable::It is gone."


def test_an_annotation_is_one_line() -> None:
    *annotations, verdict = render(MOVED, Format.GITHUB).splitlines()

    assert [line.partition(" ")[0] for line in annotations] == ["::error", "::error", "::notice"]
    assert "100%25\ufffdany more." in annotations[0]
    assert verdict == "drift upstream: 2 breaking for callers, 1 documentation"


@pytest.mark.parametrize(
    ("fail_on", "status"), [(Severity.DOCUMENTATION, 10), (Severity.ADDITIVE, 0), (Severity.CALLERS, 0)]
)
def test_fail_on_sets_the_lowest_severity_that_fails(fail_on: Severity, status: int) -> None:
    texts = Outcome("upstream", "published.yaml", (MOVED.findings[-1],), fail_on=fail_on)

    assert texts.exit_status == status


@pytest.mark.parametrize("form", list(Format))
def test_every_format_distinguishes_unreachable_from_not_comparable(form: Format) -> None:
    gone = render(Failure.of("upstream", NotComparable("It is gone.", unreachable=True)), form)
    odd = render(Failure.of("upstream", NotComparable("It is odd.")), form)

    assert "It is gone." in gone
    assert "It is odd." in odd
    assert form is Format.TEXT or ("unreachable" in gone and "not-comparable" in odd)


def test_console_output_shows_markup_literally(capsys: pytest.CaptureFixture[str]) -> None:
    print_to_console("drift upstream: [bold]2[/bold]\n" + "x" * 300)

    assert capsys.readouterr().out == "drift upstream: [bold]2[/bold]\n" + "x" * 300 + "\n"


def test_the_process_ends_with_the_status_of_the_gate() -> None:
    command = [
        sys.executable,
        "-c",
        "from nanonets_sdk.cli.commands.drift import app; app()",
        "upstream",
        "/no/such/file",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (20, "")
    assert done.stderr.startswith("drift upstream could not compare: /no/such/file cannot be read")
