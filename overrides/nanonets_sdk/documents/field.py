"""Fields: a label with the text that was read for it."""

# Nothing is built before someone looks at it: a listing holds tens of thousands of boxes, and its reader usually wants
# a few of them.
#
#     structs of the reply ── BoxFields ──▶ Field, Field, …    built for each iteration
#                       │         └─ Fields._all               put in reading order on first use, then kept
#                       │               └─ Fields._by_label    grouped on first use, then kept
#                       └─ field_values ──▶ rows               for tables and data frames, without any Field
#
# BoxFields is not a generator, because a document must survive pickling and being read by several threads at once.

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast, overload

import attrs
from attrs import frozen

from nanonets_sdk.documents.table import is_table
from nanonets_sdk.formats.amounts import DecimalMark, parse_decimal
from nanonets_sdk.formats.dates import parse_date
from nanonets_sdk.formats.html import fields_html
from nanonets_sdk.formats.rows import Sheet
from nanonets_sdk.formats.shown import first_lines, one_line, score_text
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.reading_order import Edges, in_reading_order
from nanonets_sdk.replies.source import Source

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from nanonets_api.replies import BoxReply

FieldValues: TypeAlias = tuple[
    int, str, str, float | None, int | None, int | None, int | None, int | None
]  # fmt: skip
"""Page, label, text, score and the four edges of a field."""

_REPR_FIELDS: Final = 40
_REPR_TEXT: Final = 200
_LINE: Final = 120


@frozen
class Field:
    """One field: the text read for a label at one place of a page.

    Attributes:
        label: The label, one of the model's.
        text: What was read.
        score: Score from 0 to 1; None if the reply has none.
        box: Its place in pixels of the page image; None if the service gives no location.
        page: Page number in the file, from 0.
        id: The service's id for the field; empty in older replies.
        status: `correctly_predicted` from the model, `moderated` from a person; empty in older replies.
        validation_message: The validation rule of the model that failed; empty if none did.
        label_id: The service's id for the label; empty if the reply has none.
        validation_status: `failed` if a validation rule failed, or a person sent the page to review; else empty.
        is_looked_up: Whether a lookup of the workflow changed the text.
        lookup_parent_ids: The ids of the fields that the lookup started from.
    """

    label: str
    text: str
    score: float | None
    box: Box | None
    page: int
    id: str = ""
    status: str = ""
    validation_message: str = ""
    label_id: str = attrs.field(default="", repr=False, kw_only=True)
    validation_status: str = attrs.field(default="", repr=False, kw_only=True)
    is_looked_up: bool = attrs.field(default=False, repr=False, kw_only=True)
    lookup_parent_ids: tuple[str, ...] = attrs.field(default=(), repr=False, kw_only=True)
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @property
    def raw(self) -> Any:
        """The field as plain JSON values, unknown members included; None if it is not from a reply."""
        return self._source.value if self._source else None

    @overload
    def as_date(self, *, dayfirst: bool | None = None, strict: Literal[True]) -> date: ...

    @overload
    def as_date(self, *, dayfirst: bool | None = None, strict: bool = False) -> date | None: ...

    def as_date(self, *, dayfirst: bool | None = None, strict: bool = False) -> date | None:
        """Read the text as a calendar date.

        Day, month and year must all be there, and names of months in English. A time after the date is ignored. Years
        of two digits are those from 1969 to 2068.

        Args:
            dayfirst: Whether `03/04/2021` is the third of April; None if unknown.
            strict: Raise instead of returning None.

        Returns:
            The date; None if the text is not a complete date or has more than one reading.

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
                f"field {self.label!r} is not a date, or ambiguous: {self.text!r}; `dayfirst` may settle it"
            )
        return value

    @overload
    def as_decimal(self, *, decimal_mark: DecimalMark | None = None, strict: Literal[True]) -> Decimal: ...

    @overload
    def as_decimal(self, *, decimal_mark: DecimalMark | None = None, strict: bool = False) -> Decimal | None: ...

    def as_decimal(self, *, decimal_mark: DecimalMark | None = None, strict: bool = False) -> Decimal | None:
        """Read the text as an amount, with or without a currency.

        A minus may be before or after the digits, or be a pair of parentheses. Digits may be those of any script.
        Percentages, exponents, `CR` and `DR`, a leading plus, and text with line breaks or tabs are not amounts.

        Args:
            decimal_mark: The character before the fraction, `.` or `,`; None if unknown.
            strict: Raise instead of returning None.

        Returns:
            The number; None if the text is not an amount or has more than one reading, like `1,200`.

        Raises:
            ValueError: With `strict`, instead of None; or `decimal_mark` is neither `.` nor `,` nor None.

        Examples:
            >>> field = Field("total", "USD 1,200", score=0.9, box=None, page=0)
            >>> field.as_decimal(), field.as_decimal(decimal_mark=".")
            (None, Decimal('1200'))
        """
        value = parse_decimal(self.text, decimal_mark=decimal_mark)
        if value is None and strict:
            raise ValueError(
                f"field {self.label!r} is not an amount, or ambiguous: {self.text!r}; `decimal_mark` may settle it"
            )
        return value

    def __str__(self) -> str:
        certainty = f"{shown}, " if (shown := score_text(self.score)) else ""
        return f"{one_line(self.label, _LINE)}: {one_line(self.text, _LINE)} ({certainty}page {self.page + 1})"

    def _repr_html_(self) -> str:
        return fields_html(field_sheet([self]))


class FieldList(tuple[Field, ...]):
    """Fields in an order: a tuple which is printed line by line, and which notebooks show as a table."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(first_lines(self, "field")) or "no fields"

    def _repr_html_(self) -> str:
        return fields_html(field_sheet(self))


