"""Confirmation: reading again after a change, because the service's replies to changes are not documented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import define, field, frozen

from nanonets_sdk.calls import ocr
from nanonets_sdk.calls.operations import CallFlow
from nanonets_sdk.documents import Document
from nanonets_sdk.documents.failed import NotConfirmed
from nanonets_sdk.errors import NanonetsError, NotFound, OutcomeUnknown
from nanonets_sdk.flows import Sleep
from nanonets_sdk.transport.clock import Clock

# Before each poll, in seconds. A change that takes longer than all of them is not worth blocking for.
_WAITS: Final = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)


@define(eq=False)
class Confirmation:
    """How long to look for a change, and what is known of it so far.

    Attributes:
        clock: Where time comes from.
        timeout: Seconds for all polls.
        note: What to know if the reading is cut off; empty before the change was made, and after it was seen.
    """

    clock: Clock
    timeout: float
    note: str = field(default="", init=False)

    def of(
        self, change: CallFlow[object], what: str, read: CallRead, is_visible: Callable[[Document | None], bool]
    ) -> CallFlow[None]:
        """Make a change, then read until it is visible.

        Args:
            change: The flow that makes the change. If its outcome is unknown, reading settles it.
            what: The change in words, for the message.
            read: How the file is read.
            is_visible: Whether a file shows the change; None for a file that is gone.

        Raises:
            NotConfirmed: The change is not visible.
            OutcomeUnknown: The same, and it is not known whether the service received the call.
        """
        unknown: OutcomeUnknown | None = None
        try:
            yield from change
        except OutcomeUnknown as error:
            unknown = error
        state = "was accepted by the service" if unknown is None else "may have been carried out"
        self.note = f"{what} {state}, and the reading that confirms it was interrupted. Look with {read.code}."
        end = self.clock.monotonic() + self.timeout
        seen: Document | None = None
        trouble: NanonetsError | None = None
        for wait in _WAITS:
            if wait >= end - self.clock.monotonic():
                break
            if wait:
                yield Sleep(wait)
            try:
                seen = yield from _unless_gone(read.flow(end - self.clock.monotonic()))
                trouble = None
            except NanonetsError as error:
                # The change is made, so an error of this reading must not look like one of the change.
                trouble = error
                continue
            if is_visible(seen):
                self.note = ""
                return
        if unknown is not None:
            raise unknown
        unseen = NotConfirmed(
            f"{what} was accepted, but reading again does not show it; look once more later", document=seen
        )
        unseen.cause = trouble
        raise unseen from None


@frozen
class CallRead:
    """How a file is read.

    Attributes:
        code: The call in Python.
        flow: Returns the flow, given the seconds that it may take.
    """

    code: str
    flow: Callable[[float], CallFlow[Document]]


def _unless_gone(reading: CallFlow[Document]) -> CallFlow[Document | None]:
    try:
        return (yield from ocr.unless_in_work(reading)) or Document(())
    except NotFound:
        return None


def reader(model_id: str, request_file_id: str) -> CallRead:
    """Return how a file is read."""
    code = f"client.ocr.get_file({model_id!r}, {request_file_id!r})"
    return CallRead(code, lambda seconds: ocr.get_file(model_id, request_file_id, seconds))
