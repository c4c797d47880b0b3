"""Documents: the pages of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from attrs import define, frozen

from nanonets_sdk import pictures
from nanonets_sdk.documents.comparison import Comparison, Rule, compare
from nanonets_sdk.documents.corrections import Correction
from nanonets_sdk.documents.field import Fields, field_sheet
from nanonets_sdk.documents.file_facts import FileFacts
from nanonets_sdk.documents.merging import merged_tables
from nanonets_sdk.documents.page import Boxes, Page
from nanonets_sdk.documents.page_lists import FilePages
from nanonets_sdk.documents.records import (
    Shape,
    cell_records,
    checked_shape,
    columns_of,
    field_record,
    field_rows,
    fields_sheet,
    long_records,
    numbered_sheet,
    record_rows,
    table_record,
    wide_record,
)
from nanonets_sdk.documents.summary import what_is_in
from nanonets_sdk.documents.table import TableList, table_sheet
from nanonets_sdk.formats.html import contents, heading, section
from nanonets_sdk.formats.markdown import document_text
from nanonets_sdk.formats.rows import Rows, Sheet
from nanonets_sdk.formats.safe_text import encodable, json_text
from nanonets_sdk.formats.shown import counted, number_repr, one_line
from nanonets_sdk.replies.source import Source
from nanonets_sdk.replies.states import Status
from nanonets_sdk.stored.doors import only_one, recognised_for

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from PIL.Image import Image

    from nanonets_sdk.binding.reading import Labels, Reading, Repeats
    from nanonets_sdk.documents.stored_files import Loading
    from nanonets_sdk.events import Drift
    from nanonets_sdk.formats.amounts import DecimalMark
    from nanonets_sdk.formats.csv_files import Separator
    from nanonets_sdk.formats.targets import BinaryTarget, TextTarget
    from nanonets_sdk.stored.bodies import StoredSource
    from nanonets_sdk.stored.shapes import Recognised

T = TypeVar("T")


@frozen
class Document(FileFacts):
    """What was read from one file.

    Attributes:
        pages: The pages in the order of their numbers, including those that failed.
        request_file_id: The service's id for the file, with which it can be read again; empty if there is none.
        file_name: Name of the file as it was sent, or its URL.
        error: What went wrong with the file or with some of its pages, or why this may be the document of another file;
            None if nothing did.
    """

    pages: tuple[Page, ...] = attrs.field(repr=number_repr)
    request_file_id: str = ""
    file_name: str = ""
    error: str | None = None
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @classmethod
    def load(cls, source: StoredSource, *, on_drift: Callable[[Drift], object] | None = None) -> Document:
        """Load a document from a stored reply; see `load_documents`, which also loads several.

        Args:
            source: A path, JSON as text or bytes, parsed JSON, or an open file.
            on_drift: Called for each value of an unexpected type, as by a client.

        Returns:
            The document, equal to that of the call which received the reply.

        Raises:
            ValueError: The source holds no document, or several.
            DecodeError: It is not JSON, or no reply with documents.
            OSError: It cannot be read.

        Example:
            ```python
            Path("invoice.json").write_text(document.to_json())
            assert Document.load("invoice.json") == document
            ```
        """
        loaded = documents_in(source, on_drift=on_drift)
        return only_one(loaded, "document", "load_documents", lambda one: one.file_name or one.request_file_id)

    # Type checkers do not match a cached_property with a protocol, so what protocols ask for is a plain one.
    @property
    def fields(self) -> Fields:
        """The fields of all pages by label; for each page a person's if one checked it, else the model's."""
        return self._fields

    @cached_property
    def _fields(self) -> Fields:
        return Fields.joined([page.fields for page in self.pages])

    @cached_property
    def tables(self) -> TableList:
        """The tables of all pages, page by page; for each page a person's if one checked it, else the model's."""
        return TableList(table for page in self.pages for table in page.tables)

    @cached_property
    def predicted(self) -> Boxes:
        """What the model found on all pages."""
        return _joined([page.predicted for page in self.pages])

    @cached_property
    def moderated(self) -> Boxes:
        """What a person made of it; empty until then."""
        return _joined([page.moderated for page in self.pages])

    @cached_property
    def corrected(self) -> tuple[Correction, ...]:
        """What a person changed, added and removed, page by page.

        Example:
            ```python
            for correction in document.corrected:
                print(correction.label, correction.kind, correction.predicted, correction.moderated)
            ```
        """
        return tuple(correction for page in self.pages for correction in page.corrected)

    def page(self, number: int) -> Page:
        """Return the page with a number, which may differ from its index in `pages`.

        Args:
            number: From 0.

        Raises:
            LookupError: The document has no such page.
        """
        for page in self.pages:
            if page.number == number:
                return page
        known = ", ".join(str(page.number) for page in self.pages) or "none"
        raise LookupError(f"no page with index {number}; indexes of the pages of this document: {known}")

    def merged_tables(self) -> TableList:
        """Return the tables, with those that continue over pages merged; `table.parts` are the pieces.

        The last table of a page continues in the first table of the next page if both have the same label and number
        of columns and their headers do not contradict each other. A header that is repeated on the next page is
        dropped.
        """
        return merged_tables(self.pages)

    def read_as(
        self,
        kind: type[T],
        *,
        labels: Labels | None = None,
        min_score: float | None = None,
        dayfirst: bool | None = None,
        decimal_mark: DecimalMark | None = None,
        repeats: Repeats = "equal",
        partial: bool = False,
    ) -> T:
        """Return the document as an object of a class of your own. Nothing is guessed; see the guide.

        Args:
            kind: A class of attrs, dataclasses, `msgspec.Struct`, TypedDict or pydantic. Each attribute is read from
                the label of its name, or from those in `Annotated[..., Label("Invoice No")]`; a list of such a class
                from a table by its columns, merged over pages.
            labels: Labels by attribute, for a class that you cannot annotate: `{"number": "Invoice No"}`; of inner
                classes `{"lines.amount": ["Amount", "Sum"]}`.
            min_score: The score from 0 to 1 that each value must have, unless its attribute has a `MinScore` or a
                person checked it. A value without a score does not have it.
            dayfirst: As for `Field.as_date`.
            decimal_mark: As for `Field.as_decimal`.
            repeats: For an attribute that is not a list: `equal` if all repeats of its label must have the same value,
                `best` to take the one with the highest score.
            partial: Read the document even if a page failed or is still being processed.

        Raises:
            ReadAsError: Some attributes cannot be read; `problems` names all of them.
            TypeError: The class, or the type of one of its attributes, cannot be read from any document.
            ValueError: An option is not among its values, or `labels` names an unknown attribute.

        Example:
            ```python
            from dataclasses import dataclass
            from decimal import Decimal

            @dataclass
            class Invoice:
                invoice_number: str
                total: Decimal

            invoice = document.read_as(Invoice, min_score=0.5)
            ```
        """
        from nanonets_sdk.binding.reading import options_of, read
        from nanonets_sdk.documents.typed import contents_of

        options = options_of(labels, min_score, dayfirst, decimal_mark, repeats, partial=partial)
        return read(kind, contents_of(self.pages, self.fields, self.error), options, strict_scores=True).value

    def reading(
        self,
        kind: type[T],
        *,
        labels: Labels | None = None,
        min_score: float | None = None,
        dayfirst: bool | None = None,
        decimal_mark: DecimalMark | None = None,
        repeats: Repeats = "equal",
        partial: bool = False,
    ) -> Reading[T]:
        """Return the same object as `read_as`, with the origin and the score of each value.

        A score below the one asked for is no error here: `below_score` lists these values.

        Args:
            kind: As for `read_as`, and so are all others.
            labels: Labels by attribute.
            min_score: The score that each value should have.
            dayfirst: As for `Field.as_date`.
            decimal_mark: As for `Field.as_decimal`.
            repeats: What to do with repeats that differ.
            partial: Read the document even if a page failed or is still being processed.

        Raises:
            ReadAsError: Some attributes cannot be read; `problems` names all of them.
            TypeError: The class, or the type of one of its attributes, cannot be read from any document.
            ValueError: An option is not among its values, or `labels` names an unknown attribute.
        """
        from nanonets_sdk.binding.reading import options_of, read
        from nanonets_sdk.documents.typed import contents_of

        options = options_of(labels, min_score, dayfirst, decimal_mark, repeats, partial=partial)
        return read(kind, contents_of(self.pages, self.fields, self.error), options, strict_scores=False)

    def compare(
        self,
        other: Document | Boxes,
        *,
        equal: Rule = "normalised",
        dayfirst: bool | None = None,
        decimal_mark: DecimalMark | None = None,
    ) -> Comparison:
        """Compare the fields with those of another document.

        To compare what the model found with what a person made of it, call `document.predicted.compare(document)`.

        Args:
            other: The expected fields: a document, or the `predicted` or `moderated` boxes of one.
            equal: When two texts are the same. `exact`: character by character. `normalised`: ignoring case, whitespace
                and compatibility characters. `values`: also if they are the same amount or the same date.
            dayfirst: For `values`, see `Field.as_date`.
            decimal_mark: For `values`, see `Field.as_decimal`.

        Returns:
            Precision and recall for each label and in total, and the differences.

        Example:
            ```python
            comparison = predicted.compare(truth, equal="values")
            print(comparison.total.precision, comparison.total.recall)
            for difference in comparison.differences:
                print(difference.label, difference.found, difference.expected)
            ```
        """
        return compare(self.fields, other.fields, equal, dayfirst, decimal_mark)

    @property
    def is_moderated(self) -> bool:
        """Whether a person approved the file."""
        return bool(self.pages) and all(page.is_moderated for page in self.pages)

    @property
    def moderated_count(self) -> int:
        """Number of pages that a person approved."""
        return sum(page.is_moderated for page in self.pages)

    @property
    def unmoderated_count(self) -> int:
        """Number of pages that nobody approved."""
        return len(self.pages) - self.moderated_count

    @property
    def status(self) -> Status:
        """`pending` while the service is working on any page, else `failure` if any failed, else `success`."""
        states = {page.status for page in self.pages}
        if "pending" in states:
            return "pending"
        return "failure" if self.error is not None or "failure" in states else "success"

    @property
    def raw(self) -> Any:
        """The document as plain JSON values, unknown members included.

        The whole reply if it is about this file alone, else the list of its pages' entries in the reply.
        """
        if self._source is not None:
            return self._source.value
        pages = [page.raw for page in self.pages]
        return pages[0] if len(pages) == 1 else pages

    @property
    def raw_bytes(self) -> bytes:
        """The body of its reply, byte for byte; it may cover other files too."""
        if self._source is not None:
            return self._source.body.content
        return self.pages[0].raw_bytes if self.pages else b""

    def to_records(self, shape: Shape = "long") -> list[dict[str, Any]]:
        """Return the fields as records, in reading order.

        Args:
            shape: `long` for one record per field, `wide` for one record with a member per label.

        Returns:
            Records. With `long`, each has `file_name`, `request_file_id`, `page_index` (from 0), `label`, `text`,
            `score` (0 to 1 or None) and `xmin`, `ymin`, `xmax`, `ymax` (pixels, or None without a location). With
            `wide`, the one record has `file_name`, `request_file_id`, `pages`, `is_moderated`, `error` and the text of
            each label. For a label that repeats, this is the best one; the others follow as `label (2)` and so on.

        Raises:
            ValueError: `shape` is neither.
        """
        if checked_shape(shape) == "long":
            return long_records(document_rows(self))
        file = {"file_name": self.file_name, "request_file_id": self.request_file_id}
        about = {**file, "pages": len(self.pages), "is_moderated": self.is_moderated, "error": self.error}
        return [wide_record(about, self.fields)]

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the document as JSON, in a form of the SDK's own that is the same for every call.

        Fields and tables come first, for other programs. The reply follows, from which `Document.load` makes an equal
        document. It may hold signed URLs, which are valid for some time.

        As in every export, half a surrogate pair, which UTF-8 cannot hold, is replaced by U+FFFD. `raw` has it.

        Args:
            indent: Spaces per level; None for a single line.
        """
        return json_text(document_record(self), indent=indent)

    def to_markdown(self) -> str:
        """Return fields and tables as Markdown."""
        return document_text(self._title, self.error, self._sheets)

    def to_html(self) -> str:
        """Return fields and tables as a section of an HTML page; for a page with pictures see `save_html`."""
        return section(self._title, self.error, self._sheets)

    @property
    def _sheets(self) -> list[Sheet]:
        fields = [field_sheet(self.fields.all())] if self.fields else []
        return [*fields, *map(table_sheet, self.tables)]

    def to_csv(
        self, path: TextTarget, shape: Shape = "long", *, neutralise: bool = True, excel: Separator | None = None
    ) -> None:
        """Write the fields as CSV in UTF-8; for a table see `Table.to_csv`.

        Args:
            path: The file to write, replaced all at once, or an open text or binary file.
            shape: `long` for one row per field, `wide` for one row with a column per label.
            neutralise: Put `'` in front of text that a spreadsheet would take for a formula; numbers stay as they are.
            excel: Write for Excel, with a byte order mark: `,` for regions with a decimal point, `;` for those with a
                decimal comma, which scores have then too.

        Raises:
            OSError: The file cannot be written.
            ValueError: `excel` is neither `,` nor `;` nor None.
        """
        from nanonets_sdk.formats.csv_files import write_csv

        rows = rows_of([self], shape)
        write_csv(path, rows.columns, rows.values, neutralise=neutralise, excel=excel)

    def to_xlsx(
        self,
        path: BinaryTarget,
        shape: Shape = "long",
        *,
        neutralise: bool = True,
        numbers: bool = False,
        dates: bool = False,
        cut: bool = False,
    ) -> None:
        """Write a workbook with a sheet for the fields and one for each table. Needs the extra `xlsx`.

        Args:
            path: The file to write, replaced all at once, or an open binary file.
            shape: For the sheet of fields: `long` for one row per field, `wide` for one row with a column per label.
            neutralise: Mark text that a spreadsheet would take for a formula as text for good; every character is kept.
            numbers: Write text that is an unambiguous amount as a number, shown with its currency and decimals.
            dates: Write text that is an unambiguous date without a time as a date.
            cut: Cut text that is too long for a cell, with a warning, instead of raising.

        Raises:
            MissingExtra: xlsxwriter is not installed.
            ExportError: A text or a table is larger than a workbook can hold.
            OSError: The file cannot be written.
        """
        from nanonets_sdk.formats.xlsx import write_xlsx

        book = Workbook(shape)
        book.add(self)
        write_xlsx(path, book.sheets, neutralise=neutralise, numbers=numbers, dates=dates, cut=cut)

    def to_parquet(self, path: BinaryTarget, shape: Shape = "long") -> None:
        """Write the fields as Parquet. Needs the extra `arrow`.

        Args:
            path: The file to write, replaced all at once, or an open binary file.
            shape: As for `to_csv`.

        Raises:
            MissingExtra: pyarrow is not installed.
            OSError: The file cannot be written.
        """
        from nanonets_sdk.formats import arrow

        arrow.write_parquet(path, self.to_arrow(shape))

    def to_arrow(self, shape: Shape = "long") -> pa.Table:
        """Return the fields as an Arrow table; shapes as for `to_records`. Needs the extra `arrow`.

        Raises:
            MissingExtra: pyarrow is not installed.
        """
        from nanonets_sdk.formats import arrow

        return arrow.to_arrow(rows_of([self], shape))

    def to_pandas(self, shape: Shape = "long") -> pd.DataFrame:
        """Return the fields as a pandas data frame; shapes as for `to_records`. Needs the extra `pandas`.

        Raises:
            MissingExtra: pandas or pyarrow is not installed.
        """
        from nanonets_sdk.formats import arrow

        return arrow.to_pandas(self.to_arrow(shape))

    def to_polars(self, shape: Shape = "long") -> pl.DataFrame:
        """Return the fields as a polars data frame; shapes as for `to_records`. Needs the extra `polars`.

        Raises:
            MissingExtra: polars or pyarrow is not installed.
        """
        from nanonets_sdk.formats import arrow

        return arrow.to_polars(self.to_arrow(shape))

    def draw(
        self, page: int = 0, *, source: str | PathLike[str] | bytes | None = None, scale: float | None = None
    ) -> Image:
        """Draw what was read over the image of a page. Needs the extra `pictures`.

        Args:
            page: Page number, from 0.
            source: The file that was read, as a path or its bytes; None to download the page image from its signed URL,
                without the API key.
            scale: Pixels of the drawing for each pixel of the page's size; None for the smallest integer at which
                labels are legible.

        Returns:
            A Pillow image in RGB.

        Raises:
            MissingExtra: Pillow or pypdfium2 is not installed.
            PictureError: There is no image of the page, or it cannot be read.
            LookupError: The document has no such page.
        """
        return pictures.draw(self, page, source=source, scale=scale)

    def save_overlay(
        self,
        path: str | PathLike[str],
        *,
        source: str | PathLike[str] | bytes | None = None,
        scale: float | None = None,
    ) -> tuple[Path, ...]:
        """Draw each page as `draw` does, and save one picture per page. Needs the extra `pictures`.

        Args:
            path: Where to save; the suffix selects the format. A document of one page is saved under this name, one of
                several pages as `name-1.png`, `name-2.png` and so on, by page numbers from 1, with leading zeros where
                needed to sort them.
            source: As for `draw`.
            scale: As for `draw`.

        Returns:
            The files, in the order of the pages.

        Raises:
            MissingExtra: Pillow or pypdfium2 is not installed.
            PictureError: There is no image of a page, it cannot be read, or the suffix is not that of a picture.
            OSError: A file cannot be written.
        """
        return pictures.save_overlay(self, path, source=source, scale=scale)

    def save_searchable_pdf(self, path: BinaryTarget, *, source: str | PathLike[str] | bytes | None = None) -> None:
        """Save the original with an invisible text layer, to search, select and copy. Needs the extra `pictures`.

        The layer holds the words of each page, and its fields and cells where there are none.

        Args:
            path: The PDF to write, replaced all at once, or an open binary file.
            source: The file that was read, as a path or its bytes; None to download the page images from their signed
                URLs, without the API key.

        Raises:
            MissingExtra: pikepdf, Pillow or pypdfium2 is not installed.
            PictureError: There is no image of a page, or the file cannot be read.
            OSError: The file cannot be written.
        """
        pictures.save_searchable_pdf(self, path, source=source)

    def save_html(self, path: TextTarget, *, source: str | PathLike[str] | bytes | None = None) -> None:
        """Save one self-contained HTML page to review the document in a browser. Needs the extra `pictures`.

        Each box is highlighted together with its row in the list. The list can be searched, and filtered by score.
        The page makes no network requests, and shows everything that was read as plain text.

        Args:
            path: The HTML file to write, replaced all at once, or an open text or binary file.
            source: As for `draw`.

        Raises:
            MissingExtra: Pillow or pypdfium2 is not installed.
            PictureError: There is no image of a page, or it cannot be read.
            OSError: The file cannot be written.
        """
        pictures.save_html(self, path, source=source)

    @property
    def _title(self) -> str:
        return self.file_name or self.request_file_id or "Document"

    @property
    def _headline(self) -> str:
        return f"{one_line(self._title)}, {counted(len(self.pages), 'page')}"

    def __str__(self) -> str:
        return what_is_in(self._headline, self.error, self.fields, self.tables)

    def _repr_html_(self) -> str:
        title = heading("h3", self._title, f" ({counted(len(self.pages), 'page')})")
        return title + contents(self.error, field_sheet(self.fields.all()), [*map(table_sheet, self.tables)])


