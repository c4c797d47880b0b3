"""Finds values on a page: by the rules of a model, or beside any text with a colon.

A rule looks for its anchors on the page. Each occurrence gives a candidate, whose score is a product:

    weight     how far training trusts the anchor
    standing   whether the text looks like a label: it starts a phrase, and only the value follows
    nearness   how close the value is to the zone in which the annotated values were

    Due date: 3 May            Date (UTC): 12 March        Total weight  14 kg     Total   86.20
        |--|                   |--|       |======|         |---|                   |---|   |===|
    "date" within a phrase     a qualifier between         "total" runs on         starts and ends a phrase
    scores 0.55                label and value             scores 0.4              scores 1

Of nearly equal candidates the best one is chosen, or the lowest for totals. Without anchors, any phrase in the zone
that has the right shape is a candidate.
"""

import math
from collections.abc import Iterator, Sequence

from attrs import frozen

from nanonets_sdk.mock.learning.model import Anchor, Guess, LabelRule, Rules, Zone
from nanonets_sdk.mock.learning.shapes import is_rate, value_in
from nanonets_sdk.mock.learning.sheet import Place, Sheet, start_of_label
from nanonets_sdk.mock.learning.vocabulary import is_name, plain_words, slug
from nanonets_sdk.mock.reading.layout.lines import Line, phrases_of, text_of
from nanonets_sdk.mock.reading.layout.numbers import is_amount
from nanonets_sdk.mock.reading.layout.page import Page, Word

_WITHIN_PHRASE = 0.55
_RUNS_ON = 0.4
_WIDE = 0.8  # of the text's height: a gap that ends a phrase
_FAR = 0.3  # the share of the score that is lost at the other end of the page
_EQUAL = 0.05
_LEAST = 0.3
# Any words are a text, so only what certainly follows a label is taken for its value.
_LEAST_OF_TEXT = 0.6
_ZONE_SCORE = 0.6
_ZONE_MARGIN = 0.008  # of the page's height
_QUALIFIERS = 4  # words at most between label and value: "(EUR)", "20%", "incl. VAT"
_LONGEST_LABEL = 5  # words; a longer text before a colon is a sentence
_LONGEST_VALUE = 12
_RIGHT, _BELOW = 0.8, 0.6  # scores of values found without a model


@frozen
class _Find:
    words: tuple[Word, ...]
    score: float


def predict(rules: Rules, page: Page) -> tuple[Guess, ...]:
    """Return the values on a page, at most one for each label, in the order of the rules."""
    sheet = Sheet(page)
    guesses = (guess_of(rule, sheet) for rule in rules.labels)
    return tuple(guess for guess in guesses if guess)


def discover(page: Page) -> tuple[Guess, ...]:
    """Return the values after or below texts with a colon; "Invoice number:" is labelled `invoice_number`."""
    sheet = Sheet(page)
    found: list[Guess] = []
    for place in (place for line in sheet.lines for place in _labels(line)):
        label = slug(plain_words(place.words))
        value, score = sheet.right_of(place), _RIGHT
        if not value and not place.after:
            value, score = sheet.below(place), _BELOW
        is_value = 0 < len(value) <= _LONGEST_VALUE and not any(word.text.endswith(":") for word in value)
        if is_value and any(map(str.isalpha, label)):
            found.append(_guess(label, value, score))
    return tuple(found)


def guess_of(rule: LabelRule, sheet: Sheet) -> Guess | None:
    """Return the value of one label, if the page has it."""
    least = _LEAST_OF_TEXT if rule.shape == "text" and rule.zone is None else _LEAST
    finds = [find for anchor in rule.anchors for find in _beside(anchor, rule, sheet) if find.score >= least]
    if rule.zone and not rule.anchors and sheet.page.number == rule.zone.page:
        finds = list(_within(rule.zone, rule, sheet))
    if not finds:
        return None
    best = max(find.score for find in finds)
    equal = [find for find in finds if find.score >= best - _EQUAL]
    chosen = max(equal, key=lambda find: max(word.ymax for word in find.words) if rule.lowest else find.score)
    return _guess(rule.label, chosen.words, chosen.score)


