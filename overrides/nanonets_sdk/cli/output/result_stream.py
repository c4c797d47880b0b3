"""Documents on standard output, one after the other, in one format."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from nanonets_sdk.cli.output.render import show_document
from nanonets_sdk.cli.running.main import UsageProblem
from nanonets_sdk.cli.running.options import Format

if TYPE_CHECKING:
    from nanonets_sdk.documents import Document


class ShowsDocuments(Protocol):
    """Writes documents."""

    def __call__(self, document: Document) -> None:
        """Write one."""
        ...


@contextmanager
def documents_to_stdout(form: Format) -> Generator[ShowsDocuments]:
    """A block in which documents are written to standard output, as soon as they are there.

    Raises:
        UsageProblem: The format is none for a stream.
    """
    if form is Format.TABLE:
        yield show_document
    elif form is Format.JSON:
        with _json_array() as write:
            yield write
    elif form is Format.XLSX:
        raise UsageProblem("a workbook cannot be written to standard output; say where to with --output")
    elif form is Format.CSV:
        yield _CsvRows()
    else:
        yield _write_line if form is Format.JSONL else _write_markdown


@contextmanager
def _json_array() -> Generator[ShowsDocuments]:
    separators = iter("[")

    def write(document: Document) -> None:
        sys.stdout.write(next(separators, ",") + "\n" + document.to_json(indent=2))

    try:
        yield write
    finally:
        sys.stdout.write(next(separators, "\n]").replace("[", "[]") + "\n")
        sys.stdout.flush()


def _write_line(document: Document) -> None:
    from nanonets_sdk.exports import jsonl_lines

    sys.stdout.writelines(jsonl_lines([document]))
    sys.stdout.flush()


class _CsvRows:
    """Rows of fields under one header."""

    def __init__(self) -> None:
        self._has_header = False

    def __call__(self, document: Document) -> None:
        from nanonets_sdk.exports import csv_text

        header, end, rows = csv_text([document]).partition("\r\n")
        # What reads the pipe counts lines as this system does.
        sys.stdout.write((rows if self._has_header else header + end + rows).replace("\r\n", "\n"))
        self._has_header = True


def _write_markdown(document: Document) -> None:
    from nanonets_sdk.exports import document_markdown

    sys.stdout.write(document_markdown(document).rstrip("\n") + "\n\n")
