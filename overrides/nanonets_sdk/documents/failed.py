"""The errors that carry results: a job that failed in part, and a reply about another file."""

from __future__ import annotations

from nanonets_sdk.documents.classification import Classification
from nanonets_sdk.documents.document import Document
from nanonets_sdk.documents.model import Model
from nanonets_sdk.errors import DecodeError, NanonetsError


class JobFailed(NanonetsError):
    """The service accepted the file and failed on at least one of its pages, or failed to train the model.

    Attributes:
        document: The result, including the pages that succeeded; `page.error` explains each of the others. None if
            something else failed.
        classification: The result of a classification that failed, else None.
        model: The model whose training failed, else None.
    """

    def __init__(
        self,
        message: str,
        *,
        document: Document | None = None,
        classification: Classification | None = None,
        model: Model | None = None,
    ) -> None:
        super().__init__(message)
        self.document = document
        self.classification = classification
        self.model = model


class ReplyMismatch(DecodeError):
    """The reply is about another file than the one that was sent, by its metadata or its name.

    The file itself may have been processed and billed. Check before you retry: `ocr.list_predictions` shows the files
    that arrived.

    Attributes:
        raw: The bytes of the reply.
        document: The document in the reply, which is not that of the file that was sent.
    """

    def __init__(self, message: str, *, document: Document) -> None:
        super().__init__(message, raw=document.raw_bytes)
        self.document = document
