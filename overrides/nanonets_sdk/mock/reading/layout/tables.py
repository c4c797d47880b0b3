"""The tables of a page."""

from collections import Counter
from collections.abc import Sequence

from nanonets_sdk.mock.reading.layout.aligned_tables import aligned_tables
from nanonets_sdk.mock.reading.layout.page import Table, Word
from nanonets_sdk.mock.reading.layout.ruled_tables import ruled_tables
from nanonets_sdk.mock.reading.layout.ruling import Ruling


def tables_of(words: Sequence[Word], ruling: Ruling) -> tuple[Table, ...]:
    """Return the tables from top to bottom: first those with borders, then aligned ones among the other words."""
    ruled = ruled_tables(words, ruling)
    whole = aligned_tables(words, ruling) if ruled else []
    kept = [table for table in ruled if not any(_is_part(table, other) for other in whole)]
    free = [
        word
        for word in words
        if not any(
            table.xmin <= word.center_x <= table.xmax and table.ymin <= word.center_y <= table.ymax for table in kept
        )
    ]
    return tuple(sorted((*kept, *aligned_tables(free, ruling)), key=lambda table: (table.ymin, table.xmin)))


def _is_part(ruled: Table, aligned: Table) -> bool:
    """Return whether borders enclose only some rows of an aligned table, e.g. where every other row is shaded."""
    half_a_row = (ruled.ymax - ruled.ymin) / max(cell.row for cell in ruled.cells) / 2
    inside = aligned.ymin - ruled.ymin > -half_a_row and aligned.ymax - ruled.ymax > half_a_row
    across = min(ruled.xmax, aligned.xmax) - max(ruled.xmin, aligned.xmin) > (ruled.xmax - ruled.xmin) / 2
    overlaps = aligned.ymin < ruled.ymax and ruled.ymin < aligned.ymax
    columns = max(cell.col for cell in aligned.cells)
    # Two columns below a table with borders may be a label and its value, such as a total.
    if not (inside and across and overlaps and columns > 2):  # noqa: PLR2004 - the reason is above
        return False
    below = Counter(cell.row for cell in aligned.cells if cell.text and (cell.ymin + cell.ymax) / 2 > ruled.ymax)
    return any(count >= columns - 1 for count in below.values())
