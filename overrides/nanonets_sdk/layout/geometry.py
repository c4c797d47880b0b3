"""Places on a page."""

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
        """The box of a reply; None where the service says that there is no location, by four zeros or by silence."""
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
        """Area in square pixels; 0 for a box whose edges are the wrong way round."""
        return max(self.width, 0) * max(self.height, 0)

    @property
    def center(self) -> tuple[float, float]:
        """The point in the middle, x and y in pixels."""
        return (self.xmin + self.xmax) / 2, (self.ymin + self.ymax) / 2

    def intersection(self, other: Box) -> Box | None:
        """What two boxes have in common; None where they share no area."""
        shared = Box(
            max(self.xmin, other.xmin),
            max(self.ymin, other.ymin),
            min(self.xmax, other.xmax),
            min(self.ymax, other.ymax),
        )
        return shared if shared.width > 0 and shared.height > 0 else None

    def union(self, other: Box) -> Box:
        """The smallest box that contains both.

        Args:
            other: A box on the same page image, in its pixels too.
        """
        return Box(
            min(self.xmin, other.xmin),
            min(self.ymin, other.ymin),
            max(self.xmax, other.xmax),
            max(self.ymax, other.ymax),
        )

    def contains(self, other: Box) -> bool:
        """Whether another box lies inside this one, edges included."""
        return (
            self.xmin <= other.xmin and self.ymin <= other.ymin and self.xmax >= other.xmax and self.ymax >= other.ymax
        )

    def overlap(self, other: Box) -> float:
        """Intersection over union, from 0 for boxes apart to 1 for equal ones."""
        shared = self.intersection(other)
        return shared.area / (self.area + other.area - shared.area) if shared else 0.0

    def scaled(self, horizontally: float, vertically: float) -> Box:
        """The box on an image that is so many times as wide and as high, rounded to pixels.

        Args:
            horizontally: Factor for the left and the right edge.
            vertically: Factor for the top and the bottom edge.
        """
        return Box(
            round(self.xmin * horizontally),
            round(self.ymin * vertically),
            round(self.xmax * horizontally),
            round(self.ymax * vertically),
        )

    def relative(self, width: int, height: int) -> RelativeBox | None:
        """The box in parts of the page.

        Args:
            width: Of the page image, in pixels.
            height: Likewise.

        Returns:
            Edges from 0 to 1 for what lies on the page; None where the page's size is not known.
        """
        if width <= 0 or height <= 0:
            return None
        return RelativeBox(self.xmin / width, self.ymin / height, self.xmax / width, self.ymax / height)

    def rotated(self, degrees: int, width: int, height: int) -> Box:
        """The box on the page image after turning the image.

        Args:
            degrees: Against the clock, a multiple of 90.
            width: Of the image before it is turned, in pixels.
            height: Likewise.

        Raises:
            ValueError: Another angle.

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
                raise ValueError(f"a page turns by multiples of 90 degrees, not by {degrees}")


@frozen
class RelativeBox:
    """A rectangle in parts of the page, origin at the top left, y downwards.

    Attributes:
        xmin: Left edge, 0 at the left edge of the page, 1 at the right one.
        ymin: Top edge, likewise.
        xmax: Right edge.
        ymax: Bottom edge.
    """

    xmin: float
    ymin: float
    xmax: float
    ymax: float