def document_of(file: FilePages) -> Document:
    """Build a document from the pages of one file."""
    ordered = tuple(sorted(file.pages, key=lambda page: page.number))
    failures = [f"page {page.number + 1}: {page.error}" for page in ordered if page.error is not None]
    return Document(
        pages=ordered,
        request_file_id=next((page.request_file_id for page in ordered if page.request_file_id), ""),
        file_name=next((page.file_name for page in ordered if page.file_name), file.file_name),
        error="; ".join(failures) or None,
        source=file.source,
    )


def documents_in(source: StoredSource, *, on_drift: Callable[[Drift], object] | None = None) -> list[Document]:
    """Return the documents in a stored reply; arguments and errors as for `load_documents`."""
    # Documents are imported without msgspec.
    from nanonets_sdk.documents.stored_files import Loading

    loading = Loading(on_drift)
    return [one for found in recognised_for("load_documents", source) for one in documents_of(found, loading)]


def documents_of(found: Recognised, loading: Loading) -> list[Document]:
    """Return the documents in one stored body.

    Raises:
        DecodeError: It holds no reply that can be read.
    """
    from nanonets_sdk.documents.saved import recorded_file, saved_file

    if found.shape not in {"saved", "record"}:
        return [document_of(file) for file in loading.files_in(found)]
    saved = (saved_file if found.shape == "saved" else recorded_file)(found.body, loading)
    document = document_of(saved.file)
    for name in ("request_file_id", "file_name", "error"):
        said = getattr(saved, name)
        # Half a surrogate pair was replaced in it when it was saved, and the pages still have it.
        if encodable(getattr(document, name) or "") != (said or ""):
            document = attrs.evolve(document, **{name: said})
    return [document]


