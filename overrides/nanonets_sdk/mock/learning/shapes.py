"""The shape of values, and how many of the words after a label belong to its value."""

from collections.abc import Callable, Sequence

from nanonets_sdk.mock.learning.model import Shape
from nanonets_sdk.mock.reading.layout.numbers import is_amount, is_date
from nanonets_sdk.mock.reading.layout.page import Word

_LONGEST = 6  # words of a date, an amount or an identifier
_SHORT = 4  # letters of a prefix such as "INV" or a country code


def shape_of(strings: Sequence[str]) -> Shape:
    """Return the narrowest shape that all the strings have."""
    if not strings:
        return "text"
    if all(map(is_date, strings)):
        return "date"
    if all(map(is_amount, strings)) and not all(string.isdigit() for string in strings):
        return "money"
    return "identifier" if all(map(is_identifier, strings)) else "text"


def is_identifier(text: str) -> bool:
    """Return whether a text may be a number in the sense of a name: it has a digit, and no words of a language.

    >>> [is_identifier(text) for text in ("INV-2026-7", "GB 482 7719 03", "30 days net", "Acme")]
    [True, True, False, False]
    """
    for word in text.split():
        letters = "".join(filter(str.isalpha, word))
        if not any(map(str.isdigit, word)) and not (len(letters) <= _SHORT and all(map(str.isupper, letters))):
            return False
    return any(map(str.isdigit, text))


def value_in(words: Sequence[Word], shape: Shape) -> tuple[Word, ...]:
    """Return as many of the first words as have the shape; () if none do."""
    if shape == "text":
        return tuple(words)
    for length in range(min(len(words), _LONGEST), 0, -1):
        # The number of a percentage is not a value: "VAT 19 % 27.14".
        if not is_rate(words[length - 1 : length + 1]) and _FITS[shape](" ".join(w.text for w in words[:length])):
            return tuple(words[:length])
    return ()


def is_rate(words: Sequence[Word]) -> bool:
    """Return whether the words begin with a percentage, in one word or two."""
    return any("%" in word.text for word in words[:1]) or any(word.text.startswith("%") for word in words[1:2])


_FITS: dict[Shape, Callable[[str], bool]] = {"date": is_date, "money": is_amount, "identifier": is_identifier}
