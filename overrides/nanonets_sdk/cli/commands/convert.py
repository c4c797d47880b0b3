"""`nanonets convert`: stored replies in one file of another format."""

from pathlib import Path
from typing import Annotated

import typer

from nanonets_sdk.cli.commands.export import Shape
from nanonets_sdk.cli.running.exit_codes import SIGNAL, UsageProblem
from nanonets_sdk.cli.running.options import ConvertFormat, RecursiveOption, no_standard_input
from nanonets_sdk.formats.registry import FORMATS, Use, formats_for


def convert(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|DIR...",
            help="Stored replies as JSON or JSON Lines, also gzipped, and folders with such files.",
            show_default=False,
            callback=no_standard_input,
        ),
    ],
    *,
    form: Annotated[
        ConvertFormat | None,
        typer.Option("--format", "-f", help="The format, if --output does not name it.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="The file to write; standard output without it."),
    ] = None,
    shape: Annotated[Shape, typer.Option(help="One row per field, or one row per document.")] = Shape.LONG,
    recursive: RecursiveOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="What was done as JSON on standard output.")] = False,
) -> None:
    """Write stored replies to one file of another format. Nothing is sent, and nothing is billed.

    It reads what `nanonets predict --output` and `raw_bytes` stored, replies as they came, and webhook bodies.
    """
    by_suffix = {row.suffix: row for row in formats_for(Use.CONVERT)}
    chosen = FORMATS[form] if form else by_suffix.get(output.suffix.lower() if output else "")
    if chosen is None:
        raise UsageProblem(
            f"{str(output)!r} does not end in {', '.join(by_suffix)}; add --format" if output else "add --format"
        )
    if output is None and not chosen.is_streamed:
        raise UsageProblem(f"--format {chosen.name} cannot be written to standard output; add --output FILE")
    if output is None and as_json:
        raise UsageProblem("--json needs standard output for itself; add --output FILE")

    from nanonets_sdk.cli.output.conversion_file import ConversionFile
    from nanonets_sdk.cli.output.places import make_folders_of
    from nanonets_sdk.cli.output.terminal import print_json
    from nanonets_sdk.cli.running.conversion import convert_all, show, stored_replies
    from nanonets_sdk.extras import require

    require(*[chosen.requires] if chosen.requires else [])
    paths = stored_replies(files, recursive=recursive)
    make_folders_of(output)
    summary = convert_all(paths, ConversionFile(output, chosen, shape.value))
    if as_json:
        print_json(summary.record(output))
    elif summary.status < SIGNAL:
        show(summary, output)
    raise typer.Exit(summary.status)
