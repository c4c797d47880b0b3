"""The desk: what the page can ask for, as calls of the client.

Saving compares three states of each page, so that nothing is lost if somebody else was faster, and a save whose answer
was lost can be repeated:

```text
the service says now      what the page wants       then
────────────────────      ───────────────────       ──────────────────────────────────────────
what the page showed      anything                  written, and read again until it shows
what the page wants       the same                  nothing: it is saved already
anything else             anything                  `Conflict`, with the file as it is now
```
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from attrs import asdict, evolve

from nanonets_sdk.documents import Document
from nanonets_sdk.documents.draft import pages_of
from nanonets_sdk.documents.draft_page import DraftPage, draft_pages
from nanonets_sdk.documents.failed import EditConflict
from nanonets_sdk.errors import NanonetsError
from nanonets_sdk.review.checking import problems_of
from nanonets_sdk.review.edits import EditError, FileEdit, apply, page_record, says_the_same, version_of
from nanonets_sdk.review.images import PageImages
from nanonets_sdk.review.waiting import WaitingFile, in_order, waiting_file

if TYPE_CHECKING:
    from nanonets_sdk.calls.review import FileRef
    from nanonets_sdk.client import Nanonets
    from nanonets_sdk.pictures.source import PageSource

_CHANGED: Final = "Someone else changed this file while you were editing it."
_PENDING: Final = "The service is still processing this file."
_APPROVED: Final = "Someone else approved this file while you were editing it."


class Conflict(Exception):
    """The file is not as the page showed it.

    Attributes:
        record: The file as it is now, for the page.
    """

    def __init__(self, message: str, record: dict[str, Any]) -> None:
        super().__init__(message)
        self.record = record


class Desk:
    """The files of one review. Its methods may be called from any thread.

    Attributes:
        below: The score below which a value is doubtful.
        approved: The ids of the files that were approved here.
        saved: The ids of the files whose corrections were saved here.
        unsaved: The number of unsaved edits of each file, as the page reports it.
    """

    def __init__(
        self, client: Nanonets, model_id: str, below: float, types: type[Any] | None, sources: Mapping[str, PageSource]
    ) -> None:
        self._client, self._model_id, self._types = client, model_id, types
        self.below = below
        self.approved: set[str] = set()
        self.saved: set[str] = set()
        self.unsaved: dict[str, int] = {}
        self._waiting: dict[str, WaitingFile] = {}
        self._documents: dict[str, Document] = {}
        self._labels: list[str] | None = None
        self._writing = threading.Lock()
        self._images = PageImages(self._read, sources.get)

    def add(self, file: FileRef) -> None:
        """Put a file into the queue. A document is taken as it is; by its id the file is read.

        Raises:
            NanonetsError: It cannot be read.
        """
        if isinstance(file, Document):
            self._waiting[file.request_file_id] = waiting_file(file, self.below)
        else:
            self._read(file)

    @property
    def files(self) -> list[WaitingFile]:
        """The files, the least certain one first."""
        return in_order(self._waiting.values())

    def name_of(self, request_file_id: str) -> str:
        """Return the name of a file in the queue."""
        return self._waiting[request_file_id].name

    def has(self, request_file_id: str) -> bool:
        """Return whether a file is in the queue."""
        return request_file_id in self._waiting

    def queue(self) -> dict[str, Any]:
        """Return the queue, and what is the same for all files."""
        return {
            "below": self.below,
            "checks": self._types is not None,
            "labels": self._known_labels(),
            "files": [asdict(one) for one in self.files],
        }

    def open(self, request_file_id: str) -> dict[str, Any]:
        """Return a file as it is now.

        Raises:
            NanonetsError: It cannot be read.
        """
        return self._record(self._read(request_file_id))

    def check(self, request_file_id: str, edit: FileEdit) -> list[dict[str, Any]]:
        """Return what the user's class says about a file with the edits of the page; empty without a class."""
        if self._types is None:
            return []
        document = self._documents[request_file_id]
        pages = draft_pages(document.pages)
        keys = {id(box): key for page in pages for key, box in enumerate(page.boxes)}
        for page, wanted in self._paired(pages, edit):
            if version_of(page.before) == wanted.version:
                apply(page, wanted)
        return problems_of(self._types, document, pages, keys)

    def save(self, request_file_id: str, edit: FileEdit) -> dict[str, Any]:
        """Write the edits of the page, and return the file as it is then.

        Raises:
            Conflict: The file is not as the page showed it.
            EditError: The edits do not fit the file.
            NanonetsError: The service refused them, or it is not known whether it has them.
        """
        with self._writing:
            self._save(request_file_id, edit)
            self.saved.add(request_file_id)
            self.unsaved.pop(request_file_id, None)
            return self.open(request_file_id)

    def approve(self, request_file_id: str, edit: FileEdit) -> dict[str, Any]:
        """Save the edits of the page if there are any, approve the file, and return it.

        Args:
            request_file_id: The file.
            edit: All of its pages as the page shows them, so that nothing is approved that nobody saw.

        Raises:
            Conflict: The file is not as the page showed it.
            EditError: The edits do not fit the file.
            NanonetsError: The service refused it, or it is not known whether it was approved.
        """
        with self._writing:
            if self._save(request_file_id, edit):
                self.saved.add(request_file_id)
            self._client.ocr.approve(self._model_id, request_file_id, confirm=True)
            self.approved.add(request_file_id)
            self.unsaved.pop(request_file_id, None)
            return self.open(request_file_id)

    def unapprove(self, request_file_id: str) -> dict[str, Any]:
        """Take the approval of a file back, and return it."""
        with self._writing:
            self._client.ocr.unapprove(self._model_id, request_file_id, confirm=True)
            self.approved.discard(request_file_id)
            return self.open(request_file_id)

    def image(self, request_file_id: str, number: int) -> bytes:
        """Return the image of a page as JPEG; its number counts from 1.

        Raises:
            LookupError: There is no such page.
            PictureError: The image cannot be fetched.
        """
        return self._images.jpeg(self._documents[request_file_id], number - 1)

    def _save(self, request_file_id: str, edit: FileEdit) -> bool:
        """Write the edits and return whether anything had to be written."""
        try:
            draft = self._client.ocr.edit(self._model_id, request_file_id)
            due: list[int] = []
            for page, wanted in self._paired(pages_of(draft), edit):
                if says_the_same(page, wanted):
                    continue
                if version_of(page.before) != wanted.version:
                    raise Conflict(_CHANGED, self.open(request_file_id))
                apply(page, wanted)
                due.append(page.number)
            return bool(draft.save(confirm=True))
        except EditConflict as error:
            seen = error.now
            said = (
                _APPROVED if seen and seen.is_moderated else _PENDING if seen and seen.status == "pending" else _CHANGED
            )
            raise Conflict(said, self.open(request_file_id)) from None

    @staticmethod
    def _paired(pages: Sequence[DraftPage], edit: FileEdit) -> list[tuple[DraftPage, Any]]:
        numbered = {page.number + 1: page for page in pages}
        if missing := [wanted.number for wanted in edit.pages if wanted.number not in numbered]:
            raise EditError(f"the file has no page {missing[0]} any more; load it again")
        return [(numbered[wanted.number], wanted) for wanted in edit.pages]

    def _read(self, request_file_id: str) -> Document:
        document = self._client.ocr.get_file(self._model_id, request_file_id)
        if document.request_file_id != request_file_id:
            document = evolve(document, request_file_id=request_file_id)
        self._documents[request_file_id] = document
        self._waiting[request_file_id] = waiting_file(document, self.below)
        return document

    def _record(self, document: Document) -> dict[str, Any]:
        return {
            "id": document.request_file_id,
            "title": document.file_name or document.request_file_id,
            "error": document.error,
            "moderated": document.is_moderated,
            "status": self._waiting[document.request_file_id].status,
            "pages": [page_record(page) for page in draft_pages(document.pages)],
        }

    def _known_labels(self) -> list[str]:
        if self._labels is None:
            try:
                model = self._client.ocr.get_model(self._model_id)
                self._labels = [category.name for category in model.categories]
            except NanonetsError:
                # The labels only help typing; those of the files are known anyway.
                self._labels = []
        return self._labels
