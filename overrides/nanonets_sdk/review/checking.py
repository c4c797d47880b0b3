"""Checks a file, with the edits of the page, against a class of the user's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from nanonets_sdk.binding.problems import ReadAsError, ReadProblem
from nanonets_sdk.documents.document import Document
from nanonets_sdk.documents.draft_boxes import DraftField
from nanonets_sdk.documents.draft_page import DraftPage
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.grid import Grid


def problems_of(kind: type[Any], document: Document, pages: Sequence[DraftPage]) -> list[dict[str, Any]]:
    """Return what keeps a file from becoming an object of a class, with the place of each problem on the page.

    Args:
        kind: The class, as for `Document.read_as`.
        document: The file as it was read.
        pages: Its pages as they are to be.
    """
    edited = tuple(
        # Everything on the page was seen by a person, so no score is too low.
        attrs.evolve(page.before, moderated=page.now, is_emptied=True)
        for page in pages
    )
    try:
        attrs.evolve(document, pages=edited).read_as(kind, partial=True)
    except ReadAsError as error:
        return [_record(problem, pages) for problem in error.problems]
    return []


def check_class(kind: Any) -> None:
    """Check that a class can be read from documents.

    Raises:
        TypeError: It cannot.
    """
    try:
        Document(()).read_as(kind)
    except ReadAsError:
        return


def _record(problem: ReadProblem, pages: Iterable[DraftPage]) -> dict[str, Any]:
    said = f"{problem.reason}; {problem.hint}" if problem.hint else problem.reason
    found = [
        (page.number + 1, *keys)
        for page in pages
        if page.number == problem.page
        for keys, label, text, box in _values(page)
        if (text.strip(), box) == ((problem.text or "").strip(), problem.box) and (not label or label == problem.label)
    ]
    return {
        "attribute": problem.attribute,
        "label": problem.label,
        "message": f"{said} ({problem.detail})" if problem.detail else said,
        "expected": problem.expected,
        "at": found[0] if found else None,
    }


def _values(page: DraftPage) -> Iterable[tuple[tuple[int, int | None, int | None], str, str, Box | None]]:
    """Yield place, label, text and box of each value; the place of a cell is its box, row and column."""
    for number, box in enumerate(page.boxes):
        if isinstance(box, DraftField):
            yield (number, None, None), box.label, box.text, box.box
            continue
        grid = Grid(box.cells)
        for cell in box.cells:
            yield (number, *grid.place(cell)), cell.label, cell.text, cell.box
