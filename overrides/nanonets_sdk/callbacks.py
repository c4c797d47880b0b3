"""Telling a caller's function what happened."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

log = logging.getLogger("nanonets_sdk")


def tell(callback: Callable[[T], object] | None, what: T) -> None:
    """Call a caller's function, if there is one; what it raises is logged and goes no further.

    Args:
        callback: The function.
        what: What it is told.
    """
    if callback is None:
        return
    try:
        callback(what)
    except Exception:
        # A slip in a callback must not cost a reply that was paid for.
        log.exception("a callback failed when it was told of a reply; the reply is kept")
