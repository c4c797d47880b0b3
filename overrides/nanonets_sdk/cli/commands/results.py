"""`nanonets results`: what was predicted before."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nanonets_sdk.cli.running.options import (
    HELP_MARKUP,
    FormatOption,
    JsonOption,
    ModelOption,
    OutputOption,
)
from nanonets_sdk.cli.running.state import state_of

if TYPE_CHECKING:
    from datetime import datetime

    from nanonets_sdk import Document

app = typer.Typer(no_args_is_help=True, rich_markup_mode=HELP_MARKUP, help="What was predicted before.")

SinceOption = Annotated[
    str, typer.Option("--since", metavar="DAY", help="First day (GMT): 7d, 24h, 2w, today, 2024-05-01.")
]
UntilOption = Annotated[str, typer.Option("--until", metavar="DAY", help="Last day, in the same words.")]
IdsArgument = Annotated[list[str], typer.Argument(metavar="ID...", help="request_file_id of each file.")]


@app.command("list")
def list_results(
    context: typer.Context,
    *,
    model: ModelOption,
    since: SinceOption = "7d",
    until: UntilOption = "today",
    as_json: JsonOption = False,
) -> None:
    """List the files of some days, both ends included."""
    from nanonets_sdk.cli.commands.days import day_of
    from nanonets_sdk.cli.output.terminal import print_json, print_rows

    first, last = day_of(since), day_of(until)
    with state_of(context).client() as client:
        documents = client.ocr.list_predictions(model, first, last).documents
    if as_json:
        print_json([_record(document) for document in documents])
        return
    columns = ("id", "file", "pages", "status", "uploaded")
    print_rows(columns, map(_row, documents), right=("pages",), whole=("id", "pages", "status", "uploaded"))


@app.command()
def get(
    context: typer.Context,
    ids: IdsArgument,
    *,
    model: ModelOption,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show results as they are now, with what people corrected."""
    from nanonets_sdk.cli.commands.collecting import collect

    with state_of(context).client() as client:
        status = collect(ids, lambda id_: client.ocr.get_file(model, id_), form, output)
    raise typer.Exit(status)


def _record(document: "Document") -> dict[str, Any]:
    return {
        "request_file_id": document.request_file_id,
        "file_name": document.file_name,
        "pages": len(document.pages),
        "status": document.status,
        "is_moderated": document.is_moderated,
        "uploaded_at": moment.isoformat() if (moment := _uploaded_at(document)) else None,
    }


def _row(document: "Document") -> tuple[str, ...]:
    moment = _uploaded_at(document)
    return (
        document.request_file_id,
        document.file_name,
        str(len(document.pages)),
        "approved" if document.status == "success" and document.is_moderated else document.status,
        moment.date().isoformat() if moment else "",
    )


def _uploaded_at(document: "Document") -> "datetime | None":
    """Day and hour of the upload."""
    from datetime import UTC, datetime, timedelta

    page = next((page for page in document.pages if page.day_since_epoch is not None), None)
    if page is None or page.day_since_epoch is None:
        return None
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=page.day_since_epoch, hours=page.hour_of_day or 0)
    except OverflowError:
        return None  # a day that no calendar has
