"""`nanonets export`: the results of some days in one file."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nanonets_sdk.cli.commands.results import SinceOption, UntilOption
from nanonets_sdk.cli.running.options import ModelOption
from nanonets_sdk.cli.running.state import state_of

if TYPE_CHECKING:
    from nanonets_sdk import Document


class ExportFormat(StrEnum):
    """What can be exported."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "md"
    PARQUET = "parquet"


class Shape(StrEnum):
    """What a row is."""

    LONG = "long"
    WIDE = "wide"


def export(
    context: typer.Context,
    output: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; its ending says the format.")],
    *,
    model: ModelOption,
    since: SinceOption = "7d",
    until: UntilOption = "today",
    form: Annotated[
        ExportFormat | None, typer.Option("--format", "-f", help="Where the ending does not say.", show_default=False)
    ] = None,
    shape: Annotated[Shape, typer.Option(help="A row a field, or a row a document.")] = Shape.LONG,
    approved: Annotated[bool, typer.Option("--approved", help="Only files that a person approved.")] = False,
) -> None:
    """Write the results of some days, both ends included, to one file."""
    from nanonets_sdk.cli.commands.days import day_of
    from nanonets_sdk.cli.output.terminal import say

    chosen = form or _format_of(output)
    first, last = day_of(since), day_of(until)
    with state_of(context).client() as client:
        documents = client.ocr.list_predictions(model, first, last).documents
    ready = [one for one in documents if one.status != "pending" and (one.is_moderated or not approved)]
    _write(ready, output, chosen, shape.value)
    say(f"{len(ready)} of {len(documents)} documents written to {output}.")


def _format_of(path: Path) -> ExportFormat:
    from nanonets_sdk.cli.running.main import UsageProblem

    try:
        return ExportFormat(path.suffix.lower().removeprefix("."))
    except ValueError:
        endings = ", ".join(f".{form}" for form in ExportFormat)
        raise UsageProblem(f"{str(path)!r} does not end in {endings}; say what to write with --format") from None


def _write(documents: "list[Document]", path: Path, form: ExportFormat, shape: Literal["long", "wide"]) -> None:
    from nanonets_sdk import exports

    match form:
        case ExportFormat.CSV:
            exports.write_csv(documents, path, shape)
        case ExportFormat.XLSX:
            exports.write_xlsx(documents, path, shape)
        case ExportFormat.JSON:
            exports.write_json(documents, path)
        case ExportFormat.JSONL:
            exports.write_jsonl(documents, path)
        case ExportFormat.MARKDOWN:
            exports.write_markdown(documents, path)
        case ExportFormat.PARQUET:
            exports.write_parquet(documents, path, shape)
