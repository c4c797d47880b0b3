"""Tables with borders: the cells are the rectangles between rules that cross.

Many writers leave some borders out. Two omissions are common enough to be made good before and after the cells are
looked for:

       open sides                            rows without rules
    ----------------------                +--------+-----+-------+
            |      |                      | Item   | Qty | Price |
     Item   | Qty  | Price                +--------+-----+-------+
    ----------------------                | Bolt   |  4  |  8.00 |
            |      |                      | Nut    |  4  |  2.00 |   one row of boxes, two rows of text
     Bolt   |   4  |  8.00                +--------+-----+-------+
    ----------------------
    ^                    ^                Divided between the lines of text, if each
    closed by rules of our own            of the rows would hold several numbers.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells

from nanonets_sdk.mock.reading.layout.lines import lines_of, text_of
from nanonets_sdk.mock.reading.layout.numbers import is_number_like
from nanonets_sdk.mock.reading.layout.page import Cell, Table, Word
from nanonets_sdk.mock.reading.layout.ruling import Rule, Ruling
from nanonets_sdk.mock.reading.layout.table_grid import Span, TextLine, boundaries_of, header_of, rows_of, strings_of

_Box = tuple[float, float, float, float]
_TOLERANCE = 3.0  # pixels
# Crossings are compared with each other, so that the time grows with the square of their number.
_MOST_CROSSINGS = 4_000  # a table of 300 rows and 12 columns has fewer
_MOST_PAIRS = 400_000  # of rules to compare
_LEAST_FILLED = 0.25  # of a table's cells; a chart's grid has hardly any text in it


def ruled_tables(words: Sequence[Word], ruling: Ruling) -> list[Table]:
    """Return the tables that rules divide into cells."""
    if len(ruling.across) * len(ruling.down) > _MOST_PAIRS:
        return []
    edges = [
        *({"x0": r.start, "x1": r.end, "top": r.at, "bottom": r.at, "orientation": "h"} for r in ruling.across),
        *(
            {"x0": r.at, "x1": r.at, "top": r.start, "bottom": r.end, "orientation": "v"}
            for r in (*ruling.down, *_open_sides(ruling))
        ),
    ]
    crossings = edges_to_intersections(edges, _TOLERANCE, _TOLERANCE)
    if len(crossings) > _MOST_CROSSINGS:
        return []
    boxes = [
        box
        for box in intersections_to_cells(crossings)
        if box[2] - box[0] > _TOLERANCE and box[3] - box[1] > _TOLERANCE
    ]
    found = (_table(group, words) for group in cells_to_tables(boxes))
    return [table for table in found if table]


def _open_sides(ruling: Ruling) -> list[Rule]:
    """Return the missing left and right borders of tables with rules between their columns."""
    sides: list[Rule] = []
    for upper, lower in pairwise(ruling.across):
        if abs(upper.start - lower.start) > _TOLERANCE or abs(upper.end - lower.end) > _TOLERANCE:
            continue
        reaching = [
            rule for rule in ruling.down if rule.start <= upper.at + _TOLERANCE and rule.end >= lower.at - _TOLERANCE
        ]
        if any(upper.start + _TOLERANCE < rule.at < upper.end - _TOLERANCE for rule in reaching):
            sides += [
                Rule(x, upper.at, lower.at)
                for x in (upper.start, upper.end)
                if not any(abs(rule.at - x) <= _TOLERANCE for rule in reaching)
            ]
    return sides


def _table(boxes: Sequence[_Box], words: Sequence[Word]) -> Table | None:
    xs = _distinct(x for box in boxes for x in (box[0], box[2]))
    boxes = _with_rows_of_text(boxes, xs, words)
    ys = _distinct(y for box in boxes for y in (box[1], box[3]))
    near = _inside(words, (xs[0], ys[0], xs[-1], ys[-1]))
    cells: list[Cell] = []
    for box in boxes:
        left, right = _nearest(xs, box[0]), _nearest(xs, box[2])
        top, bottom = _nearest(ys, box[1]), _nearest(ys, box[3])
        xmin, ymin, xmax, ymax = map(round, box)
        text = text_of(_inside(near, box))
        cells.append(Cell(top + 1, left + 1, bottom - top, right - left, text, xmin, ymin, xmax, ymax))
    cells.sort(key=lambda cell: (cell.row, cell.col))

    columns, rows = len(xs) - 1, len(ys) - 1
    filled = [cell for cell in cells if cell.text]
    # With fewer columns, rows or filled cells it is a box around something, not a table.
    if columns < 2 or rows < 2 or len(filled) < max(3, _LEAST_FILLED * len(cells)):  # noqa: PLR2004 - see above
        return None
    # Bands of colour, one for each row, have no columns.
    if all(cell.col_span == columns for cell in filled if cell.row > 1):
        return None
    if len({cell.col for cell in filled}) == 1 or len({cell.row for cell in filled}) == 1:
        return None
    return Table(round(xs[0]), round(ys[0]), round(xs[-1]), round(ys[-1]), tuple(cells), header_of(cells, columns))


def _with_rows_of_text(boxes: Sequence[_Box], xs: Sequence[float], words: Sequence[Word]) -> list[_Box]:
    """Divide the rows of a table whose only borders are those between its columns."""
    rows_of_boxes: dict[tuple[float, float], list[_Box]] = {}
    for box in boxes:
        rows_of_boxes.setdefault((box[1], box[3]), []).append(box)
    columns = [Span(left, right) for left, right in pairwise(xs)]
    divided: list[_Box] = []
    for (top, bottom), row in rows_of_boxes.items():
        lines = [TextLine(line) for line in lines_of(_inside(words, (xs[0], top, xs[-1], bottom)))]
        inner: list[float] = []
        if len(row) == len(columns) and len(lines) > 1:
            rows = rows_of(lines, columns, ())
            # Only several numbers make sure that a line is a row: with one, it may be part of a description.
            if all(sum(map(is_number_like, strings_of(each, columns))) > 1 for each in rows):
                inner = boundaries_of(rows)
        ys = [top, *inner, bottom]
        divided += [(left, upper, right, lower) for left, _, right, _ in row for upper, lower in pairwise(ys)]
    return divided


def _inside(words: Sequence[Word], box: _Box) -> list[Word]:
    left, top, right, bottom = box
    return [word for word in words if left <= word.center_x < right and top <= word.center_y < bottom]


def _distinct(values: Iterable[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _TOLERANCE:
            kept.append(value)
    return kept


def _nearest(values: Sequence[float], value: float) -> int:
    return min(range(len(values)), key=lambda place: abs(values[place] - value))
