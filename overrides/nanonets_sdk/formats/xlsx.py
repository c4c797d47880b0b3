"""Workbooks: sheets of rows, within the limits of a spreadsheet and without formulas.

An amount that becomes a number is shown as it was printed, by the format of its cell:

    text           number    format of the cell
    1,234.50 EUR   1234.5    #,##0.00" EUR"
    12.00-         -12       0.00
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from nanonets_sdk.errors import ExportError
from nanonets_sdk.extras import optional
from nanonets_sdk.formats.amounts import parse_decimal
from nanonets_sdk.formats.dates import has_time, parse_date
from nanonets_sdk.formats.rows import Sheet
from nanonets_sdk.formats.safe_text import encodable, is_risky
from nanonets_sdk.formats.targets import BinaryTarget, binary_target

ROWS: Final = 1_048_576
COLUMNS: Final = 16_384
CELL: Final = 32_767
"""The longest text of a cell, in UTF-16 units."""

_CUT_MARK: Final = " […]"
_WIDTHS: Final = (8, 60)
_MEASURED_ROWS: Final = 200
_MAX_DIGITS: Final = 15
"""Digits of a number that a spreadsheet keeps."""
_LARGEST_NUMBER: Final = 10**_MAX_DIGITS
_FORBIDDEN_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST_NAME: Final = 31
_RESERVED_NAME: Final = "history"
_MOST_FORMATS: Final = 150
_SHARE: Final = "0%"
_DAY: Final = "yyyy-mm-dd"
_FIRST_DAY: Final = date(1900, 3, 1)
_UPRIGHT: Final = 90
"""Characters of a line that are legible on an upright sheet of paper."""
_DIGITS: Final = re.compile(r"\d(?:.*\d)?", re.DOTALL)


@frozen
class _Style:
    neutralise: bool
    numbers: bool
    cut: bool
    header: Any
    plain: Any
    quoted: Any
    dates: bool
    formats: dict[str, Any]
    """The formats of numbers so far. Excel holds about two hundred."""
    new_format: Callable[[str], Any]

    def of_number(self, code: str) -> Any | None:
        """Return the format of a cell; None if the workbook has too many already."""
        if code not in self.formats and len(self.formats) < _MOST_FORMATS:
            self.formats[code] = self.new_format(code)
        return self.formats.get(code)


def write_xlsx(
    path: BinaryTarget,
    sheets: Sequence[Sheet],
    *,
    neutralise: bool,
    numbers: bool,
    dates: bool,
    cut: bool,
    max_rows: int = ROWS,
) -> None:
    """Write a workbook.

    Args:
        path: The file to write, replaced all at once, or an open binary file.
        sheets: The sheets. Their titles are changed where a workbook would not accept them.
        neutralise: Mark text that a spreadsheet would take for a formula as text for good.
        numbers: Write text that is an unambiguous amount as a number, shown with its currency and decimals.
        dates: Write text that is an unambiguous date without a time as a date.
        cut: Cut text that is too long for a cell, with a warning, instead of raising.
        max_rows: The most rows of a sheet, its header included.

    Raises:
        MissingExtra: xlsxwriter is not installed.
        ExportError: A text or a sheet is larger than a workbook can hold. Nothing is written.
        OSError: The file cannot be written.
    """
    xlsxwriter = optional("xlsxwriter")
    for sheet in sheets:
        _check(sheet, max_rows, cut=cut)
    # With constant_memory a row is flushed once the next one begins, so cells must be written row by row.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with binary_target(path) as file, _as_os_error(), xlsxwriter.Workbook(file, options) as book:
        wrapped = {"text_wrap": True, "valign": "top"}
        style = _Style(
            neutralise,
            numbers,
            cut,
            header=book.add_format({**wrapped, "bold": True, "bottom": 1}),
            plain=book.add_format(wrapped),
            # What Excel itself stores for a typed `'`: the text stays as it is, and editing it makes no formula.
            quoted=book.add_format({**wrapped, "quote_prefix": True}),
            dates=dates,
            formats={},
            new_format=lambda code: book.add_format({"valign": "top", "num_format": code}),
        )
        for sheet, name in zip(sheets, sheet_names(sheet.title for sheet in sheets), strict=True):
            worksheet = book.add_worksheet(name)
            _write_sheet(worksheet, sheet, style)
            # Each sheet has a file for its rows, and a process may have a thousand open. The workbook opens it again.
            worksheet._opt_close()  # noqa: SLF001 - xlsxwriter itself closes them all at once, at the end


@contextmanager
def _as_os_error() -> Generator[None]:
    """Raise the system's own error where xlsxwriter wraps it in one that is not an OSError."""
    try:
        yield
    except optional("xlsxwriter").exceptions.FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from error


