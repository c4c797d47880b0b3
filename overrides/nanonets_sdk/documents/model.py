"""Models, their categories and states."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nanonets_sdk.replies.source import Source

if TYPE_CHECKING:
    from nanonets_api.replies import CategoryReply, ModelReply


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
