"""Finds labelled values on any page, without a model."""

from collections.abc import Iterator

from nanonets_sdk.mock.learning.example import Guess
from nanonets_sdk.mock.learning.finding import guess
from nanonets_sdk.mock.learning.plain import plain_words, slug
from nanonets_sdk.mock.learning.sheet import Place, Sheet, start_of_label
from nanonets_sdk.mock.reading.layout.lines import Line, phrases_of
from nanonets_sdk.mock.reading.layout.page import Page, Word

_LONGEST_LABEL = 5  # words; a longer text before a colon is a sentence
_LONGEST_VALUE = 12
_RIGHT, _BELOW = 0.8, 0.6


def discover(page: Page) -> tuple[Guess, ...]:
    """Return the values that stand after or below a text with a colon; "Invoice number:" gives `invoice_number`."""
    sheet = Sheet(page)
    found = (_guess(place, sheet) for line in sheet.lines for place in _labels(line))
    return tuple(each for each in found if each)


def _labels(line: Line) -> Iterator[Place]:
    start = 0
    for phrase in phrases_of(line):
        seen = 0
        for end, word in enumerate(phrase.words):
            if not word.text.endswith(":"):
                continue
            begin = start_of_label(phrase.words, end) if seen else 0
            if end + 1 - begin <= _LONGEST_LABEL:
                yield Place(line, start + begin, start + end + 1)
            seen = end + 1
        start += len(phrase.words)


def _guess(place: Place, sheet: Sheet) -> Guess | None:
    label = slug(plain_words(place.words))
    if not label or not any(map(str.isalpha, label)):
        return None
    value, score = sheet.right_of(place), _RIGHT
    if not value and not place.after:
        value, score = sheet.below(place), _BELOW
    return guess(label, value, score) if _is_value(value) else None


def _is_value(words: tuple[Word, ...]) -> bool:
    return 0 < len(words) <= _LONGEST_VALUE and not any(word.text.endswith(":") for word in words)