def document_record(document: Document) -> dict[str, Any]:
    """Return everything that was read, in the form of `Document.to_json`."""
    from nanonets_sdk.documents.saved import saved_head, saved_source

    return {
        **saved_head(),
        "request_file_id": document.request_file_id,
        "file_name": document.file_name,
        "is_moderated": document.is_moderated,
        "error": document.error,
        "pages": [
            {"page_index": page.number, "id": page.id, "width": page.width, "height": page.height, "error": page.error}
            for page in document.pages
        ],
        "fields": [field_record(field) for field in document.fields.all()],
        "tables": [table_record(table) for table in document.tables],
        "source": saved_source(document.pages, document._source),  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module
    }


def rows_of(documents: Iterable[Document], shape: Shape) -> Rows:
    """Arrange the records of documents under columns."""
    if shape == "long":
        return Rows(columns_of(shape), [row for document in documents for row in document_rows(document)])
    return record_rows((record for document in documents for record in document.to_records(shape)), shape)


@define
class Workbook:
    """The sheets of documents, which need not be kept: a reply is many times as large as its rows."""

    shape: Shape = attrs.field(converter=checked_shape)
    _rows: list[Any] = attrs.field(factory=list[Any], init=False)
    _tables: list[Sheet] = attrs.field(factory=list[Sheet], init=False)

    def add(self, document: Document) -> None:
        """Take over what is in a document."""
        self._rows += document_rows(document) if self.shape == "long" else document.to_records(self.shape)
        self._tables += [numbered_sheet(table, len(self._tables) + at) for at, table in enumerate(document.tables, 1)]

    @property
    def sheets(self) -> list[Sheet]:
        """A sheet for the fields, and one for each table."""
        is_long = self.shape == "long"
        rows = Rows(columns_of(self.shape), self._rows) if is_long else record_rows(self._rows, self.shape)
        return [fields_sheet(rows), *self._tables]


def document_rows(document: Document) -> list[tuple[Any, ...]]:
    """Return the values of the long records of a document, which builds no fields."""
    return field_rows(document.file_name, document.request_file_id, [page.fields for page in document.pages])


def document_cells(document: Document) -> Iterator[dict[str, Any]]:
    """Return a record for each cell of the document's tables."""
    return cell_records({"file_name": document.file_name, "request_file_id": document.request_file_id}, document.tables)


def _joined(pages: list[Boxes]) -> Boxes:
    return Boxes(
        Fields.joined([boxes.fields for boxes in pages]),
        tuple(table for boxes in pages for table in boxes.tables),
    )
