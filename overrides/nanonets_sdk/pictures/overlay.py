"""Overlays: boxes with labels over the image of a page."""

# Drawn in three passes, so that nothing covers a caption: grids of cells, frames, captions. Of five spots around its
# frame, a caption takes the one where it hides least print and the least of other frames and captions.

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from attrs import define, field, frozen
from PIL import Image, ImageDraw, ImageFont, ImageStat

from nanonets_sdk.errors import PictureError
from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.formats.shown import score_text
from nanonets_sdk.formats.targets import binary_target
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.pictures.confidence import COLOURS, level_of
from nanonets_sdk.pictures.page import PageLike, TableLike
from nanonets_sdk.pictures.source import ImageOf

_LEGIBLE: Final = 1500
"""Pixels of the longer side at which small print is legible."""
_FIELD_FILL: Final = 48
_CELL_FILL: Final = 26
_CELL_LINE: Final = 150
_TAG_FILL: Final = 235
_LONGEST_TAG: Final = 28
_TABLE_COLOUR: Final = (30, 64, 175)
_NEIGHBOURS: Final = 200
"""Frames and captions that a new caption is compared with; more on a page cannot be told apart anyway."""


def drawn(page: PageLike, image_of: ImageOf, scale: float | None) -> Image.Image:
    """Draw what was read from a page over its image."""
    if scale is None:
        longest = max(page.width, page.height)
        scale = max(math.ceil(_LEGIBLE / longest), 1) if longest > 0 else 2.0
    if scale <= 0:
        raise PictureError(f"scale must be greater than 0, got {scale}")
    picture = image_of(page, scale)
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    width, height = page.width or picture.width / scale, page.height or picture.height / scale
    canvas = _Canvas.over(layer, picture, (picture.width / width, picture.height / height))
    marks = [_Mark(table.box, _TABLE_COLOUR, table.label or "table", 0) for table in page.tables if table.box]
    marks += [
        _Mark(item.box, COLOURS[level_of(item.score)], _caption(item.label, item.score), _FIELD_FILL)
        for item in page.fields.all()
        if item.box
    ]
    for table in page.tables:
        canvas.draw_cells(table)
    for mark in marks:
        canvas.draw_frame(mark)
    for mark in marks:
        canvas.draw_caption(mark)
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def save(picture: Image.Image, path: Path) -> None:
    """Save a picture in the format of its suffix."""
    kind = Image.registered_extensions().get(path.suffix.lower())
    if kind is None or kind not in Image.SAVE:
        raise PictureError(f"the suffix of {path.name!r} is not that of a picture format; use .png, for example")
    with binary_target(path) as file:
        picture.save(file, kind)


def _caption(label: str, score: float | None) -> str:
    short = encodable(" ".join(label.split()))
    cut = short if len(short) <= _LONGEST_TAG else f"{short[:_LONGEST_TAG]}…"
    return f"{cut} {score_text(score)}".strip()


@frozen
class _Mark:
    box: Box
    colour: tuple[int, int, int]
    caption: str
    fill: int
    """Opacity of the area, from 0 to 255."""


@define
class _Canvas:
    """A transparent layer, in pixels of the enlarged page."""

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

    def draw_cells(self, table: TableLike) -> None:
        for cell in table.grid.cells:
            place = self._place(cell.box)
            if place:
                colour = COLOURS[level_of(cell.score)]
                self.pen.rectangle(_corners(place), (*colour, _CELL_FILL), (*colour, _CELL_LINE), self.unit)

    def draw_frame(self, mark: _Mark) -> None:
        place = self._place(mark.box)
        if not place:
            return
        grown = self._clipped(Box(place.xmin - 2, place.ymin - 2, place.xmax + 2, place.ymax + 2)) or place
        fill = (*mark.colour, mark.fill) if mark.fill else None
        self.pen.rectangle(_corners(grown), fill, mark.colour, 2 * self.unit)
        # The frame of a table surrounds everything in it; captions could not avoid it.
        if mark.fill:
            self.taken.append(grown)

    def draw_caption(self, mark: _Mark) -> None:
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
        gap = 2 + self.unit
        level = place.ymin + (place.height - height) // 2

        def inside(x: int, y: int) -> Box:
            x, y = max(min(x, self.size[0] - width), 0), max(min(y, self.size[1] - height), 0)
            return Box(x, y, x + width, y + height)

        def price(spot: Box) -> float:
            print_there = ImageStat.Stat(self.paper.crop(_corners(spot))).stddev[0] / 128
            covered = sum(common.area for box in self.taken[-_NEIGHBOURS:] if (common := spot.intersection(box)))
            # Rounded, so that specks on the paper do not outweigh the order of preference.
            return round(print_there, 1) + 2 * covered / max(spot.area, 1)

        spots = (
            inside(place.xmin - 2, place.ymin - height - gap),
            inside(place.xmax + gap, level),
            inside(place.xmin - 2, place.ymax + gap),
            inside(place.xmin - width - gap, level),
            inside(place.xmax + 2 - width, place.ymin - height - gap),
        )
        return min(spots, key=price)

    def _place(self, box: Box | None) -> Box | None:
        return self._clipped(box.scaled(*self.scale)) if box else None

    def _clipped(self, box: Box) -> Box | None:
        """Return the part of a box on the page; None if there is none or its edges are swapped."""
        return box.intersection(Box(0, 0, self.size[0] - 1, self.size[1] - 1))


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.xmin, box.ymin, box.xmax, box.ymax
