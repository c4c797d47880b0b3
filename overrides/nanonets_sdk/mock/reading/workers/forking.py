"""What a process that forks must not share with its child: pipes to workers, locks that another thread may hold."""

import os
from typing import Protocol
from weakref import WeakSet


class Forkable(Protocol):
    """Something of the parent's that a child has to begin anew."""

    def begin_in_child(self) -> None:
        """Let go of what is the parent's, without touching it."""
        ...


_forkable: WeakSet[Forkable] = WeakSet()


def begin_anew_in_children(thing: Forkable) -> None:
    """Have a thing begin anew in every process that is forked off this one, for as long as it exists."""
    _forkable.add(thing)


def _begin_all() -> None:
    for thing in list(_forkable):
        thing.begin_in_child()


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(after_in_child=_begin_all)
