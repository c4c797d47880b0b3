"""Pictures of documents: what was read drawn over the pages, laid under them as text, or shown in a browser.

Everything here needs the extra `pictures`, and says so if it is missing. `Document` documents the arguments.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from nanonets_sdk.errors import PictureError
from nanonets_sdk.extras import require

if TYPE_CHECKING:
    from os import PathLike

    from PIL.Image import Image

    from nanonets_sdk.formats.targets import BinaryTarget, TextTarget
    from nanonets_sdk.pictures.page import DocumentLike
    from nanonets_sdk.pictures.source import PageSource

__all__ = ["PictureError", "draw", "image_sizes", "overlay_names", "save_html", "save_overlay", "save_searchable_pdf"]


def draw(document: DocumentLike, page: int = 0, *, source: PageSource = None, scale: float | None = None) -> Image:
    """Draw what was read over the image of a page; see `Document.draw`."""
    require("PIL", "pypdfium2")
    from nanonets_sdk.pictures.overlay import drawn
    from nanonets_sdk.pictures.source import page_images

    wanted = document.page(page)
    with page_images(document.pages, source) as image_of:
        return drawn(wanted, image_of, scale)


def save_overlay(
    document: DocumentLike, path: str | PathLike[str], *, source: PageSource = None, scale: float | None = None
) -> tuple[Path, ...]:
    """Draw each page and save one picture per page; see `Document.save_overlay`."""
    require("PIL", "pypdfium2")
    from nanonets_sdk.pictures.overlay import drawn, save
    from nanonets_sdk.pictures.source import page_images

    if not isinstance(path, str) and not hasattr(path, "__fspath__"):
        raise TypeError(
            "an overlay is a file per page, so path must be a path; `draw(page)` can be saved to an open file"
        )
    names = overlay_names(Path(path), [page.number for page in document.pages])
    with page_images(document.pages, source) as image_of:
        for page, name in zip(document.pages, names, strict=True):
            save(drawn(page, image_of, scale), name)
    return tuple(names)


def save_searchable_pdf(document: DocumentLike, path: BinaryTarget, *, source: PageSource = None) -> None:
    """Save the original with an invisible text layer; see `Document.save_searchable_pdf`."""
    require("PIL", "pikepdf", "pypdfium2")
    from nanonets_sdk.formats.targets import binary_target
    from nanonets_sdk.pictures.searchable_pdf import searchable_pdf

    content = searchable_pdf(document.pages, source)
    with binary_target(path) as file:
        file.write(content)


def save_html(document: DocumentLike, path: TextTarget, *, source: PageSource = None) -> None:
    """Save one self-contained HTML page to review the document; see `Document.save_html`."""
    require("PIL", "pypdfium2")
    from nanonets_sdk.formats.targets import write_text
    from nanonets_sdk.pictures.review import review_html
    from nanonets_sdk.pictures.source import page_images

    with page_images(document.pages, source) as image_of:
        write_text(path, review_html(document, image_of))


def image_sizes(source: PageSource, resolution: float | None = None) -> list[tuple[int, int]]:
    """Return the size of each page's image, in pixels; see `TextDocument.save_searchable_pdf`."""
    require("PIL", "pypdfium2")
    from nanonets_sdk.pictures import sizes

    return sizes.image_sizes(source, resolution)


def overlay_names(path: Path, pages: Iterable[int]) -> list[Path]:
    """Return the files that `save_overlay` writes.

    Args:
        path: The name that was asked for.
        pages: Page numbers, from 0.

    Examples:
        >>> [name.name for name in overlay_names(Path("out.png"), range(2))]
        ['out-1.png', 'out-2.png']
    """
    numbers = [page + 1 for page in pages]
    if len(numbers) == 1:
        return [path]
    digits = len(str(max(numbers, default=1)))
    return [path.with_name(f"{path.stem}-{number:0{digits}}{path.suffix}") for number in numbers]