class Fields(Mapping[str, Field]):
    """The fields of a document by label. A label that repeats maps to its best field.

    Example:
        ```python
        document.fields["total"].text          # the one with the highest score
        document.fields.all("total")           # all of them, in reading order
        document.fields.all()                  # all fields, in reading order
        document.fields.above(0.8)             # only those with a high score
        document.fields.doubtful(0.8)          # only the others, the lowest scores first
        ```
    """

    def __init__(self, fields: Iterable[Field]) -> None:
        self._given = fields if isinstance(fields, BoxFields) else FieldList(fields)

    @classmethod
    def joined(cls, parts: Sequence[Fields]) -> Fields:
        """Return the fields of several pages as one, in reading order."""
        fields = cls(field for part in parts for field in part.all())
        pages = [(part.all()[0].page, part.all()[-1].page) for part in parts if part]
        if all(before[1] < after[0] for before, after in pairwise(pages)):
            # Each page is in order already, and ordering is most of the work of reading a document.
            fields.__dict__["_all"] = fields._given
        return fields

    @cached_property
    def _all(self) -> FieldList:
        pages: dict[int, list[Field]] = {}
        for field in self._given:
            pages.setdefault(field.page, []).append(field)
        ordered = (in_reading_order(page, lambda field: field.box) for _, page in sorted(pages.items()))
        return FieldList(field for page in ordered for field in page)

    @cached_property
    def _by_label(self) -> dict[str, FieldList]:
        grouped: dict[str, list[Field]] = {}
        for field in self._all:
            grouped.setdefault(field.label, []).append(field)
        return {label: FieldList(fields) for label, fields in grouped.items()}

    def all(self, label: str | None = None) -> FieldList:
        """Return every field of a label, or of all labels, in reading order over all pages."""
        return self._all if label is None else self._by_label.get(label, FieldList())

    def above(self, score: float) -> Fields:
        """Return the fields with at least this score.

        Args:
            score: From 0 to 1. Fields without a score are left out.
        """
        return Fields(field for field in self._all if _score(field) >= score)

    def below(self, score: float) -> Fields:
        """Return the fields with less than this score: all that `above` leaves out.

        Args:
            score: From 0 to 1. Fields without a score are included.
        """
        return Fields(field for field in self._all if _score(field) < score)

    def doubtful(self, score: float = 0.8) -> FieldList:
        """Return the fields that a person should check: those of `below`, the lowest scores first.

        Args:
            score: From 0 to 1.
        """
        return FieldList(sorted(self.below(score).all(), key=_score))

    def on_page(self, number: int) -> Fields:
        """Return the fields of one page.

        Args:
            number: Page number in the file, from 0.
        """
        return Fields(field for field in self._all if field.page == number)

    def __getitem__(self, label: str) -> Field:
        """Return the field of a label with the highest score; the first of several with the same score.

        Raises:
            KeyError: The document has no field of this label. The message lists its labels.
        """
        if label not in self._by_label:
            known = ", ".join(sorted(self._by_label)) or "none"
            raise KeyError(f"no field {label!r}; labels of this document: {known}")
        return max(self._by_label[label], key=_score)

    def _ipython_key_completions_(self) -> list[str]:
        return [*self._by_label]

    def __contains__(self, label: object) -> bool:
        return label in self._by_label

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_label)

    def __len__(self) -> int:
        return len(self._by_label)

    def __bool__(self) -> bool:
        return bool(self._given)

    def __eq__(self, other: object) -> bool:
        # Beside any other mapping, only the best field of each label can count.
        return self._all == other._all if isinstance(other, Fields) else super().__eq__(other)

    def __hash__(self) -> int:
        return hash(self._all)

    def __str__(self) -> str:
        return str(self._all)

    def __repr__(self) -> str:
        shown: list[str] = []
        for label, fields in [*self._by_label.items()][:_REPR_FIELDS]:
            text = self[label].text
            cut = text if len(text) <= _REPR_TEXT else f"{text[:_REPR_TEXT]}…"
            shown.append(f"{label}={cut!r}" + (f" (best of {len(fields)})" if len(fields) > 1 else ""))
        if len(self) > _REPR_FIELDS:
            shown.append(f"… {len(self) - _REPR_FIELDS} more labels")
        return f"Fields({', '.join(shown)})"

    def _repr_html_(self) -> str:
        return fields_html(field_sheet(self._all))


