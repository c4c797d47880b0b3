"""What became of each file of a batch."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from attrs import field, frozen

from nanonets_sdk.documents import Document
from nanonets_sdk.errors import NanonetsError

OutcomeStatus: TypeAlias = Literal["done", "failed", "unknown", "pending"]
"""What became of a file, as `Outcome.status` says it."""


@frozen
class Outcome:
    """What became of one file.

    Attributes:
        path: The file.
        name: A name for its results that no other file of the journal has, whatever folders they come from: relative,
            with `/` between folders, without the file's suffix.
        status: `done`; `failed`, the service or this side gave up on it; `unknown`, it was sent, no answer came, and
            the service does not list it; `pending`, the service has it and its result was not waited for to the end.
        document: What was read; also of a file that failed on some of its pages. None where there is nothing, and for
            a file that was done in an earlier run.
        error: Why it is not done; None for one that is.
        request_file_id: The service's id of the file; empty where it has none.
        was_done_before: Whether an earlier run did it, so that nothing was asked for now.
    """

    path: Path
    name: str
    status: OutcomeStatus
    document: Document | None = field(default=None, repr=False)
    error: NanonetsError | None = None
    request_file_id: str = ""
    was_done_before: bool = False
