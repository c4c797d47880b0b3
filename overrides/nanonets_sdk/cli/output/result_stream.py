"""Documents on standard output, one after another in one format."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from nanonets_sdk.cli.output.render import show_document
from nanonets_sdk.documents import Document
from nanonets_sdk.exports import csv_text, document_markdown, jsonl_lines
from nanonets_sdk.formats.registry import OutputFormat


def _csv(document: Document, is_first: bool, options: Mapping[str, Any]) -> str:
    header, end, rows = csv_text([document], **options).partition("\r\n")
    # RFC 4180 ends lines with CRLF, but programs in a pipe (`wc`, `cut`, `read`) expect those of this system.
    return (header + end + rows if is_first else rows).replace("\r\n", "\n")


_TEXTS: Final[dict[str, Callable[[Document, bool], str]]] = {
    "json": lambda document, is_first: f"{'[' if is_first else ','}\n{document.to_json(indent=2)}",
    "jsonl": lambda document, _: "".join(jsonl_lines([document])),
    "md": lambda document, _: document_markdown(document).rstrip("\n") + "\n\n",
}
"""The text of a document, given whether it is the first one, for each format that is streamed, except for CSV."""


@contextmanager
def documents_to_stdout(
    form: OutputFormat, writer_options: Mapping[str, Any]
) -> Generator[Callable[[Document], object]]:
    """Write documents to standard output as soon as they arrive.

    Args:
        form: The format.
        writer_options: Arguments of its writer.

    Yields:
        A function that writes one document.
    """
    if form.name == "table":
        yield show_document
        return
    written = 0

    def text_of(document: Document) -> str:
        if form.name == "csv":
            return _csv(document, written == 0, writer_options)
        return _TEXTS[form.name](document, written == 0)

    def write(document: Document) -> None:
        nonlocal written
        sys.stdout.write(text_of(document))
        # Each document by itself, so that the next program in the pipe can begin, and a full disk or a reader that has
        # gone is noticed before more files are sent and paid for.
        sys.stdout.flush()
        written += 1

    try:
        yield write
    finally:
        # Also after an error: what was written so far has been paid for, and is to be valid JSON.
        if form.name == "json":
            sys.stdout.write("\n]\n" if written else "[]\n")
            sys.stdout.flush()