def sheet_names(wanted: Iterable[str]) -> list[str]:
    r"""Return valid, unique sheet names, as close as possible to the wanted ones.

    A name has 1 to 31 UTF-16 units, none of `[ ] : * ? / \`, no apostrophe at either end, and is not `History`. Case
    does not distinguish names.

    Examples:
        >>> sheet_names(["Items", "items", "a/b"])
        ['Items', 'items (2)', 'a b']
    """
    taken = {_RESERVED_NAME}
    names: list[str] = []
    for title in wanted:
        plain = _FORBIDDEN_IN_NAMES.sub(" ", title).strip(" '")
        candidate = base = _first_units(plain, _LONGEST_NAME).strip(" '") or "Sheet"
        number = 1
        while candidate.casefold() in taken:
            number += 1
            suffix = f" ({number})"
            candidate = _first_units(base, _LONGEST_NAME - len(suffix)) + suffix
        taken.add(candidate.casefold())
        names.append(candidate)
    return names


def _check(sheet: Sheet, max_rows: int, *, cut: bool) -> None:
    height = len(sheet.rows) + bool(sheet.header)
    width = max(len(sheet.header), len(sheet.rows[0]) if sheet.rows else 0)
    if height > max_rows or width > COLUMNS:
        raise ExportError(
            f"sheet {sheet.title!r} would have {height:,} rows and {width:,} columns, but a workbook holds "
            f"{max_rows:,} and {COLUMNS:,}; CSV and Parquet have no such limit"
        )
    lines = ([sheet.header] if sheet.header else []) + [*sheet.rows]
    long = next(((number, text) for number, row in enumerate(lines, 1) for text in row if _is_long(text)), None)
    if long is None:
        return
    message = f"row {long[0]} of sheet {sheet.title!r} has a text of {_units(long[1]):,} characters"
    if not cut:
        raise ExportError(f"{message}, but a cell holds {CELL:,}; pass `cut=True` to cut it, or write CSV")
    # The level of the code that called `Document.to_xlsx` or `exports.write_xlsx`.
    warnings.warn(f"{message}; texts over {CELL:,} are cut", UserWarning, stacklevel=4)


def _write_sheet(worksheet: Any, sheet: Sheet, style: _Style) -> None:
    _lay_out(worksheet, sheet)
    first = 1 if sheet.header else 0
    for column, name in enumerate(sheet.header):
        worksheet.write_string(0, column, _fitting(_cell_text(name), style), style.header)
    verbatim = {column for column, name in enumerate(sheet.header) if name in sheet.verbatim}
    shares = {column for column, name in enumerate(sheet.header) if name in sheet.shares}
    for line, row in enumerate(sheet.rows, first):
        for column, value in enumerate(row):
            if column in shares and isinstance(value, int | float) and math.isfinite(value):
                worksheet.write_number(line, column, value, style.of_number(_SHARE))
            elif (
                not isinstance(value, str)
                or column in verbatim
                or not _write_value(worksheet, line, column, value, style)
            ):
                _write_cell(worksheet, line, column, value, style)


