"""`nanonets evaluate`: how good a model is, on the files that people approved."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.cli.running.options import JsonOption, ModelOption, SinceOption, UntilOption, day_of
from nanonets_sdk.cli.running.state import state_of

if TYPE_CHECKING:
    from nanonets_sdk import Document, Nanonets
    from nanonets_sdk.evaluation import Evaluation


def evaluate(
    context: typer.Context,
    *,
    model: ModelOption,
    since: SinceOption = "30d",
    until: UntilOption = "today",
    precision: Annotated[
        float, typer.Option(metavar="SHARE", help="The precision that thresholds are to reach, above 0 and up to 1.")
    ] = 0.99,
    day_first: Annotated[
        bool | None, typer.Option("--day-first/--month-first", help="How dates such as 03/04/2021 are read.")
    ] = None,
    decimal_mark: Annotated[
        str | None, typer.Option(metavar="MARK", help="The character before the fraction of amounts, `.` or `,`.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with plots to this file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how good a model is: its predictions against what people approved, first and last day included."""
    first, last = day_of(since), day_of(until)
    if first > last:
        raise UsageProblem(f"--since {since} is after --until {until}")
    if not 0 < precision <= 1:
        raise UsageProblem(f"--precision must be above 0 and up to 1, not {precision:g}")
    if decimal_mark is not None and decimal_mark not in {".", ","}:
        raise UsageProblem(f"--decimal-mark must be . or a comma, not {decimal_mark!r}")

    from nanonets_sdk import evaluation as evaluating
    from nanonets_sdk.cli.output.terminal import print_json

    with state_of(context).client() as client:
        documents = _listed(client, model, first, last)
        found = evaluating.evaluate(
            documents, dayfirst=day_first, decimal_mark="." if decimal_mark == "." else "," if decimal_mark else None
        )
    if html is not None:
        found.save_html(html, precision, title=f"How good is model {model}?")
    if as_json:
        print_json(found.to_record(precision))
    else:
        _show(found, precision)
    _say_what_counts(found)


def _listed(client: "Nanonets", model: str, first: date, last: date) -> "Iterator[Document]":
    """Yield the documents day by day, so that one day's pages are in memory at a time."""
    from nanonets_sdk.cli.output.progress import progress_bar

    days = (last - first).days + 1
    with progress_bar(days, "Listing days") as bar:
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


def _say_what_counts(found: "Evaluation") -> None:
    from nanonets_sdk.cli.output.terminal import say

    left_out = {
        "not approved": found.not_approved,
        "without the approved values": found.without_boxes,
        "there before": found.repeated,
    }
    told = ", ".join(f"{number} {why}" for why, number in left_out.items() if number)
    say(f"{found.documents} approved documents, {found.pages} pages." + (f" Left out: {told}." if told else ""))
