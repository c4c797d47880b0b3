"""Checks a file, with the edits of the page, against a class of the user's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from nanonets_sdk.binding.problems import ReadAsError, ReadProblem
from nanonets_sdk.documents.document import Document
from nanonets_sdk.documents.draft_boxes import DraftCell, DraftField, DraftTable
from nanonets_sdk.documents.draft_page import DraftPage
from nanonets_sdk.layout.grid import Grid


def problems_of(
    kind: type[Any], document: Document, pages: Sequence[DraftPage], keys: Mapping[int, int]
) -> list[dict[str, Any]]:
    """Return what keeps a file from becoming an object of a class, with the place of each problem on the page.

    Args:
        kind: The class, as for `Document.read_as`.
        document: The file as it was read.
        pages: Its pages as they are to be.
        keys: The key of each box that was read, by `id()` of the box.
    """
    edited = tuple(
        # Everything on the page was seen by a person, so no score is too low.
        attrs.evolve(page.before, moderated=page.now, is_emptied=True)
        for page in pages
    )
    try:
        attrs.evolve(document, pages=edited).read_as(kind, partial=True)
    except ReadAsError as error:
        return [_record(problem, pages, keys) for problem in error.problems]
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


def _record(problem: ReadProblem, pages: Iterable[DraftPage], keys: Mapping[int, int]) -> dict[str, Any]:
    found = [
        {"page": page.number + 1, "key": keys.get(id(box)), "label": box.label, "text": box.text, **place}
        for page in pages
        if page.number == problem.page
        for box in page.boxes
        for place, label, value in _values(box)
        if (value.text.strip(), value.box) == ((problem.text or "").strip(), problem.box)
        and problem.label in {"", label}
    ]
    return {
        "attribute": problem.attribute,
        # The hint is for who wrote the class, not for who reviews a document.
        "message": f"{problem.reason} ({problem.detail})" if problem.detail else problem.reason,
        "at": found[0] if found else None,
    }


def _values(
    box: DraftField | DraftTable,
) -> Iterable[tuple[dict[str, int | None], str, DraftField | DraftCell]]:
    """Yield place, label and value of a field, or of each cell of a table."""
    if isinstance(box, DraftField):
        yield {"row": None, "column": None}, box.label, box
        return
    grid = Grid(box.cells)
    for cell in box.cells:
        row, column = grid.place(cell)
        yield {"row": row, "column": column}, cell.label, cell
