"""One text for both surfaces: an async method takes the docstring of its sync twin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

C = TypeVar("C", bound=type[Any])


def same_docstrings(twin: type[Any]) -> Callable[[C], C]:
    """Decorate a class so that its methods take the docstrings of its twin's methods.

    Args:
        twin: The sync class.
    """

    def document(cls: C) -> C:
        # Assigned once at import, so that `help()` and editors show them like any other docstring.
        for name, member in vars(cls).items():
            original = getattr(twin, name, None)
            if callable(member) and not name.startswith("_") and not member.__doc__ and original is not None:
                member.__doc__ = original.__doc__
        return cls

    return document
