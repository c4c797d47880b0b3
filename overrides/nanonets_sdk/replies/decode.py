"""From the bytes of a reply to its type, losing nothing.

The quick way is msgspec, straight into the frozen types of `replies`. A reply that does not fit is read again value by
value: what can be understood is kept, what cannot is left empty and reported as drift. The bytes stay with the result.
"""

from __future__ import annotations

import json
import types
from functools import cache, cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs
import msgspec
from attrs import frozen
from msgspec import Struct

from nanonets_sdk.errors import DecodeError
from nanonets_sdk.events import Drift, notify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

R = TypeVar("R")

_BOM: Final = b"\xef\xbb\xbf"
_LOST: Final = object()
_SCALARS: Final[dict[Any, str]] = {str: "string", int: "integer", float: "number", bool: "boolean"}


@frozen
class Raw:
    """The body of a reply, as it came.

    Attributes:
        content: The bytes.
    """

    content: bytes = attrs.field(repr=False)

    @cached_property
    def value(self) -> Any:
        """The body as plain JSON values, parsed on first use."""
        return json.loads(_text(self.content))

    def at(self, path: tuple[str | int, ...]) -> Any:
        """The JSON value at a path of keys and indexes."""
        value = self.value
        for step in path:
            value = value[step]
        return value


def decode(content: bytes, kind: type[R], operation: str, on_drift: Callable[[Drift], object] | None = None) -> R:
    """Read the body of a reply.

    Args:
        content: The bytes of the body.
        kind: A type of `replies`, or a tuple of one.
        operation: The name of the operation, for messages and drift.
        on_drift: Called for each value of an unexpected type.

    Returns:
        The reply; what did not fit is None in it, or is converted where that can be done.

    Raises:
        DecodeError: The body is no JSON, or nested without end, or its top level is of another JSON type altogether.
    """
    try:
        reply: R = _decoder(cast("Any", kind)).decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _lenient(content, kind, operation, on_drift)
    return reply


@cache
def _decoder(kind: Any) -> Any:
    return msgspec.json.Decoder(kind)


def _lenient(content: bytes, kind: type[R], operation: str, on_drift: Callable[[Drift], object] | None) -> R:
    findings: list[Drift] = []
    try:
        value = json.loads(_text(content))
        reply = _Reading(operation, findings).read(value, kind, "")
    except (ValueError, RecursionError):
        raise DecodeError(
            f"The reply to {operation} is no JSON ({len(content)} bytes); `raw` of this error holds it", raw=content
        ) from None
    for finding in findings:
        notify(on_drift, finding)
    if reply is _LOST or reply is None:
        raise DecodeError(
            f"The reply to {operation} is {_json_type(value)} where {_expected(kind)} was expected; "
            "`raw` of this error holds it",
            raw=content,
        )
    return cast("R", reply)


def _text(content: bytes) -> str:
    return content.removeprefix(_BOM).decode("utf-8", errors="replace")


@frozen
class _Reading:
    operation: str
    findings: list[Drift]

    def read(self, value: Any, kind: Any, path: str) -> Any:
        if kind is Any:
            return value
        if get_origin(kind) in {Union, types.UnionType}:
            return None if value is None else self.read(value, _without_none(kind), path)
        if _is_reply(kind):
            return self._object(value, kind, path)
        if get_origin(kind) is tuple:
            return self._array(value, get_args(kind)[0], path)
        if get_origin(kind) is dict:
            return self._mapping(value, get_args(kind)[1], path)
        return self._scalar(value, kind, path)

    def _object(self, value: Any, kind: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self._lost(value, kind, path)
        members = cast("Mapping[str, Any]", value)
        read = {
            name: self.read(members[name], hint, f"{path}/{name}")
            for name, hint in _hints(kind).items()
            if name in members
        }
        return kind(**{name: item for name, item in read.items() if item is not _LOST})

    def _array(self, value: Any, kind: Any, path: str) -> Any:
        if not isinstance(value, list):
            return self._lost(value, tuple, path)
        items = enumerate(cast("Iterable[Any]", value))
        return tuple(self._item(item, kind, f"{path}/{index}") for index, item in items)

    def _item(self, value: Any, kind: Any, path: str) -> Any:
        """An array keeps its length, so that indexes into the raw reply hold."""
        item = self.read(value, kind, path)
        if item is _LOST:
            return kind() if _is_reply(kind) else kind("")
        return item

    def _mapping(self, value: Any, kind: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self._lost(value, dict, path)
        entries = {
            str(name): self.read(item, kind, f"{path}/{_escaped(name)}")
            for name, item in cast("Mapping[str, Any]", value).items()
        }
        return {name: item for name, item in entries.items() if item is not _LOST and item is not None}

    def _scalar(self, value: Any, kind: Any, path: str) -> Any:
        read = _number(value) if kind is float and type(value) in {int, float} else value
        if type(read) is kind:
            return read
        self._lost(value, kind, path)
        return _converted(value, kind)

    def _lost(self, value: Any, kind: Any, path: str) -> object:
        self.findings.append(Drift(self.operation, path, _expected(kind), _json_type(value)))
        return _LOST


def _converted(value: Any, kind: Any) -> Any:
    """The value in the expected type where there is one: 3 for `"3"`, 402 for 401.7, `"12"` for 12."""
    if kind is str and isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    if kind is int and isinstance(value, float):
        return round(value) if isfinite(value) else _LOST
    if kind in {int, float} and isinstance(value, str):
        try:
            return int(value) if kind is int else _number(value)
        except ValueError:
            return _LOST
    return _LOST


def _number(value: float | str) -> Any:
    """A float; not NaN, infinity or what is too large for one: JSON has no such numbers."""
    try:
        number = float(value)
    except OverflowError:
        return _LOST
    return number if isfinite(number) else _LOST


def _escaped(name: str) -> str:
    """A member's name as part of a JSON pointer (RFC 6901, section 3)."""
    return name.replace("~", "~0").replace("/", "~1")


def _is_reply(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _without_none(kind: Any) -> Any:
    return next(option for option in get_args(kind) if option is not types.NoneType)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _expected(kind: Any) -> str:
    names: dict[Any, str] = {tuple: "array", dict: "object", **_SCALARS}
    return names.get(get_origin(kind) or kind, "object")


def _json_type(value: object) -> str:
    if isinstance(value, float) and not isfinite(value):
        return "number out of range"
    names: dict[Any, str] = {list: "array", dict: "object", **_SCALARS}
    return names.get(type(value), "null")
