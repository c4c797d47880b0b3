"""Options that several commands have."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

HELP_MARKUP: Final[Literal["rich"] | None] = "rich" if sys.stdout.isatty() and sys.stderr.isatty() else None
"""How help and usage errors are written: with frames on a terminal, plainly in a pipe."""


class Format(StrEnum):
    """How documents are written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    MARKDOWN = "md"


class ModelType(StrEnum):
    """The types of models that can be made."""

    OCR = "ocr"
    CLASSIFICATION = "classification"


def _no_standard_input(files: list[Path]) -> list[Path]:
    if any(str(file) == "-" and not file.exists() for file in files):
        raise typer.BadParameter("standard input is not read; name files or folders")
    return files


ModelOption = Annotated[
    str,
    typer.Option("--model", "-m", envvar="NANONETS_MODEL_ID", metavar="ID", help="Id of the model."),
]
FilesArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="PDF, PNG and JPEG files, and folders with such files.",
        show_default=False,
        callback=_no_standard_input,
    ),
]
RecursiveOption = Annotated[bool, typer.Option("--recursive", "-r", help="Go into the folders of folders too.")]
FormatOption = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="`table` by default, `json` with --output.", show_default=False),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DIR", help="Write a file for each document into this folder."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
JobsOption = Annotated[int, typer.Option("--jobs", "-j", min=1, max=100, help="How many files are sent at a time.")]
WaitOption = Annotated[
    float, typer.Option("--wait-timeout", min=1, metavar="SECONDS", help="How long to wait for the result of a file.")
]