def _lay_out(worksheet: Any, sheet: Sheet) -> None:
    """Set the widths of columns, and how the sheet is printed: across one page, with its header on each."""
    sample, total = [sheet.header, *sheet.rows[:_MEASURED_ROWS]], 0
    for column in range(max(map(len, sample))):
        texts = [str(row[column]) for row in sample if column < len(row) and row[column] is not None]
        longest = max((len(line) for text in texts for line in text.splitlines()), default=0)
        width = min(max(longest + 2, _WIDTHS[0]), _WIDTHS[1])
        worksheet.set_column(column, column, width)
        total += width
    if sheet.header:
        worksheet.freeze_panes(1, 0)
        worksheet.repeat_rows(0)
    if total > _UPRIGHT:
        worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    worksheet.set_footer("&L&F&C&A&R&P / &N")


def _write_value(worksheet: Any, line: int, column: int, text: str, style: _Style) -> bool:
    """Write text as the number or date that it is, and return whether it was one."""
    if style.numbers and (amount := _amount(text)) is not None:
        shown = style.of_number(_number_format(text, amount))
        if shown is not None:
            worksheet.write_number(line, column, amount, shown)
        return shown is not None
    if style.dates and (day := _day(text)) is not None and (shown := style.of_number(_DAY)) is not None:
        worksheet.write_datetime(line, column, day, shown)
        return True
    return False


def _day(text: str) -> date | None:
    """Return the date that a text can become without loss: complete, unambiguous, and without a time."""
    # Eight digits in a row are as often a number, and before March 1900 the dates of a spreadsheet are a day off.
    if text.strip().isdecimal() or has_time(text):
        return None
    day = parse_date(text)
    return day if day is not None and day >= _FIRST_DAY else None


def _number_format(text: str, amount: Decimal) -> str:
    """Return the format in which a number looks as it was printed, apart from its sign and the marks in use."""
    decimals = max(-int(amount.as_tuple().exponent), 0)
    found = _DIGITS.search(text)
    before, number, after = (text[: found.start()], found[0], text[found.end() :]) if found else ("", "", "")
    grouped = "#,##0" if sum(not one.isdecimal() for one in number) > bool(decimals) else "0"
    literal = [re.sub(r'[-()\u2212"]', "", part) for part in (before, after)]
    before, after = (f'"{part}"' if part.strip() else "" for part in map(encodable, literal))
    fraction = "." + "0" * decimals if decimals else ""
    return f"{before}{grouped}{fraction}{after}"


def _write_cell(worksheet: Any, line: int, column: int, value: Any, style: _Style) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        worksheet.write_boolean(line, column, value, style.plain)
    elif isinstance(value, int | float):
        # A cell cannot hold NaN (which fails this comparison), infinity, or integers that a double would round.
        if abs(value) < _LARGEST_NUMBER:
            worksheet.write_number(line, column, value, style.plain)
        else:
            worksheet.write_string(line, column, str(value), style.plain)
    else:
        text = _cell_text(value)
        quoted = style.neutralise and is_risky(text)
        worksheet.write_string(line, column, _fitting(text, style), style.quoted if quoted else style.plain)


def _cell_text(text: str) -> str:
    """Return text as a cell holds it."""
    # A carriage return would be stored as the escape `_x000D_`, which some readers show as it is.
    return encodable(text).replace("\r\n", "\n").replace("\r", "\n")


def _amount(text: str) -> Decimal | None:
    """Return the number that a text can become without loss."""
    amount = parse_decimal(text)
    if amount is None or len(amount.as_tuple().digits) > _MAX_DIGITS:
        return None
    # `007` is a code, and would lose its zeros; `0.50` is an amount. Digits may be those of any script.
    digits = re.search(r"\d+", text)
    return None if digits and len(digits[0]) > 1 and int(digits[0][0]) == 0 else amount


def _fitting(text: str, style: _Style) -> str:
    if not style.cut or not _is_long(text):
        return text
    return _first_units(text, CELL - len(_CUT_MARK)) + _CUT_MARK


def _is_long(value: Any) -> bool:
    # A character has at most two units, so that most texts need not be encoded to be judged.
    return isinstance(value, str) and len(value) * 2 > CELL and _units(value) > CELL


def _units(text: str) -> int:
    """Return the length in UTF-16 units, in which a spreadsheet counts."""
    return len(encodable(text).encode("utf-16-le")) // 2


def _first_units(text: str, length: int) -> str:
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", errors="ignore")
