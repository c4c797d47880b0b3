"""Places on a page."""

from __future__ import annotations

from attrs import frozen


@frozen
class Box:
    """A rectangle in pixels of the page image, origin at the top left, y downwards.

    Attributes:
        xmin: Left edge.
        ymin: Top edge.
        xmax: Right edge.
        ymax: Bottom edge.
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


def reading_order(box: Box | None) -> tuple[bool, int, int]:
    """A key that sorts from top to bottom and left to right, what has no place last."""
    return (box is None, box.ymin if box else 0, box.xmin if box else 0)
