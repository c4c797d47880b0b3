"""Documents of stored replies into one file, or onto standard output, piece by piece.

Only a workbook is written all at once, since its writer needs every sheet. Until then its rows are kept, up to a
million, but not the documents.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import field, frozen

from nanonets_sdk import exports
from nanonets_sdk.documents.document import Workbook, document_rows
from nanonets_sdk.documents.records import Shape, columns_of
from nanonets_sdk.formats.csv_files import BOM, row_writer
from nanonets_sdk.formats.html import PAGE_END, PAGE_START
from nanonets_sdk.formats.registry import OutputFormat
from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.formats.targets import TextFile, text_target

if TYPE_CHECKING:
    from nanonets_sdk.documents import Document

_OF_FIELDS: Final = frozenset({"csv", "parquet"})
"""Formats with nothing but the fields."""
_TEXTS: Final[dict[str, Callable[[Document], str]]] = {
    "jsonl": lambda document: "".join(exports.jsonl_lines([document])),
    "md": lambda document: document.to_markdown().rstrip("\n") + "\n\n",
    "html": lambda document: document.to_html(),
}
_AROUND: Final = {"html": (PAGE_START, PAGE_END)}


@frozen
class ConversionFile:
    """The file, and what is in it.

    Attributes:
        path: Its path; None for standard output.
        form: Its format.
        shape: What a row is, for formats with rows.
        labels: The columns of wide rows.
        writer_options: Arguments of the writer of the format.
    """

    path: Path | None
    form: OutputFormat
    shape: Shape
    labels: Iterable[str] = ()
    writer_options: Mapping[str, Any] = field(factory=dict[str, Any])

    @property
    def has_only_fields(self) -> bool:
        """Whether words, cells and addresses are left out, so that they need not be read."""
        return self.form.name in _OF_FIELDS

    @contextmanager
    def opened(self) -> Generator[Callable[[Document], object]]:
        """Yield a function that writes a document. The file is there when the block ends without an error.

        Raises:
            ExportError: A workbook cannot hold a text or a table.
            MissingExtra: A dependency of the format is not installed.
            OSError: The file cannot be written.
        """
        if self.form.name == "xlsx" and self.path is not None:
            from nanonets_sdk.formats.xlsx import write_xlsx

            book = Workbook(self.shape)
            yield book.add
            write_xlsx(self.path, book.sheets, neutralise=True, cut=False, **self.writer_options)
            return
        if self.form.name == "parquet" and self.path is not None:
            from nanonets_sdk.formats.arrow import parquet_rows

            with parquet_rows(self.path, self._columns) as write_rows:
                yield lambda document: write_rows(self._rows(document))
            return
        if self.path is None:
            yield from self._onto(cast("TextFile", sys.stdout), line_end="\n")
            sys.stdout.flush()
            return
        with text_target(self.path) as file:
            yield from self._onto(file, line_end="\r\n")

    def _onto(self, file: TextFile, *, line_end: str) -> Generator[Callable[[Document], object]]:
        if self.form.name == "csv":
            file.write(BOM if self.writer_options else "")
            write = row_writer(file, neutralise=True, line_end=line_end, **self.writer_options)
            write([[*self._columns]])
            yield lambda document: write(self._rows(document))
            return
        text, (start, end) = _TEXTS[self.form.name], _AROUND.get(self.form.name, ("", ""))
        file.write(start)
        yield lambda document: file.write(encodable(text(document)))
        file.write(end)

    @property
    def _columns(self) -> dict[str, type]:
        return columns_of(self.shape, self.labels)

    def _rows(self, document: Document) -> Iterable[tuple[Any, ...]]:
        if self.shape == "long":
            return document_rows(document)
        columns = self._columns
        return (tuple(map(record.get, columns)) for record in document.to_records(self.shape))
