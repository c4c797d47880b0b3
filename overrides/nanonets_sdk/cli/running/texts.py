"""The work of `nanonets text`: which files and URLs are read, and where their texts go.

```text
standard output    txt     the text; with several files under `==> name <==`, as head(1) writes them
                   json    one array, an element as soon as it arrives
--output DIR       a file each: invoice.txt, invoice.json, invoice.searchable.pdf; its path to standard output
```
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from attrs import frozen

from nanonets_sdk.batch import find_files
from nanonets_sdk.cli.output.result_folder import file_name
from nanonets_sdk.cli.output.terminal import shown
from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.cli.running.per_file import no_files
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.errors import ExportError, NanonetsError
from nanonets_sdk.extras import require
from nanonets_sdk.formats.safe_text import json_text
from nanonets_sdk.formats.targets import write_text

if TYPE_CHECKING:
    from nanonets_sdk import AsyncNanonets
    from nanonets_sdk.documents.text_document import TextDocument

_PICTURES: Final = ("PIL", "pikepdf", "pypdfium2")
_SUFFIXES: Final = {"txt": ".txt", "json": ".json", "searchable-pdf": ".searchable.pdf"}
_URL: Final = re.compile(r"https?://", re.IGNORECASE)
_UNSAFE: Final = re.compile(r"[^\w.-]+")
_DIGITS: Final = 12
_EDGES: Final = ("xmin", "ymin", "xmax", "ymax")


@frozen
class TextInput:
    """A file or a URL to read.

    Attributes:
        place: The path of the file, or the URL.
        name: The name of its result, unique among all inputs.
        is_url: Whether it is a URL.
    """

    place: str
    name: str
    is_url: bool = False

    async def read(self, client: AsyncNanonets) -> TextDocument:
        """Read its text.

        Raises:
            JobFailed: The service failed on it.
            NanonetsError: The call failed.
        """
        if not self.is_url:
            return await client.ocr.read_text(Path(self.place))
        (document,) = await client.ocr.read_text(urls=[self.place])
        if document.error is not None:
            raise JobFailed(document.error, text=document)
        return document

    def __str__(self) -> str:
        return self.place


def inputs_of(given: Sequence[str], *, recursive: bool) -> list[TextInput]:
    """Return the files and URLs that were named, and the files in folders that were named.

    Raises:
        UploadError: A file does not exist.
        UsageProblem: There are no files.
    """
    found: list[TextInput] = []
    for one in given:
        if _URL.match(one):
            last = unquote(urlsplit(one).path.rstrip("/").rpartition("/")[2])
            found.append(TextInput(one, _UNSAFE.sub("_", last.rpartition(".")[0] or last) or "url", is_url=True))
        else:
            found += [TextInput(str(file.path), file.name) for file in find_files([one], recursive=recursive)]
    if not found:
        raise no_files(recursive=recursive)
    # Case is ignored, as it is by some file systems.
    counts = Counter(one.name.casefold() for one in found)
    return [
        one
        if counts[one.name.casefold()] == 1
        else TextInput(one.place, f"{one.name}-{_digest(one.place)}", one.is_url)
        for one in dict.fromkeys(found)
    ]


def _digest(place: str) -> str:
    return sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:_DIGITS]


@frozen
class Texts:
    """How texts are written.

    Attributes:
        form: `txt`, `json` or `searchable-pdf`.
        has_layout: Whether text keeps columns and empty lines.
        folder: The folder of the files; None for standard output.
        resolution: Pixels per inch of the boxes, for a searchable PDF.
    """

    form: str
    has_layout: bool
    folder: Path | None
    resolution: float | None

    def check(self, inputs: Sequence[TextInput]) -> None:
        """Check the options and make the folder, before anything is paid for that could not be written.

        Raises:
            UsageProblem: The options contradict each other.
            MissingExtra: The format needs a dependency that is not installed.
            OSError: The folder cannot be made.
        """
        if self.has_layout and self.form != "txt":
            raise UsageProblem(f"--layout is for text; --format {self.form} has the place of each word")
        if self.resolution is not None and self.form != "searchable-pdf":
            raise UsageProblem("--resolution is for --format searchable-pdf")
        if self.form == "searchable-pdf":
            require(*_PICTURES)
            if self.folder is None:
                raise UsageProblem("--format searchable-pdf cannot be written to standard output; add --output DIR")
            if urls := [one.place for one in inputs if one.is_url]:
                raise UsageProblem(f"a searchable PDF needs the file itself; download it first: {urls[0]}")
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)

    def text_of(self, document: TextDocument) -> str:
        """Return the text of a document, ending with a line feed."""
        text = document.text_in_layout() if self.has_layout else document.text
        return text if text.endswith("\n") else f"{text}\n"

    def write_file(self, source: TextInput, document: TextDocument) -> None:
        """Write the text of a file into the folder, and the path to standard output.

        Raises:
            ExportError: It cannot be written in this form; it is in the folder as JSON then.
            OSError: The file cannot be written.
        """
        base = (self.folder or Path()) / file_name(source.name)
        path = base.with_name(base.name + _SUFFIXES[self.form])
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.form == "txt":
            write_text(path, self.text_of(document))
        elif self.form == "json":
            write_text(path, _json_of(source, document) + "\n")
        else:
            try:
                document.save_searchable_pdf(path, source=source.place, resolution=self.resolution)
            except NanonetsError as error:
                # The text was paid for.
                kept = base.with_name(base.name + _SUFFIXES["json"])
                write_text(kept, _json_of(source, document) + "\n")
                raise ExportError(f"{error} (its text is in {kept})") from error
        print(shown(str(path)), flush=True)


def _json_of(source: TextInput, document: TextDocument) -> str:
    pages = [
        {
            "page_index": page.number,
            "width": page.width,
            "height": page.height,
            "text": page.text,
            "words": [
                {"text": word.text, **({name: getattr(word.box, name) for name in _EDGES} if word.box else {})}
                for word in page.words
            ],
        }
        for page in document.pages
    ]
    record: dict[str, Any] = {"file": source.place, "text": document.text, "pages": pages}
    return json_text(record, indent=2)


@contextmanager
def delivery(texts: Texts, *, number: int) -> Generator[Callable[[TextInput, TextDocument], object]]:
    """Deliver texts to the folder, or to standard output if there is none.

    Args:
        texts: How they are written.
        number: How many there may be.

    Yields:
        A function that writes the text of one file.
    """
    if texts.folder is not None:
        yield texts.write_file
        return
    written = 0

    def write(source: TextInput, document: TextDocument) -> None:
        nonlocal written
        if texts.form == "json":
            sys.stdout.write(f"{',' if written else '['}\n{_json_of(source, document)}")
        else:
            name = f"{chr(10) if written else ''}==> {shown(source.place)} <==\n" if number > 1 else ""
            sys.stdout.write(name + texts.text_of(document))
        sys.stdout.flush()
        written += 1

    try:
        yield write
    finally:
        # Also after an error: what was written so far has been paid for, and is to be valid JSON.
        if texts.form == "json":
            sys.stdout.write("\n]\n" if written else "[]\n")
            sys.stdout.flush()
