"""How files for spreadsheets are written: `--text` and `--excel`."""

import locale
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from nanonets_sdk.cli.running.exit_codes import UsageProblem

if TYPE_CHECKING:
    from nanonets_sdk.formats.csv_files import Separator


class Excel(StrEnum):
    """What separates the columns of CSV for Excel."""

    AUTO = "auto"
    COMMA = "comma"
    SEMICOLON = "semicolon"


TextOption = Annotated[
    bool, typer.Option("--text", help="In xlsx, write amounts and dates as text instead of as numbers and dates.")
]
ExcelOption = Annotated[
    Excel | None,
    typer.Option(
        "--excel",
        help="Write csv for Excel, with a byte order mark: separated by a `comma`, by a `semicolon` for regions with a "
        "decimal comma, or as the locale of this system has it (`auto`).",
        show_default=False,
    ),
]
_SEPARATORS: Final[dict[Excel, "Separator"]] = {Excel.COMMA: ",", Excel.SEMICOLON: ";"}


def writer_options(form: str, *, text: bool, excel: Excel | None) -> dict[str, Any]:
    """Return the arguments of the writer of a format.

    Args:
        form: The format.
        text: Whether `--text` was given.
        excel: The value of `--excel`.

    Raises:
        UsageProblem: An option is for another format.
    """
    if text and form != "xlsx":
        raise UsageProblem(f"--text is for xlsx, not for {form}; leave it out, or write xlsx")
    if excel is not None and form != "csv":
        raise UsageProblem(f"--excel is for csv, not for {form}; leave it out, or add --format csv")
    if form == "xlsx":
        return {"numbers": not text, "dates": not text}
    return {} if excel is None else {"excel": _SEPARATORS.get(excel) or _separator_here()}


def _separator_here() -> "Separator":
    """Return the separator of the system's locale, and say which one it is."""
    from nanonets_sdk.cli.output.terminal import say

    before = locale.setlocale(locale.LC_NUMERIC)
    try:
        name = locale.setlocale(locale.LC_NUMERIC, "")
        mark = locale.localeconv()["decimal_point"]
    except locale.Error:
        name, mark = "unknown", "."
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)
    separator: Separator = ";" if mark == "," else ","
    say(f"CSV separated by {separator!r}, as Excel expects it in the locale {name}.")
    return separator
