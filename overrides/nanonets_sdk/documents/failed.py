"""The errors that carry results: of a job, a reply about another file, a correction, an unconfirmed change."""

from __future__ import annotations

from nanonets_sdk.documents.classification import Classification
from nanonets_sdk.documents.document import Document
from nanonets_sdk.documents.model import Model
from nanonets_sdk.documents.page import Page
from nanonets_sdk.documents.text_document import TextDocument
from nanonets_sdk.errors import DecodeError, NanonetsError


class JobFailed(NanonetsError):
    """The service accepted the file and failed on at least one of its pages, or failed to train the model.

    Attributes:
        document: The result, including the pages that succeeded; `page.error` explains each of the others. None if
            something else failed.
        classification: The result of a classification that failed, else None.
        model: The model whose training failed, else None.
        text: The text of a file that failed, else None.
    """

    def __init__(
        self,
        message: str,
        *,
        document: Document | None = None,
        classification: Classification | None = None,
        model: Model | None = None,
        text: TextDocument | None = None,
    ) -> None:
        super().__init__(message)
        self.document = document
        self.classification = classification
        self.model = model
        self.text = text


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


class EditConflict(NanonetsError):
    """The file cannot be corrected as it is now: someone changed it meanwhile, approved it, or it is being processed.

    This page was not written. Read the file again with `ocr.edit` and repeat the changes.

    Attributes:
        before: The page as the draft was read; None if there is no draft yet.
        now: The page as it is now; None if it is gone.
    """

    def __init__(self, message: str, *, before: Page | None = None, now: Page | None = None) -> None:
        super().__init__(message)
        self.before = before
        self.now = now


class NotConfirmed(NanonetsError):
    """The service accepted a change, but reading again did not show it in time. It may still become visible.

    Attributes:
        document: The file as last read; None if it could not be read.
        cause: Why the last reading failed; None if it did not.
    """

    may_be_billed = True
    cause: NanonetsError | None = None

    def __init__(self, message: str, *, document: Document | None = None) -> None:
        super().__init__(message)
        self.document = document
