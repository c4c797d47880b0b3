"""`nanonets evaluate`: how good a model is, on the files that people approved."""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from nanonets_sdk.cli.running.exit_codes import FINE, SOME_FILES_FAILED, UsageProblem
from nanonets_sdk.cli.running.options import JsonOption, RecursiveOption, day_of, no_standard_input
from nanonets_sdk.cli.running.state import state_of

if TYPE_CHECKING:
    from nanonets_sdk import Document
    from nanonets_sdk.cli.running.state import State
    from nanonets_sdk.evaluation import Evaluation


class Mark(StrEnum):
    """The character before the fraction of amounts."""

    POINT = "."
    COMMA = ","


_MARKS: Final[dict[Mark | None, Literal[".", ","] | None]] = {None: None, Mark.POINT: ".", Mark.COMMA: ","}


def evaluate(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE|DIR...]",
            help="Stored replies, and folders with them; the service is not asked then.",
            show_default=False,
        ),
    ] = None,
    *,
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", envvar="NANONETS_MODEL_ID", metavar="ID", help="Id of the model."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="First day (GMT), 30d by default: 7d, 24h, 2w, today, 2024-05-01.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Last day, in the same notation.")] = None,
    recursive: RecursiveOption = False,
    precision: Annotated[
        float, typer.Option(metavar="SHARE", help="The precision that thresholds are to reach, above 0 and up to 1.")
    ] = 0.99,
    day_first: Annotated[
        bool | None, typer.Option("--day-first/--month-first", help="How dates such as 03/04/2021 are read.")
    ] = None,
    decimal_mark: Annotated[Mark | None, typer.Option(help="The character before the fraction of amounts.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with plots to this file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how good a model is: its predictions against what people approved, first and last day included."""
    if not 0 < precision <= 1:
        raise UsageProblem(f"--precision must be above 0 and up to 1, not {precision:g}")
    if files and (since or until):
        raise UsageProblem("--since and --until choose days of the service, not among stored replies")

    failed: list[tuple[str, str]] = []
    if files:
        _refuse_source(html, files, recursive=recursive)
        documents = _stored(files, failed, recursive=recursive)
    else:
        documents = _listed(state_of(context), model, since or "30d", until or "today")

    from nanonets_sdk import evaluation as evaluating
    from nanonets_sdk.cli.output.places import make_folders_of
    from nanonets_sdk.cli.output.terminal import print_json

    make_folders_of(html)
    found = evaluating.evaluate(documents, dayfirst=day_first, decimal_mark=_MARKS[decimal_mark])
    if html is not None:
        found.save_html(html, precision, title="How good is the model?" if files else f"How good is model {model}?")
    print_json(found.to_record(precision)) if as_json else _show(found, precision)
    _say_what_counts(found, failed)
    raise typer.Exit(SOME_FILES_FAILED if failed else FINE)


def _refuse_source(html: Path | None, files: list[Path], *, recursive: bool) -> None:
    from nanonets_sdk.cli.running.conversion import refuse_source, stored_replies

    if html is not None and html.exists():
        refuse_source(html, stored_replies(files, recursive=recursive), "--html")


def _stored(files: list[Path], failed: list[tuple[str, str]], *, recursive: bool) -> "Iterator[Document]":
    """Yield the documents of stored replies, one body in memory at a time; note what cannot be read."""
    from nanonets_sdk.cli.output.progress import progress_bar
    from nanonets_sdk.cli.running.conversion import Reading, stored_replies
    from nanonets_sdk.documents.stored_files import Loading

    paths = stored_replies(no_standard_input(files), recursive=recursive)
    reading = Reading(Loading())
    with progress_bar(len(paths), "Reading") as bar:
        for path in paths:
            yield from reading.documents_in(path)
            bar.advance(len(reading.failed))
    failed += reading.failed


def _listed(state: "State", model: str | None, since: str, until: str) -> "Iterator[Document]":
    """Yield the documents day by day, so that one day's pages are in memory at a time."""
    from nanonets_sdk.cli.output.progress import progress_bar

    first, last = day_of(since), day_of(until)
    if first > last:
        raise UsageProblem(f"--since {since} is after --until {until}")
    if not model:
        raise UsageProblem("add --model, or name files with stored replies")
    days = (last - first).days + 1
    with state.client() as client, progress_bar(days, "Listing days") as bar:
        for number in range(days):
            day = first + timedelta(days=number)
            yield from client.ocr.list_predictions(model, day, day).documents
            bar.advance(0)


def _show(found: "Evaluation", precision: float) -> None:
    from nanonets_sdk.cli.output.terminal import print_rows
    from nanonets_sdk.evaluation.plots import percent

    numbers = ("expected", "precision", "recall", "exact", "same", "threshold", "passes")
    groups = {"label": (found.labels, found.fields), "column": (found.columns, found.cells)}
    for kind, (performances, total) in groups.items():
        rows: list[tuple[str, ...]] = []
        for name, one in [*performances.items(), (f"all {kind}s", total)]:
            reached = one.threshold(precision)
            shares = map(percent, (one.precision, one.recall, one.exact_match, one.normalised_match))
            passes = (f"{reached.score:.10g}", percent(reached.share)) if reached else ("", "")
            rows.append((name, str(one.expected), *shares, *passes))
        if kind == "label":
            print_rows((kind, *numbers), rows, right=numbers, whole=numbers)
        elif performances:
            print()
            print_rows((kind, *numbers), rows, right=numbers, whole=numbers)


def _say_what_counts(found: "Evaluation", failed: list[tuple[str, str]]) -> None:
    from nanonets_sdk.cli.output.terminal import say
    from nanonets_sdk.cli.running.conversion import show_failed

    show_failed(failed)

    left_out = {
        "not approved": found.not_approved,
        "without the approved values": found.without_boxes,
        "there before": found.repeated,
    }
    told = ", ".join(f"{number} {why}" for why, number in left_out.items() if number)
    unread = f" {len(failed)} could not be read." if failed else ""
    say(f"{found.documents} approved documents, {found.pages} pages.{f' Left out: {told}.' if told else ''}{unread}")
    if not found.documents:
        say("Nothing could be compared: approve files on the page for review or by `nanonets approve`, or add days.")
