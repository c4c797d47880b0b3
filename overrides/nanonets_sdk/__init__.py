"""Nanonets for Python: documents in, typed fields and tables out.

Nothing but the standard library is loaded by importing this package; httpx, msgspec and the rest come with the first
client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from nanonets_sdk._version import __version__

if TYPE_CHECKING:
    from nanonets_sdk.calls.arguments import Day, UrlAnnotations
    from nanonets_sdk.client import AsyncNanonets, Nanonets
    from nanonets_sdk.documents import (
        Annotation,
        Box,
        Category,
        Cell,
        Classification,
        Comparison,
        Correction,
        Difference,
        Document,
        Field,
        Fields,
        Listing,
        Model,
        ModelState,
        Page,
        RelativeBox,
        Score,
        Table,
        Tally,
        Upload,
        UploadedFile,
        Word,
    )
    from nanonets_sdk.documents.failed import JobFailed
    from nanonets_sdk.errors import (
        ApiError,
        ApiResponse,
        BadRequest,
        ConfigurationError,
        ConnectionFailed,
        DecodeError,
        ErrorDetail,
        ExportError,
        Forbidden,
        MissingExtra,
        ModelNotReady,
        NanonetsError,
        NotFound,
        OutcomeUnknown,
        PaymentRequired,
        PictureError,
        RateLimited,
        RequestTimeout,
        ServerError,
        Unauthorized,
        UploadError,
    )
    from nanonets_sdk.events import Exchange
    from nanonets_sdk.files import FileInput
    from nanonets_sdk.replies.decode import Drift
    from nanonets_sdk.resources.jobs import AsyncJob, Job, WaitTimeout
    from nanonets_sdk.transport.policy import RetryEvent

_HOMES: Final = {
    "calls.arguments": ("Day", "UrlAnnotations"),
    "client": ("AsyncNanonets", "Nanonets"),
    "replies.decode": ("Drift",),
    "documents": (
        "Annotation",
        "Box",
        "Category",
        "Cell",
        "Classification",
        "Comparison",
        "Correction",
        "Difference",
        "Document",
        "Field",
        "Fields",
        "Listing",
        "Model",
        "ModelState",
        "Page",
        "RelativeBox",
        "Score",
        "Table",
        "Tally",
        "Upload",
        "UploadedFile",
        "Word",
    ),
    "documents.failed": ("JobFailed",),
    "errors": (
        "ApiError",
        "ApiResponse",
        "BadRequest",
        "ConfigurationError",
        "ConnectionFailed",
        "DecodeError",
        "ErrorDetail",
        "ExportError",
        "Forbidden",
        "MissingExtra",
        "ModelNotReady",
        "NanonetsError",
        "NotFound",
        "OutcomeUnknown",
        "PaymentRequired",
        "PictureError",
        "RateLimited",
        "RequestTimeout",
        "ServerError",
        "Unauthorized",
        "UploadError",
    ),
    "events": ("Exchange",),
    "resources.jobs": ("AsyncJob", "Job", "WaitTimeout"),
    "transport.policy": ("RetryEvent",),
    "files": ("FileInput",),
}
_MODULES: Final = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Annotation",
    "ApiError",
    "ApiResponse",
    "AsyncJob",
    "AsyncNanonets",
    "BadRequest",
    "Box",
    "Category",
    "Cell",
    "Classification",
    "Comparison",
    "ConfigurationError",
    "ConnectionFailed",
    "Correction",
    "Day",
    "DecodeError",
    "Difference",
    "Document",
    "Drift",
    "ErrorDetail",
    "Exchange",
    "ExportError",
    "Field",
    "Fields",
    "FileInput",
    "Forbidden",
    "Job",
    "JobFailed",
    "Listing",
    "MissingExtra",
    "Model",
    "ModelNotReady",
    "ModelState",
    "Nanonets",
    "NanonetsError",
    "NotFound",
    "OutcomeUnknown",
    "Page",
    "PaymentRequired",
    "PictureError",
    "RateLimited",
    "RelativeBox",
    "RequestTimeout",
    "RetryEvent",
    "Score",
    "ServerError",
    "Table",
    "Tally",
    "Unauthorized",
    "Upload",
    "UploadError",
    "UploadedFile",
    "UrlAnnotations",
    "WaitTimeout",
    "Word",
    "__version__",
]


def __getattr__(name: str) -> object:
    """Load a public name where it lives, on first use."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, whether loaded or not."""
    return sorted(__all__)
