"""Checks that a reply is about the file that was sent."""

# Two processes that share a connection get each other's replies, and each is a good reply. A reply names its file and
# echoes the metadata that was sent with it, so a mix-up can be seen. The service may also store a file under a new
# name, which is harmless. What is done depends on what the reply proves:
#
#     metadata sent   echoed    name
#     yes             the same  any          the document
#     yes             another   any          ReplyMismatch
#     yes             no        another      ReplyMismatch
#     no                        another      the document, with an error
#                               the same,    the document
#                               or none

from __future__ import annotations

from attrs import evolve

from nanonets_sdk.documents.document import Document
from nanonets_sdk.documents.failed import ReplyMismatch
from nanonets_sdk.documents.inputs import names_agree


def identified(document: Document, sent: str, metadata: str | None = None) -> Document:
    """Return a document, with an error if its reply may be about another file than the one that was sent.

    Args:
        document: The document of the reply.
        sent: The name that the file was sent under.
        metadata: The metadata that was sent with the file; None if there was none.

    Raises:
        ReplyMismatch: The reply is about another file.
    """
    names = dict.fromkeys(page.file_name for page in document.pages if not names_agree(sent, page.file_name))
    echoes = {page.request_metadata for page in document.pages if page.request_metadata} if metadata else set[str]()
    is_same = bool(metadata and echoes) and all(_same(metadata or "", echo) for echo in echoes)
    if is_same or not (names or echoes):
        return document
    message = f"{sent!r} was sent, but the reply is about {', '.join(map(repr, names)) or 'a file with other metadata'}"
    if metadata:
        raise ReplyMismatch(
            f"{message}. `document` of this error has it. Check ocr.list_predictions before you send the file again.",
            document=document,
        )
    return evolve(document, error="; ".join(filter(None, [message, document.error])))


def _same(sent: str, echo: str) -> bool:
    """Return whether metadata came back, whatever became of its whitespace and of characters that are not ASCII."""

    def plain(text: str) -> str:
        return "".join(letter for letter in text if letter.isascii() and letter.isprintable() and letter not in " ?")

    return plain(sent) == plain(echo)
