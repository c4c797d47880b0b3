"""Sheets: where a place on the page image is in the page of a PDF."""

from __future__ import annotations

from typing import Final

import pikepdf
from attrs import frozen

from nanonets_sdk.documents import Box, Page
from nanonets_sdk.errors import PictureError
from nanonets_sdk.pictures.turning import turn_of

_FULL_TURN: Final = 360
_EDGE: Final = 0.25
"""Part of a box at each side that may be a neighbour's."""


@frozen
class Sheet:
    """A page of a PDF, as it is shown.

    Attributes:
        matrix: From points of the page as shown, origin at the bottom left, to its user space.
        width: Of the page as shown, in points.
        height: Likewise.
        page: What was read from it.
        turn: How far the page image is turned to the page as shown, in degrees against the clock.
    """

    matrix: tuple[float, float, float, float, float, float]
    width: float
    height: float
    page: Page
    turn: int

    @classmethod
    def of(cls, sheet: pikepdf.Page, page: Page) -> Sheet:
        """The sheet of a PDF's page.

        Raises:
            PictureError: It has no area.
        """
        left, bottom, right, top = _visible(sheet)
        upright = (1.0, 0.0, 0.0, 1.0, left, bottom), right - left, top - bottom
        lying = right - left, top - bottom
        match int(sheet.rotation) % _FULL_TURN:
            case 90:
                matrix, width, height = (0.0, 1.0, -1.0, 0.0, right, bottom), lying[1], lying[0]
            case 180:
                matrix, width, height = (-1.0, 0.0, 0.0, -1.0, right, top), *lying
            case 270:
                matrix, width, height = (0.0, -1.0, 1.0, 0.0, left, top), lying[1], lying[0]
            case _:
                matrix, width, height = upright
        if width <= 0 or height <= 0:
            raise PictureError(f"page {page.number} of the source has no area")
        return cls(matrix, width, height, page, turn_of(page, width, height))

    def place(self, box: Box) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of a box of the page image, in points of the page as shown."""
        shown = box.rotated(-self.turn, self.page.width, self.page.height)
        pixels = (self.page.height, self.page.width) if self.turn else (self.page.width, self.page.height)
        across, down = self.width / (pixels[0] or self.width), self.height / (pixels[1] or self.height)
        return shown.xmin * across, self.height - shown.ymax * down, shown.width * across, shown.height * down

    def heart(self, box: Box) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the middle of a box, in user space: what is there is no neighbour's."""
        left, bottom, width, height = self.place(box)
        corners = [self._in_user_space(left + width * part, bottom + height * part) for part in (_EDGE, 1 - _EDGE)]
        (x1, y1), (x2, y2) = corners
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    def _in_user_space(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f


def _visible(sheet: pikepdf.Page) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of what is shown: the crop box, as far as there is paper."""
    paper, crop = _box(sheet.mediabox), _box(sheet.cropbox)
    return max(paper[0], crop[0]), max(paper[1], crop[1]), min(paper[2], crop[2]), min(paper[3], crop[3])


def _box(array: pikepdf.Array) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(edge) for edge in array.as_list())
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
