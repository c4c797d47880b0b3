"""Which table the rows of a class come from, and which column each attribute."""

# A class names columns, not a table. A table fits if it has a column for each attribute without a default. Only one
# may fit, except that a table goes on over pages whose headers differ, if the attribute has a label for each of them:
#
#     page 0   Item | Quantity | Amount      last on its page   ┐
#     page 1   Item | Qty      | Amount      first on its page  ┘ one table

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

from nanonets_sdk.binding.inputs import Found, FoundTable
from nanonets_sdk.binding.labels import closest, lenient, matching
from nanonets_sdk.binding.plan import Attribute, Shape
from nanonets_sdk.binding.reasons import Unreadable


@frozen
class Lines:
    """A table with the columns of a class.

    Attributes:
        table: The table.
        columns: The columns of each attribute, by name.
        troubles: Why an attribute has no column, or no single one.
    """

    table: FoundTable
    columns: dict[str, list[int]]
    troubles: dict[str, Unreadable]

    @property
    def rows(self) -> list[tuple[Found | None, ...]]:
        """The rows with any text, except those that repeat the header."""
        return [row for row in self.table.rows if any(map(text_of, row)) and not self._is_header(row)]

    def _is_header(self, row: Sequence[Found | None]) -> bool:
        pairs = zip(self.table.header, row, strict=True)
        return any(self.table.header) and all(lenient(header) == lenient(text_of(cell)) for header, cell in pairs)


def text_of(cell: Found | None) -> str:
    """Return the text of a cell without the spaces around it; `""` for a gap."""
    return cell.text.strip() if cell else ""


def lines_of(table: FoundTable, shape: Shape, names: Callable[[Attribute], Sequence[str]]) -> Lines:
    """Find the columns of each attribute.

    Args:
        table: The table.
        shape: The class of a row.
        names: Returns the headers of an attribute.
    """
    columns: dict[str, list[int]] = {}
    troubles: dict[str, Unreadable] = {}
    for one in shape.attributes:
        try:
            headers = matching(names(one), table.header)
        except Unreadable as error:
            troubles[one.name] = error
            continue
        columns[one.name] = [number for number, header in enumerate(table.header) if header in headers]
        if len(columns[one.name]) > 1:
            listed = ", ".join(repr(table.header[number]) for number in columns[one.name])
            troubles[one.name] = Unreadable("ambiguous", f"several columns fit: {listed}", "name one with Label")
        elif not columns[one.name] and one.is_required and not one.is_optional:
            reason = f"no column for it; columns of the table: {closest(names(one), table.header)}"
            troubles[one.name] = Unreadable("missing", reason, "name it with Label, or give the attribute a default")
    return Lines(table, columns, troubles)


def the_one_that_fits(tables: Sequence[Lines]) -> list[Lines]:
    """Return the table that has all columns, in parts if it goes on under other headers; empty if none has any column.

    If no table has all of them, it is the one that has most.

    Raises:
        Unreadable: Several tables fit.
    """
    chains: list[list[Lines]] = []
    for lines in (lines for lines in tables if not lines.troubles and any(lines.columns.values())):
        if chains and _goes_on(chains[-1][-1].table, lines.table):
            chains[-1].append(lines)
        else:
            chains.append([lines])
    if len(chains) > 1:
        pages = ", ".join(str(chain[0].table.first_page + 1) for chain in chains)
        raise Unreadable(
            "ambiguous", f"{len(chains)} tables fit, on pages {pages}", "name the table's label with Label"
        )
    if chains:
        return chains[0]
    best = max(tables, key=lambda lines: sum(map(bool, lines.columns.values())), default=None)
    return [best] if best is not None and any(best.columns.values()) else []


def _goes_on(upper: FoundTable, lower: FoundTable) -> bool:
    follows = upper.last_page + 1 == lower.first_page and upper.closes_page and lower.opens_page
    same_kind = (upper.label or "table") == (lower.label or "table")
    return follows and same_kind and len(upper.header) == len(lower.header)
