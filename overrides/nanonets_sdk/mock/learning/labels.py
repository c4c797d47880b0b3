"""Multi-label classification by colour and shape.

A picture may have any number of the labels. Of each label the mean vector of the pictures with it is compared with that
of the pictures without it; the nearer one decides, each label for itself:

    with "car"  o         x  without it       probability  1 / (1 + exp(s * (distance to o - distance to x)))
                    ?
"""

import math
from collections.abc import Collection, Iterable, Sequence
from typing import Self

import msgspec
from attrs import frozen

from nanonets_sdk._decoding import decoder
from nanonets_sdk.mock.learning.pictures import features_of, mean_of

_SHARPNESS = 12.0  # how fast the probability changes with the distance
_ALWAYS = 0.9  # the probability at no distance where every training picture had the label


@frozen
class LabelMeans:
    """The mean vectors of the pictures with a label and of those without it; empty where there are none."""

    having: tuple[float, ...]
    lacking: tuple[float, ...]


@frozen
class LabelRules:
    """What a model knows of each label."""

    labels: dict[str, LabelMeans]

    def to_json(self) -> str:
        """Return the rules as JSON text."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the rules in a JSON text; raise msgspec.DecodeError if it holds something else."""
        return decoder(cls).decode(text)


def learn_labels(labels: Sequence[str], examples: Iterable[tuple[Collection[str], bytes]]) -> LabelRules:
    """Return the rules that pictures suggest, given as pairs of labels and a PNG or JPEG file.

    Raises:
        UnreadableFile: One of the files is damaged, too large, or not a PNG or JPEG.
    """
    seen = [(given, features_of(content)) for given, content in examples]
    return LabelRules(
        {
            label: LabelMeans(
                mean_of([features for given, features in seen if label in given]),
                mean_of([features for given, features in seen if label not in given]),
            )
            for label in labels
        }
    )


def label_picture(rules: LabelRules, content: bytes) -> dict[str, float]:
    """Return the probability of every label, 0 to 1; they need not add up to 1.

    Raises:
        UnreadableFile: The file is damaged, too large, or not a PNG or JPEG.
    """
    features = features_of(content)
    return {label: _probability(means, features) for label, means in rules.labels.items()}


def _probability(means: LabelMeans, features: tuple[float, ...]) -> float:
    if not means.having:
        return 0.0
    distance = math.dist(means.having, features)
    if not means.lacking:
        return _ALWAYS * math.exp(-distance)
    return 1 / (1 + math.exp(_SHARPNESS * (distance - math.dist(means.lacking, features))))
