"""What the exit status of the command says; scripts depend on it."""

from __future__ import annotations

from typing import Final

from nanonets_sdk.batch.journal import JournalError
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.errors import (
    ConfigurationError,
    Forbidden,
    NanonetsError,
    PaymentRequired,
    RateLimited,
    Unauthorized,
    UploadError,
)
from nanonets_sdk.exports import ExportError, MissingExtra
from nanonets_sdk.resources.jobs import WaitTimeout

FINE: Final = 0
SOME_FILES_FAILED: Final = 1
USAGE: Final = 2
NOT_AUTHORIZED: Final = 3
RATE_LIMITED: Final = 4
SERVICE: Final = 5
DEFECT: Final = 70
SIGNAL: Final = 128

_CODES: Final[dict[type[NanonetsError], int]] = {
    ConfigurationError: USAGE,
    UploadError: USAGE,
    JournalError: USAGE,
    ExportError: USAGE,
    MissingExtra: USAGE,
    Unauthorized: NOT_AUTHORIZED,
    PaymentRequired: NOT_AUTHORIZED,
    Forbidden: NOT_AUTHORIZED,
    RateLimited: RATE_LIMITED,
    JobFailed: SOME_FILES_FAILED,
    WaitTimeout: SOME_FILES_FAILED,
}


def code_of(error: NanonetsError) -> int:
    """The exit status that an error ends the command with."""
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), SERVICE)
