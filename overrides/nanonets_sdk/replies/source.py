"""The body of a reply, and where in it a result was found."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, Final, NoReturn

from attrs import field, frozen

_BOM: Final = b"\xef\xbb\xbf"


@frozen
class Raw:
    """The body of a reply as it was received.

    Attributes:
        content: The bytes.
    """

    content: bytes = field(repr=False)

    @cached_property
    def value(self) -> Any:
        """The body as plain JSON values, parsed on first use. Bytes that are not UTF-8 are replaced."""
        # Lenient like `replies.decode`: one bad byte must not make a billed reply unreadable.
        return json.loads(self.content.removeprefix(_BOM).decode("utf-8", errors="replace"))

    @cached_property
    def text(self) -> str:
        """The body as text, from which values can be cut out as they stand.

        Raises:
            ValueError: It is not UTF-8, or not JSON; NaN and infinity are not.
        """
        text = self.content.removeprefix(_BOM).decode("utf-8")
        # What is cut out is not read again, so what is not JSON must not get that far.
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse)
        return text

    def at(self, path: tuple[str | int, ...]) -> Any:
        """Return the JSON value at a path of keys and indexes."""
        value = self.value
        for step in path:
            value = value[step]
        return value


@frozen
class Source:
    """A place in the body of a reply."""

    body: Raw
    path: tuple[str | int, ...] = ()

    def __truediv__(self, step: str | int) -> Source:
        return Source(self.body, (*self.path, step))

    def excerpt(self, step: str | int) -> Excerpt:
        """Return a place inside this one, for a part of the result that may leave the process by itself."""
        return Excerpt(self.body, (*self.path, step))

    @property
    def value(self) -> Any:
        """The JSON value at this place."""
        return self.body.at(self.path)


class Excerpt(Source):
    """A place of which only its value is pickled: the reply around it may be a thousand times larger."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return Source, (Raw(json.dumps(self.value).encode("ascii")),)


def why_unreadable(error: ValueError | RecursionError) -> str:
    """Return what an error in parsing JSON says about the text."""
    return "is nested too deeply to be read" if isinstance(error, RecursionError) else "is not JSON"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
