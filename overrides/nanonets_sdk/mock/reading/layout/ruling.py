"""The straight lines of a page: borders, rules and the edges of filled boxes."""

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen
from pdfplumber.page import Page as PlumberPage
from pdfplumber.table import merge_edges

_TOLERANCE = 3.0  # points; a border drawn as a thin box has two edges, a dashed one many
_SHORTEST = 3.0  # points
_MOST_EDGES = 20_000  # a page with more is a drawing
_WHITE = (1, (1,), (1, 1, 1), [1], [1, 1, 1])  # in gray or RGB; equal to 1.0 too
_WHOLE_PAGE = 0.95


@frozen
class Stroke:
    """A straight line: `at` is its y where it runs across and its x where it runs down the page, in pixels."""

    at: float
    start: float
    end: float


@frozen
class Ruling:
    """The strokes of a page."""

    across: tuple[Stroke, ...]
    down: tuple[Stroke, ...]


NO_RULING = Ruling((), ())


def ruling_of(page: PlumberPage, scale: tuple[float, float]) -> Ruling:
    """Return the strokes of a page; `scale` is pixels in a point."""
    raw = page.edges
    if len(raw) > _MOST_EDGES:
        return NO_RULING
    visible = [edge for edge in raw if edge["orientation"] and _is_visible(edge) and not _is_page(edge, page)]
    merged = merge_edges(visible, _TOLERANCE, _TOLERANCE, _TOLERANCE, _TOLERANCE)
    x, y = scale
    across = (Stroke(e["top"] * y, e["x0"] * x, e["x1"] * x) for e in merged if e["orientation"] == "h")
    down = (Stroke(e["x0"] * x, e["top"] * y, e["bottom"] * y) for e in merged if e["orientation"] == "v")
    return Ruling(_long(across), _long(down))


def _long(strokes: Iterable[Stroke]) -> tuple[Stroke, ...]:
    return tuple(sorted((stroke for stroke in strokes if stroke.end - stroke.start >= _SHORTEST), key=_place))


def _place(stroke: Stroke) -> tuple[float, float]:
    return stroke.at, stroke.start


def _is_visible(edge: Mapping[str, Any]) -> bool:
    """A white box behind a text has edges that nobody sees."""
    white = edge.get("non_stroking_color") in _WHITE
    return not (white and edge.get("fill") and not edge.get("stroke"))


def _is_page(edge: Mapping[str, Any], page: PlumberPage) -> bool:
    points = edge.get("pts") or ((0, 0),)
    width = max(x for x, _ in points) - min(x for x, _ in points)
    height = max(y for _, y in points) - min(y for _, y in points)
    return bool(width >= _WHOLE_PAGE * page.width and height >= _WHOLE_PAGE * page.height)
