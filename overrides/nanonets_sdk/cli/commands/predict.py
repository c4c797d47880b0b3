"""`nanonets predict`: files in, fields and tables out."""

from typing import Annotated

import typer

from nanonets_sdk.cli.running.options import (
    FilesArgument,
    FormatOption,
    JobsOption,
    ModelOption,
    OutputOption,
    PatienceOption,
    QuietOption,
    RecursiveOption,
    ResendUnknownOption,
    WaitOption,
)
from nanonets_sdk.cli.running.state import state_of
from nanonets_sdk.cli.running.writing import ExcelOption, TextOption, writer_options


def predict(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    files: FilesArgument,
    *,
    model: ModelOption,
    form: FormatOption = None,
    output: OutputOption = None,
    text: TextOption = False,
    excel: ExcelOption = None,
    overlay: Annotated[
        bool, typer.Option("--overlay", help="Also write a picture of each page with what was read; needs --output.")
    ] = False,
    sync: Annotated[
        bool, typer.Option("--sync", help="Send and read in one call, for files of up to about three pages.")
    ] = False,
    jobs: JobsOption = 8,
    recursive: RecursiveOption = False,
    pages: Annotated[str | None, typer.Option(metavar="1,2", help="Which pages to read.")] = None,
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Language of the documents.")] = None,
    wait_timeout: WaitOption = 600.0,
    patience: PatienceOption = None,
    resend_unknown: ResendUnknownOption = False,
    quiet_minutes: QuietOption = 3.0,
    resend_failed: Annotated[
        bool, typer.Option("--resend-failed", help="Send files again that the service accepted and failed on.")
    ] = False,
) -> None:
    """Read files with an OCR model. Billed per page.

    With --output the folder keeps a journal: run the same command again to continue. No file is paid for twice.
    """
    import anyio

    from nanonets_sdk.batch import BatchOptions
    from nanonets_sdk.batch.options import Resend
    from nanonets_sdk.cli.output.again import Command
    from nanonets_sdk.cli.running.delivery import folder_for, written_form
    from nanonets_sdk.cli.running.prediction import Request, predict_all

    writing = writer_options(written_form(form, output), text=text, excel=excel)
    folder = folder_for(output, form, overlay=overlay, writer_options=writing)
    resend: dict[Resend, bool] = {"unknown": resend_unknown, "failed": resend_failed}
    options = BatchOptions(
        sync=sync,
        language=language,
        pages=pages,
        jobs=jobs,
        result_timeout=wait_timeout,
        resend=frozenset(kind for kind, wanted in resend.items() if wanted),
        quiet_minutes=quiet_minutes,
        is_kept=(lambda _, name: folder.has(name)) if folder else None,
    )
    command, collecting = Command.of(context), Command.like(context, "job", "wait")
    request = Request(files, recursive, model, options, folder, form, patience, writing, command, collecting)
    raise typer.Exit(anyio.run(predict_all, request, state_of(context)))
