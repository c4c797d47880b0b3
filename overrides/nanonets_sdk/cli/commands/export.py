"""`nanonets export`: the results of some days in one file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.cli.running.options import ExportFormat, ModelOption, SinceOption, UntilOption, day_of
from nanonets_sdk.cli.running.state import state_of
from nanonets_sdk.formats.registry import FORMATS, Use, formats_for


class Shape(StrEnum):
    """What a row is."""

    LONG = "long"
    WIDE = "wide"


def export(
    context: typer.Context,
    output: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; its suffix names the format.")],
    *,
    model: ModelOption,
    since: SinceOption = "7d",
    until: UntilOption = "today",
    form: Annotated[
        ExportFormat | None,
        typer.Option("--format", "-f", help="The format, if the suffix does not name it.", show_default=False),
    ] = None,
    shape: Annotated[Shape, typer.Option(help="One row per field, or one row per document.")] = Shape.LONG,
    approved: Annotated[bool, typer.Option("--approved", help="Only files that a person approved.")] = False,
) -> None:
    """Write the results of some days, first and last day included, to one file."""
    by_suffix = {row.suffix: row for row in formats_for(Use.EXPORT)}
    chosen = FORMATS[form] if form else by_suffix.get(output.suffix.lower())
    if chosen is None:
        raise UsageProblem(f"{str(output)!r} does not end in {', '.join(by_suffix)}; add --format")
    first, last = day_of(since), day_of(until)

    from nanonets_sdk import exports
    from nanonets_sdk.cli.output.places import make_folders_of
    from nanonets_sdk.cli.output.terminal import say

    make_folders_of(output)
    with state_of(context).client() as client:
        documents = client.ocr.list_predictions(model, first, last).documents
    ready = [one for one in documents if one.status != "pending" and (one.is_moderated or not approved)]
    getattr(exports, chosen.writer)(ready, output, *([shape.value] if chosen.has_shapes else []))
    say(f"{len(ready)} of {len(documents)} documents written to {output}.")
