"""Sheets: the pages of a PDF, and where the boxes of the page image are on them."""

# Three coordinate systems meet here:
#
#     page image                 page as shown                user space of the PDF page
#     (pixels, y down)           (points, y up)               (points, any direction)
#     0┌──────────▶ x            y▲┌─────────┐
#      │ ▒▒ box    │    rotated    ││   ▒▒    │    matrix      the origin is where CropBox and MediaBox put it, and
#      │           │  ─────────▶   ││         │  ─────────▶    the axes are turned by /Rotate
#     y▼───────────┘   and scaled  └┴────────▶ x
#
# A page can be rotated twice: by /Rotate in the PDF, which viewers apply and `matrix` undoes, and by the service, if
# its page image has another shape than the page as shown (`turn`).

from __future__ import annotations

from typing import Final

import pikepdf
from attrs import frozen

from nanonets_sdk.errors import PictureError
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.pictures.page import PageLike, turn_of

_FULL_TURN: Final = 360
_EDGE: Final = 0.25
"""Share of a box at each edge that may overlap a neighbour."""


@frozen
class Sheet:
    """A page of a PDF, as a viewer shows it.

    Attributes:
        matrix: From points of the page as shown, origin at the bottom left, to its user space.
        width: Width of the page as shown, in points.
        height: Height of the page as shown, in points.
        page: What was read from it.
        turn: Counterclockwise rotation of the page image to the page as shown, in degrees.
    """

    matrix: tuple[float, float, float, float, float, float]
    width: float
    height: float
    page: PageLike
    turn: int

    @classmethod
    def of(cls, sheet: pikepdf.Page, page: PageLike) -> Sheet:
        """Return the sheet of a page of a PDF.

        Raises:
            PictureError: The page has no area.
        """
        paper, crop = _box(sheet.mediabox), _box(sheet.cropbox)
        left, bottom = max(paper[0], crop[0]), max(paper[1], crop[1])
        right, top = min(paper[2], crop[2]), min(paper[3], crop[3])
        width, height = right - left, top - bottom
        match int(sheet.rotation) % _FULL_TURN:
            case 90:
                matrix, width, height = (0.0, 1.0, -1.0, 0.0, right, bottom), height, width
            case 180:
                matrix = (-1.0, 0.0, 0.0, -1.0, right, top)
            case 270:
                matrix, width, height = (0.0, -1.0, 1.0, 0.0, left, top), height, width
            case _:
                matrix = (1.0, 0.0, 0.0, 1.0, left, bottom)
        if width <= 0 or height <= 0:
            raise PictureError(f"page {page.number + 1} of the source has no area")
        return cls(matrix, width, height, page, turn_of(page, width, height))

    def place(self, box: Box) -> tuple[float, float, float, float]:
        """Return left, bottom, width and height of a box of the page image, in points of the page as shown."""
        shown = box.rotated(-self.turn, self.page.width, self.page.height)
        pixels = (self.page.height, self.page.width) if self.turn else (self.page.width, self.page.height)
        across, down = self.width / (pixels[0] or self.width), self.height / (pixels[1] or self.height)
        return shown.xmin * across, self.height - shown.ymax * down, shown.width * across, shown.height * down

    def core(self, box: Box) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top of the middle of a box, in user space. No neighbour reaches there."""
        left, bottom, width, height = self.place(box)
        a, b, c, d, e, f = self.matrix
        corners = [(left + width * share, bottom + height * share) for share in (_EDGE, 1 - _EDGE)]
        (x1, y1), (x2, y2) = [(a * x + c * y + e, b * x + d * y + f) for x, y in corners]
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _box(array: pikepdf.Array) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(edge) for edge in array.as_list())
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
