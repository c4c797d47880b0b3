"""Image classification by colour and shape.

Simple on purpose, and not the service's model: a picture becomes a few hundred numbers, a category the mean of its
pictures, and the nearest mean is the likeliest category.
"""

import io
import math
from collections.abc import Iterable, Sequence
from typing import Self

import msgspec
from attrs import frozen
from PIL import Image, ImageFilter, ImageOps

from nanonets_sdk.mock.reading.layout.page import UnreadableFile

_MOST_PIXELS = 50_000_000
_SIDE = 64  # pixels; details smaller than a sixty-fourth of the picture do not count
_SHADES = 4  # of each colour
_FIELDS = 8  # squares along each side, for the shape
_SHARPNESS = 12.0  # how fast the probability falls with the distance


@frozen
class PictureRules:
    """A centroid for each category; a category without pictures has an empty one."""

    centroids: dict[str, tuple[float, ...]]

    def to_json(self) -> str:
        """Return the rules as JSON text."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the rules of a JSON text; raises msgspec.DecodeError where it holds something else."""
        return msgspec.json.decode(text, type=cls)


def learn_pictures(examples: Iterable[tuple[str, bytes]]) -> PictureRules:
    """Return the rules that pictures (category, PNG or JPEG) show; raises UnreadableFile."""
    features: dict[str, list[tuple[float, ...]]] = {}
    for category, content in examples:
        features.setdefault(category, []).append(_features(content))
    return PictureRules({category: _mean(each) for category, each in features.items()})


def classify(rules: PictureRules, content: bytes) -> tuple[tuple[str, float], ...]:
    """Return every category with its probability, 0 to 1, the likeliest first; raises UnreadableFile."""
    features = _features(content)
    weights = {
        category: math.exp(-_SHARPNESS * math.dist(features, centroid))
        for category, centroid in rules.centroids.items()
        if centroid
    }
    total = sum(weights.values()) or 1.0
    shares = ((category, weights.get(category, 0.0) / total) for category in rules.centroids)
    return tuple(sorted(shares, key=lambda share: -share[1]))


def _features(content: bytes) -> tuple[float, ...]:
    picture = _small(content)
    gray = picture.convert("L")
    return (*_colours(picture), *_squares(ImageOps.autocontrast(gray)), *_squares(gray.filter(ImageFilter.FIND_EDGES)))


def _small(content: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        if picture.width * picture.height > _MOST_PIXELS:
            raise UnreadableFile(f"The image has more than {_MOST_PIXELS:,} pixels.")
        picture.draft("RGB", (4 * _SIDE, 4 * _SIDE))  # lets a JPEG be decoded small
        return _on_white(ImageOps.exif_transpose(picture)).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:  # what Pillow raises
        raise UnreadableFile("The file is no PNG or JPEG, or it is damaged.") from error


def _on_white(picture: Image.Image) -> Image.Image:
    """Return a picture without transparency, as it looks on paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")


def _colours(picture: Image.Image) -> tuple[float, ...]:
    """Return the share of each of 64 colours."""
    step = 256 // _SHADES
    counts = [0] * _SHADES**3
    raw = picture.tobytes()
    for red, green, blue in zip(raw[::3], raw[1::3], raw[2::3], strict=True):
        counts[(red // step * _SHADES + green // step) * _SHADES + blue // step] += 1
    return _unit(math.sqrt(count) for count in counts)


def _squares(gray: Image.Image) -> tuple[float, ...]:
    """Return how bright each of 64 squares is, against the mean."""
    raw = gray.resize((_FIELDS, _FIELDS), Image.Resampling.BOX).tobytes()
    mean = sum(raw) / len(raw)
    return _unit(value - mean for value in raw)


def _unit(values: Iterable[float]) -> tuple[float, ...]:
    """Return values scaled to length 1/2, so that colours and shapes weigh the same."""
    kept = tuple(values)
    length = 2 * math.hypot(*kept)
    return tuple(value / length for value in kept) if length > 1e-9 else kept  # noqa: PLR2004 - a blank picture


def _mean(vectors: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(sum(values) / len(vectors) for values in zip(*vectors, strict=True))
