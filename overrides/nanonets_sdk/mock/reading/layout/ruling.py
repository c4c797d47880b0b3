"""The ruling of a page: its straight lines, be they borders, rules or the edges of filled boxes."""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from attrs import frozen
from pdfplumber.page import Page as PlumberPage
from pdfplumber.table import merge_edges

# A border drawn as a thin box has two edges, a dashed one has many: edges this close are one rule.
_TOLERANCE = 3.0  # points
_SHORTEST = 3.0  # points
_MOST_EDGES = 20_000  # a page with more is a drawing
_WHITE = (1, (1,), (1, 1, 1), [1], [1, 1, 1])  # in gray or RGB; these equal 1.0 too
_WHOLE_PAGE = 0.95


@frozen
class Rule:
    """A straight line, in pixels: `at` is the y of a horizontal rule and the x of a vertical one."""

    at: float
    start: float
    end: float


@frozen
class Ruling:
    """The rules of a page."""

    across: tuple[Rule, ...]
    down: tuple[Rule, ...]


NO_RULING = Ruling((), ())


def ruling_of(page: PlumberPage, scale: tuple[float, float]) -> Ruling:
    """Return the visible rules of a page; `scale` is pixels per point, across and down."""
    edges = page.edges
    if len(edges) > _MOST_EDGES:
        return NO_RULING

    def is_rule(edge: Mapping[str, Any]) -> bool:
        # The edges of a white box behind a text cannot be seen.
        white = edge.get("non_stroking_color") in _WHITE and edge.get("fill") and not edge.get("stroke")
        if white or not edge["orientation"]:
            return False
        # Some writers paint the whole page before they write on it.
        xs, ys = zip(*(edge.get("pts") or ((0, 0),)), strict=True)
        wide = max(xs) - min(xs) >= _WHOLE_PAGE * page.width
        return not (wide and max(ys) - min(ys) >= _WHOLE_PAGE * page.height)

    merged = merge_edges(list(filter(is_rule, edges)), _TOLERANCE, _TOLERANCE, _TOLERANCE, _TOLERANCE)
    x, y = scale
    return Ruling(
        _long(Rule(edge["top"] * y, edge["x0"] * x, edge["x1"] * x) for edge in merged if edge["orientation"] == "h"),
        _long(
            Rule(edge["x0"] * x, edge["top"] * y, edge["bottom"] * y) for edge in merged if edge["orientation"] == "v"
        ),
    )


def _long(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted((rule for rule in rules if rule.end - rule.start >= _SHORTEST), key=attrgetter("at", "start")))
