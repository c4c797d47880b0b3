"""What a call of several steps leaves behind when Ctrl-C or a cancellation cuts it off, as a note on the exception."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def noted(note: Callable[[], str]) -> Generator[None]:
    """Add a note to what cuts a block off, such as KeyboardInterrupt. Errors say themselves how to go on.

    Args:
        note: Returns the note; an empty one is not added.
    """
    try:
        yield
    except Exception:
        raise
    except BaseException as interruption:
        if text := note():
            interruption.add_note(text)
        raise
