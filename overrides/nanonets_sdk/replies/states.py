"""The service's words for the state of a page, which differ between calls.

A prediction call puts the state into `message`, where every unknown word is a failure. A reading call has it in
`status`, where an unknown word means that the page was read. While a page is being processed, some calls answer with an
error status instead of a reply, and its reason is the same message.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, get_args

from nanonets_sdk.events import Drift

Status = Literal["pending", "success", "failure"]

_IN_WORK: Final = "being processed"
_STORED: Final[dict[str, Status]] = {"pending": "pending", "failure": "failure", "failed": "failure"}
_KNOWN: Final = frozenset({"", "success", *_STORED})


def is_in_work(message: str | None) -> bool:
    """Return whether a message of the service says that the page is still being processed."""
    return message is not None and (message.casefold() == "pending" or _IN_WORK in message.casefold())


def status_of_message(message: str | None) -> Status:
    """Return the status of a page from its `message`."""
    if not message or message.casefold() == "success":
        return "success"
    return "pending" if is_in_work(message) else "failure"


def status_of_stored(status: str | None) -> Status:
    """Return the status of a page from the `status` of a reading call."""
    return _STORED.get((status or "").casefold(), "success")


def unknown_states(reply: object, operation: str) -> Iterator[Drift]:
    """Find the pages of a reply whose `status` is an unknown word."""
    # Documents are imported without msgspec, and need the words above.
    from nanonets_api.replies import Image, ListingReply, PageReply

    if not isinstance(reply, ListingReply | PageReply):
        return
    for member in ("moderated_images", "unmoderated_images", "result"):
        images: tuple[Image, ...] = getattr(reply, member, None) or ()
        for index, image in enumerate(images):
            # A message outranks the status, and an unknown message already counts as a failure.
            if not image.message and (image.status or "").casefold() not in _KNOWN:
                yield Drift(operation, f"/{member}/{index}/status", " or ".join(get_args(Status)), "another word")
