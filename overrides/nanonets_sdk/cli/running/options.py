"""Options that several commands have."""

import re
import sys
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

import typer

from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.formats.registry import Use, formats_for

HELP_MARKUP: Final[Literal["rich"] | None] = "rich" if sys.stdout.isatty() and sys.stderr.isatty() else None
"""How help and usage errors are written: framed on a terminal, plain in a pipe."""

if TYPE_CHECKING:
    Format: TypeAlias = str
    ExportFormat: TypeAlias = str
    ClassFormat: TypeAlias = str
    ConvertFormat: TypeAlias = str
else:
    # typer reads the choices of an option from an enum. Its members are strings, which is all that a type checker can
    # know of an enum made from a table.
    Format, ExportFormat, ClassFormat, ConvertFormat = (
        StrEnum(name, [(row.name, row.name) for row in formats_for(use)])
        for name, use in (
            ("Format", Use.RESULTS),
            ("ExportFormat", Use.EXPORT),
            ("ClassFormat", Use.CLASSES),
            ("ConvertFormat", Use.CONVERT),
        )
    )


def no_standard_input(files: list[Path]) -> list[Path]:
    """Refuse `-`, unless a file has that name."""
    if any(str(file) == "-" and not file.exists() for file in files):
        raise typer.BadParameter("standard input is not read; name files or folders")
    return files


ModelOption = Annotated[
    str, typer.Option("--model", "-m", envvar="NANONETS_MODEL_ID", metavar="ID", help="Id of the model.")
]
FilesArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="PDF, PNG and JPEG files, and folders with such files.",
        show_default=False,
        callback=no_standard_input,
    ),
]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="request_file_id of the file.")]
IdsArgument = Annotated[list[str], typer.Argument(metavar="ID...", help="request_file_id of each file.")]
ConfirmOption = Annotated[
    bool, typer.Option("--confirm", help="Read the file again until the change is visible, within --timeout.")
]
RecursiveOption = Annotated[bool, typer.Option("--recursive", "-r", help="Search subfolders too.")]
FormatOption = Annotated[
    Format | None, typer.Option("--format", "-f", help="`table` by default, `json` with --output.", show_default=False)
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write one file per document into this folder.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
JobsOption = Annotated[int, typer.Option("--jobs", "-j", min=1, max=100, help="How many files are sent at a time.")]
WaitOption = Annotated[
    float, typer.Option("--wait-timeout", min=1, metavar="SECONDS", help="How long to wait for the result of a file.")
]
PatienceOption = Annotated[
    float | None,
    typer.Option(
        min=0,
        metavar="SECONDS",
        help="How long to keep trying while the service accepts no file at all.",
        show_default="600, and --timeout for a single file",
    ),
]
ResendUnknownOption = Annotated[
    bool,
    typer.Option(
        "--resend-unknown", help="Send files again that were sent without an answer and that certainly did not arrive."
    ),
]
QuietOption = Annotated[
    float,
    typer.Option(min=0, metavar="MINUTES", help="How long --resend-unknown looks for a file before it sends it."),
]
SinceOption = Annotated[
    str, typer.Option("--since", metavar="DAY", help="First day (GMT): 7d, 24h, 2w, today, 2024-05-01.")
]
UntilOption = Annotated[str, typer.Option("--until", metavar="DAY", help="Last day, in the same notation.")]

_UNITS: Final = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_SPAN: Final = re.compile(r"(\d{1,5})([mhdw])", re.ASCII)


def day_of(text: str, now: datetime | None = None) -> date:
    """Return the day (GMT) that `--since` or `--until` names.

    Args:
        text: A time ago (`24h`, `7d`, `2w`), `today`, `yesterday`, or a date (`2024-05-01`).
        now: The present moment; the system's clock when None.

    Raises:
        UsageProblem: The text is not a day.

    Examples:
        >>> day_of("7d", datetime(2024, 5, 8, tzinfo=UTC))
        datetime.date(2024, 5, 1)
    """
    now = now or datetime.now(UTC)
    text = {"today": "0d", "yesterday": "1d"}.get(text, text)
    if (ago := _span_of(text)) is not None:
        return (now - ago).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{text!r} is not a day; write 7d, 24h, 2w, today or 2024-05-01") from None


def expiry_of(text: str) -> timedelta | datetime:
    """Return how long from now, or until when, `--expires` says that something is valid.

    Args:
        text: A time from now (`30m`, `24h`, `7d`, `2w`), or a moment with its time zone (`2024-05-01T12:00+02:00`).

    Raises:
        UsageProblem: The text is neither.

    Examples:
        >>> expiry_of("7d")
        datetime.timedelta(days=7)
    """
    if (span := _span_of(text)) is not None:
        return span
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        raise UsageProblem(
            f"{text!r} is no time from now and no moment with a time zone; write 30m, 24h, 7d, 2w or 2024-05-01T12:00Z"
        )
    return moment


def _span_of(text: str) -> timedelta | None:
    match = _SPAN.fullmatch(text)
    return int(match[1]) * _UNITS[match[2]] if match else None
