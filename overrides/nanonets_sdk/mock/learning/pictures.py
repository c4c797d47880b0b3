"""Image classification by colour and shape.

Simple on purpose, and unlike the service's models: a picture becomes a vector of 192 numbers, a category the mean of
its pictures, and the category with the nearest mean is the most likely one.

    64 colours                  share of the pixels that have each
    8 x 8 squares               brightness, for large shapes
    8 x 8 squares of the edges  strength, for texture and small shapes
"""

import io
import math
from collections.abc import Iterable, Sequence
from typing import Self, TypeAlias

import msgspec
from attrs import frozen
from PIL import Image, ImageFilter, ImageOps

from nanonets_sdk._decoding import decoder
from nanonets_sdk.mock.reading.layout.page import UnreadableFile

Part: TypeAlias = tuple[float, float, float, float]
"""A part of a picture: left, top, right and bottom in fractions of its width and height."""

_MOST_PIXELS = 50_000_000
_SIDE = 64  # pixels; details smaller than a sixty-fourth of the picture do not count
_SHADES = 4  # of each primary colour
_SQUARES = 8  # along each side
_SHARPNESS = 12.0  # how fast the probability falls with the distance


@frozen
class PictureRules:
    """The mean vector of each category; it is empty for a category without pictures."""

    centroids: dict[str, tuple[float, ...]]

    def to_json(self) -> str:
        """Return the rules as JSON text."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the rules in a JSON text; raise msgspec.DecodeError if it holds something else."""
        return decoder(cls).decode(text)


def learn_pictures(examples: Iterable[tuple[str, bytes]]) -> PictureRules:
    """Return the rules that pictures suggest, given as pairs of a category and a PNG or JPEG file.

    Raises:
        UnreadableFile: One of the files is damaged, too large, or not a PNG or JPEG.
    """
    features: dict[str, list[tuple[float, ...]]] = {}
    for category, content in examples:
        features.setdefault(category, []).append(features_of(content))
    return PictureRules({category: mean_of(vectors) for category, vectors in features.items()})


def classify(rules: PictureRules, content: bytes) -> tuple[tuple[str, float], ...]:
    """Return every category with its probability, 0 to 1, from the most likely down.

    Raises:
        UnreadableFile: The file is damaged, too large, or not a PNG or JPEG.
    """
    features = features_of(content)
    weights = {
        category: math.exp(-_SHARPNESS * math.dist(features, centroid))
        for category, centroid in rules.centroids.items()
        if centroid
    }
    total = sum(weights.values()) or 1.0
    shares = ((category, weights.get(category, 0.0) / total) for category in rules.centroids)
    return tuple(sorted(shares, key=lambda share: -share[1]))


def mean_of(vectors: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """Return the mean of vectors; () of none."""
    return tuple(sum(values) / len(vectors) for values in zip(*vectors, strict=True))


def features_of(content: bytes, part: Part | None = None) -> tuple[float, ...]:
    """Return the vector of a picture, or of a part of it.

    Raises:
        UnreadableFile: The file is damaged, too large, or not a PNG or JPEG.
    """
    picture = _opened(content, part)
    step = 256 // _SHADES
    counts = [0] * _SHADES**3
    raw = picture.tobytes()
    for red, green, blue in zip(raw[::3], raw[1::3], raw[2::3], strict=True):
        counts[(red // step * _SHADES + green // step) * _SHADES + blue // step] += 1
    gray = picture.convert("L")
    return (
        # The root keeps a large background from outweighing every other colour.
        *_scaled(math.sqrt(count) for count in counts),
        *_squares(ImageOps.autocontrast(gray)),
        *_squares(gray.filter(ImageFilter.FIND_EDGES)),
    )


def _opened(content: bytes, part: Part | None) -> Image.Image:
    """Return a picture, or a part of it, as a small square in RGB."""
    try:
        file = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        if file.width * file.height > _MOST_PIXELS:
            raise UnreadableFile(f"The image has more than {_MOST_PIXELS:,} pixels.")
        if part is None:
            file.draft("RGB", (4 * _SIDE, 4 * _SIDE))  # lets a JPEG be decoded at a smaller size
        picture = ImageOps.exif_transpose(file)
        # A transparent picture is taken as it looks on paper.
        if picture.has_transparency_data:
            paper = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(paper, picture.convert("RGBA"))
        box = None if part is None else _pixels(part, picture.width, picture.height)
        return picture.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX, box)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:  # whatever Pillow raises
        raise UnreadableFile("The file is damaged, or not a PNG or JPEG.") from error


def _pixels(part: Part, width: int, height: int) -> tuple[float, float, float, float]:
    """Return a part of a picture in pixels, inside of the picture and at least one pixel wide and high."""
    xmin, ymin, xmax, ymax = (max(0.0, min(1.0, side)) for side in part)
    left, top = min(xmin * width, width - 1), min(ymin * height, height - 1)
    return left, top, max(xmax * width, left + 1), max(ymax * height, top + 1)


def _squares(gray: Image.Image) -> tuple[float, ...]:
    """Return the brightness of each of 64 squares, relative to the mean."""
    raw = gray.resize((_SQUARES, _SQUARES), Image.Resampling.BOX).tobytes()
    mean = sum(raw) / len(raw)
    return _scaled(value - mean for value in raw)


def _scaled(values: Iterable[float]) -> tuple[float, ...]:
    """Return values scaled to the same length, so that colours and shapes count equally."""
    kept = tuple(values)
    length = 2 * math.hypot(*kept)
    # Of a plain picture without edges nothing is left to scale.
    return tuple(value / length for value in kept) if length > 1e-9 else kept  # noqa: PLR2004 - rounding errors
