"""The images of the pages, fetched by the server: the browser asks nobody but it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from nanonets_sdk.documents import Document
from nanonets_sdk.errors import PictureError
from nanonets_sdk.pictures.review import page_jpeg
from nanonets_sdk.pictures.source import PageSource, page_images

_KEPT: Final = 64
"""Images in memory; each has about 200 kB."""


class PageImages:
    """Page images as JPEG, each fetched once."""

    def __init__(self, read: Callable[[str], Document], source_of: Callable[[str], PageSource]) -> None:
        self._read, self._source_of = read, source_of
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()

    def jpeg(self, document: Document, number: int) -> bytes:
        """Return the image of a page; its number counts from 0.

        Raises:
            LookupError: There is no such page.
            PictureError: The image cannot be fetched.
        """
        key = document.request_file_id, number
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        try:
            picture = self._fetched(document, number)
        except PictureError:
            # Signed URLs expire while a person thinks.
            picture = self._fetched(self._read(document.request_file_id), number)
        with self._lock:
            self._kept[key] = picture
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return picture

    def _fetched(self, document: Document, number: int) -> bytes:
        page = document.page(number)
        with page_images(document.pages, self._source_of(document.request_file_id)) as image_of:
            return page_jpeg(page, image_of)[0]
