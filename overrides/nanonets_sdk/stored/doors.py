"""Which function loads what: documents, classifications and texts are of types of their own.

This module is imported with those types, and so without msgspec.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    from nanonets_sdk.stored.bodies import StoredSource
    from nanonets_sdk.stored.shapes import Recognised

T = TypeVar("T")

Door: TypeAlias = Literal["load_documents", "load_classifications", "load_text_documents"]

OPERATION: Final = "load"
"""The operation that drift in a stored body is reported for."""
_NAMED: Final = 3
_DOORS: Final[dict[str, Door]] = {
    "classes": "load_classifications",
    "class": "load_classifications",
    "texts": "load_text_documents",
    "text": "load_text_documents",
}
_HELD: Final[dict[Door, str]] = {
    "load_documents": "documents",
    "load_classifications": "classifications",
    "load_text_documents": "full text",
}


def recognised_for(door: Door, source: StoredSource) -> Iterator[Recognised]:
    """Yield the recognised bodies of a source, all of them for one door.

    Raises:
        DecodeError: Something in it is not JSON, or no reply; or it is for another door, which the message names.
        OSError: It cannot be read.
    """
    from nanonets_sdk.stored.bodies import bodies_of
    from nanonets_sdk.stored.shapes import recognised

    for body in bodies_of(source):
        for found in recognised(body):
            check_door(door, found)
            yield found


def check_door(door: Door, found: Recognised) -> None:
    """Check that a body is for a door.

    Raises:
        DecodeError: It is for another one, which the message names.
    """
    from nanonets_sdk.stored.shapes import unreadable

    right = _DOORS.get(found.shape, "load_documents")
    if right != door:
        raise unreadable(found.body, f"holds {_HELD[right]}, not {_HELD[door]}; load it with `{right}`")


def only_one(loaded: Sequence[T], what: str, door: Door, name_of: Callable[[T], str]) -> T:
    """Return what was loaded, if it is exactly one.

    Raises:
        ValueError: It is none, or several.
    """
    if len(loaded) == 1:
        return loaded[0]
    names = ", ".join(repr(name_of(one)) for one in loaded[:_NAMED])
    more = f" ({names}{', …' if len(loaded) > _NAMED else ''}); use {door}" if loaded else ""
    raise ValueError(f"expected one {what} in the stored reply, found {len(loaded)}{more}")
