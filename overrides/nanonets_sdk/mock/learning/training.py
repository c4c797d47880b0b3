"""Learns from annotated pages where values lie and what stands before them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import attrgetter

from attrs import evolve, frozen

from nanonets_sdk.mock.learning.example import Annotation
from nanonets_sdk.mock.learning.finding import guess_of, without_qualifiers
from nanonets_sdk.mock.learning.plain import plain
from nanonets_sdk.mock.learning.rules import Anchor, LabelRule, Rules, Side, Zone
from nanonets_sdk.mock.learning.shapes import shape_of
from nanonets_sdk.mock.learning.sheet import Sheet
from nanonets_sdk.mock.learning.untrained import rule_for
from nanonets_sdk.mock.learning.vocabulary import is_sum
from nanonets_sdk.mock.reading.layout.lines import (
    Line,
    lines_of,
    phrases_of,
    text_of,
)
from nanonets_sdk.mock.reading.layout.page import Page, Word

_MARGIN = 2  # pixels by which a box drawn by hand may miss a word
_LONGEST = 4  # words of an anchor
_FARTHEST = 0.45  # of the page's width, from anchor to value
_ABOVE = 2.5  # heights of the text
_CANDIDATES = 5  # anchors to try for each side
_LEAST_TRUST = 0.5  # of the examples that an anchor must explain


@frozen
class _Example:
    """One annotated value on its page."""

    sheet: Sheet
    annotation: Annotation
    words: tuple[Word, ...]
    taken: frozenset[Word]
    """The words of all annotated values of the page; none of them is an anchor."""

    @property
    def text(self) -> str:
        return text_of(self.words) if self.words else self.annotation.text


def learn(categories: Sequence[str], examples: Sequence[tuple[Page, Sequence[Annotation]]]) -> Rules:
    """Return the rules that the examples show; a category without examples is looked for by its name.

    For each label the texts left of and above its values are tried as anchors on the examples themselves, and trusted
    as far as they find what was annotated. Where none does, the place on the page decides.
    """
    by_label: dict[str, list[_Example]] = {label: [] for label in categories}
    for example in (each for page, annotations in examples for each in _examples(page, annotations)):
        by_label.setdefault(example.annotation.label, []).append(example)
    return Rules(tuple(_rule(label, found) if found else rule_for(label) for label, found in by_label.items()))


def _examples(page: Page, annotations: Sequence[Annotation]) -> Iterator[_Example]:
    sheet = Sheet(page)
    words = [_words_in(page, annotation) for annotation in annotations]
    taken = frozenset(word for each in words for word in each)
    for annotation, own in zip(annotations, words, strict=True):
        yield _Example(sheet, annotation, own, taken)


def _words_in(page: Page, box: Annotation) -> tuple[Word, ...]:
    return tuple(
        word
        for word in page.words
        if box.xmin - _MARGIN <= (word.xmin + word.xmax) / 2 <= box.xmax + _MARGIN
        and box.ymin - _MARGIN <= (word.ymin + word.ymax) / 2 <= box.ymax + _MARGIN
    )


def _rule(label: str, examples: Sequence[_Example]) -> LabelRule:
    lines = max(len(lines_of(example.words)) or 1 for example in examples)
    shape = shape_of([example.text for example in examples]) if lines == 1 else "text"
    bare = LabelRule(label, shape, (), _zone(examples), lines, lowest=is_sum(label))
    return evolve(bare, anchors=_anchors(bare, examples))


def _zone(examples: Sequence[_Example]) -> Zone:
    boxes = [(example.annotation, example.sheet.page) for example in examples]
    return Zone(
        Counter(page.number for _, page in boxes).most_common(1)[0][0],
        min(box.xmin / page.width for box, page in boxes),
        min(box.ymin / page.height for box, page in boxes),
        max(box.xmax / page.width for box, page in boxes),
        max(box.ymax / page.height for box, page in boxes),
    )


def _anchors(bare: LabelRule, examples: Sequence[_Example]) -> tuple[Anchor, ...]:
    left = Counter(words for example in examples for words in _left(example))
    above = Counter(words for example in examples for words in _above(example))
    sides: tuple[tuple[Side, Counter[tuple[str, ...]]], ...] = (("right", left), ("below", above))
    tried = [
        Anchor(words, side, _trust(Anchor(words, side, 1.0), bare, examples))
        for side, counter in sides
        for words in sorted(counter, key=lambda words: (-counter[words], -len(words)))[:_CANDIDATES]
    ]
    best = max((anchor.weight for anchor in tried), default=0.0)
    trusted = [anchor for anchor in tried if anchor.weight == best >= _LEAST_TRUST]
    return (min(trusted, key=_preference),) if trusted else ()


def _preference(anchor: Anchor) -> tuple[bool, int]:
    return anchor.side != "right", -len(anchor.words)


def _trust(anchor: Anchor, bare: LabelRule, examples: Sequence[_Example]) -> float:
    """Return the share of the examples whose value the anchor finds."""
    rule = evolve(bare, anchors=(anchor,))
    guesses = ((guess_of(rule, example.sheet), example) for example in examples)
    return sum(guess is not None and guess.text == example.text for guess, example in guesses) / len(examples)


def _left(example: _Example) -> Iterator[tuple[str, ...]]:
    """Yield the texts that end where a value begins, on its line."""
    if not example.words:
        return
    first = lines_of(example.words)[0].words[0]
    line = next(line for line in example.sheet.lines if first in line.words)
    before = Line.of(before) if (before := line.words[: line.words.index(first)]) else None
    if before is None or first.xmin - before.xmax > _FARTHEST * example.sheet.page.width:
        return
    yield from _endings(_anchor_words(phrases_of(before)[-1].words, example))


def _above(example: _Example) -> Iterator[tuple[str, ...]]:
    """Yield the texts of the phrase above a value."""
    if not example.words:
        return
    box = Line.of(example.words)
    over = [
        phrase
        for phrase in example.sheet.phrases
        if -0.5 * box.height <= box.ymin - phrase.ymax <= _ABOVE * max(box.height, phrase.height)
        and (min(phrase.xmax, box.xmax) > max(phrase.xmin, box.xmin) or abs(phrase.xmin - box.xmin) <= box.height)
    ]
    if over:
        words = _anchor_words(max(over, key=attrgetter("ymax")).words, example)
        yield from ([words] if words else [])


def _anchor_words(words: Sequence[Word], example: _Example) -> tuple[str, ...]:
    """Return the last words that may be part of an anchor: no values, nothing with a digit, no earlier label."""
    kept: list[str] = []
    for number, word in enumerate(reversed(without_qualifiers(words))):
        ends_another = number and word.text.endswith(":")
        if word in example.taken or any(map(str.isdigit, word.text)) or ends_another or number == _LONGEST:
            break
        kept.insert(0, plain(word.text))
    return tuple(kept) if all(kept) else ()


def _endings(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for start in range(len(words)):
        yield words[start:]
