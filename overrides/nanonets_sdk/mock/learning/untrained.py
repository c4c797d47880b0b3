"""Rules for labels without examples: by their names and what documents call them."""

from collections.abc import Sequence

from nanonets_sdk.mock.learning.rules import Anchor, LabelRule, Rules
from nanonets_sdk.mock.learning.vocabulary import is_sum, names_of, shape_of_label

_FIRST, _STEP, _LAST = 0.95, 0.01, 0.6
_SINGLE_WORD = 0.85  # "date" and "invoice" say less than "invoice date"
_BELOW = 0.9


def rules_for(categories: Sequence[str]) -> Rules:
    """Return rules that look for the labels by name: "Invoice no", "Invoice #" and the like for `invoice_number`."""
    return Rules(tuple(rule_for(label) for label in categories))


def rule_for(label: str) -> LabelRule:
    """Return the rule for one label by its name."""
    names = [name for name in names_of(label) if name]
    anchors = [anchor for rank, name in enumerate(names) for anchor in _anchors(name, rank, label)]
    return LabelRule(label, shape_of_label(label), tuple(anchors), None, 1, lowest=is_sum(label))


def _anchors(name: tuple[str, ...], rank: int, label: str) -> tuple[Anchor, Anchor]:
    trust = max(_LAST, _FIRST - _STEP * rank)
    trust *= 1.0 if len(name) != 1 or label.casefold() == name[0] else _SINGLE_WORD
    return Anchor(name, "right", trust), Anchor(name, "below", trust * _BELOW)
