"""Fields: a label with the text that was read for it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, overload

import attrs
from attrs import frozen

from nanonets_sdk.documents.table import is_table
from nanonets_sdk.formats.amounts import DecimalMark, parse_date, parse_decimal
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.reading_order import in_reading_order
from nanonets_sdk.replies.source import Source

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from nanonets_api.replies import BoxReply

_REPR_FIELDS: Final = 40
_REPR_TEXT: Final = 200


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

    @overload
    def as_date(self, *, dayfirst: bool | None = None, strict: Literal[True]) -> date: ...

    @overload
    def as_date(self, *, dayfirst: bool | None = None, strict: bool = False) -> date | None: ...

    def as_date(self, *, dayfirst: bool | None = None, strict: bool = False) -> date | None:
        """Read the text as a calendar date.

        Args:
            dayfirst: Whether `03/04/2021` is the third of April; None when that is not known.
            strict: Raise where None would be returned.

        Returns:
            The date; None when the text is no complete date or can be read as more than one.

        Raises:
            ValueError: With `strict`, instead of None.

        Examples:
            >>> field = Field("due_date", "03/04/2021", score=0.9, box=None, page=0)
            >>> field.as_date(), field.as_date(dayfirst=True)
            (None, datetime.date(2021, 4, 3))
        """
        value = parse_date(self.text, dayfirst=dayfirst)
        if value is None and strict:
            raise ValueError(
                f"field {self.label!r} is no date, or more than one: {self.text!r}; `dayfirst` may settle it"
            )
        return value

    @overload
    def as_decimal(self, *, decimal_mark: DecimalMark | None = None, strict: Literal[True]) -> Decimal: ...

    @overload
    def as_decimal(self, *, decimal_mark: DecimalMark | None = None, strict: bool = False) -> Decimal | None: ...

    def as_decimal(self, *, decimal_mark: DecimalMark | None = None, strict: bool = False) -> Decimal | None:
        """Read the text as an amount, with or without a currency.

        Args:
            decimal_mark: What separates the fraction, `.` or `,`; None when that is not known.
            strict: Raise where None would be returned.

        Returns:
            The number; None when the text is no amount or can be read as more than one, as `1,200`.

        Raises:
            ValueError: With `strict`, instead of None.

        Examples:
            >>> field = Field("total", "USD 1,200", score=0.9, box=None, page=0)
            >>> field.as_decimal(), field.as_decimal(decimal_mark=".")
            (None, Decimal('1200'))
        """
        value = parse_decimal(self.text, decimal_mark=decimal_mark)
        if value is None and strict:
            raise ValueError(
                f"field {self.label!r} is no number, or more than one: {self.text!r}; `decimal_mark` may settle it"
            )
        return value

    def _repr_html_(self) -> str:
        from nanonets_sdk.formats.html import fields_html

        return fields_html((self,))


class Fields(Mapping[str, Field]):
    """The fields of a document by label; a label that repeats is represented by its best field.

    They are put in order on first use.

    Example:
        ```python
        document.fields["total"].text          # the one with the highest score
        document.fields.all("total")           # each of them, in reading order
        document.fields.all()                  # everything, in reading order
        document.fields.above(0.8)             # without what is doubtful
        document.fields.doubtful(0.8)          # what is doubtful, the worst first
        ```
    """

    def __init__(self, fields: Iterable[Field]) -> None:
        self._given = fields if isinstance(fields, BoxFields) else tuple(fields)

    @cached_property
    def _all(self) -> tuple[Field, ...]:
        pages: dict[int, list[Field]] = {}
        for field in self._given:
            pages.setdefault(field.page, []).append(field)
        return tuple(field for _, page in sorted(pages.items()) for field in in_reading_order(page, _box_of))

    @cached_property
    def _by_label(self) -> dict[str, tuple[Field, ...]]:
        grouped: dict[str, list[Field]] = {}
        for field in self._all:
            grouped.setdefault(field.label, []).append(field)
        return {label: tuple(fields) for label, fields in grouped.items()}

    def all(self, label: str | None = None) -> tuple[Field, ...]:
        """Every field of a label, or of all labels, in reading order over all pages; empty where there is none."""
        return self._all if label is None else self._by_label.get(label, ())

    def above(self, score: float) -> Fields:
        """The fields with at least this confidence.

        Args:
            score: From 0 to 1. A field without a score is left out.
        """
        return Fields(field for field in self._all if _score(field) >= score)

    def below(self, score: float) -> Fields:
        """The fields with less than this confidence: all that `above` leaves out.

        Args:
            score: From 0 to 1. A field without a score is among them.
        """
        return Fields(field for field in self._all if _score(field) < score)

    def doubtful(self, score: float = 0.8) -> tuple[Field, ...]:
        """What a person should look at: the fields of `below`, the least certain first.

        Args:
            score: From 0 to 1.
        """
        return tuple(sorted(self.below(score).all(), key=_score))

    def on_page(self, number: int) -> Fields:
        """The fields of one page.

        Args:
            number: Of the page in its file, from 0.
        """
        return Fields(field for field in self._all if field.page == number)

    def __getitem__(self, label: str) -> Field:
        """The best field of a label by score; the first one among equals.

        Raises:
            KeyError: The document has no such field; the message lists the labels that it has.
        """
        if label not in self._by_label:
            known = ", ".join(sorted(self._by_label)) or "none"
            raise KeyError(f"no field {label!r}; labels of this document: {known}")
        return max(self._by_label[label], key=_score)

    def __contains__(self, label: object) -> bool:
        """Whether any field has the label."""
        return label in self._by_label

    def __iter__(self) -> Iterator[str]:
        """The labels, in reading order of their first field."""
        return iter(self._by_label)

    def __len__(self) -> int:
        """The number of labels."""
        return len(self._by_label)

    def __eq__(self, other: object) -> bool:
        """Whether all fields are the same, repeats too; beside any other mapping only the best of each label counts."""
        return self._all == other._all if isinstance(other, Fields) else super().__eq__(other)

    def __hash__(self) -> int:
        """Equal for equal fields."""
        return hash(self._all)

    def __repr__(self) -> str:
        """Labels with their texts, and how many more of each."""
        shown = [_shown(label, self[label], len(fields)) for label, fields in [*self._by_label.items()][:_REPR_FIELDS]]
        more = [f"… {len(self) - _REPR_FIELDS} more labels"] if len(self) > _REPR_FIELDS else []
        return f"Fields({', '.join(shown + more)})"

    def _repr_html_(self) -> str:
        from nanonets_sdk.formats.html import fields_html

        return fields_html(self._all)


@frozen
class BoxFields:
    """The fields among boxes of a reply, made each time that they are asked for."""

    replies: tuple[BoxReply, ...]
    page: int
    source: Source

    def __iter__(self) -> Iterator[Field]:
        """The fields, in the order of the reply."""
        for index, reply in enumerate(self.replies):
            if not is_table(reply):
                yield field_of(reply, self.page, self.source / index)


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


def _box_of(field: Field) -> Box | None:
    return field.box


def _score(field: Field) -> float:
    # A score that is no number compares with nothing, and would make the best field a matter of order.
    return -1.0 if field.score is None or math.isnan(field.score) else field.score


def _shown(label: str, best: Field, count: int) -> str:
    text = best.text if len(best.text) <= _REPR_TEXT else f"{best.text[:_REPR_TEXT]}…"
    return f"{label}={text!r}" if count == 1 else f"{label}={text!r} (best of {count})"
