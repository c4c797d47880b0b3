"""A table's text by row and column, and what it tells about the table's header."""

from collections.abc import Sequence

from nanonets_sdk.mock.reading.layout.numbers import is_figure
from nanonets_sdk.mock.reading.layout.page import Cell

_MOST = 0.6


def header_of(cells: Sequence[Cell], columns: int) -> tuple[str, ...]:
    """Return the column headers: the first row, where it has words above figures or words in every column."""
    top = [cell for cell in cells if cell.row == 1]
    if len(top) == 1 and top[0].col_span == columns:
        return ()
    texts = tuple(_text_at(top, column) for column in range(1, columns + 1))
    if any(is_figure(text) or text.endswith(":") for text in texts):
        return ()
    body = [cell for cell in cells if cell.row > 1 and cell.text]
    filled = sum(map(bool, texts))
    if not body or filled < max(2, _MOST * columns):
        return ()
    return texts if any(is_figure(cell.text) for cell in body) or filled == columns > 2 else ()  # noqa: PLR2004 - two words above two columns are no header yet


def figure_columns(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the places of the columns that hold figures in most rows."""
    columns = range(max(map(len, rows), default=0))
    return [column for column in columns if _is_of_figures([row[column] for row in rows])]


def _is_of_figures(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text]
    figures = sum(map(is_figure, filled))
    return 2 * len(filled) >= len(texts) and figures >= _MOST * len(filled) > 0


def _text_at(cells: Sequence[Cell], column: int) -> str:
    return next((cell.text for cell in cells if cell.col <= column < cell.col + cell.col_span), "")
