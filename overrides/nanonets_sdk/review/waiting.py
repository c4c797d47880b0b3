"""Which files wait for a person, and which of them first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from nanonets_sdk.pictures.confidence import HIGH

if TYPE_CHECKING:
    from nanonets_sdk.calls.arguments import Day
    from nanonets_sdk.client import Nanonets
    from nanonets_sdk.documents import Cell, Document, Field

DOUBTFUL: Final = HIGH
"""Values with a lower score are doubtful."""

_WAITING: Final = frozenset({"open", "failure"})


@frozen
class WaitingFile:
    """A file in the queue.

    Attributes:
        request_file_id: The service's id for it.
        name: Its name.
        pages: Number of its pages.
        lowest: The lowest score of its values, from 0 to 1; 0 if nothing was read, None if no value has a score.
        doubtful: Number of its values that are doubtful.
        status: `open`, `approved`, `pending`, or `failure` if the service failed on some of its pages.
    """

    request_file_id: str
    name: str
    pages: int
    lowest: float | None
    doubtful: int
    status: str


def waiting_file(document: Document, below: float = DOUBTFUL) -> WaitingFile:
    """Return how a file stands in the queue.

    Args:
        document: The file.
        below: The score below which a value is doubtful, from 0 to 1.
    """
    values: list[Field | Cell] = [*document.fields.all()]
    values += [cell for table in document.tables for cell in table.cells]
    scores = [one.score for one in values if one.score is not None and math.isfinite(one.score)]
    status: str = document.status
    if status == "success":
        status = "approved" if document.is_moderated else "open"
    return WaitingFile(
        document.request_file_id,
        document.file_name or document.request_file_id,
        len(document.pages),
        min(scores) if scores else None if values else 0.0,
        sum(is_doubtful(one, below) for one in values),
        status,
    )


def is_doubtful(value: Field | Cell, below: float) -> bool:
    """Return whether a person should look at a value: no person did, and its score is low, or a rule failed."""
    if getattr(value, "verification_status", "") == "moderated" or value.status == "moderated":
        return False
    is_low = value.score is not None and value.score < below
    return is_low or value.status == "failed" or getattr(value, "validation_status", "") == "failed"


def in_order(files: Iterable[WaitingFile]) -> list[WaitingFile]:
    """Return files with the least certain one first, and those without any score and those that are done last."""
    return sorted(files, key=lambda one: (one.status not in _WAITING, 2.0 if one.lowest is None else one.lowest))


def waiting_files(
    client: Nanonets, model_id: str, since: Day, until: Day | None = None, *, below: float | None = None
) -> list[Document]:
    """Return the files that wait for approval, the least certain one first.

    Args:
        client: The client.
        model_id: Id of the model.
        since: The first day, as in `client.ocr.list_predictions`.
        until: The last day; today if None.
        below: Only files with a value whose score is lower, from 0 to 1, with a value that failed a validation rule,
            or without any value.

    Example:
        ```python
        documents = waiting_files(client, model_id, timedelta(days=7), below=0.9)
        ```
    """
    known = {one.request_file_id: one for one in client.ocr.list_predictions(model_id, since, until)}
    limit = checked_below(below)
    found = in_order(waiting_file(document, limit) for document in known.values())
    return [
        known[one.request_file_id]
        for one in found
        if one.status in _WAITING and (below is None or one.doubtful or one.lowest == 0)
    ]


def checked_below(below: Any) -> float:
    """Return a score from 0 to 1; 0.9 for None.

    Raises:
        TypeError: It is not a number.
        ValueError: It is not between 0 and 1.
    """
    if below is None:
        return DOUBTFUL
    if isinstance(below, bool) or not isinstance(below, int | float):
        raise TypeError(f"below must be a number from 0 to 1, got {type(below).__name__}")
    if not 0 <= below <= 1:
        raise ValueError(f"below must be a score from 0 to 1, got {below}")
    return float(below)
