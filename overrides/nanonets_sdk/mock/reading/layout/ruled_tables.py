"""Tables whose cells have borders."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells

from nanonets_sdk.mock.reading.layout.grid import header_of
from nanonets_sdk.mock.reading.layout.lines import lines_of, text_of
from nanonets_sdk.mock.reading.layout.numbers import is_figure
from nanonets_sdk.mock.reading.layout.page import Cell, Table, Word
from nanonets_sdk.mock.reading.layout.ruling import Ruling, Stroke
from nanonets_sdk.mock.reading.layout.table_rows import (
    Span,
    TextLine,
    rows_of,
    texts_of,
)

Box = tuple[float, float, float, float]
_TOLERANCE = 3.0  # pixels
_MOST_CROSSINGS = 4_000  # a table of 300 rows and 12 columns has fewer
_MOST_PAIRS = 400_000  # of strokes to compare
_LEAST_FILLED = 0.25  # of a table's cells; a chart's grid has hardly any text in it


def ruled_tables(words: Sequence[Word], ruling: Ruling) -> list[Table]:
    """Return the tables that strokes divide into cells."""
    if len(ruling.across) * len(ruling.down) > _MOST_PAIRS:
        return []
    edges = [*_edges(ruling.across, "h"), *_edges((*ruling.down, *_open_sides(ruling)), "v")]
    crossings = edges_to_intersections(edges, _TOLERANCE, _TOLERANCE)
    if len(crossings) > _MOST_CROSSINGS:
        return []
    cells = [box for box in intersections_to_cells(crossings) if _has_room(box)]
    boxes = cells_to_tables(cells)
    found = (_table(group, words) for group in boxes)
    return [table for table in found if table]


def _edges(strokes: Iterable[Stroke], orientation: str) -> list[dict[str, Any]]:
    if orientation == "h":
        return [{"x0": s.start, "x1": s.end, "top": s.at, "bottom": s.at, "orientation": "h"} for s in strokes]
    return [{"x0": s.at, "x1": s.at, "top": s.start, "bottom": s.end, "orientation": "v"} for s in strokes]


def _open_sides(ruling: Ruling) -> list[Stroke]:
    """Close tables that have strokes between the columns but none at their left and right ends."""
    sides: list[Stroke] = []
    for upper, lower in pairwise(ruling.across):
        same_width = abs(upper.start - lower.start) <= _TOLERANCE and abs(upper.end - lower.end) <= _TOLERANCE
        if same_width and any(_divides(stroke, upper, lower) for stroke in ruling.down):
            ends = (Stroke(x, upper.at, lower.at) for x in (upper.start, upper.end))
            sides += [end for end in ends if not any(_covers(stroke, end) for stroke in ruling.down)]
    return sides


def _covers(stroke: Stroke, side: Stroke) -> bool:
    beside = abs(stroke.at - side.at) <= _TOLERANCE
    return beside and stroke.start <= side.start + _TOLERANCE and stroke.end >= side.end - _TOLERANCE


def _divides(stroke: Stroke, upper: Stroke, lower: Stroke) -> bool:
    inside = upper.start + _TOLERANCE < stroke.at < upper.end - _TOLERANCE
    return inside and stroke.start <= upper.at + _TOLERANCE and stroke.end >= lower.at - _TOLERANCE


def _has_room(box: Box) -> bool:
    return box[2] - box[0] > _TOLERANCE and box[3] - box[1] > _TOLERANCE


def _table(boxes: Sequence[Box], words: Sequence[Word]) -> Table | None:
    columns = _distinct(x for box in boxes for x in (box[0], box[2]))
    boxes = _with_rows_of_text(boxes, columns, words)
    rows = _distinct(y for box in boxes for y in (box[1], box[3]))
    near = _inside(words, (columns[0], rows[0], columns[-1], rows[-1]))
    cells = tuple(sorted((_cell(box, columns, rows, near) for box in boxes), key=lambda c: (c.row, c.col)))
    if not _is_table(cells, len(columns) - 1, len(rows) - 1):
        return None
    header = header_of(cells, len(columns) - 1)
    return Table(round(columns[0]), round(rows[0]), round(columns[-1]), round(rows[-1]), cells, header)


def _with_rows_of_text(boxes: Sequence[Box], columns: Sequence[float], words: Sequence[Word]) -> list[Box]:
    """Part the rows of a table that has borders between its columns only."""
    spans = [Span(left, right) for left, right in pairwise(columns)]
    parted: list[Box] = []
    for (top, bottom), row in _grouped(boxes).items():
        lines = [TextLine(line) for line in lines_of(_inside(words, (columns[0], top, columns[-1], bottom)))]
        ys = [top, *_inner_limits(lines, spans), bottom] if len(row) == len(spans) else [top, bottom]
        parted += [(left, upper, right, lower) for left, _, right, _ in row for upper, lower in pairwise(ys)]
    return parted


def _grouped(boxes: Sequence[Box]) -> dict[tuple[float, float], list[Box]]:
    rows: dict[tuple[float, float], list[Box]] = {}
    for box in boxes:
        rows.setdefault((box[1], box[3]), []).append(box)
    return rows


def _inner_limits(lines: Sequence[TextLine], columns: Sequence[Span]) -> list[float]:
    """Return where the rows of text within one row of cells end, if it holds more than one."""
    if len(lines) < 2:  # noqa: PLR2004 - a row of its own takes a second line
        return []
    rows = rows_of(lines, columns, ())
    figures = [texts for texts in (texts_of(row, columns) for row in rows) if sum(map(is_figure, texts)) > 1]
    if len(figures) < len(rows):
        return []
    tops, bottoms = [min(x.ymin for x in row) for row in rows], [max(x.ymax for x in row) for row in rows]
    return [(bottom + top) / 2 for bottom, top in zip(bottoms, tops[1:], strict=False)]


def _cell(box: Box, columns: Sequence[float], rows: Sequence[float], words: Sequence[Word]) -> Cell:
    left, right = _index(columns, box[0]), _index(columns, box[2])
    top, bottom = _index(rows, box[1]), _index(rows, box[3])
    text = text_of(_inside(words, box))
    xmin, ymin, xmax, ymax = map(round, box)
    return Cell(top + 1, left + 1, bottom - top, right - left, text, xmin, ymin, xmax, ymax)


def _is_table(cells: Sequence[Cell], columns: int, rows: int) -> bool:
    filled = [cell for cell in cells if cell.text]
    if columns < 2 or rows < 2 or len(filled) < max(3, _LEAST_FILLED * len(cells)):  # noqa: PLR2004 - fewer columns, rows or texts are a box
        return False
    if all(cell.col_span == columns for cell in filled if cell.row > 1):  # bands of colour, one for each row
        return False
    return len({cell.col for cell in filled}) > 1 and len({cell.row for cell in filled}) > 1


def _inside(words: Sequence[Word], box: Box) -> list[Word]:
    left, top, right, bottom = box
    return [
        word
        for word in words
        if left <= (word.xmin + word.xmax) / 2 < right and top <= (word.ymin + word.ymax) / 2 < bottom
    ]


def _distinct(values: Iterable[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _TOLERANCE:
            kept.append(value)
    return kept


def _index(values: Sequence[float], value: float) -> int:
    return min(range(len(values)), key=lambda place: abs(values[place] - value))
