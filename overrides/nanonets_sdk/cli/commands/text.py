"""`nanonets text`: all text of files, without a model."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nanonets_sdk.cli.running.options import JobsOption, OutputOption, RecursiveOption, no_standard_input
from nanonets_sdk.cli.running.state import state_of


class TextForm(StrEnum):
    """The forms of full text."""

    TXT = "txt"
    JSON = "json"
    SEARCHABLE_PDF = "searchable-pdf"


def _no_standard_input(given: list[str]) -> list[str]:
    no_standard_input([*map(Path, given)])
    return given


def text(
    context: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|URL...",
            help="PDF, PNG and JPEG files, folders with such files, and URLs that the service fetches.",
            show_default=False,
            callback=_no_standard_input,
        ),
    ],
    *,
    form: Annotated[TextForm, typer.Option("--format", "-f", help="`searchable-pdf` needs --output.")] = TextForm.TXT,
    layout: Annotated[
        bool, typer.Option("--layout", help="Keep columns and empty lines, as on the page; for `txt`.")
    ] = False,
    output: OutputOption = None,
    resolution: Annotated[
        float | None,
        typer.Option(min=1, metavar="DPI", help="Pixels per inch of the boxes, for `searchable-pdf` of a PDF."),
    ] = None,
    jobs: JobsOption = 8,
    recursive: RecursiveOption = False,
) -> None:
    """Read all text of files, without a model. Billed, each time the command is run."""
    import anyio

    from nanonets_sdk.cli.running.texts import Texts, delivery, inputs_of

    inputs = inputs_of(files, recursive=recursive)
    texts = Texts(form.value, layout, output, resolution)
    texts.check(inputs)

    async def read_all() -> int:
        from nanonets_sdk.cli.output.again import Command
        from nanonets_sdk.cli.running.per_file import call_for_each

        async with state_of(context).async_client(len(inputs)) as client:
            with delivery(texts, number=len(inputs)) as write:
                return await call_for_each(
                    inputs,
                    lambda one: one.read(client),
                    write,
                    jobs=jobs,
                    doing="reading",
                    command=Command.of(context),
                )

    raise typer.Exit(anyio.run(read_all))
