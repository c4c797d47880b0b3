"""Object detection by place and look.

Simple on purpose, and unlike the service's models. Annotated boxes of a label that overlap from picture to picture are
one object. It is found again where it was, if the picture looks there as the training pictures did:

    picture 1  +------+        picture 2    +------+       learned  +------+   mean of the boxes, and of the features
               | car  |                     | car  |                | car  |   of what is inside of them
               +------+                     +------+                +------+
"""

import math
from collections.abc import Iterable, Sequence
from typing import Self

import msgspec
from attrs import frozen

from nanonets_sdk._decoding import decoder
from nanonets_sdk.mock.learning.model import Annotation
from nanonets_sdk.mock.learning.pictures import Part, features_of, mean_of

_SAME = 0.3  # share of the union that two boxes of one object have in common
_SHARPNESS = 2.0  # how fast the score falls with the difference in look
_LEAST = 0.3


@frozen
class Example:
    """A training picture as PNG, its size in pixels, and its annotations."""

    picture: bytes
    width: int
    height: int
    annotations: tuple[Annotation, ...]


@frozen
class LearnedObject:
    """An object: its label, where it is, and what it looks like."""

    label: str
    part: Part
    features: tuple[float, ...]


@frozen
class FoundObject:
    """An object on a picture; `score` is 0 to 1."""

    label: str
    part: Part
    score: float


@frozen
class ObjectRules:
    """The objects that a model knows."""

    objects: tuple[LearnedObject, ...]

    def to_json(self) -> str:
        """Return the rules as JSON text."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the rules in a JSON text; raise msgspec.DecodeError if it holds something else."""
        return decoder(cls).decode(text)


def learn_objects(examples: Iterable[Example]) -> ObjectRules:
    """Return the rules that annotated pictures suggest.

    Raises:
        UnreadableFile: One of the pictures is damaged or too large.
    """
    groups: list[list[LearnedObject]] = []
    for example in examples:
        for annotation in example.annotations:
            part = _part_of(annotation, example)
            seen = LearnedObject(annotation.label, part, features_of(example.picture, part))
            group = next((group for group in groups if _is_same(group[0], seen)), None)
            if group is None:
                groups.append([seen])
            else:
                group.append(seen)
    return ObjectRules(tuple(map(_merged, groups)))


def find_objects(rules: ObjectRules, picture: bytes) -> tuple[FoundObject, ...]:
    """Return the objects on a picture, a PNG, in the order in which they were learned.

    Raises:
        UnreadableFile: The picture is damaged or too large.
    """
    found = (FoundObject(known.label, known.part, _likeness(known, picture)) for known in rules.objects)
    return tuple(one for one in found if one.score >= _LEAST)


def _part_of(annotation: Annotation, example: Example) -> Part:
    width, height = max(example.width, 1), max(example.height, 1)
    return annotation.xmin / width, annotation.ymin / height, annotation.xmax / width, annotation.ymax / height


def _is_same(one: LearnedObject, other: LearnedObject) -> bool:
    if one.label != other.label:
        return False
    (left, top, right, bottom), (xmin, ymin, xmax, ymax) = one.part, other.part
    common = max(0.0, min(right, xmax) - max(left, xmin)) * max(0.0, min(bottom, ymax) - max(top, ymin))
    union = (right - left) * (bottom - top) + (xmax - xmin) * (ymax - ymin) - common
    return one.part == other.part or (union > 0 and common / union >= _SAME)


def _merged(group: Sequence[LearnedObject]) -> LearnedObject:
    xmin, ymin, xmax, ymax = mean_of([one.part for one in group])
    return LearnedObject(group[0].label, (xmin, ymin, xmax, ymax), mean_of([one.features for one in group]))


def _likeness(known: LearnedObject, picture: bytes) -> float:
    difference = math.dist(known.features, features_of(picture, known.part))
    return round(math.exp(-_SHARPNESS * difference), 4)
