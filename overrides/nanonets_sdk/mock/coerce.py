"""Coerces data from outside, JSON and digits and plain objects, and names the ranges that settings may have."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast

import attrs
from attrs.validators import and_, ge, le, optional

from nanonets_sdk._decoding import decoder

T = TypeVar("T")
Validator = Callable[[Any, Any, Any], Any]

AT_LEAST_0: Final[Validator] = ge(0)
AT_LEAST_10: Final[Validator] = ge(10)
# Statuses below 200 are interim responses, and servers send none above 599.
STATUS: Final[Validator] = and_(ge(200), le(599))
NONE_OR_AT_LEAST_0: Final[Validator] = optional(AT_LEAST_0)
NONE_OR_AT_LEAST_1: Final[Validator] = optional(ge(1))
NONE_OR_PROBABILITY: Final[Validator] = optional(and_(ge(0), le(1)))


def parse_json(text: bytes | str) -> Any:
    """Parse JSON strictly.

    Raises:
        ValueError: The text is not valid JSON, even if Python's `json` would accept it, or it is nested too deeply.

    Examples:
        >>> parse_json('{"total": 12}')
        {'total': 12}
        >>> parse_json("NaN")
        Traceback (most recent call last):
        ValueError: JSON is malformed: invalid character (byte 0)
    """
    # Loaded where it is used: a test that takes a fault or a switch from the mock imports this module, and no more.
    import msgspec

    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise ValueError("JSON is nested too deeply") from error


def dump_json(value: Any) -> bytes:
    """Return a value as JSON."""
    import msgspec

    return msgspec.json.encode(value)


def parse_int(text: str) -> int:
    """Parse an integer in decimal digits.

    Raises:
        ValueError: The text has anything else in it, or thousands of digits.

    Examples:
        >>> parse_int("-20487")
        -20487
    """
    # int() alone would also accept "1_0", " 1", "+1" and digits of other scripts, which the service may refuse.
    if not re.fullmatch(r"-?[0-9]+", text):
        raise ValueError(f"{text!r} is not an integer in decimal digits")
    return int(text)


def convert(data: Any, kind: type[T]) -> T:
    """Convert a JSON object to an attrs class.

    Raises:
        ValueError: A field is unknown, missing or of the wrong type.
    """
    import msgspec

    given = require_object(data)
    known = [attribute.name for attribute in attrs.fields(cast("type[attrs.AttrsInstance]", kind))]
    unknown = sorted(given.keys() - set(known))
    if unknown:
        raise ValueError(f"Unknown field {', '.join(unknown)}; the fields are {', '.join(known)}")
    try:
        decoder(kind)  # one thread at a time prepares the class
        return msgspec.convert(given, kind, str_keys=True)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def require_object(data: Any) -> dict[str, Any]:
    """Return a copy of a JSON object.

    Raises:
        ValueError: The data are not an object.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"Expected a JSON object, got {data!r}")  # noqa: TRY004  # a request has it, not the program
    return dict(cast("Mapping[str, Any]", data))
