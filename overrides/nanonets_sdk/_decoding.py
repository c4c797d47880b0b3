"""Decoders of JSON that several threads may ask for at once."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    import msgspec

T = TypeVar("T")

_decoders: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}
_building: Final = threading.Lock()


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Return the decoder of a type. Building it takes longer than decoding a short text, so there is one for each."""
    import msgspec

    found = _decoders.get(kind)
    if found is None:
        # msgspec keeps on each class what it has found out about it, and another thread reads that before it is
        # complete: the process ends with a segmentation fault.
        with _building:
            found = _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    return found


if hasattr(os, "register_at_fork"):
    # A child must not inherit the lock from a thread that it does not have.
    os.register_at_fork(before=_building.acquire, after_in_parent=_building.release, after_in_child=_building.release)
