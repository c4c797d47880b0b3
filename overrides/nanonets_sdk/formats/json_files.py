"""JSON and JSON lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeAlias

from nanonets_sdk.documents import Document
from nanonets_sdk.documents.records import document_record, long_records, wide_record
from nanonets_sdk.formats.replacing import replacing, write_text
from nanonets_sdk.formats.texts import encodable

Line: TypeAlias = Literal["document", "long", "wide"]


def write_json(documents: Iterable[Document], path: str | os.PathLike[str], *, indent: int | None = 2) -> None:
    """Write documents, as `Document.to_json` gives them, as one JSON array.

    Args:
        documents: Any number of them.
        path: The file to write; one that is there is replaced, all at once.
        indent: Blanks a level; None for one line.

    Raises:
        OSError: The file cannot be written.
    """
    write_text(path, json.dumps([*map(document_record, documents)], indent=indent, ensure_ascii=False) + "\n")


def write_jsonl(documents: Iterable[Document], path: str | os.PathLike[str], line: Line = "document") -> None:
    """Write documents as JSON lines, one document in memory at a time.

    Args:
        documents: Any number of them.
        path: The file to write; one that is there is replaced, all at once.
        line: What a line is: `document` (fields and tables), `long` (a field) or `wide` (the labels of a document).

    Raises:
        OSError: The file cannot be written.
    """
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(jsonl_lines(documents, line))


def jsonl_lines(documents: Iterable[Document], line: Line = "document") -> Iterator[str]:
    """The lines of `write_jsonl`, each with its line feed."""
    return (
        encodable(json.dumps(record, ensure_ascii=False)) + "\n"
        for document in documents
        for record in _records(document, line)
    )


def _records(document: Document, line: Line) -> list[dict[str, Any]]:
    if line == "long":
        return long_records(document)
    return [wide_record(document) if line == "wide" else document_record(document)]
