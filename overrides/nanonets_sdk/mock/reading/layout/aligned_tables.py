"""Tables without borders: lines whose phrases stand in columns.

Precision is worth more than completeness here: addresses side by side, totals, and pairs of label and value are
no tables.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from attrs import frozen

from nanonets_sdk.mock.reading.layout.grid import figure_columns, header_of
from nanonets_sdk.mock.reading.layout.lines import Line, lines_of
from nanonets_sdk.mock.reading.layout.numbers import is_figure
from nanonets_sdk.mock.reading.layout.page import Cell, Table, Word
from nanonets_sdk.mock.reading.layout.ruling import Ruling
from nanonets_sdk.mock.reading.layout.table_rows import (
    Span,
    TextLine,
    limits_of,
    rows_of,
    texts_of,
)

_LEAST_COLUMNS = 3
_LEAST_COLUMNS_RULED = 2
_LEAST_ROWS = 2
_ROW_GAP = 3.0  # of the text's height, between the lines of neighbouring rows
_LINE_GAP = 0.8  # of the text's height, between the lines of one row
_HEADER_GAP = 0.35  # of the text's height, between the lines of a header
_WORDS_OF_A_CELL = 10  # on average at most
_STROKE_WIDTH = 0.9  # of the table's width at least
_CLOSING = {"total", "totals", "subtotal", "sub-total", "sum", "balance", "net", "gross", "vat", "tax", "amount"}


@frozen
class _Box:
    xmin: float
    ymin: float
    xmax: float
    ymax: float

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "_Box":
        return cls(
            min(line.xmin for line in lines),
            min(line.ymin for line in lines),
            max(line.xmax for line in lines),
            max(line.ymax for line in lines),
        )


def aligned_tables(words: Sequence[Word], ruling: Ruling) -> list[Table]:
    """Return the tables that the alignment of words shows; strokes across tell rows apart where there are any."""
    lines = [TextLine(line) for line in lines_of(words)]
    tables: list[Table] = []
    start = 0
    while start < len(lines):
        end = _end_of_run(lines, start)
        table = _table(lines[start:end], lines[:start], ruling) if end - start >= _LEAST_ROWS else None
        if table:
            tables.append(table)
        start = end if table else start + 1
    return tables


def _end_of_run(lines: Sequence[TextLine], start: int) -> int:
    """Return where the lines end that share the columns of the line at `start`."""
    columns = _spans(lines[start].phrases)
    if len(columns) < _LEAST_COLUMNS_RULED:
        return start
    end = last = start + 1
    while end < len(lines) and _gap(lines, end) <= _ROW_GAP and not _is_closing(lines[end]):
        if _fits(lines[end], columns):
            columns = _merged([*columns, *_spans(_narrow(lines[end], columns))])
            last = end + 1
        elif not _continues(lines, end, columns):
            break
        end += 1
    return last if end > last and _gap(lines, last) > _LINE_GAP else end


def _gap(lines: Sequence[TextLine], place: int) -> float:
    """Return the space above a line, in heights of its text."""
    line = lines[place].line
    return (line.ymin - lines[place - 1].line.ymax) / line.height


def _is_closing(line: TextLine) -> bool:
    """Whether it is a line of totals below a table."""
    first = line.line.words[0].text.lower().strip(":")
    return first in _CLOSING and line.has_figure and len(line.phrases) <= _LEAST_COLUMNS


def _fits(line: TextLine, columns: Sequence[Span]) -> bool:
    matching = sum(any(column.meets(phrase) for column in columns) for phrase in line.phrases)
    return len(line.phrases) >= _LEAST_COLUMNS_RULED and matching >= max(2, 0.6 * len(line.phrases))


def _continues(lines: Sequence[TextLine], place: int, columns: Sequence[Span]) -> bool:
    """Whether a line stands within one column and close to a row, as a line of a long description does."""
    line = lines[place]
    within = all(sum(column.meets(phrase) for column in columns) <= 1 for phrase in line.phrases)
    below = _gap(lines, place) <= _LINE_GAP
    above = place + 1 < len(lines) and _gap(lines, place + 1) <= _LINE_GAP and _fits(lines[place + 1], columns)
    return within and not line.has_figure and (below or above)


def _narrow(line: TextLine, columns: Sequence[Span]) -> list[Line]:
    return [phrase for phrase in line.phrases if sum(column.meets(phrase) for column in columns) <= 1]


def _spans(phrases: Iterable[Line]) -> list[Span]:
    return [Span(phrase.xmin, phrase.xmax) for phrase in phrases]


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.xmin):
        if merged and span.xmin < merged[-1].xmax:
            merged[-1] = Span(merged[-1].xmin, max(merged[-1].xmax, span.xmax))
        else:
            merged.append(span)
    return merged


def _table(lines: Sequence[TextLine], above: Sequence[TextLine], ruling: Ruling) -> Table | None:
    """Return the table of some lines; those `above` may hold the beginning of a header of several lines."""
    columns = _columns(lines)
    header = _place_of_header(lines, columns)
    first = _first_of_header([*above, *lines[:header]], lines[header:], columns)
    lines = [*first, *lines[header:]]
    rows = rows_of(lines, columns, ruling.across)
    texts = [texts_of(row, columns) for row in rows]
    box = _Box.of([line.line for line in lines])
    if len(rows) < _LEAST_ROWS or not _is_table(texts, _is_parted(rows[0], rows[1], box, ruling)):
        return None
    cells = _cells(texts, rows, columns, box)
    xmin, ymin, xmax, ymax = (round(side) for side in (box.xmin, box.ymin, box.xmax, box.ymax))
    return Table(xmin, ymin, xmax, ymax, cells, header_of(cells, len(columns)))


def _place_of_header(lines: Sequence[TextLine], columns: Sequence[Span]) -> int:
    """Return the place of the fullest line above the figures; what stands further up is no part of the table."""
    texts = [texts_of([line.line], columns) for line in lines]
    figures = figure_columns([row for row in texts if sum(map(is_figure, row)) > 0])
    body = (
        place
        for place, row in enumerate(texts)
        if lines[place].has_figure and any(is_figure(row[column]) for column in figures)
    )
    top = next(body, 0)
    return max(range(top), key=lambda place: (len(lines[place].phrases), place), default=top)


def _first_of_header(
    above: Sequence[TextLine], lines: Sequence[TextLine], columns: Sequence[Span]
) -> Sequence[TextLine]:
    """Return the lines that stand close above a header and within its columns, "Unit" above "price" say."""
    start = len(above)
    every = [*above, *lines]
    while start and _gap(every, start) <= _HEADER_GAP and _is_of_header(above[start - 1], columns):
        start -= 1
    return above[start:]


def _is_of_header(line: TextLine, columns: Sequence[Span]) -> bool:
    places = [[place for place, column in enumerate(columns) if column.meets(phrase)] for phrase in line.phrases]
    return all(len(place) == 1 for place in places) and places != [[0]] and not line.has_figure


def _columns(lines: Sequence[TextLine]) -> list[Span]:
    """Return the columns: those of the line with most phrases, widened by all phrases that meet one of them alone."""
    fullest = max(lines, key=lambda line: len(line.phrases))
    columns = _spans(fullest.phrases)
    for line in lines:
        columns = _merged([*columns, *_spans(_narrow(line, columns))])
    return _without_halves(columns, lines)


def _without_halves(columns: list[Span], lines: Sequence[TextLine]) -> list[Span]:
    """Unite neighbours that no line keeps apart: a header at the left and figures at the right of one column."""
    for place, (left, right) in enumerate(pairwise(columns)):
        if not any(_keeps_apart(line, left, right) for line in lines):
            united = Span(left.xmin, right.xmax)
            return _without_halves([*columns[:place], united, *columns[place + 2 :]], lines)
    return columns


def _keeps_apart(line: TextLine, left: Span, right: Span) -> bool:
    beside = [(left.meets(phrase), right.meets(phrase)) for phrase in line.phrases]
    return (True, False) in beside and (False, True) in beside


def _is_table(texts: Sequence[Sequence[str]], parted: bool) -> bool:
    columns, rows = len(texts[0]), len(texts)
    if columns < (_LEAST_COLUMNS_RULED if parted else _LEAST_COLUMNS) or _is_form(texts) or _is_prose(texts):
        return False
    figures = figure_columns(texts[1:])
    headed = not any(map(is_figure, texts[0])) and sum(map(bool, texts[0])) >= max(2, columns - 1)
    if headed:
        return parted or (bool(figures) and rows > _LEAST_ROWS)
    return columns >= _LEAST_COLUMNS and len(figures) > 1 and rows > _LEAST_ROWS


def _is_parted(header: Sequence[Line], row: Sequence[Line], box: _Box, ruling: Ruling) -> bool:
    """Whether a stroke runs along the whole width of a table below its first row."""
    top, bottom = (sum(line.middle for line in lines) / len(lines) for lines in (header, row))
    width = box.xmax - box.xmin
    return any(
        top < stroke.at < bottom and min(stroke.end, box.xmax) - max(stroke.start, box.xmin) >= _STROKE_WIDTH * width
        for stroke in ruling.across
    )


def _is_form(texts: Sequence[Sequence[str]]) -> bool:
    """Whether a column holds labels, "Date:" and the like, rather than values."""
    return any(2 * sum(text.endswith(":") for text in column) >= len(texts) for column in zip(*texts, strict=True))


def _is_prose(texts: Sequence[Sequence[str]]) -> bool:
    filled = [text for row in texts for text in row if text]
    return sum(len(text.split()) for text in filled) > _WORDS_OF_A_CELL * len(filled)


def _cells(
    texts: Sequence[Sequence[str]], rows: Sequence[Sequence[Line]], columns: Sequence[Span], box: _Box
) -> tuple[Cell, ...]:
    xs = [box.xmin, *limits_of(columns), box.xmax]
    tops = [min(line.ymin for line in row) for row in rows]
    bottoms = [max(line.ymax for line in row) for row in rows]
    ys = [box.ymin, *((low + high) / 2 for low, high in zip(bottoms, tops[1:], strict=False)), box.ymax]
    return tuple(
        Cell(r + 1, c + 1, 1, 1, text, round(xs[c]), round(ys[r]), round(xs[c + 1]), round(ys[r + 1]))
        for r, row in enumerate(texts)
        for c, text in enumerate(row)
    )
