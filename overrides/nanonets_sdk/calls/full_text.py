"""Full text as a flow: files or URLs in one billable call, a text document for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nanonets_api import models
from nanonets_sdk.calls import operations
from nanonets_sdk.calls.arguments import checked_urls
from nanonets_sdk.calls.files import checked_files, part, with_files
from nanonets_sdk.calls.operations import CallFlow, call
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.documents.text_document import TextDocument, text_documents
from nanonets_sdk.errors import DecodeError
from nanonets_sdk.files import FileInput, FileUpload


def read_file(file: FileInput) -> CallFlow[TextDocument]:
    """Read the text of one file."""
    (document,) = yield from _send([file])
    if document.error is not None:
        if not document.has_reply:
            raise DecodeError(
                f"the reply says nothing about {document.file_name!r}; `raw` of this error has it",
                raw=document.raw_bytes,
            )
        raise JobFailed(f"the service failed on {document.file_name!r}: {document.error}", text=document)
    return document


def read_several(
    files: FileInput | Iterable[FileInput] | None, urls: Iterable[str] | None
) -> CallFlow[list[TextDocument]]:
    """Read the text of several files or URLs in one call.

    Raises:
        TypeError: There are both files and URLs, or there is a single file.
        ValueError: There are neither.
    """
    if urls is None:
        if files is None:
            raise ValueError("read_text needs a file, a list of files, or urls=[…]")
        return (yield from _send(checked_files(files)))
    if files is not None:
        raise TypeError("read_text takes files or urls, not both; what the service does with both is not known")
    sent = checked_urls(urls)
    answered = yield from call(operations.OCR_READ_TEXT, body=models.FullTextForm(urls=sent))
    return text_documents(answered.reply, answered.body, sent)


def _send(files: Sequence[FileInput]) -> CallFlow[list[TextDocument]]:
    def send(uploads: Sequence[FileUpload]) -> CallFlow[list[TextDocument]]:
        answered = yield from call(operations.OCR_READ_TEXT, body=models.FullTextForm(file=[*map(part, uploads)]))
        return text_documents(answered.reply, answered.body, [upload.name for upload in uploads])

    return (yield from with_files(files, send, urls="read_text(urls=[…])"))
