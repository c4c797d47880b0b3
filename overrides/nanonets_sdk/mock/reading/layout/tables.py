"""The tables of a page."""

from collections.abc import Sequence

from nanonets_sdk.mock.reading.layout.aligned_tables import aligned_tables
from nanonets_sdk.mock.reading.layout.page import Table, Word
from nanonets_sdk.mock.reading.layout.ruled_tables import ruled_tables
from nanonets_sdk.mock.reading.layout.ruling import Ruling

_FEWEST_EMPTY = 1


def tables_of(words: Sequence[Word], ruling: Ruling) -> tuple[Table, ...]:
    """Return the tables from the top down: those with borders, and among the other words those with aligned columns."""
    ruled = ruled_tables(words, ruling)
    whole = aligned_tables(words, ruling) if ruled else []
    kept = [table for table in ruled if not any(_is_part(table, other) for other in whole)]
    free = [word for word in words if not any(_holds(table, word) for table in kept)]
    return tuple(sorted((*kept, *aligned_tables(free, ruling)), key=lambda table: (table.ymin, table.xmin)))


def _is_part(ruled: Table, aligned: Table) -> bool:
    """Whether borders show only some of an aligned table's rows: shaded ones, say, of which every other is shaded."""
    inside = aligned.ymin - ruled.ymin > -_line(ruled) and aligned.ymax - ruled.ymax > _line(ruled)
    across = min(ruled.xmax, aligned.xmax) - max(ruled.xmin, aligned.xmin) > (ruled.xmax - ruled.xmin) / 2
    overlaps = aligned.ymin < ruled.ymax and ruled.ymin < aligned.ymax
    return inside and across and overlaps and _has_full_row_below(aligned, ruled.ymax)


def _has_full_row_below(table: Table, y: int) -> bool:
    columns = max(cell.col for cell in table.cells)
    filled: dict[int, int] = {}
    for cell in table.cells:
        if cell.text and (cell.ymin + cell.ymax) / 2 > y:
            filled[cell.row] = filled.get(cell.row, 0) + 1
    return columns > 2 and any(count >= columns - _FEWEST_EMPTY for count in filled.values())  # noqa: PLR2004 - two columns may be a label and its value


def _line(table: Table) -> float:
    """Return half the height of a table's rows, in pixels."""
    return (table.ymax - table.ymin) / max(cell.row for cell in table.cells) / 2


def _holds(table: Table, word: Word) -> bool:
    x, y = (word.xmin + word.xmax) / 2, (word.ymin + word.ymax) / 2
    return table.xmin <= x <= table.xmax and table.ymin <= y <= table.ymax
