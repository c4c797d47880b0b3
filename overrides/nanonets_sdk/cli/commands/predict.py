"""`nanonets predict`: files in, fields and tables out."""

from typing import Annotated

import typer

from nanonets_sdk.cli.running.options import (
    FilesArgument,
    FormatOption,
    JobsOption,
    ModelOption,
    OutputOption,
    RecursiveOption,
    WaitOption,
)
from nanonets_sdk.cli.running.state import state_of


def predict(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    files: FilesArgument,
    *,
    model: ModelOption,
    form: FormatOption = None,
    output: OutputOption = None,
    overlay: Annotated[
        bool, typer.Option("--overlay", help="Also a picture of each page with what was read; needs --output.")
    ] = False,
    sync: Annotated[
        bool, typer.Option("--sync", help="Send and read in one call, for files of up to about three pages.")
    ] = False,
    jobs: JobsOption = 8,
    recursive: RecursiveOption = False,
    pages: Annotated[str | None, typer.Option(metavar="1,2", help="Which pages to read.")] = None,
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Language of the texts.")] = None,
    wait_timeout: WaitOption = 600.0,
    patience: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="SECONDS",
            help="How long to go on trying while the service takes no file, for its rate limit or as it is away.",
        ),
    ] = 600.0,
    resend_unknown: Annotated[
        bool,
        typer.Option(
            "--resend-unknown",
            help="Send files again whose sending ended without an answer and that are not found at the service.",
        ),
    ] = False,
    resend_failed: Annotated[
        bool, typer.Option("--resend-failed", help="Send files again that the service took and failed on.")
    ] = False,
) -> None:
    """Read files with an OCR model. Billed by page.

    With --output the folder keeps a journal: the same command goes on where it ended, and pays for no file twice.
    """
    import anyio

    from nanonets_sdk.cli.running.predict_request import Request
    from nanonets_sdk.cli.running.predicting import predict_all

    request = Request(
        files=tuple(files),
        recursive=recursive,
        model_id=model,
        form=form,
        output=output,
        overlay=overlay,
        sync=sync,
        jobs=jobs,
        pages=pages,
        language=language,
        wait_timeout=wait_timeout,
        patience=patience,
        resend_unknown=resend_unknown,
        resend_failed=resend_failed,
    )
    raise typer.Exit(anyio.run(predict_all, request, state_of(context)))
