"""What a value looks like, and how far it reaches among the words that follow its label."""

from collections.abc import Callable, Sequence

from nanonets_sdk.mock.learning.rules import Shape
from nanonets_sdk.mock.reading.layout.numbers import is_amount, is_date
from nanonets_sdk.mock.reading.layout.page import Word

_LONGEST = 6  # words of a date, an amount or an identifier
_SHORT = 4  # letters of a prefix such as "INV" or a country's code


def shape_of(texts: Sequence[str]) -> Shape:
    """Return the narrowest shape that all the texts have."""
    if not texts:
        return "text"
    if all(map(is_date, texts)):
        return "date"
    if all(map(is_amount, texts)) and not all(text.isdigit() for text in texts):
        return "money"
    return "identifier" if all(map(is_identifier, texts)) else "text"


def is_identifier(text: str) -> bool:
    """Tell whether a text is a number in the sense of a name: a digit in it, and no words of a language.

    >>> [is_identifier(text) for text in ("INV-2026-7", "GB 482 7719 03", "30 days net", "Acme")]
    [True, True, False, False]
    """
    words = text.split()
    return any(map(str.isdigit, text)) and all(_is_of_identifier(word) for word in words)


def value_in(words: Sequence[Word], shape: Shape) -> tuple[Word, ...]:
    """Return the longest beginning of the words that has the shape, () if there is none."""
    if shape == "text":
        return tuple(words)
    fits = _FITS[shape]
    lengths = (n for n in range(min(len(words), _LONGEST), 0, -1) if not is_rate(words[n - 1 : n + 1]))
    return next((tuple(words[:n]) for n in lengths if fits(" ".join(word.text for word in words[:n]))), ())


def is_rate(words: Sequence[Word]) -> bool:
    """Tell whether the words begin with a percentage, in one word or two."""
    return any("%" in word.text for word in words[:1]) or any(word.text.startswith("%") for word in words[1:2])


def _is_of_identifier(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    return any(map(str.isdigit, word)) or (len(letters) <= _SHORT and all(map(str.isupper, letters)))


_FITS: dict[Shape, Callable[[str], bool]] = {"date": is_date, "money": is_amount, "identifier": is_identifier}
