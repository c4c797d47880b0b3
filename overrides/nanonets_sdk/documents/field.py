"""Fields: a label with the text that was read for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nanonets_sdk.documents.geometry import Box, reading_order
from nanonets_sdk.documents.source import Source
from nanonets_sdk.documents.values import DecimalMark, parse_date, parse_decimal

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from nanonets_sdk.replies import BoxReply


@frozen
class Field:
    """One field: what a label says at one place of a page.

    Attributes:
        label: The label, one of the model's.
        text: What was read.
        score: Confidence from 0 to 1; None where the reply has none.
        box: Where it stands, in pixels of the page image; None where the service gives no location.
        page: Number of the page in its file, from 0.
        id: The service's id of it; empty in older replies.
        status: `correctly_predicted` from the model, `moderated` from a person; empty in older replies.
        validation_message: Which validation rule of the model failed; empty when none did.
    """

    label: str
    text: str
    score: float | None
    box: Box | None
    page: int
    id: str = ""
    status: str = ""
    validation_message: str = ""
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @property
    def raw(self) -> Any:
        """The field as it stands in the reply, unknown members included; None for a field that came from no reply."""
        return self._source.value if self._source else None

    def as_date(self, *, dayfirst: bool | None = None, strict: bool = False) -> date | None:
        """Read the text as a calendar date.

        Args:
            dayfirst: Whether `03/04/2021` is the third of April; None when that is not known.
            strict: Raise where None would be returned.

        Returns:
            The date; None when the text is no complete date or can be read as more than one.

        Raises:
            ValueError: With `strict`, instead of None.
        """
        value = parse_date(self.text, dayfirst=dayfirst)
        if value is None and strict:
            raise ValueError(
                f"field {self.label!r} is no date, or more than one: {self.text!r}; `dayfirst` may settle it"
            )
        return value

    def as_decimal(self, *, decimal_mark: DecimalMark | None = None, strict: bool = False) -> Decimal | None:
        """Read the text as an amount, with or without a currency.

        Args:
            decimal_mark: What separates the fraction, `.` or `,`; None when that is not known.
            strict: Raise where None would be returned.

        Returns:
            The number; None when the text is no amount or can be read as more than one, as `1,200`.

        Raises:
            ValueError: With `strict`, instead of None.
        """
        value = parse_decimal(self.text, decimal_mark=decimal_mark)
        if value is None and strict:
            raise ValueError(
                f"field {self.label!r} is no number, or more than one: {self.text!r}; `decimal_mark` may settle it"
            )
        return value


class Fields(Mapping[str, Field]):
    """The fields of a document by label; a label that repeats is represented by its best field.

    Example:
        ```python
        document.fields["total"].text          # the one with the highest score
        document.fields.all("total")           # each of them, in reading order
        document.fields.all()                  # everything, in reading order
        ```
    """

    def __init__(self, fields: Iterable[Field]) -> None:
        self._all = tuple(sorted(fields, key=lambda field: (field.page, *reading_order(field.box))))

    @cached_property
    def _by_label(self) -> dict[str, tuple[Field, ...]]:
        grouped: dict[str, tuple[Field, ...]] = {}
        for field in self._all:
            grouped[field.label] = (*grouped.get(field.label, ()), field)
        return grouped

    def all(self, label: str | None = None) -> tuple[Field, ...]:
        """Every field of a label, or of all labels, in reading order over all pages; empty where there is none."""
        return self._all if label is None else self._by_label.get(label, ())

    def __getitem__(self, label: str) -> Field:
        """The best field of a label by score; the first one among equals.

        Raises:
            KeyError: The document has no such field; the message lists the labels that it has.
        """
        if label not in self._by_label:
            known = ", ".join(sorted(self._by_label)) or "none"
            raise KeyError(f"no field {label!r}; labels of this document: {known}")
        return max(self._by_label[label], key=lambda field: field.score or 0.0)

    def __contains__(self, label: object) -> bool:
        """Whether any field has the label."""
        return label in self._by_label

    def __iter__(self) -> Iterator[str]:
        """The labels, in reading order of their first field."""
        return iter(self._by_label)

    def __len__(self) -> int:
        """The number of labels."""
        return len(self._by_label)

    def __repr__(self) -> str:
        """Labels with their texts."""
        shown = ", ".join(f"{label}={field.text!r}" for label, field in self.items())
        return f"Fields({shown})"


def field_of(reply: BoxReply, page: int, source: Source | None) -> Field:
    """The field that a box of a reply is."""
    return Field(
        label=reply.label or "",
        text=reply.ocr_text or "",
        score=reply.score,
        box=Box.located(reply.xmin, reply.ymin, reply.xmax, reply.ymax),
        page=page,
        id=reply.id or "",
        status=reply.status or "",
        validation_message=reply.validation_message or "",
        source=source,
    )
