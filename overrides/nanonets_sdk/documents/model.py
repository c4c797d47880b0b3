"""Models, their categories and states."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs import frozen

from nanonets_sdk.formats.html import heading, table_html
from nanonets_sdk.formats.rows import Sheet
from nanonets_sdk.formats.shown import counted, first_lines, one_line
from nanonets_sdk.replies.source import Source

if TYPE_CHECKING:
    from nanonets_api.replies import CategoryReply, ModelReply

_FIRST: Final = 12
_LONGEST: Final = 60


class ModelState(IntEnum):
    """The documented states of a model. Others may appear as plain numbers."""

    TRAINING_FAILED = -1
    CREATED = 0
    DATA_UPLOADED = 1
    READY_TO_TRAIN = 2
    QUEUED = 3
    TRAINING = 4
    HOSTED = 5
    RETRAINING = 6


@frozen
class Category:
    """A label (OCR) or class (image classification) of a model.

    Attributes:
        name: Its name.
        count: Its number of training objects or pictures.
    """

    name: str
    count: int


@frozen
class Model:
    """A model of the account.

    Attributes:
        model_id: The service's id for the model, a version 4 UUID.
        model_type: `ocr`, `classification` or `localization`; others may appear.
        state: A number to compare with `ModelState`.
        categories: The labels or classes.
        status: The state in the service's words; empty if the reply has none.
        accuracy: As the service gives it (the scale is not documented); None if the reply has none.
        is_partial: Whether the service said that at least one URL of the upload failed; the counts show how many
            arrived.
    """

    model_id: str
    model_type: str
    state: int
    categories: tuple[Category, ...]
    status: str = ""
    accuracy: float | None = None
    is_partial: bool = False
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    def __str__(self) -> str:
        state = ModelState(self.state).name.lower().replace("_", " ") if self.state in [*ModelState] else self.state
        named = [f"{one_line(one.name, _LONGEST)} ({one.count:,})" for one in self.categories]
        head = f"model {self.model_id} ({self.model_type}), {state}, {counted(len(named), 'category')}"
        return f"{head}: {', '.join(first_lines(named, 'category', _FIRST))}" if named else head

    def _repr_html_(self) -> str:
        rows = [(one.name, f"{one.count:,}") for one in self.categories]
        return heading("h4", f"Model {self.model_id}") + table_html(Sheet("", ("category", "count"), rows))

    @property
    def is_ready(self) -> bool:
        """Whether the model can predict: it is hosted, or training again."""
        return self.state in {ModelState.HOSTED, ModelState.RETRAINING}

    @property
    def raw(self) -> Any:
        """The model as plain JSON values, unknown members included; None if it is not from a reply."""
        return self._source.value if self._source else None

    @property
    def raw_bytes(self) -> bytes:
        """The body of its reply, byte for byte."""
        return self._source.body.content if self._source else b""


def model_of(reply: ModelReply, source: Source, *, is_partial: bool = False) -> Model:
    """Build a model from its reply."""
    return Model(
        model_id=reply.model_id or "",
        model_type=reply.model_type or "",
        state=reply.state or 0,
        categories=categories_of(reply.categories),
        status=reply.status or "",
        accuracy=reply.accuracy,
        is_partial=is_partial,
        source=source,
    )


def categories_of(replies: tuple[CategoryReply, ...] | None) -> tuple[Category, ...]:
    """Build the categories that a reply lists."""
    return tuple(Category(reply.name or "", reply.count or 0) for reply in replies or ())
