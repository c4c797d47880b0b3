"""Whole numbers in the texts of requests."""

import re
from typing import Final

DIGITS: Final = re.compile(r"-?[0-9]+")


def is_whole_number(text: str) -> bool:
    """Return whether a text is a whole number in decimal digits; `int` takes more than the service may.

    Examples:
        >>> [is_whole_number(text) for text in ("20487", "-1", "1_0", " 1", "+1", "1.0", "")]
        [True, True, False, False, False, False, False]
    """
    return DIGITS.fullmatch(text) is not None


def whole_number(text: str) -> int:
    """Return the number in a text; raises ValueError where there is none, or one of thousands of digits."""
    if not is_whole_number(text):
        raise ValueError(f"{text!r} is no whole number in decimal digits")
    return int(text)
