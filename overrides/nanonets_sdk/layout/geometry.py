"""Boxes: rectangles on a page, in pixels of its image or as fractions of it."""

from __future__ import annotations

from typing import Final

from attrs import frozen

_FULL_TURN: Final = 360


@frozen
class Box:
    """A rectangle in pixels of the page image, origin at the top left, y downwards.

    Attributes:
        xmin: Left edge.
        ymin: Top edge.
        xmax: Right edge.
        ymax: Bottom edge.

    Examples:
        >>> Box(0, 0, 40, 10).intersection(Box(30, 5, 90, 50))
        Box(xmin=30, ymin=5, xmax=40, ymax=10)
    """

    xmin: int
    ymin: int
    xmax: int
    ymax: int

    @classmethod
    def located(cls, xmin: int | None, ymin: int | None, xmax: int | None, ymax: int | None) -> Box | None:
        """Return the box of a reply; None if it has no location."""
        # The service says "no location" by four zeros or by leaving the edges out.
        edges = [edge or 0 for edge in (xmin, ymin, xmax, ymax)]
        return cls(*edges) if any(edges) else None

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.xmax - self.xmin

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.ymax - self.ymin

    @property
    def area(self) -> int:
        """Area in square pixels; 0 if the edges are swapped."""
        return max(self.width, 0) * max(self.height, 0)

    @property
    def center(self) -> tuple[float, float]:
        """The middle, x and y in pixels."""
        return (self.xmin + self.xmax) / 2, (self.ymin + self.ymax) / 2

    def intersection(self, other: Box) -> Box | None:
        """Return what two boxes have in common; None if they do not overlap."""
        shared = Box(
            max(self.xmin, other.xmin),
            max(self.ymin, other.ymin),
            min(self.xmax, other.xmax),
            min(self.ymax, other.ymax),
        )
        return shared if shared.width > 0 and shared.height > 0 else None

    def union(self, other: Box) -> Box:
        """Return the smallest box that contains both."""
        return Box(
            min(self.xmin, other.xmin),
            min(self.ymin, other.ymin),
            max(self.xmax, other.xmax),
            max(self.ymax, other.ymax),
        )

    def contains(self, other: Box) -> bool:
        """Return whether another box is inside this one, edges included."""
        return (
            self.xmin <= other.xmin and self.ymin <= other.ymin and self.xmax >= other.xmax and self.ymax >= other.ymax
        )

    def overlap(self, other: Box) -> float:
        """Return the intersection over union, from 0 for separate boxes to 1 for equal ones."""
        shared = self.intersection(other)
        return shared.area / (self.area + other.area - shared.area) if shared else 0.0

    def scaled(self, horizontally: float, vertically: float) -> Box:
        """Return the box on a resized image, rounded to pixels.

        Args:
            horizontally: Factor of the width.
            vertically: Factor of the height.
        """
        return Box(
            round(self.xmin * horizontally),
            round(self.ymin * vertically),
            round(self.xmax * horizontally),
            round(self.ymax * vertically),
        )

    def relative(self, width: int, height: int) -> RelativeBox | None:
        """Return the box as fractions of the page.

        Args:
            width: Width of the page image in pixels.
            height: Height of the page image in pixels.

        Returns:
            Edges from 0 to 1 for a box on the page; None if the size of the page is unknown.
        """
        if width <= 0 or height <= 0:
            return None
        return RelativeBox(self.xmin / width, self.ymin / height, self.xmax / width, self.ymax / height)

    def rotated(self, degrees: int, width: int, height: int) -> Box:
        """Return the box on the rotated page image.

        Args:
            degrees: Counterclockwise rotation, a multiple of 90.
            width: Width of the image before the rotation, in pixels.
            height: Height of the image before the rotation, in pixels.

        Raises:
            ValueError: The angle is not a multiple of 90.

        Examples:
            >>> Box(0, 0, 40, 10).rotated(90, width=100, height=200)
            Box(xmin=0, ymin=60, xmax=10, ymax=100)
        """
        left, top, right, bottom = self.xmin, self.ymin, self.xmax, self.ymax
        match degrees % _FULL_TURN:
            case 0:
                return self
            case 90:
                return Box(top, width - right, bottom, width - left)
            case 180:
                return Box(width - right, height - bottom, width - left, height - top)
            case 270:
                return Box(height - bottom, left, height - top, right)
            case _:
                raise ValueError(f"degrees must be a multiple of 90, got {degrees}")


@frozen
class RelativeBox:
    """A rectangle in fractions of the page, origin at the top left, y downwards.

    Attributes:
        xmin: Left edge, from 0 at the left edge of the page to 1 at its right edge.
        ymin: Top edge, from 0 at the top edge of the page to 1 at its bottom edge.
        xmax: Right edge.
        ymax: Bottom edge.
    """

    xmin: float
    ymin: float
    xmax: float
    ymax: float