def without_qualifiers(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words of a label without those at its end that are not part of its name."""
    starts = range(max(1, len(words) - _QUALIFIERS), len(words))
    return next((words[:start] for start in starts if _count_qualifiers(words[start:]) == len(words) - start), words)


def _labels(line: Line) -> Iterator[Place]:
    """Yield the places of the texts on a line that end with a colon."""
    start = 0
    for phrase in phrases_of(line):
        seen = 0
        for end, word in enumerate(phrase.words):
            if not word.text.endswith(":"):
                continue
            # After another label there are the words of its value, so only a known name tells where this one starts.
            begin = start_of_label(phrase.words, end) if seen else 0
            if end + 1 - begin <= _LONGEST_LABEL:
                yield Place(line, start + begin, start + end + 1)
            seen = end + 1
        start += len(phrase.words)


def _guess(label: str, words: tuple[Word, ...], score: float) -> Guess:
    box = Line.of(words)
    return Guess(label, text_of(words), box.xmin, box.ymin, box.xmax, box.ymax, round(min(score, 1.0), 4))


def _beside(anchor: Anchor, rule: LabelRule, sheet: Sheet) -> Iterator[_Find]:
    for place in sheet.places_of(anchor.words):
        most = _count_qualifiers(place.after)
        if anchor.side == "below":
            value, qualifiers = _shaped(sheet.below(place), rule, sheet), most
        else:
            # A qualifier may also be the value, such as a currency, so as few as possible are skipped.
            found = ((_shaped(sheet.right_of(place, skipped), rule, sheet), skipped) for skipped in range(most + 1))
            value, qualifiers = next((each for each in found if each[0]), ((), 0))
        if not value:
            continue
        standing = 1.0
        if place.start and not _separated(place.line.words[place.start - 1], place.words[0]):
            standing *= _WITHIN_PHRASE
        following = place.after[qualifiers : qualifiers + 1]
        last = place.line.words[place.end + qualifiers - 1]
        if (
            following
            and following[0] not in value
            and not last.text.endswith(")")
            and not _separated(last, following[0])
        ):
            standing *= _RUNS_ON
        yield _Find(value, anchor.weight * standing * _nearness(value, rule.zone, sheet.page))


def _within(zone: Zone, rule: LabelRule, sheet: Sheet) -> Iterator[_Find]:
    page = sheet.page
    for phrase in sheet.phrases:
        inside = zone.ymin - _ZONE_MARGIN <= phrase.center_y / page.height <= zone.ymax + _ZONE_MARGIN
        if inside and phrase.xmin < zone.xmax * page.width and zone.xmin * page.width < phrase.xmax:
            value = _shaped(phrase.words, rule, sheet)
            if value:
                yield _Find(value, _ZONE_SCORE * _nearness(value, zone, page))


def _shaped(words: tuple[Word, ...], rule: LabelRule, sheet: Sheet) -> tuple[Word, ...]:
    """Return the part of some words that is a value of the rule's shape; () if they are another label."""
    if not words or words[0].text.endswith(":") or words[-1].text.endswith(":") or is_name(plain_words(words)):
        return ()
    if rule.lines > 1:
        return sheet.continued(Line.of(words), rule.lines)
    return value_in(words, rule.shape)


def _count_qualifiers(words: Sequence[Word]) -> int:
    """Count the first words that belong to a label but not to its name: a currency, a rate, a remark in brackets."""
    depth = 0
    for count, word in enumerate(words[:_QUALIFIERS]):
        depth += word.text.count("(") - word.text.count(")")
        bracketed = depth > 0 or word.text.endswith((")", "):"))
        currency = word.text.strip(":").isupper() and len(word.text.strip(":")) == 3  # noqa: PLR2004 - ISO 4217
        if not (bracketed or currency or is_rate(words[count : count + 2]) or word.text in ":-@"):
            return count
    return min(len(words), _QUALIFIERS)


def _separated(left: Word, right: Word) -> bool:
    wide = right.xmin - left.xmax >= _WIDE * min(left.height, right.height)
    return wide or left.text.endswith((":", "|")) or is_amount(left.text)


def _nearness(value: tuple[Word, ...], zone: Zone | None, page: Page) -> float:
    if zone is None:
        return 1.0
    box = Line.of(value)
    across = abs((box.xmin + box.xmax) / 2 / page.width - (zone.xmin + zone.xmax) / 2)
    down = abs(box.center_y / page.height - (zone.ymin + zone.ymax) / 2)
    return 1.0 - _FAR * min(1.0, math.hypot(across, down))
