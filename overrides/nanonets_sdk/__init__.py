"""Nanonets for Python: documents in, typed fields and tables out.

Importing this package loads only the standard library. httpx, msgspec and the rest are loaded with the first client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nanonets_sdk._lazy import lazy_names
from nanonets_sdk._version import __version__

if TYPE_CHECKING:
    from nanonets_sdk.binding.marks import Label, MinScore
    from nanonets_sdk.binding.problems import ReadAsError, ReadProblem
    from nanonets_sdk.binding.reading import Reading, ReadValue
    from nanonets_sdk.calls.arguments import Day, UrlAnnotations
    from nanonets_sdk.calls.corrections import Route
    from nanonets_sdk.calls.review import FileRef
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
    from nanonets_sdk.documents.classification import load_classifications
    from nanonets_sdk.documents.detections import Detection, Detections
    from nanonets_sdk.documents.draft_boxes import DraftCell, DraftField, DraftTable
    from nanonets_sdk.documents.failed import EditConflict, JobFailed, NotConfirmed, ReplyMismatch
    from nanonets_sdk.documents.loading import load_documents
    from nanonets_sdk.documents.text_document import TextDocument, TextPage, load_text_documents
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
        ReplyTooLarge,
        RequestTimeout,
        ServerError,
        SpoolError,
        Unauthorized,
        UploadError,
    )
    from nanonets_sdk.events import Drift, Exchange, RetryEvent
    from nanonets_sdk.files import FileInput
    from nanonets_sdk.resources.drafts import AsyncDraft, Draft
    from nanonets_sdk.resources.jobs import AsyncJob, Job, WaitTimeout

_HOMES: Final = {
    "binding.marks": "Label MinScore",
    "binding.problems": "ReadAsError ReadProblem",
    "binding.reading": "ReadValue Reading",
    "calls.arguments": "Day UrlAnnotations",
    "calls.corrections": "Route",
    "calls.review": "FileRef",
    "client": "AsyncNanonets Nanonets",
    "documents": (
        "Annotation Box Category Cell Classification Comparison Correction Difference Document Field Fields "
        "Listing Model ModelState Page RelativeBox Score Table Tally Upload UploadedFile Word"
    ),
    "documents.classification": "load_classifications",
    "documents.detections": "Detection Detections",
    "documents.draft_boxes": "DraftCell DraftField DraftTable",
    "documents.failed": "EditConflict JobFailed NotConfirmed ReplyMismatch",
    "documents.loading": "load_documents",
    "documents.text_document": "TextDocument TextPage load_text_documents",
    "errors": (
        "ApiError ApiResponse BadRequest ConfigurationError ConnectionFailed DecodeError ErrorDetail "
        "ExportError Forbidden MissingExtra ModelNotReady NanonetsError NotFound OutcomeUnknown "
        "PaymentRequired PictureError RateLimited ReplyTooLarge RequestTimeout ServerError SpoolError Unauthorized "
        "UploadError"
    ),
    "events": "Drift Exchange RetryEvent",
    "resources.drafts": "AsyncDraft Draft",
    "resources.jobs": "AsyncJob Job WaitTimeout",
    "files": "FileInput",
}
__all__ = [
    "Annotation",
    "ApiError",
    "ApiResponse",
    "AsyncDraft",
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
    "Detection",
    "Detections",
    "Difference",
    "Document",
    "Draft",
    "DraftCell",
    "DraftField",
    "DraftTable",
    "Drift",
    "EditConflict",
    "ErrorDetail",
    "Exchange",
    "ExportError",
    "Field",
    "Fields",
    "FileInput",
    "FileRef",
    "Forbidden",
    "Job",
    "JobFailed",
    "Label",
    "Listing",
    "MinScore",
    "MissingExtra",
    "Model",
    "ModelNotReady",
    "ModelState",
    "Nanonets",
    "NanonetsError",
    "NotConfirmed",
    "NotFound",
    "OutcomeUnknown",
    "Page",
    "PaymentRequired",
    "PictureError",
    "RateLimited",
    "ReadAsError",
    "ReadProblem",
    "ReadValue",
    "Reading",
    "RelativeBox",
    "ReplyMismatch",
    "ReplyTooLarge",
    "RequestTimeout",
    "RetryEvent",
    "Route",
    "Score",
    "ServerError",
    "SpoolError",
    "Table",
    "Tally",
    "TextDocument",
    "TextPage",
    "Unauthorized",
    "Upload",
    "UploadError",
    "UploadedFile",
    "UrlAnnotations",
    "WaitTimeout",
    "Word",
    "__version__",
    "load_classifications",
    "load_documents",
    "load_text_documents",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
