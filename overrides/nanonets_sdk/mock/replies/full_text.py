"""Replies with the full text of files."""

from collections.abc import Sequence
from typing import Any

from nanonets_sdk.mock.reading import Page
from nanonets_sdk.mock.reading.layout.lines import lines_of


def text_file(name: str, pages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return `FullTextResult` of the description."""
    return {"filename": name, "page_data": list(pages)}


def text_page(page: Page, size: dict[str, int]) -> dict[str, Any]:
    """Return `FullTextPage` of the description."""
    return {
        "page": page.number,
        "size": size,
        "raw_text": "\n".join(line.text for line in lines_of(page.words)),
        "words": [
            {"text": word.text, "xmin": word.xmin, "ymin": word.ymin, "xmax": word.xmax, "ymax": word.ymax}
            for word in page.words
        ],
    }
