"""Checks that a reply is about the file that was sent."""

# Two processes that share a connection get each other's replies, and each is a good reply. A reply names its file and
# echoes the metadata that was sent with it, so a mix-up can be seen. The service may also store a file under a new
# name, which is harmless. What is done depends on what the reply proves:
#
#     metadata                 name
#     another                  any            ReplyMismatch
#     none, or the same        another        the document, with an error that says so
#     none, or the same        same or none   the document
#
# The same metadata proves nothing, because many files may have it.

from __future__ import annotations

from attrs import evolve

from nanonets_sdk.documents.document import Document
from nanonets_sdk.documents.failed import ReplyMismatch
from nanonets_sdk.documents.inputs import names_agree


def mismatch(document: Document, sent: str, metadata: str | None = None) -> str | None:
    """Return why a document may be that of another file than the one that was sent; None if nothing speaks for it.

    Args:
        document: The document of the reply.
        sent: The name that the file was sent under.
        metadata: The metadata that was sent with the file; None if there was none.

    Raises:
        ReplyMismatch: The metadata proves it.
    """
    names = dict.fromkeys(page.file_name for page in document.pages if not names_agree(sent, page.file_name))
    message = f"{sent!r} was sent, but the reply is about {', '.join(map(repr, names)) or 'a file with other metadata'}"
    echoes = {page.request_metadata for page in document.pages if page.request_metadata} if metadata else set[str]()
    if metadata and not all(_same(metadata, echo) for echo in echoes):
        raise ReplyMismatch(
            f"{message}. `document` of this error has it. Check ocr.list_predictions before you send the file again.",
            document=document,
        )
    return message if names else None


def doubted(document: Document, doubt: str | None) -> Document:
    """Return a document whose error begins with a doubt, if there is one."""
    return document if doubt is None else evolve(document, error="; ".join(filter(None, [doubt, document.error])))


def _same(sent: str, echo: str) -> bool:
    """Return whether metadata came back, however its whitespace and characters that are not ASCII were changed."""

    def plain(text: str) -> str:
        return "".join(letter for letter in text if letter.isascii() and letter.isprintable() and letter not in " ?")

    return plain(sent) == plain(echo)
