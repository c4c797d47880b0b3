"""Cells of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from nanonets_sdk.layout.geometry import Box

if TYPE_CHECKING:
    from nanonets_api.replies import CellReply


@frozen
class Cell:
    """One cell of a table.

    Attributes:
        row: Row number as the service counts, from 1; 0 in some replies.
        col: Column number as the service counts, from 1; 0 in some replies.
        text: What was read.
        row_span: Number of rows it covers, usually 1.
        col_span: Number of columns it covers, usually 1.
        label: Header of its column; empty if none was recognised.
        score: Score from 0 to 1; None if the reply has none.
        box: Its place in pixels of the page image; None if the service gives no location.
        status: `success` or `failed` by the validation rules of the model; empty without rules.
        verification_status: `correctly_predicted` or `moderated`; empty in older replies.
        failed_validation: The rule that failed; empty if none did.
        id: The service's id for the cell; empty in older replies.
        page: Page number in the file, from 0.
        row_label: The label of its row; empty if there is none.
        label_id: The service's id for the label of its column; empty if the reply has none.
        is_looked_up: Whether a lookup of the workflow changed the text.
    """

    row: int
    col: int
    text: str
    row_span: int = 1
    col_span: int = 1
    label: str = ""
    score: float | None = None
    box: Box | None = None
    status: str = ""
    verification_status: str = ""
    failed_validation: str = ""
    id: str = ""
    page: int = 0
    row_label: str = attrs.field(default="", repr=False, kw_only=True)
    label_id: str = attrs.field(default="", repr=False, kw_only=True)
    is_looked_up: bool = attrs.field(default=False, repr=False, kw_only=True)


def cell_of(reply: CellReply, page: int) -> Cell:
    """Build a cell from its reply."""
    return Cell(
        row=reply.row or 0,
        col=reply.col or 0,
        text=reply.text or "",
        row_span=reply.row_span or 1,
        col_span=reply.col_span or 1,
        label=reply.label or "",
        score=reply.score,
        box=Box.located(reply.xmin, reply.ymin, reply.xmax, reply.ymax),
        status=reply.status or "",
        verification_status=reply.verification_status or "",
        failed_validation=reply.failed_validation or "",
        id=reply.id or "",
        page=page,
        row_label=reply.row_label or "",
        label_id=reply.label_id or "",
        is_looked_up=bool(reply.lookup_edited),
    )