@frozen
class BoxFields:
    """The fields among the boxes of a reply, built for each iteration."""

    replies: tuple[BoxReply, ...]
    page: int
    source: Source

    def __bool__(self) -> bool:
        return not all(map(is_table, self.replies))

    def __iter__(self) -> Iterator[Field]:
        for index, reply in enumerate(self.replies):
            if not is_table(reply):
                yield Field(
                    label=reply.label or "",
                    text=reply.ocr_text or "",
                    score=reply.score,
                    box=Box.located(reply.xmin, reply.ymin, reply.xmax, reply.ymax),
                    page=self.page,
                    id=reply.id or "",
                    status=reply.status or "",
                    validation_message=reply.validation_message or "",
                    label_id=reply.label_id or "",
                    validation_status=reply.validation_status or "",
                    is_looked_up=bool(reply.lookup_edited),
                    lookup_parent_ids=reply.lookup_parent_box_ids or (),
                    source=self.source.excerpt(index),
                )


def field_values(parts: Sequence[Fields]) -> list[FieldValues]:
    """Return the values of `Fields.joined(parts).all()`, without building fields that nobody has looked at."""
    pages = [values for part in parts if (values := _values(part))]
    if all(before[-1][0] < after[0][0] for before, after in pairwise(pages)):
        return [*chain.from_iterable(pages)]
    return [_value(field) for field in Fields.joined(parts).all()]


def _values(fields: Fields) -> list[FieldValues]:
    given = fields._given  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module
    if not isinstance(given, BoxFields) or "_all" in fields.__dict__:
        return [_value(field) for field in fields.all()]
    placed = [(reply, _edges(reply)) for reply in given.replies if not is_table(reply)]
    return [
        (given.page, reply.label or "", reply.ocr_text or "", reply.score, *_corners(edges))
        for reply, edges in in_reading_order(placed, itemgetter(1))
    ]


def _edges(reply: BoxReply) -> Edges | None:
    xmin, ymin, xmax, ymax = reply.xmin, reply.ymin, reply.xmax, reply.ymax
    # A reply with all edges is its own box, which saves building another one.
    if xmin and ymin and xmax and ymax:
        return cast("Edges", reply)
    return Box.located(xmin, ymin, xmax, ymax)


def _value(field: Field) -> FieldValues:
    return field.page, field.label, field.text, field.score, *_corners(field.box)


def _corners(edges: Edges | None) -> tuple[int | None, int | None, int | None, int | None]:
    return (edges.xmin, edges.ymin, edges.xmax, edges.ymax) if edges else (None, None, None, None)


def field_sheet(fields: Iterable[Field]) -> Sheet:
    """Return fields as rows of text for people to read."""
    rows = [(field.label, field.text, score_text(field.score), str(field.page + 1)) for field in fields]
    return Sheet("", ("label", "text", "score", "page"), rows)


def _score(field: Field) -> float:
    # NaN compares with nothing, so it would make the best field depend on the order.
    return -1.0 if field.score is None or math.isnan(field.score) else field.score
