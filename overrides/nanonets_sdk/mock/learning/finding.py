"""Finds the value beside an anchor or within a zone."""

import math
from collections.abc import Iterator, Sequence

from attrs import frozen

from nanonets_sdk.mock.learning.example import Guess
from nanonets_sdk.mock.learning.plain import plain_words
from nanonets_sdk.mock.learning.rules import Anchor, LabelRule, Rules, Zone
from nanonets_sdk.mock.learning.shapes import is_rate, value_in
from nanonets_sdk.mock.learning.sheet import Place, Sheet
from nanonets_sdk.mock.learning.vocabulary import is_name
from nanonets_sdk.mock.reading.layout.lines import Line, text_of
from nanonets_sdk.mock.reading.layout.numbers import is_amount
from nanonets_sdk.mock.reading.layout.page import Page, Word

_WITHIN_PHRASE = 0.55  # what an anchor is worth that does not begin its phrase, as "date" in "due date"
_RUNS_ON = 0.4  # and one that other words follow, as "total" in "total weight"
_WIDE = 0.8  # of the text's height: a gap that ends a phrase
_FAR = 0.3  # the share of the score that a place at the other end of the page costs
_EQUAL = 0.05
_LEAST = 0.3
_LEAST_OF_TEXT = 0.6  # any words are a text, so only what surely follows a label is taken for its value
_ZONE_SCORE = 0.6
_ZONE_MARGIN = 0.008  # of the page's height
_QUALIFIERS = 4  # words at most between label and value: "(EUR)", "20%", "incl. VAT"


@frozen
class _Find:
    words: tuple[Word, ...]
    score: float

    @property
    def bottom(self) -> int:
        return max(word.ymax for word in self.words)


def predict(rules: Rules, page: Page) -> tuple[Guess, ...]:
    """Return the values of a page, at most one for each label, in the order of the rules."""
    sheet = Sheet(page)
    guesses = (guess_of(rule, sheet) for rule in rules.labels)
    return tuple(guess for guess in guesses if guess)


def guess_of(rule: LabelRule, sheet: Sheet) -> Guess | None:
    """Return the value of one label, if the page has it."""
    least = _LEAST_OF_TEXT if rule.shape == "text" and rule.zone is None else _LEAST
    finds = [find for anchor in rule.anchors for find in _beside(anchor, rule, sheet) if find.score >= least]
    if not rule.anchors and rule.zone:
        finds = list(_within(rule.zone, rule, sheet))
    if not finds:
        return None
    best = max(find.score for find in finds)
    equal = [find for find in finds if find.score >= best - _EQUAL]
    chosen = max(equal, key=lambda find: find.bottom) if rule.lowest else max(equal, key=lambda find: find.score)
    return guess(rule.label, chosen.words, chosen.score)


def guess(label: str, words: tuple[Word, ...], score: float) -> Guess:
    """Return words as a guess."""
    box = Line.of(words)
    return Guess(label, text_of(words), box.xmin, box.ymin, box.xmax, box.ymax, round(min(score, 1.0), 4))


def _beside(anchor: Anchor, rule: LabelRule, sheet: Sheet) -> Iterator[_Find]:
    for place in sheet.places_of(anchor.words):
        value, qualified = _value(anchor, place, rule, sheet)
        if value:
            trust = anchor.weight * _standing(place, qualified, value)
            yield _Find(value, trust * _nearness(value, rule.zone, sheet.page))


def _value(anchor: Anchor, place: Place, rule: LabelRule, sheet: Sheet) -> tuple[tuple[Word, ...], int]:
    """Return the value beside an anchor, and how many words qualify the anchor before it."""
    skips = range(_count_qualifiers(place.after) + 1)
    if anchor.side == "right":
        found = ((_shaped(sheet.right_of(place, skip), rule, sheet), skip) for skip in skips)
        return next(((value, skip) for value, skip in found if value), ((), 0))
    return _shaped(sheet.below(place), rule, sheet), skips[-1]


def _shaped(words: tuple[Word, ...], rule: LabelRule, sheet: Sheet) -> tuple[Word, ...]:
    if not words or words[0].text.endswith(":") or words[-1].text.endswith(":") or is_name(plain_words(words)):
        return ()  # another label
    if rule.lines > 1:
        return sheet.continued(Line.of(words), rule.lines)
    return value_in(words, rule.shape)


def without_qualifiers(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words of a label without those at its end that are not its name."""
    starts = range(max(1, len(words) - _QUALIFIERS), len(words))
    return next((words[:start] for start in starts if _count_qualifiers(words[start:]) == len(words) - start), words)


def _count_qualifiers(words: Sequence[Word]) -> int:
    """Count the words that belong to a label but are not its name: a currency, a rate, a remark in brackets."""
    count, depth = 0, 0
    for place, word in enumerate(words[:_QUALIFIERS]):
        depth += word.text.count("(") - word.text.count(")")
        bracketed = depth > 0 or word.text.endswith((")", "):"))
        currency = word.text.strip(":").isupper() and len(word.text.strip(":")) == 3  # noqa: PLR2004 - ISO 4217
        if not (bracketed or currency or is_rate(words[place : place + 2]) or word.text in ":-@"):
            break
        count += 1
    return count


def _standing(place: Place, qualified: int, value: tuple[Word, ...]) -> float:
    """Return how much a text looks like a label: it begins a phrase, and nothing but the value follows."""
    score = 1.0
    if place.start and not _parted(place.line.words[place.start - 1], place.words[0]):
        score *= _WITHIN_PHRASE
    following = place.after[qualified : qualified + 1]
    last = place.line.words[place.end + qualified - 1]
    ends = not following or following[0] in value or last.text.endswith((":", ")")) or _parted(last, following[0])
    return score if ends else score * _RUNS_ON


def _parted(left: Word, right: Word) -> bool:
    wide = right.xmin - left.xmax >= _WIDE * min(left.ymax - left.ymin, right.ymax - right.ymin)
    return wide or left.text.endswith((":", "|")) or is_amount(left.text)


def _nearness(value: tuple[Word, ...], zone: Zone | None, page: Page) -> float:
    if zone is None:
        return 1.0
    box = Line.of(value)
    across = abs((box.xmin + box.xmax) / 2 / page.width - (zone.xmin + zone.xmax) / 2)
    down = abs((box.ymin + box.ymax) / 2 / page.height - (zone.ymin + zone.ymax) / 2)
    return 1.0 - _FAR * min(1.0, math.hypot(across, down))


def _within(zone: Zone, rule: LabelRule, sheet: Sheet) -> Iterator[_Find]:
    page = sheet.page
    if page.number != zone.page:
        return
    for phrase in sheet.phrases:
        inside = zone.ymin - _ZONE_MARGIN <= phrase.center_y / page.height <= zone.ymax + _ZONE_MARGIN
        if inside and phrase.xmin < zone.xmax * page.width and zone.xmin * page.width < phrase.xmax:
            value = _shaped(phrase.words, rule, sheet)
            if value:
                yield _Find(value, _ZONE_SCORE * _nearness(value, zone, page))
