"""How the page image of the service lies to the page as any viewer shows it."""

from __future__ import annotations

from nanonets_sdk.documents import Page

_QUARTER = 90


def turn_of(page: Page, width: float, height: float) -> int:
    """The degrees, against the clock, by which a page as shown must be turned for the coordinates to fit.

    The shape decides: coordinates refer to an image of the page's size. `rotation` only says which way, for whether the
    size is that of the image before or after turning is documented nowhere.

    Args:
        page: The page, with the size that its coordinates refer to.
        width: Of the page as shown, in any unit.
        height: Likewise.
    """
    if page.width <= 0 or page.height <= 0 or page.width == page.height:
        return 0
    if (page.width < page.height) == (width < height) or width == height:
        return 0
    return page.rotation if page.rotation % 180 == _QUARTER else _QUARTER
