"""Tables without borders, found by the alignment of their phrases.

                             Unit    above      close above the header and within its columns
    Pos  Description   Qty  price    header     the fullest line above the numbers
    1    Steel bolt      4   2.00    fits       most of its phrases meet a column
         zinc plated                 continues  within one column and close to a row
    2    Washer          9   0.10    fits
                   Total     8.90    closing    ends the run
    |-|  |---------|   |-|  |---|               columns: phrases that overlap, merged

1. Any line of two phrases or more starts a run, with its phrases as columns. Each line below either fits the columns
   and widens them, or continues a row; anything else ends the run, as do a wide gap and a line of totals.
2. The columns are found once more, from the run's fullest line. A phrase that meets two columns widens neither: it is
   a heading over both, or a long text that runs on.
3. The lines of the run above its header do not belong to the table, but lines above the run may belong to the header.
4. The lines become rows (see table_grid). Addresses side by side, totals, and pairs of label and value look alike up
   to here, and precision is worth more than completeness: two columns are a table only with a rule below the header;
   otherwise it takes three, and either a header above numbers or two columns of numbers.

If the run is not a table, the search goes on from the next line.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from nanonets_sdk.mock.reading.layout.lines import Line, lines_of
from nanonets_sdk.mock.reading.layout.numbers import is_number_like
from nanonets_sdk.mock.reading.layout.page import Cell, Table, Word
from nanonets_sdk.mock.reading.layout.ruling import Ruling
from nanonets_sdk.mock.reading.layout.table_grid import (
    Span,
    TextLine,
    boundaries_of,
    header_of,
    number_columns,
    rows_of,
    strings_of,
)

_LEAST_COLUMNS = 3
_LEAST_COLUMNS_RULED = 2
_LEAST_ROWS = 2
_ROW_GAP = 3.0  # of the text's height, between the lines of neighbouring rows
_LINE_GAP = 0.8  # of the text's height, between the lines of one row
_HEADER_GAP = 0.35  # of the text's height, between the lines of a header
_WORDS_PER_CELL = 10  # on average at most
_RULE_WIDTH = 0.9  # of the table's width at least
_MATCHING = 0.6  # of a line's phrases
_CLOSING = {"total", "totals", "subtotal", "sub-total", "sum", "balance", "net", "gross", "vat", "tax", "amount"}


def aligned_tables(words: Sequence[Word], ruling: Ruling) -> list[Table]:
    """Return the tables that the alignment of words shows; horizontal rules separate rows where there are any."""
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
    """Return the end of the lines that share the columns of the line at `start`."""
    columns = _spans(lines[start].phrases)
    if len(columns) < _LEAST_COLUMNS_RULED:
        return start

    def fits(line: TextLine) -> bool:
        matching = sum(any(column.meets(phrase) for column in columns) for phrase in line.phrases)
        return len(line.phrases) >= _LEAST_COLUMNS_RULED and matching >= max(2, _MATCHING * len(line.phrases))

    def continues(place: int) -> bool:
        line = lines[place]
        if line.has_number or any(sum(column.meets(phrase) for column in columns) > 1 for phrase in line.phrases):
            return False
        # Close to the row above it, or close to the row below it, of which it is then the first line.
        if _gap_above(lines, place) <= _LINE_GAP:
            return True
        return place + 1 < len(lines) and _gap_above(lines, place + 1) <= _LINE_GAP and fits(lines[place + 1])

    end = last = start + 1
    while end < len(lines) and _gap_above(lines, end) <= _ROW_GAP:
        line = lines[end]
        first_word = line.line.words[0].text.lower().strip(":")
        if first_word in _CLOSING and line.has_number and len(line.phrases) <= _LEAST_COLUMNS:
            break
        if fits(line):
            columns = _widened(columns, line)
            last = end + 1
        elif not continues(end):
            break
        end += 1
    # Lines after the last row belong to it only if they are close.
    return last if end > last and _gap_above(lines, last) > _LINE_GAP else end


def _gap_above(lines: Sequence[TextLine], place: int) -> float:
    """Return the space above a line, in heights of its text."""
    line = lines[place].line
    return (line.ymin - lines[place - 1].line.ymax) / line.height


def _spans(phrases: Iterable[Line]) -> list[Span]:
    return [Span(phrase.xmin, phrase.xmax) for phrase in phrases]


def _widened(columns: Sequence[Span], line: TextLine) -> list[Span]:
    """Return the columns, widened by the phrases of a line that meet one of them and joined by those that meet none."""
    narrow = [phrase for phrase in line.phrases if sum(column.meets(phrase) for column in columns) <= 1]
    merged: list[Span] = []
    for span in sorted([*columns, *_spans(narrow)], key=lambda span: span.xmin):
        if merged and span.xmin < merged[-1].xmax:
            merged[-1] = Span(merged[-1].xmin, max(merged[-1].xmax, span.xmax))
        else:
            merged.append(span)
    return merged


def _table(lines: Sequence[TextLine], above: Sequence[TextLine], ruling: Ruling) -> Table | None:
    """Return the table of a run of lines; the lines `above` may hold the first lines of its header."""
    columns = _spans(max(lines, key=lambda line: len(line.phrases)).phrases)
    for line in lines:
        columns = _widened(columns, line)
    columns = _without_halves(columns, lines)
    lines = _from_header(lines, above, columns)
    rows = rows_of(lines, columns, ruling.across)
    if len(rows) < _LEAST_ROWS:
        return None
    box = Line.of(word for line in lines for word in line.line.words)
    top, bottom = (sum(line.center_y for line in row) / len(row) for row in rows[:2])
    has_header_rule = any(
        top < rule.at < bottom
        and min(rule.end, box.xmax) - max(rule.start, box.xmin) >= _RULE_WIDTH * (box.xmax - box.xmin)
        for rule in ruling.across
    )
    strings = [strings_of(row, columns) for row in rows]
    if not _is_table(strings, has_header_rule):
        return None
    xs = [box.xmin, *((left.xmax + right.xmin) / 2 for left, right in pairwise(columns)), box.xmax]
    ys = [box.ymin, *boundaries_of(rows), box.ymax]
    cells = tuple(
        Cell(r + 1, c + 1, 1, 1, text, round(xs[c]), round(ys[r]), round(xs[c + 1]), round(ys[r + 1]))
        for r, row in enumerate(strings)
        for c, text in enumerate(row)
    )
    return Table(box.xmin, box.ymin, box.xmax, box.ymax, cells, header_of(cells, len(columns)))


def _without_halves(columns: Sequence[Span], lines: Sequence[TextLine]) -> list[Span]:
    """Join neighbours that no line keeps apart: a header set to the left and numbers set to the right of a column."""

    def keeps_apart(line: TextLine, left: Span, right: Span) -> bool:
        beside = [(left.meets(phrase), right.meets(phrase)) for phrase in line.phrases]
        return (True, False) in beside and (False, True) in beside

    joined: list[Span] = []
    for column in columns:
        joined.append(column)
        # A joined column may have lost what kept it apart from the one before it.
        while len(joined) > 1 and not any(keeps_apart(line, *joined[-2:]) for line in lines):
            joined[-2:] = [Span(joined[-2].xmin, joined[-1].xmax)]
    return joined


def _from_header(lines: Sequence[TextLine], above: Sequence[TextLine], columns: Sequence[Span]) -> Sequence[TextLine]:
    """Return the lines of the table, from the first line of its header down."""
    strings = [strings_of([line.line], columns) for line in lines]
    numeric = number_columns([row for row in strings if any(map(is_number_like, row))])
    has_number = (
        line.has_number and any(is_number_like(row[column]) for column in numeric)
        for line, row in zip(lines, strings, strict=True)
    )
    body = next((place for place, found in enumerate(has_number) if found), 0)
    # The fullest line, and of equally full ones the lowest: a title above the header has fewer phrases.
    header = max(range(body), key=lambda place: (len(lines[place].phrases), place), default=body)

    every = [*above, *lines]
    start = len(above) + header
    while start and _gap_above(every, start) <= _HEADER_GAP:
        line = every[start - 1]
        met = [[place for place, column in enumerate(columns) if column.meets(phrase)] for phrase in line.phrases]
        # A line within the first column alone is rather a caption of the table.
        if line.has_number or met == [[0]] or any(len(places) != 1 for places in met):
            break
        start -= 1
    return every[start:]


def _is_table(strings: Sequence[Sequence[str]], has_header_rule: bool) -> bool:
    columns, rows = len(strings[0]), len(strings)
    if columns < (_LEAST_COLUMNS_RULED if has_header_rule else _LEAST_COLUMNS):
        return False
    # A form has a column of labels: "Date:" and so on.
    if any(2 * sum(string.endswith(":") for string in column) >= rows for column in zip(*strings, strict=True)):
        return False
    filled = [string for row in strings for string in row if string]
    if sum(len(string.split()) for string in filled) > _WORDS_PER_CELL * len(filled):
        return False
    numeric = number_columns(strings[1:])
    if not any(map(is_number_like, strings[0])) and sum(map(bool, strings[0])) >= max(2, columns - 1):
        return has_header_rule or (bool(numeric) and rows > _LEAST_ROWS)
    return columns >= _LEAST_COLUMNS and len(numeric) > 1 and rows > _LEAST_ROWS
