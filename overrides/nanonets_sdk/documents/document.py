"""Documents: the pages of one file."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nanonets_sdk.documents.comparison import Comparison, Rule, compare
from nanonets_sdk.documents.corrections import Correction
from nanonets_sdk.documents.field import Fields
from nanonets_sdk.documents.merging import merged_tables
from nanonets_sdk.documents.page import Boxes, Page
from nanonets_sdk.documents.records import Shape, document_record, long_records, wide_record
from nanonets_sdk.replies.source import Source
from nanonets_sdk.replies.states import Status

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from PIL.Image import Image

    from nanonets_sdk.documents.table import Table
    from nanonets_sdk.formats.amounts import DecimalMark


@frozen
class Document:
    """What was read from one file.

    Attributes:
        pages: The pages in the order of their numbers, those that failed included.
        request_file_id: The service's id of the file, under which it can be read again; empty where there is none.
        file_name: Name of the file as it was sent, or its URL.
        error: What went wrong with the file or with pages of it; None when nothing did.
    """

    pages: tuple[Page, ...] = attrs.field(repr=False)
    request_file_id: str = ""
    file_name: str = ""
    error: str | None = None
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @cached_property
    def fields(self) -> Fields:
        """The fields of all pages by label: of each page a person's where there are any, else the model's."""
        return Fields(field for page in self.pages for field in page.fields.all())

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables of all pages, page by page: a person's where there are any, else the model's."""
        return tuple(table for page in self.pages for table in page.tables)

    @cached_property
    def predicted(self) -> Boxes:
        """What the model found on all pages."""
        return _all_boxes([page.predicted for page in self.pages])

    @cached_property
    def moderated(self) -> Boxes:
        """What a person made of it; empty before that."""
        return _all_boxes([page.moderated for page in self.pages])

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
        """The page with a number, which is not always its place in `pages`.

        Args:
            number: From 0.

        Raises:
            LookupError: The document has no such page.
        """
        for page in self.pages:
            if page.number == number:
                return page
        known = ", ".join(str(page.number) for page in self.pages) or "none"
        raise LookupError(f"no page {number}; pages of this document, from 0: {known}")

    def merged_tables(self) -> tuple[Table, ...]:
        """The tables, each that goes on over pages as one; `table.parts` are the pieces.

        The last table of a page goes on in the first one of the next page when both have the same label and number of
        columns and their headers do not contradict. A header that is repeated on the next page is dropped.
        """
        return merged_tables(self.pages)

    def compare(
        self,
        other: Document | Boxes,
        *,
        equal: Rule = "normalised",
        dayfirst: bool | None = None,
        decimal_mark: DecimalMark | None = None,
    ) -> Comparison:
        """Hold the fields against those of another document.

        What a model found is held against what a person made of it by `document.predicted.compare(document)`.

        Args:
            other: What is expected: a document, or the `predicted` or `moderated` boxes of one.
            equal: When two texts are the same: `exact`, character by character; `normalised`, whatever their case,
                blanks and compatible characters; `values`, also when they are the same amount or the same date.
            dayfirst: For `values`, see `Field.as_date`.
            decimal_mark: For `values`, see `Field.as_decimal`.

        Returns:
            Precision and recall for each label and in total, and what differs.

        Example:
            ```python
            comparison = predicted.compare(truth, equal="values")
            print(comparison.total.precision, comparison.total.recall)
            for difference in comparison.differences:
                print(difference.label, difference.found, difference.expected)
            ```
        """
        return compare(self, other, equal, dayfirst, decimal_mark)

    @property
    def is_moderated(self) -> bool:
        """Whether a person approved the file."""
        return bool(self.pages) and all(page.is_moderated for page in self.pages)

    @property
    def status(self) -> Status:
        """`pending` while any page is in work, else `failure` if any failed, else `success`."""
        states = {page.status for page in self.pages}
        if "pending" in states:
            return "pending"
        return "failure" if self.error is not None or "failure" in states else "success"

    @property
    def raw(self) -> Any:
        """What the document was read from, as plain JSON values, unknown members included.

        The whole reply where it is of this file alone, else the list of the pages' entries in it.
        """
        if self._source is not None:
            return self._source.value
        pages = [page.raw for page in self.pages]
        return pages[0] if len(pages) == 1 else pages

    @property
    def raw_bytes(self) -> bytes:
        """The body of the reply that the document was read from, byte for byte; it may be of other files too."""
        if self._source is not None:
            return self._source.body.content
        return self.pages[0].raw_bytes if self.pages else b""

    def to_records(self, shape: Shape = "long") -> list[dict[str, Any]]:
        """The fields as records, in reading order.

        Args:
            shape: `long` for one record a field, `wide` for one record with a member for each label.

        Returns:
            Records. With `long` each has `file_name`, `request_file_id`, `page` (from 0), `label`, `text`, `score` (0
            to 1 or None) and `xmin`, `ymin`, `xmax`, `ymax` (pixels, or None where there is no location). With `wide`
            the one record has `file_name`, `request_file_id`, `pages`, `is_moderated`, `error` and the text of each
            label; of a label that repeats the best one, the others as `label (2)` and so on.
        """
        return long_records(self) if shape == "long" else [wide_record(self)]

    def to_json(self, *, indent: int | None = None) -> str:
        """Fields and tables as JSON text, in a form of our own that does not depend on which call they came from.

        Args:
            indent: Blanks a level; None for one line.
        """
        return json.dumps(document_record(self), indent=indent, ensure_ascii=False)

    def to_markdown(self) -> str:
        """Fields and tables as Markdown."""
        from nanonets_sdk.exports import document_markdown

        return document_markdown(self)

    def to_csv(self, path: str | PathLike[str], shape: Shape = "long", *, neutralise: bool = True) -> None:
        """Write the fields as CSV in UTF-8; for a table see `Table.to_csv`.

        Args:
            path: The file to write; one that is there is replaced, all at once.
            shape: `long` for one row a field, `wide` for one row with a column for each label.
            neutralise: Put `'` before texts that a spreadsheet would take for a formula; numbers stay as they are.

        Raises:
            OSError: The file cannot be written.
        """
        from nanonets_sdk.exports import write_csv

        write_csv([self], path, shape, neutralise=neutralise)

    def to_xlsx(
        self,
        path: str | PathLike[str],
        shape: Shape = "long",
        *,
        neutralise: bool = True,
        numbers: bool = False,
        cut: bool = False,
    ) -> None:
        """Write a workbook with a sheet for the fields and one for each table. Needs the extra `xlsx`.

        Args:
            path: The file to write; one that is there is replaced, all at once.
            shape: Of the sheet of fields: `long` for one row a field, `wide` for one row and a column for each label.
            neutralise: Mark texts that a spreadsheet would take for a formula as texts for good; they keep every
                character.
            numbers: Write texts that are amounts, and can be read in one way only, as numbers.
            cut: Cut texts that are longer than a cell can hold, with a warning, rather than raising.

        Raises:
            MissingExtra: xlsxwriter is not installed.
            ExportError: A text, or a table, is larger than a workbook can hold.
            OSError: The file cannot be written.
        """
        from nanonets_sdk.exports import write_xlsx

        write_xlsx([self], path, shape, neutralise=neutralise, numbers=numbers, cut=cut)

    def to_parquet(self, path: str | PathLike[str], shape: Shape = "long") -> None:
        """Write the fields as Parquet. Needs the extra `arrow`.

        Args:
            path: The file to write; one that is there is replaced, all at once.
            shape: `long` for one row a field, `wide` for one row with a column for each label.

        Raises:
            MissingExtra: pyarrow is not installed.
            OSError: The file cannot be written.
        """
        from nanonets_sdk.exports import write_parquet

        write_parquet([self], path, shape)

    def to_arrow(self, shape: Shape = "long") -> pa.Table:
        """The fields as an Arrow table; shapes as in `to_records`. Needs the extra `arrow`.

        Raises:
            MissingExtra: pyarrow is not installed.
        """
        from nanonets_sdk.exports import to_arrow

        return to_arrow([self], shape)

    def to_pandas(self, shape: Shape = "long") -> pd.DataFrame:
        """The fields as a pandas data frame; shapes as in `to_records`. Needs the extra `pandas`.

        Raises:
            MissingExtra: pandas or pyarrow is not installed.
        """
        from nanonets_sdk.exports import to_pandas

        return to_pandas([self], shape)

    def to_polars(self, shape: Shape = "long") -> pl.DataFrame:
        """The fields as a polars data frame; shapes as in `to_records`. Needs the extra `polars`.

        Raises:
            MissingExtra: polars or pyarrow is not installed.
        """
        from nanonets_sdk.exports import to_polars

        return to_polars([self], shape)

    def draw(
        self, page: int = 0, *, source: str | PathLike[str] | bytes | None = None, scale: float | None = None
    ) -> Image:
        """Draw what was read over the image of a page. Needs the extra `pictures`.

        Args:
            page: Number of the page, from 0.
            source: The file that was read, a path or its bytes; None to fetch the page image from its signed address,
                without the API key.
            scale: Pixels of the drawing for each pixel of the page's size; None for the smallest whole number at which
                labels can be read.

        Returns:
            A Pillow image in RGB.

        Raises:
            MissingExtra: Pillow or pypdfium2 is not installed.
            PictureError: There is no image of the page, or it cannot be read.
            LookupError: The document has no such page.
        """
        from nanonets_sdk.pictures import draw

        return draw(self, page, source=source, scale=scale)

    def save_overlay(
        self,
        path: str | PathLike[str],
        *,
        source: str | PathLike[str] | bytes | None = None,
        scale: float | None = None,
    ) -> tuple[Path, ...]:
        """Draw each page as `draw` does, and save a picture a page. Needs the extra `pictures`.

        Args:
            path: Where to; its ending says which format. A document of one page is saved under this name, one of
                several as `name-1.png`, `name-2.png` and so on, by page numbers from 1, with zeros in front where that
                keeps them in order.
            source: As for `draw`.
            scale: As for `draw`.

        Returns:
            The files, in the order of the pages.

        Raises:
            MissingExtra: Pillow or pypdfium2 is not installed.
            PictureError: There is no image of a page, or it cannot be read, or the ending names no format.
            OSError: A file cannot be written.
        """
        from nanonets_sdk.pictures import save_overlay

        return save_overlay(self, path, source=source, scale=scale)

    def save_searchable_pdf(
        self, path: str | PathLike[str], *, source: str | PathLike[str] | bytes | None = None
    ) -> None:
        """Save the original with an invisible layer of what was read, to search, select and copy. Needs `pictures`.

        The layer holds the words of the page; where the reply has none, the fields and cells.

        Args:
            path: The PDF to write; one that is there is replaced, all at once.
            source: The file that was read, a path or its bytes; None to fetch the page images from their signed
                addresses, without the API key.

        Raises:
            MissingExtra: pikepdf, Pillow or pypdfium2 is not installed.
            PictureError: There is no image of a page, or the file cannot be read.
            OSError: The file cannot be written.
        """
        from nanonets_sdk.pictures import save_searchable_pdf

        save_searchable_pdf(self, path, source=source)

    def save_html(self, path: str | PathLike[str], *, source: str | PathLike[str] | bytes | None = None) -> None:
        """Save one self-contained page to look through the document in a browser. Needs the extra `pictures`.

        Boxes light up with their row in the list; the list can be filtered by confidence and searched; the page asks
        nothing of any network, and shows whatever was read as plain text.

        Args:
            path: The HTML file to write; one that is there is replaced, all at once.
            source: As for `draw`.

        Raises:
            MissingExtra: Pillow or pypdfium2 is not installed.
            PictureError: There is no image of a page, or it cannot be read.
            OSError: The file cannot be written.
        """
        from nanonets_sdk.pictures import save_html

        save_html(self, path, source=source)

    def _repr_html_(self) -> str:
        from nanonets_sdk.formats.html import document_html

        return document_html(self)


def _all_boxes(pages: list[Boxes]) -> Boxes:
    return Boxes(
        Fields(field for boxes in pages for field in boxes.fields.all()),
        tuple(table for boxes in pages for table in boxes.tables),
    )
