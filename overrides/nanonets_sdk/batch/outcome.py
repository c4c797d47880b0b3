"""The outcome of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from attrs import field, frozen

from nanonets_sdk.documents import Document
from nanonets_sdk.errors import NanonetsError

OutcomeStatus: TypeAlias = Literal["done", "failed", "unknown", "pending"]
"""How a file ended, as in `Outcome.status`."""


@frozen
class Outcome:
    """How one file of a batch ended.

    Attributes:
        path: The file.
        name: A name for its results, unique in the journal even if files come from several folders: relative, with `/`
            between folders, without the file's suffix.
        status: `done`; `failed`, the service rejected it or failed on it, or it could not be sent; `unknown`, it was
            sent, no answer came, and the service does not list it; `pending`, the service has it, and the batch ended
            or timed out before its result was there.
        document: The result, also of a file that failed on some of its pages; None if there is none, and for a file
            that was done in an earlier run.
        error: Why the file is not done; None if it is.
        request_file_id: The service's id of the file; empty if it has none.
        was_done_before: Whether an earlier run finished it, so that this one asked the service nothing.
    """

    path: Path
    name: str
    status: OutcomeStatus
    document: Document | None = field(default=None, repr=False)
    error: NanonetsError | None = None
    request_file_id: str = ""
    was_done_before: bool = False
