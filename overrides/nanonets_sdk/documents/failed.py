"""The error that holds results: what came out of a job of which a part failed."""

from __future__ import annotations

from nanonets_sdk.documents.classification import Classification
from nanonets_sdk.documents.document import Document
from nanonets_sdk.documents.model import Model
from nanonets_sdk.errors import NanonetsError


class JobFailed(NanonetsError):
    """The service accepted the file and failed on at least one of its pages, or failed to train the model.

    Attributes:
        document: What came out, with the pages that succeeded; `page.error` says what happened to each other one. None
            when something else failed.
        classification: The same, when a classification failed.
        model: The model, when a training failed.
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
