"""The exit status of the command, on which scripts depend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nanonets_sdk.errors import NanonetsError

FINE: Final = 0
SOME_FILES_FAILED: Final = 1
USAGE: Final = 2
NOT_AUTHORIZED: Final = 3
RATE_LIMITED: Final = 4
SERVICE: Final = 5
DEFECT: Final = 70
SIGNAL: Final = 128
"""Added to the number of the signal that ended the command, as shells do."""


class UsageProblem(Exception):
    """The options contradict each other, or a value cannot be used."""


def code_of(error: NanonetsError) -> int:
    """Return the exit status for an error that ended the command."""
    # The options of every command import this module, and only a command that fails needs the classes.
    from nanonets_sdk.batch.journal import JournalError
    from nanonets_sdk.documents.failed import JobFailed
    from nanonets_sdk.errors import (
        ApiError,
        ConfigurationError,
        ExportError,
        MissingExtra,
        RateLimited,
        SpoolError,
        UploadError,
    )
    from nanonets_sdk.resources.jobs import WaitTimeout

    if error.meets_every_call and isinstance(error, ApiError):
        return NOT_AUTHORIZED
    match error:
        case ConfigurationError() | UploadError() | JournalError() | ExportError() | MissingExtra() | SpoolError():
            return USAGE
        case RateLimited():
            return RATE_LIMITED
        case JobFailed() | WaitTimeout():
            return SOME_FILES_FAILED
        case _:
            return SERVICE
