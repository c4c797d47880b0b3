"""Makes the rules of a model: from annotated pages, or from the names of labels alone.

Every annotated value suggests texts as anchors, those that end where it begins and the one above it:

    Invoice no:  2026-0117         Total due        right:  "invoice no", "no"
                 |=======|         |=======|        below:  "total due"
                                   1,428.00

Neither of them may be a value itself or contain a digit: these change from one document to the next. The candidates
that most examples share are tried on the examples, and the weight of each is the share of the values that it finds.
The best one becomes the rule's anchor. If it finds fewer than half of the values, the rule has only its zone: the
smallest box around all annotated values, in fractions of the page.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import attrgetter

from attrs import evolve, frozen

from nanonets_sdk.mock.learning.finding import guess_of, without_qualifiers
from nanonets_sdk.mock.learning.model import Anchor, Annotation, LabelRule, Rules, Side, Zone
from nanonets_sdk.mock.learning.shapes import shape_of
from nanonets_sdk.mock.learning.sheet import Sheet
from nanonets_sdk.mock.learning.vocabulary import is_sum, names_of, plain, shape_of_label
from nanonets_sdk.mock.reading.layout.lines import Line, lines_of, phrases_of, text_of
from nanonets_sdk.mock.reading.layout.page import Page, Word

_MARGIN = 2  # pixels by which a hand-drawn box may miss a word
_LONGEST = 4  # words of an anchor
_FARTHEST = 0.45  # of the page's width, from anchor to value
_ABOVE = 2.5  # of the text's height, from anchor to value
_CANDIDATES = 5  # anchors to try for each side
_LEAST_WEIGHT = 0.5
_SIDES: tuple[Side, Side] = ("right", "below")

_FIRST_NAME, _NAME_STEP, _LAST_NAME = 0.95, 0.01, 0.6  # weights of a label's names, from the surest down
_SINGLE_WORD = 0.85  # "date" and "invoice" say less than "invoice date"
_NAME_BELOW = 0.9


@frozen
class _Example:
    """An annotated value on its page."""

    sheet: Sheet
    annotation: Annotation
    words: tuple[Word, ...]
    taken: frozenset[Word]
    """The words of all annotated values of the page; none of them can be an anchor."""

    @property
    def text(self) -> str:
        return text_of(self.words) if self.words else self.annotation.text


def learn(categories: Sequence[str], examples: Sequence[tuple[Page, Sequence[Annotation]]]) -> Rules:
    """Return the rules that the examples suggest; a category without examples is looked for by its name."""
    by_label: dict[str, list[_Example]] = {label: [] for label in categories}
    for page, annotations in examples:
        sheet = Sheet(page)
        words = [
            tuple(
                word
                for word in page.words
                if box.xmin - _MARGIN <= word.center_x <= box.xmax + _MARGIN
                and box.ymin - _MARGIN <= word.center_y <= box.ymax + _MARGIN
            )
            for box in annotations
        ]
        taken = frozenset(word for each in words for word in each)
        for annotation, own in zip(annotations, words, strict=True):
            by_label.setdefault(annotation.label, []).append(_Example(sheet, annotation, own, taken))
    return Rules(tuple(_learned(label, found) if found else _named(label) for label, found in by_label.items()))


def rules_for(categories: Sequence[str]) -> Rules:
    """Return rules that look for labels by name: "Invoice no", "Invoice #" and so on for `invoice_number`."""
    return Rules(tuple(_named(label) for label in categories))


# The built-in model of every mock has the same labels.
@lru_cache(maxsize=256)
def _named(label: str) -> LabelRule:
    anchors: list[Anchor] = []
    for rank, name in enumerate(name for name in names_of(label) if name):
        weight = max(_LAST_NAME, _FIRST_NAME - _NAME_STEP * rank)
        if len(name) == 1 and label.casefold() != name[0]:
            weight *= _SINGLE_WORD
        anchors += [Anchor(name, "right", weight), Anchor(name, "below", weight * _NAME_BELOW)]
    return LabelRule(label, shape_of_label(label), tuple(anchors), None, 1, lowest=is_sum(label))


def _learned(label: str, examples: Sequence[_Example]) -> LabelRule:
    boxes = [(example.annotation, example.sheet.page) for example in examples]
    zone = Zone(
        Counter(page.number for _, page in boxes).most_common(1)[0][0],
        min(box.xmin / page.width for box, page in boxes),
        min(box.ymin / page.height for box, page in boxes),
        max(box.xmax / page.width for box, page in boxes),
        max(box.ymax / page.height for box, page in boxes),
    )
    lines = max(len(lines_of(example.words)) or 1 for example in examples)
    shape = shape_of([example.text for example in examples]) if lines == 1 else "text"
    bare = LabelRule(label, shape, (), zone, lines, lowest=is_sum(label))
    return evolve(bare, anchors=_anchors(bare, examples))


def _anchors(bare: LabelRule, examples: Sequence[_Example]) -> tuple[Anchor, ...]:
    """Return the anchor that finds the most examples of a rule without anchors; () if none finds enough of them."""
    counts = Counter(anchor for example in examples for anchor in _candidates(example))
    tried: list[Anchor] = []
    for side in _SIDES:
        candidates = [anchor for anchor in counts if anchor.side == side]
        candidates.sort(key=lambda anchor: (-counts[anchor], -len(anchor.words)))
        for anchor in candidates[:_CANDIDATES]:
            rule = evolve(bare, anchors=(anchor,))
            guesses = [(guess_of(rule, example.sheet), example) for example in examples]
            hits = sum(guess is not None and guess.text == example.text for guess, example in guesses)
            tried.append(evolve(anchor, weight=hits / len(examples)))
    best = max((anchor.weight for anchor in tried), default=0.0)
    trusted = [anchor for anchor in tried if anchor.weight == best >= _LEAST_WEIGHT]
    # A longer text is less likely to be found where it introduces something else.
    return (min(trusted, key=lambda anchor: (anchor.side != "right", -len(anchor.words))),) if trusted else ()


def _candidates(example: _Example) -> Iterator[Anchor]:
    """Yield the texts that end where a value begins, and the text of the phrase above it."""
    if not example.words:
        return
    first = lines_of(example.words)[0].words[0]
    line = next(line for line in example.sheet.lines if first in line.words)
    before = line.words[: line.words.index(first)]
    if before and first.xmin - Line.of(before).xmax <= _FARTHEST * example.sheet.page.width:
        words = _anchor_words(phrases_of(Line.of(before))[-1].words, example)
        yield from (Anchor(words[start:], "right", 1.0) for start in range(len(words)))

    box = Line.of(example.words)
    over = [
        phrase
        for phrase in example.sheet.phrases
        if -0.5 * box.height <= box.ymin - phrase.ymax <= _ABOVE * max(box.height, phrase.height)
        and (box.overlaps(phrase) or abs(phrase.xmin - box.xmin) <= box.height)
    ]
    if over and (words := _anchor_words(max(over, key=attrgetter("ymax")).words, example)):
        yield Anchor(words, "below", 1.0)


def _anchor_words(words: Sequence[Word], example: _Example) -> tuple[str, ...]:
    """Return the last words that may be part of an anchor: no values, nothing with a digit, no earlier label."""
    kept: list[str] = []
    for number, word in enumerate(reversed(without_qualifiers(words))):
        ends_another = number and word.text.endswith(":")
        if word in example.taken or any(map(str.isdigit, word.text)) or ends_another or number == _LONGEST:
            break
        kept.insert(0, plain(word.text))
    return tuple(kept) if all(kept) else ()
