"""Text documents: all text of a file, read without a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
from attrs import frozen

from nanonets_sdk import pictures
from nanonets_sdk.documents.field import Fields
from nanonets_sdk.documents.inputs import by_input, names_agree
from nanonets_sdk.documents.table import Table
from nanonets_sdk.documents.words import Word
from nanonets_sdk.formats.shown import counted, number_repr, one_line
from nanonets_sdk.layout.geometry import Box, RelativeBox
from nanonets_sdk.layout.reading_order import lines_of
from nanonets_sdk.layout.text_grid import text_in_layout
from nanonets_sdk.replies.source import Raw, Source
from nanonets_sdk.stored.doors import OPERATION, only_one, recognised_for

if TYPE_CHECKING:
    from os import PathLike

    from nanonets_api.replies import FullTextPage, FullTextReply, FullTextResult, FullTextWord
    from nanonets_sdk.events import Drift
    from nanonets_sdk.stored.bodies import StoredSource

_LONGEST: Final = 200


@frozen
class TextPage:
    """The text of one page.

    Attributes:
        number: Page number in the file, from 0.
        words: The words in the order of the reply.
        raw_text: The text as the service joined it; empty if the reply has none.
        width: Width of the page image in pixels; 0 if unknown, as in many replies.
        height: Height of the page image in pixels; 0 if unknown.
    """

    number: int
    words: tuple[Word, ...] = attrs.field(repr=False)
    raw_text: str = attrs.field(default="", repr=False)
    width: int = 0
    height: int = 0
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @property
    def text(self) -> str:
        """The text as the service joined it; if the reply has none, the words line by line."""
        return self.raw_text or self._lines

    @cached_property
    def _lines(self) -> str:
        lines = [" ".join(word.text for _, word in line) for line in lines_of(self._placed)]
        return "\n".join([*lines, *(word.text for word in self.words if word.box is None)])

    @property
    def _placed(self) -> list[tuple[Box, Word]]:
        return [(word.box, word) for word in self.words if word.box is not None]

    def text_in_layout(self) -> str:
        """Return the text laid out as on the page, for a font of one width: columns and empty lines are kept.

        Words without a place follow at the end, on lines of their own. If no word has a place, this is `text`.

        Example:
            ```python
            print(client.ocr.read_text("invoice.pdf").pages[0].text_in_layout())
            ```
        """
        laid_out = text_in_layout((box, word.text) for box, word in self._placed)
        if not laid_out:
            return self.text
        return "\n".join([laid_out, *(word.text for word in self.words if word.box is None)])

    def relative(self, box: Box) -> RelativeBox | None:
        """Return a box as fractions of the page; None if the size of the page is unknown."""
        return box.relative(self.width, self.height)

    @property
    def raw(self) -> Any:
        """The page as plain JSON values, unknown members included; None if it is not from a reply."""
        return self._source.value if self._source else None

    # What follows makes a page one that pictures can be made of. It has words, and nothing that a model found.

    @property
    def fields(self) -> Fields:
        """No fields: they need a model."""
        return Fields(())

    @property
    def tables(self) -> tuple[Table, ...]:
        """No tables: they need a model."""
        return ()

    @property
    def rotation(self) -> int:
        """0: the service does not say whether it rotated the page."""
        return 0

    @property
    def error(self) -> None:
        """None: the service does not report errors of single pages."""

    @property
    def image_url(self) -> str:
        """Empty: the service does not store the page image."""
        return ""


@frozen
class TextDocument:
    """All text of one file: `client.ocr.read_text`.

    Attributes:
        pages: The pages in the order of their numbers.
        file_name: Name of the file as it was sent, or its URL.
        error: Why the text of the file is missing; None if it is not.

    Example:
        ```python
        document = client.ocr.read_text("letter.pdf")
        print(document.text)
        document.save_searchable_pdf("letter-searchable.pdf", source="letter.pdf", resolution=72)
        ```
    """

    pages: tuple[TextPage, ...] = attrs.field(repr=number_repr)
    file_name: str = ""
    error: str | None = None
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @classmethod
    def load(cls, source: StoredSource, *, on_drift: Callable[[Drift], object] | None = None) -> TextDocument:
        """Load a text document from a stored reply; see `load_text_documents`, which also loads several.

        Raises:
            ValueError: The source holds no text, or that of several files.
            DecodeError: It is not JSON, or no reply with full text.
            OSError: It cannot be read.
        """
        loaded = load_text_documents(source, on_drift=on_drift)
        return only_one(loaded, "text document", "load_text_documents", lambda one: one.file_name)

    def __str__(self) -> str:
        size = f"{counted(len(self.pages), 'page')}, {counted(len(self.words), 'word')}"
        said = self.text if self.error is None else self.error
        return f"{one_line(self.file_name)}, {size}: {one_line(said, _LONGEST)}"

    @property
    def text(self) -> str:
        """The text of all pages, with an empty line between two pages."""
        return "\n\n".join(page.text for page in self.pages)

    def text_in_layout(self) -> str:
        """Return the text of all pages as `TextPage.text_in_layout` does, with a form feed between two pages."""
        return "\n\f".join(page.text_in_layout() for page in self.pages)

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of all pages."""
        return tuple(word for page in self.pages for word in page.words)

    def page(self, number: int) -> TextPage:
        """Return the page with a number.

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

    def save_searchable_pdf(
        self, path: str | PathLike[str], *, source: str | PathLike[str] | bytes, resolution: float | None = None
    ) -> None:
        """Save the original with an invisible text layer, to search, select and copy. Needs the extra `pictures`.

        Args:
            path: The PDF to write. An existing file is replaced, all at once.
            source: The file that was read, as a path or its bytes. The service stores no page images.
            resolution: Pixels per inch of the page images that the service read, for a PDF whose reply has no page
                sizes: without it, nothing says where on the page a word is.

        Raises:
            MissingExtra: pikepdf, Pillow or pypdfium2 is not installed.
            PictureError: The file cannot be read, or the size of a page is unknown and `resolution` is missing.
            OSError: The file cannot be written.
        """
        document = self
        if not all(page.width and page.height for page in self.pages):
            sizes = dict(enumerate(pictures.image_sizes(source, resolution)))
            document = attrs.evolve(self, pages=tuple(_sized(page, sizes) for page in self.pages))
        pictures.save_searchable_pdf(document, path, source=source)

    @property
    def has_reply(self) -> bool:
        """Whether the reply mentions the file."""
        return self._source is not None and bool(self._source.path)

    @property
    def raw(self) -> Any:
        """The file's entry in the reply as plain JSON values, unknown members included; the whole reply if it has none.

        None if the document is not from a reply.
        """
        return self._source.value if self._source else None

    @property
    def raw_bytes(self) -> bytes:
        """The body of its reply, byte for byte; it may cover other files too."""
        return self._source.body.content if self._source else b""

    # What pictures ask of a document.

    @property
    def request_file_id(self) -> str:
        """Empty: the service does not store the file."""
        return ""

    @property
    def is_moderated(self) -> bool:
        """False: there is nothing to approve."""
        return False


def _sized(page: TextPage, sizes: Mapping[int, tuple[int, int]]) -> TextPage:
    width, height = sizes.get(page.number, (0, 0))
    return page if page.width and page.height else attrs.evolve(page, width=width, height=height)


def text_documents(reply: FullTextReply, body: Raw, inputs: Sequence[str]) -> list[TextDocument]:
    """Build a text document for each file or URL sent, in that order; one that the reply leaves out gets an error."""
    found = _found_in(reply, body)
    if len(found) == len(inputs) == 1 and names_agree(inputs[0], found[0].file_name):
        return found
    answers, strays = by_input(found, inputs, lambda entry: entry.file_name)
    others = ", but about others: " + ", ".join(repr(stray.file_name) for stray in strays) if strays else ""
    return [
        answer or TextDocument((), sent, f"the reply says nothing about this file{others}", source=Source(body))
        for answer, sent in zip(answers, inputs, strict=True)
    ]


def load_text_documents(
    source: StoredSource, *, on_drift: Callable[[Drift], object] | None = None
) -> list[TextDocument]:
    """Load the text documents in a stored reply, or in an archive of several.

    Args:
        source: What `load_documents` takes.
        on_drift: Called for each value of an unexpected type, as by a client. The operation is `load`.

    Returns:
        A text document for each file, in the order of the source.

    Raises:
        DecodeError: Something in it is not JSON, or no reply with full text.
        OSError: It cannot be read.
    """
    from nanonets_api.replies import FullTextReply, FullTextResult
    from nanonets_sdk.replies.decode import decode

    loaded: list[TextDocument] = []
    for found in recognised_for("load_text_documents", source):
        body = Raw(found.body.content)
        if found.shape == "texts":
            loaded += _found_in(decode(body.content, FullTextReply, OPERATION, on_drift), body)
        else:
            loaded.append(_document_of(decode(body.content, FullTextResult, OPERATION, on_drift), Source(body)))
    return loaded


def _found_in(reply: FullTextReply, body: Raw) -> list[TextDocument]:
    # The captured replies say `results`, the published description `result`.
    name = "result" if reply.results is None else "results"
    entries = (reply.result if reply.results is None else reply.results) or ()
    return [_document_of(entry, Source(body) / name / index) for index, entry in enumerate(entries)]


def _document_of(reply: FullTextResult, source: Source) -> TextDocument:
    pages = [_page_of(page, index, source / "page_data" / index) for index, page in enumerate(reply.page_data or ())]
    return TextDocument(
        pages=tuple(sorted(pages, key=lambda page: page.number)),
        file_name=reply.filename or "",
        error=None if pages else _reason(source.value),
        source=source,
    )


def _reason(entry: Any) -> str:
    # What the service says about a file that failed is not documented.
    members = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
    said = (members.get(name) for name in ("message", "error", "reason"))
    return next((text for text in said if isinstance(text, str) and text), "the reply has no page of this file")


def _page_of(reply: FullTextPage, position: int, source: Source) -> TextPage:
    return TextPage(
        number=position if reply.page is None else reply.page,
        words=tuple(Word(word.text or "", _place_of(word)) for word in reply.words or ()),
        raw_text=reply.raw_text or "",
        width=(reply.size and reply.size.width) or 0,
        height=(reply.size and reply.size.height) or 0,
        source=source,
    )


def _place_of(word: FullTextWord) -> Box | None:
    return Box.located(word.xmin, word.ymin, word.xmax, word.ymax) or Box.located(
        word.left, word.top, word.right, word.bottom
    )
