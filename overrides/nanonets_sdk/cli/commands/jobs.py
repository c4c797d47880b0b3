"""`nanonets job`: files that were submitted."""

from typing import Annotated

import typer

from nanonets_sdk.cli.running.options import (
    HELP_MARKUP,
    FormatOption,
    ModelOption,
    OutputOption,
    WaitOption,
)
from nanonets_sdk.cli.running.state import state_of

app = typer.Typer(no_args_is_help=True, rich_markup_mode=HELP_MARKUP, help="Files that were submitted.")


@app.callback()
def job() -> None:
    """Keep `wait` a command of its own."""


@app.command()
def wait(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="request_file_id of each file.")],
    *,
    model: ModelOption,
    form: FormatOption = None,
    output: OutputOption = None,
    wait_timeout: WaitOption = 600.0,
) -> None:
    """Wait for files that were submitted, here or elsewhere, and show their results. Nothing is sent."""
    from nanonets_sdk.cli.commands.collecting import collect

    with state_of(context).client() as client:
        status = collect(ids, lambda id_: client.ocr.job(model, id_).result(wait_timeout), form, output)
    raise typer.Exit(status)
