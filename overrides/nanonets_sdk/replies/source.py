"""Where a result stands in the reply that it was read from."""

from __future__ import annotations

from typing import Any, Protocol

from attrs import frozen


class Body(Protocol):
    """The body of a reply: its bytes, and its JSON value at a path of keys and indexes."""

    @property
    def content(self) -> bytes:
        """The bytes as they came."""
        ...

    def at(self, path: tuple[str | int, ...]) -> Any:
        """The JSON value at a path."""
        ...


@frozen
class Source:
    """A place in the body of a reply."""

    body: Body
    path: tuple[str | int, ...] = ()

    def __truediv__(self, step: str | int) -> Source:
        """The place one step further in."""
        return Source(self.body, (*self.path, step))

    @property
    def value(self) -> Any:
        """The JSON value there."""
        return self.body.at(self.path)
