"""What a batch does when its process forks: the child leaves everything to the parent.

The child has a copy of the journal's connection and of the event loop, and no thread that would run them. Whatever it
did with them would write into the journal, or read from the connections, of the parent.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")

_LEFT_BEHIND: Final[WeakKeyDictionary[Any, Callable[[Any], object]]] = WeakKeyDictionary()
_KEPT: Final[list[object]] = []


def on_fork(thing: T, abandon: Callable[[T], object]) -> None:
    """Call a function with an object, if it still exists, in each child of a fork."""
    _LEFT_BEHIND[thing] = abandon


def forget(thing: object) -> None:
    """Call nothing with an object any more. Its descriptors may belong to others from now on."""
    _LEFT_BEHIND.pop(thing, None)


def keep_forever(thing: object) -> None:
    """Keep an object from being finalized, also when the interpreter ends."""
    _KEPT.append(thing)
    try:
        import ctypes
    except ImportError:  # pragma: no cover - a Python built without it
        return
    # The list is cleared at the end of the interpreter; a reference that nobody owns is not.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))


def _abandon_all() -> None:
    for thing, abandon in list(_LEFT_BEHIND.items()):
        abandon(thing)
    _LEFT_BEHIND.clear()


# Windows has no fork.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)
