"""The types that stored replies are decoded into: all members, or the few that rows are made of.

An archive of a hundred thousand replies is mostly words, cells and addresses that no row of fields has. msgspec skips
what a type does not declare, many times faster than it decodes it, so documents for rows are built by the same code
from leaner types. What they skip reads as missing.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from msgspec import Struct

from nanonets_api.replies import Image, ListingReply, OcrPage, OcrReply, PageReply, SignedUrl


class FileReply(Struct, frozen=True, gc=False):
    """A file in a webhook body, with its pages."""

    result: tuple[Image, ...] | None = None
    signed_urls: dict[str, SignedUrl] | None = None


class FilesReply(Struct, frozen=True, gc=False):
    """A webhook body with pages by file."""

    result: tuple[FileReply, ...] | None = None
    signed_urls: dict[str, SignedUrl] | None = None


class _Lean(Struct, frozen=True, gc=False):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)


class _LeanCell(_Lean, frozen=True, gc=False):
    """That there is one tells a table from a field."""


class _LeanBox(_Lean, frozen=True, gc=False):
    label: str | None = None
    xmin: int | None = None
    ymin: int | None = None
    xmax: int | None = None
    ymax: int | None = None
    score: float | None = None
    ocr_text: str | None = None
    type: str | None = None
    status: str | None = None
    cells: tuple[_LeanCell, ...] | None = None


class _LeanPage(_Lean, frozen=True, gc=False):
    message: str | None = None
    status: str | None = None
    page: int | None = None
    request_file_id: str | None = None
    input: str | None = None
    original_file_name: str | None = None
    is_moderated: bool | None = None
    model_id: str | None = None
    day_since_epoch: int | None = None
    prediction: tuple[_LeanBox, ...] | None = None
    predicted_boxes: tuple[_LeanBox, ...] | None = None
    moderated_boxes: tuple[_LeanBox, ...] | None = None
    result: tuple[_LeanPage, ...] | None = None


class _LeanReply(_Lean, frozen=True, gc=False):
    message: str | None = None
    result: tuple[_LeanPage, ...] | None = None


class _LeanListing(_Lean, frozen=True, gc=False):
    moderated_images: tuple[_LeanPage, ...] | None = None
    unmoderated_images: tuple[_LeanPage, ...] | None = None


@frozen
class ReplyTypes:
    """The type of each kind of reply, and of what is in them.

    Attributes:
        listing: Of a listing.
        prediction: Of a prediction.
        pages: Of the reply about a page.
        files: Of a webhook body with pages by file.
        predicted: Of a page of a prediction.
        stored: Of a page as reading calls give it.
        is_lean: Whether members that no row of fields has are left out.
    """

    listing: Any = ListingReply
    prediction: Any = OcrReply
    pages: Any = PageReply
    files: Any = FilesReply
    predicted: Any = OcrPage
    stored: Any = Image
    is_lean: bool = False


WHOLE: Final = ReplyTypes()
LEAN: Final = ReplyTypes(_LeanListing, _LeanReply, _LeanReply, _LeanReply, _LeanPage, _LeanPage, is_lean=True)
