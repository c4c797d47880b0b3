"""What the mock's reader found on a page, in a form that is easy to compare."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from nanonets_sdk.mock.reading import Table


def rows(table: Table) -> list[list[str]]:
    """Return the text of every cell, row by row; a cell that is missing is empty."""
    width, height = max(cell.col for cell in table.cells), max(cell.row for cell in table.cells)
    texts = {(cell.row, cell.col): cell.text for cell in table.cells}
    return [[texts.get((r, c), "") for c in range(1, width + 1)] for r in range(1, height + 1)]


def ink(image: bytes) -> tuple[int, int, int, int]:
    """Return the box around everything that is not white in an image."""
    box = ImageOps.invert(Image.open(io.BytesIO(image)).convert("L")).getbbox()
    assert box is not None
    return box
