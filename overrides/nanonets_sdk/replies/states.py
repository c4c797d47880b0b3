"""Words for the state of a page that nobody documented: such a page counts as read, and that is reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from nanonets_api.replies import Image, ListingReply, PageReply
from nanonets_sdk.documents.page import Status
from nanonets_sdk.events import Drift

_DOCUMENTED: Final = frozenset({"", "failed", *get_args(Status)})


def unknown_states(reply: object, operation: str) -> Iterator[Drift]:
    """The pages of a reply whose state is an unknown word.

    Args:
        reply: The reply of any operation.
        operation: Its name.
    """
    for member, images in _images(reply).items():
        for index, image in enumerate(images or ()):
            # A message outranks the status, and an unknown one is a failure.
            if not image.message and (image.status or "").casefold() not in _DOCUMENTED:
                yield Drift(operation, f"/{member}/{index}/status", " or ".join(get_args(Status)), "another word")


def _images(reply: object) -> dict[str, tuple[Image, ...] | None]:
    if isinstance(reply, ListingReply):
        return {"moderated_images": reply.moderated_images, "unmoderated_images": reply.unmoderated_images}
    return {"result": reply.result} if isinstance(reply, PageReply) else {}
