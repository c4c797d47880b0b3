"""From text to values: text with more than one reading is not read, unless an option decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias, get_args

from attrs import frozen

from nanonets_sdk.binding.reasons import Unreadable
from nanonets_sdk.formats.amounts import DecimalMark, parse_decimal
from nanonets_sdk.formats.dates import parse_date, parse_datetime

_AS_TEXT: Final = "correct the field, or annotate it as str"
_TRUE: Final = frozenset({"true", "yes", "y", "1", "on", "checked", "☑", "✓", "✔"})
# A cross ticks a box in one country and rejects it in another, so it is neither.
_FALSE: Final = frozenset({"false", "no", "n", "0", "off", "unchecked", "☐"})


@frozen
class Formats:
    """What the caller knows about the spelling of dates and amounts; None where nothing."""

    dayfirst: bool | None = None
    decimal_mark: DecimalMark | None = None


Reader: TypeAlias = Callable[[str, Formats], Any]


def _amount(text: str, formats: Formats) -> Decimal:
    value = parse_decimal(text, formats.decimal_mark)
    if value is not None:
        return value
    marks = [mark for mark in get_args(DecimalMark) if parse_decimal(text, mark) is not None]
    if not marks:
        raise Unreadable("unreadable", "not an amount", _AS_TEXT)
    if formats.decimal_mark is None:
        raise Unreadable("ambiguous", "an amount with two readings", 'pass decimal_mark="." or decimal_mark=","')
    raise Unreadable("unreadable", f"not an amount with {formats.decimal_mark!r} as decimal mark", _AS_TEXT)


def _whole(text: str, formats: Formats) -> int:
    value = _amount(text, formats)
    if value != value.to_integral_value():
        raise Unreadable("unreadable", "not a whole number", "annotate it as Decimal")
    return int(value)


def _float(text: str, formats: Formats) -> float:
    value = _amount(text, formats)
    # A float is accepted if it prints the same amount again, which holds for up to 15 digits.
    number = float(value)
    if not math.isfinite(number) or Decimal(repr(number)) != value:
        raise Unreadable("unreadable", "an amount with more digits than a float keeps", "annotate it as Decimal")
    return number


def _date(text: str, formats: Formats) -> date:
    value = parse_date(text, dayfirst=formats.dayfirst)
    if value is None:
        raise _not_a(date, text, formats)
    return value


def _datetime(text: str, formats: Formats) -> datetime:
    value = parse_datetime(text, dayfirst=formats.dayfirst)
    if value is not None:
        return value
    if parse_date(text, dayfirst=formats.dayfirst) is not None:
        hint = "annotate it as date; of zones only UTC, GMT and offsets are unambiguous"
        raise Unreadable("unreadable", "a date without a readable time", hint)
    raise _not_a(datetime, text, formats)


def _not_a(kind: type, text: str, formats: Formats) -> Unreadable:
    orders = [parse_date(text, dayfirst=dayfirst) for dayfirst in (True, False)]
    if formats.dayfirst is None and any(orders):
        hint = "pass dayfirst=True or dayfirst=False"
        return Unreadable("ambiguous", f"a {kind.__name__} with more than one reading", hint)
    return Unreadable("unreadable", f"not a complete {kind.__name__}", _AS_TEXT)


def _truth(text: str, _: Formats) -> bool:
    word = text.strip().casefold()
    if word not in _TRUE | _FALSE:
        known = "yes, true, y, on, 1 and checked, or their opposites"
        raise Unreadable("unreadable", f"not one of {known}", "annotate it as an Enum or Literal of its own words")
    return word in _TRUE


def _text(text: str, _: Formats) -> str:
    return text


SCALARS: Final[Mapping[Any, Reader]] = {
    str: _text,
    int: _whole,
    Decimal: _amount,
    float: _float,
    date: _date,
    datetime: _datetime,
    bool: _truth,
}


def member_of(kind: type[Enum]) -> Reader:
    """Return how a member of an enumeration is read: by its value, else by its name."""
    values = [(str(member.value), member) for member in kind if isinstance(member.value, str | int)]
    return _choice([values, [*kind.__members__.items()]])


def one_of(values: Sequence[str | int]) -> Reader:
    """Return how a literal is read."""
    return _choice([[(str(value), value) for value in values]])


def _choice(spellings: Sequence[Sequence[tuple[str, Any]]]) -> Reader:
    """Return a reader that tries each list, first exactly, then ignoring case, underscores and runs of spaces."""

    def read(text: str, _: Formats) -> Any:
        for choices in spellings:
            for same in (str.strip, _folded):
                fitting = {id(value): value for spelling, value in choices if same(spelling) == same(text)}
                if len(fitting) == 1:
                    return fitting.popitem()[1]
                if fitting:
                    raise Unreadable("ambiguous", "several of the choices fit", "give them spellings that differ")
        listed = ", ".join(repr(spelling) for spelling, _ in next(filter(None, spellings), ()))
        raise Unreadable("unreadable", f"not one of {listed}", "add the spelling to the type, or annotate it as str")

    return read


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())
