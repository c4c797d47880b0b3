"""Overlays: boxes with labels over the image of a page."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from attrs import define, field, frozen
from PIL import Image, ImageDraw, ImageFont, ImageStat

from nanonets_sdk.documents import Box, Page, Table
from nanonets_sdk.errors import PictureError
from nanonets_sdk.formats.atomic import replacing
from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.pictures.confidence import COLOURS, level_of
from nanonets_sdk.pictures.source import PageImages

_LEGIBLE: Final = 1500
"""Pixels of the longer side at which small print can be read."""
_FIELD_FILL: Final = 48
_CELL_FILL: Final = 26
_CELL_LINE: Final = 150
_TAG_FILL: Final = 235
_LONGEST_TAG: Final = 28
_TABLE_COLOUR: Final = (30, 64, 175)
_NEIGHBOURS: Final = 200
"""Frames and captions that a new one is held against; more of them on a page cannot be told apart anyway."""


def drawn(page: Page, images: PageImages, scale: float | None) -> Image.Image:
    """What was read from a page, drawn over its image."""
    factor = _legible_scale(page) if scale is None else scale
    if factor <= 0:
        raise PictureError(f"a scale of {factor} leaves nothing to draw on")
    picture = images.image(page, factor)
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    width, height = page.width or picture.width / factor, page.height or picture.height / factor
    canvas = _Canvas.over(layer, picture, (picture.width / width, picture.height / height))
    marks = _marks(page)
    for table in page.tables:
        canvas.cells(table)
    for mark in marks:
        canvas.frame(mark)
    for mark in marks:
        canvas.tag(mark)
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def saved(picture: Image.Image, path: Path) -> Path:
    """Save a picture, all at once, in the format that the ending of its name says."""
    kind = Image.registered_extensions().get(path.suffix.lower())
    if kind is None or kind not in Image.SAVE:
        raise PictureError(f"the ending of {path.name!r} names no picture format; .png is a good one")
    with replacing(path) as draft:
        picture.save(draft, kind)
    return path


@frozen
class _Mark:
    box: Box
    colour: tuple[int, int, int]
    caption: str
    fill: int
    line: int


def _marks(page: Page) -> list[_Mark]:
    tables = [_Mark(table.box, _TABLE_COLOUR, table.label or "table", 0, 2) for table in page.tables if table.box]
    fields = [
        _Mark(item.box, COLOURS[level_of(item.score)], _caption(item.label, item.score), _FIELD_FILL, 2)
        for item in page.fields.all()
        if item.box
    ]
    return tables + fields


def _caption(label: str, score: float | None) -> str:
    short = encodable(" ".join(label.split()))
    cut = short if len(short) <= _LONGEST_TAG else f"{short[:_LONGEST_TAG]}…"
    return cut if score is None or not math.isfinite(score) else f"{cut} {score:.0%}".strip()


@define
class _Canvas:
    """A transparent layer, in pixels of the page scaled up."""

    pen: ImageDraw.ImageDraw
    size: tuple[int, int]
    scale: tuple[float, float]
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont
    unit: int
    """Width of a line."""
    paper: Image.Image
    """What is underneath, in grey."""
    taken: list[Box] = field(factory=list[Box])
    """Frames and captions."""

    @classmethod
    def over(cls, layer: Image.Image, picture: Image.Image, scale: tuple[float, float]) -> _Canvas:
        unit = max(round(max(layer.size) / 1700), 1)
        font = ImageFont.load_default(size=max(max(layer.size) / 115, 10))
        return cls(ImageDraw.Draw(layer), layer.size, scale, font, unit, picture.convert("L"))

    def cells(self, table: Table) -> None:
        """The cells of a table as a grid."""
        for cell in table.cells:
            place = self._place(cell.box)
            if place:
                colour = COLOURS[level_of(cell.score)]
                self.pen.rectangle(_corners(place), (*colour, _CELL_FILL), (*colour, _CELL_LINE), self.unit)

    def frame(self, mark: _Mark) -> None:
        """The box of a mark."""
        place = self._place(mark.box)
        if place:
            grown = self._clipped(Box(place.xmin - 2, place.ymin - 2, place.xmax + 2, place.ymax + 2)) or place
            width = self.unit * mark.line
            self.pen.rectangle(_corners(grown), (*mark.colour, mark.fill) if mark.fill else None, mark.colour, width)
            if mark.fill:
                self.taken.append(grown)

    def tag(self, mark: _Mark) -> None:
        """The caption of a mark, where it hides least."""
        place = self._place(mark.box)
        if not place or not mark.caption:
            return
        left, top, right, bottom = self.pen.textbbox((0, 0), mark.caption, self.font)
        pad = 2 * self.unit + 1
        spot = self._best_spot(place, math.ceil(right - left) + 2 * pad, math.ceil(bottom - top) + 2 * pad)
        self.taken.append(spot)
        self.pen.rounded_rectangle(_corners(spot), 2 * self.unit, (*mark.colour, _TAG_FILL))
        self.pen.text((spot.xmin + pad - left, spot.ymin + pad - top), mark.caption, "white", self.font)

    def _best_spot(self, place: Box, width: int, height: int) -> Box:
        """Where a caption beside a box hides least: above, to the right, below or to the left of it."""
        gap = 2 + self.unit
        level = place.ymin + (place.height - height) // 2
        beginnings = (
            (place.xmin - 2, place.ymin - height - gap),
            (place.xmax + gap, level),
            (place.xmin - 2, place.ymax + gap),
            (place.xmin - width - gap, level),
            (place.xmax + 2 - width, place.ymin - height - gap),
        )
        return min((self._inside(Box(x, y, x + width, y + height)) for x, y in beginnings), key=self._hidden)

    def _hidden(self, spot: Box) -> float:
        """How much a caption would hide: of print, and of frames and captions before it."""
        print_there = ImageStat.Stat(self.paper.crop(_corners(spot))).stddev[0] / 128
        covered = sum(common.area for box in self.taken[-_NEIGHBOURS:] if (common := spot.intersection(box)))
        return round(print_there, 1) + 2 * covered / max(spot.area, 1)

    def _inside(self, spot: Box) -> Box:
        x = max(min(spot.xmin, self.size[0] - spot.width), 0)
        y = max(min(spot.ymin, self.size[1] - spot.height), 0)
        return Box(x, y, x + spot.width, y + spot.height)

    def _place(self, box: Box | None) -> Box | None:
        return self._clipped(box.scaled(*self.scale)) if box else None

    def _clipped(self, box: Box) -> Box | None:
        """What of a box is on the page; None where nothing is, or its edges are the wrong way round."""
        return box.intersection(Box(0, 0, self.size[0] - 1, self.size[1] - 1))


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.xmin, box.ymin, box.xmax, box.ymax


def _legible_scale(page: Page) -> float:
    longest = max(page.width, page.height)
    return math.ceil(_LEGIBLE / longest) if 0 < longest < _LEGIBLE else (2.0 if not longest else 1.0)
