"""`nanonets results` and `nanonets job`: results of files that were sent before, by day or by id."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nanonets_sdk.cli.running.options import (
    HELP_MARKUP,
    FormatOption,
    IdsArgument,
    JsonOption,
    ModelOption,
    OutputOption,
    SinceOption,
    UntilOption,
    WaitOption,
    day_of,
)
from nanonets_sdk.cli.running.state import state_of
from nanonets_sdk.cli.running.writing import Excel, ExcelOption, TextOption, writer_options

if TYPE_CHECKING:
    from nanonets_sdk import Document, Nanonets

app = typer.Typer(no_args_is_help=True, rich_markup_mode=HELP_MARKUP, help="Results of earlier predictions.")
job_app = typer.Typer(no_args_is_help=True, rich_markup_mode=HELP_MARKUP, help="Files that were submitted.")


@app.command("list")
def list_results(
    context: typer.Context,
    *,
    model: ModelOption,
    since: SinceOption = "7d",
    until: UntilOption = "today",
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="NUMBER", help="List only so many files, those uploaded last.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the files of some days, first and last day included."""
    from nanonets_sdk.cli.output.terminal import print_json, print_rows, say

    first, last = day_of(since), day_of(until)
    with state_of(context).client() as client:
        found = client.ocr.list_predictions(model, first, last).documents
    documents = _latest(found, limit)
    if len(documents) < len(found):
        say(f"{len(documents)} of {len(found)} files, those uploaded last.")
    if as_json:
        print_json([_record(document) for document in documents])
        return
    rows: list[tuple[str, ...]] = []
    for document in documents:
        status = "approved" if document.status == "success" and document.is_moderated else document.status
        uploaded = _uploaded_at(document)
        day = uploaded.date().isoformat() if uploaded else ""
        rows.append((document.request_file_id, document.file_name, str(len(document.pages)), status, day))
    columns = ("id", "file", "pages", "status", "uploaded")
    print_rows(columns, rows, right=("pages",), whole=("id", "pages", "status", "uploaded"), name="file")


def _latest(documents: "Sequence[Document]", limit: int | None) -> "list[Document]":
    """Return the documents that were uploaded last, in the order of the service."""
    if limit is None or limit >= len(documents):
        return list(documents)
    oldest = datetime.min.replace(tzinfo=UTC)
    # Of those of the same hour, what the service lists first.
    latest = sorted(range(len(documents)), key=lambda at: _uploaded_at(documents[at]) or oldest, reverse=True)[:limit]
    return [documents[at] for at in sorted(latest)]


@app.command()
def get(
    context: typer.Context,
    ids: IdsArgument,
    *,
    model: ModelOption,
    form: FormatOption = None,
    output: OutputOption = None,
    text: TextOption = False,
    excel: ExcelOption = None,
) -> None:
    """Show results as they are now, with all corrections."""
    _show_each(
        context,
        ids,
        lambda client, id_: client.ocr.get_file(model, id_),
        form,
        output,
        "reading",
        text=text,
        excel=excel,
    )


@job_app.callback()
def job() -> None:
    """Make `wait` a subcommand. typer would turn an app of one command into that command."""


@job_app.command()
def wait(
    context: typer.Context,
    ids: IdsArgument,
    *,
    model: ModelOption,
    form: FormatOption = None,
    output: OutputOption = None,
    text: TextOption = False,
    excel: ExcelOption = None,
    wait_timeout: WaitOption = 600.0,
) -> None:
    """Wait for submitted files and show their results. Nothing is sent."""
    _show_each(
        context,
        ids,
        lambda client, id_: client.ocr.job(model, id_).result(wait_timeout),
        form,
        output,
        "waiting",
        text=text,
        excel=excel,
    )


def _show_each(
    context: typer.Context,
    ids: list[str],
    read: "Callable[[Nanonets, str], Document]",
    form: str | None,
    output: Path | None,
    doing: str,
    *,
    text: bool,
    excel: Excel | None,
) -> None:
    """Show results by their ids, and exit. One that cannot be read does not stop the others."""
    from nanonets_sdk.cli.output.progress import progress_bar
    from nanonets_sdk.cli.running.delivery import delivery, folder_for, written_form
    from nanonets_sdk.cli.running.per_id import Failures, stopped_at
    from nanonets_sdk.documents.failed import JobFailed

    options = writer_options(written_form(form, output), text=text, excel=excel)
    failures, number = Failures(), 0
    with state_of(context).client() as client:
        folder = folder_for(output, form, writer_options=options)
        if folder is not None:
            folder.prepare()
        try:
            with delivery(folder, form, options) as deliver, progress_bar(len(ids), doing) as bar:
                for number, request_file_id in enumerate(ids):  # noqa: B007 - how far it went
                    document: Document | None = None
                    with failures.noted(request_file_id):
                        try:
                            document = read(client, request_file_id)
                        except JobFailed as error:
                            failures.add(request_file_id, str(error), named=True)
                            # Pages that succeeded were billed, so they are shown.
                            document = error.document if error.document and error.document.pages else None
                    if document is not None:
                        with bar.out_of_the_way():
                            # Under its id in a folder: two files may have the same name.
                            deliver(document, request_file_id)
                    bar.advance(len(failures.reasons))
        except KeyboardInterrupt as interruption:
            raise stopped_at(context, ids[number:], interruption) from None
    raise typer.Exit(failures.status)


def _record(document: "Document") -> dict[str, Any]:
    uploaded = _uploaded_at(document)
    return {
        "request_file_id": document.request_file_id,
        "file_name": document.file_name,
        "pages": len(document.pages),
        "status": document.status,
        "is_moderated": document.is_moderated,
        "uploaded_at": uploaded.isoformat() if uploaded else None,
        "uploaded_by": document.uploaded_by,
        "assigned_members": list(document.assigned_members),
        "approval_status": document.approval_status,
        "verified_by": document.verified_by,
        "verified_at": document.verified_at.isoformat() if document.verified_at else None,
        "export_status": document.export_status,
    }


def _uploaded_at(document: "Document") -> "datetime | None":
    page = next((page for page in document.pages if page.day_since_epoch is not None), None)
    if page is None or page.day_since_epoch is None:
        return None
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=page.day_since_epoch, hours=page.hour_of_day or 0)
    except OverflowError:
        # The service's number is passed on unchecked, and the calendar of datetime ends with the year 9999.
        return None
