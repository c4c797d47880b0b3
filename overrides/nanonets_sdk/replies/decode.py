"""Decodes the bytes of a reply into its type without losing anything.

The fast path is msgspec, straight into the frozen types of `nanonets_api.replies`. A reply that does not fit its type
is read again value by value: what can be understood is kept, the rest is left empty and reported as drift. The bytes
always stay with the result.
"""

from __future__ import annotations

import json
import types
from contextlib import suppress
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from attrs import frozen
from msgspec import Struct

from nanonets_sdk._decoding import decoder
from nanonets_sdk.errors import DecodeError
from nanonets_sdk.events import Drift, notify
from nanonets_sdk.replies.source import Raw, why_unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

R = TypeVar("R")

_LOST: Final = object()
# Pixels of a page image: half of one changes nothing that anybody sees.
_MEASURES: Final = frozenset(
    {*("xmin", "ymin", "xmax", "ymax"), *("left", "top", "right", "bottom"), *("width", "height")}
)
_SCALARS: Final[dict[Any, str]] = {str: "string", int: "integer", float: "number", bool: "boolean"}

# Resolving annotations takes longer than decoding a short reply.
_hints: Final[Callable[[Any], dict[str, Any]]] = cache(get_type_hints)


def decode(content: bytes, kind: type[R], operation: str, on_drift: Callable[[Drift], object] | None = None) -> R:
    """Decode the body of a reply.

    Args:
        content: The bytes of the body.
        kind: A type of `nanonets_api.replies`, or a tuple of one; `str` for plain text; `Any` for a reply that is not
            documented, of which nothing is read.
        operation: The name of the operation, for messages and drift.
        on_drift: Called for each value of an unexpected type.

    Returns:
        The reply. A value that does not fit is None in it, or converted where that is possible. None for `Any`.

    Raises:
        DecodeError: The body is not JSON, is nested too deeply, or its top level is of another JSON type; of plain
            text, it is not UTF-8.
    """
    asked = cast("object", kind)
    if asked is Any or asked is str:
        return cast("R", None if asked is Any else _plain_text(content, operation))
    try:
        reply: R = decoder(kind).decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _decode_leniently(content, kind, operation, on_drift)
    return reply


def _plain_text(content: bytes, operation: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        told = f"The reply to {operation} is not UTF-8 text ({len(content)} bytes). `raw` of this error has it."
        raise DecodeError(told, raw=content) from None


def _decode_leniently(content: bytes, kind: type[R], operation: str, on_drift: Callable[[Drift], object] | None) -> R:
    findings: list[Drift] = []
    try:
        value = Raw(content).value
        reply = _Reader(operation, findings).read(value, kind, "")
    except (ValueError, RecursionError) as error:
        told = f"The reply to {operation} {why_unreadable(error)} ({len(content)} bytes). `raw` of this error has it."
        raise DecodeError(told, raw=content) from None
    for finding in findings:
        notify(on_drift, finding)
    if reply is _LOST or reply is None:
        raise DecodeError(
            f"The reply to {operation} is {_json_type(value)} where {_expected(kind)} was expected. "
            "`raw` of this error has it.",
            raw=content,
        )
    return cast("R", reply)


@frozen
class _Reader:
    operation: str
    findings: list[Drift]

    def read(self, value: Any, kind: Any, path: str) -> Any:
        """Return a JSON value as a reply type, or `_LOST`; append what does not fit to the findings."""
        origin = get_origin(kind)
        if kind is Any:
            return value
        if origin in {Union, types.UnionType}:
            # Every union of the types is of one type and None.
            option = next(option for option in get_args(kind) if option is not types.NoneType)
            return None if value is None else self.read(value, option, path)
        if _is_reply(kind) and isinstance(value, dict):
            members = cast("dict[str, Any]", value)
            hints = {name: hint for name, hint in _hints(kind).items() if name in members}
            return kind(**self._read_members(members, hints, path))
        if origin is dict and isinstance(value, dict):
            members = cast("dict[str, Any]", value)
            read = self._read_members(members, dict.fromkeys(members, get_args(kind)[1]), path)
            return {name: item for name, item in read.items() if item is not None}
        if origin is tuple and isinstance(value, list):
            inner = get_args(kind)[0]
            listed = enumerate(cast("Iterable[Any]", value))
            items = [self.read(item, inner, f"{path}/{index}") for index, item in listed]
            # An array keeps its length, so that indexes into the raw reply stay valid.
            return tuple(inner() if item is _LOST else item for item in items)
        return self._read_scalar(value, kind, path)

    def _read_scalar(self, value: Any, kind: Any, path: str) -> Any:
        read = _finite(value) if kind is float and type(value) in {int, float} else value
        if type(read) is kind:
            return read
        # An array or object in the wrong place ends here too.
        self.findings.append(Drift(self.operation, path, _expected(kind), _json_type(value)))
        return _converted(value, kind, is_measure=path.rpartition("/")[2] in _MEASURES)

    def _read_members(self, members: dict[str, Any], hints: dict[str, Any], path: str) -> dict[str, Any]:
        # A member's name is escaped as part of a JSON pointer (RFC 6901, section 3).
        places = {name: f"{path}/{name.replace('~', '~0').replace('/', '~1')}" for name in hints}
        read = {name: self.read(members[name], hint, places[name]) for name, hint in hints.items()}
        return {name: item for name, item in read.items() if item is not _LOST}


def whole_number(value: object) -> int | None:
    """Return the number of a page in JSON: `2`, `2.0` and `"2"` are 2; everything else is None."""
    read = value if type(value) is int else _converted(value, int, is_measure=False)
    return None if read is _LOST else cast("int", read)


def _converted(value: Any, kind: Any, *, is_measure: bool) -> Any:
    """Convert a value to the expected type if possible, `"3"` to 3 or 12 to `"12"`; else return `_LOST`."""
    if kind is str and isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    if kind is float and isinstance(value, str):
        return _finite(value)
    if kind is int and isinstance(value, str | float):
        return _whole(value, is_measure=is_measure)
    return _LOST


def _whole(value: float | str, *, is_measure: bool) -> Any:
    """Return an int. A measure is rounded, but row 1.5 is neither row 1 nor row 2, and is `_LOST`."""
    if isinstance(value, str):
        # Not by way of a float, which would round long numbers.
        with suppress(ValueError):
            return int(value)
    number = _finite(value)
    return round(number) if number is not _LOST and (is_measure or number.is_integer()) else _LOST


def _finite(value: float | str) -> Any:
    """Return a float, or `_LOST` for NaN, infinity and numbers out of range, which JSON does not have."""
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return _LOST
    return number if isfinite(number) else _LOST


def _is_reply(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _expected(kind: Any) -> str:
    names: dict[Any, str] = {tuple: "array", dict: "object", **_SCALARS}
    return names.get(get_origin(kind) or kind, "object")


def _json_type(value: object) -> str:
    if isinstance(value, float) and not isfinite(value):
        return "number out of range"
    names: dict[Any, str] = {list: "array", dict: "object", **_SCALARS}
    return names.get(type(value), "null")
