"""What is known of a submitted file, and all that is needed to wait for it elsewhere."""

from __future__ import annotations

from attrs import field, frozen

from nanonets_sdk.documents import Document
from nanonets_sdk.errors import DecodeError


@frozen
class Submission:
    """A file that the service has, or did not take.

    Attributes:
        model_id: Id of the model.
        request_file_id: Id of the file; empty when the service did not take it.
        file_name: Name of the file as it was sent, or its URL; empty when waiting was taken up elsewhere.
        pages: Number of pages that the service announced; 0 when that is not known, or only some are to be read.
        document: The announcement; None when waiting was taken up elsewhere.
    """

    model_id: str
    request_file_id: str
    file_name: str = ""
    pages: int = 0
    document: Document | None = field(default=None, repr=False)

    @property
    def error(self) -> str | None:
        """Why the service did not take the file; None when it did, of which an id is the proof."""
        return None if self.request_file_id or self.document is None else self.document.error

    @property
    def resuming(self) -> str:
        """The call that takes up waiting anywhere."""
        pages = f", pages={self.pages}" if self.pages else ""
        return f"client.ocr.job({self.model_id!r}, {self.request_file_id!r}{pages})"


def submission_of(model_id: str, document: Document, *, whole: bool) -> Submission:
    """The submission that an announcement is.

    Args:
        model_id: Id of the model.
        document: The announcement.
        whole: Whether all of its pages were asked for; else it may announce more pages than will come.

    Raises:
        DecodeError: The service took the file and does not say under which id.
    """
    if document.error is None and not document.request_file_id:
        raise DecodeError(
            f"the service took {document.file_name!r} and gave no request_file_id; `raw` of this error holds its reply",
            raw=document.raw_bytes,
        )
    pages = len(document.pages) if whole else 0
    return Submission(model_id, document.request_file_id, document.file_name, pages, document)
