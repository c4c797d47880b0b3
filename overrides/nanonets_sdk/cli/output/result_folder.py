"""Documents as files in a folder, each one there in full or not at all.

A folder of results, here with `--format csv --overlay`:

```text
invoice.csv                 the fields: the main file, whose presence means that the result is there
invoice.table-1.csv         beside it, csv only: a file for each table
invoice.overlay-1.png       beside it: a picture of each page
2024/invoice.csv            of `2024/invoice.pdf`: names keep their place below the folder that was given
nanonets-journal.sqlite     what was sent, and under which id; see `nanonets_sdk.batch.journal`
nanonets-failed.csv         what is not done, and why
```

A result is written in this order: draft written, draft renamed, file and folder synced, noted as done in the journal.
A crash at any point leaves a result to be read again, which is free. In another order it could leave a file that is
noted as done and has no result.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from nanonets_sdk import exports
from nanonets_sdk.errors import ExportError
from nanonets_sdk.extras import require
from nanonets_sdk.formats.atomic import remove_drafts
from nanonets_sdk.formats.registry import OutputFormat
from nanonets_sdk.formats.targets import is_special, write_text

if TYPE_CHECKING:
    from nanonets_sdk.documents import Document

JOURNAL: Final = "nanonets-journal.sqlite"
FAILED: Final = "nanonets-failed.csv"
_PICTURES: Final = ("PIL", "pypdfium2")
# File systems allow 255 bytes; the rest is for endings such as `.overlay-0001.png` and the 12 digits of a hash.
_LONGEST: Final = 200
_DIGITS: Final = 12
# `invoice.table-1.pdf` may be sent together with `invoice.pdf`, and `nanonets-failed.pdf` with anything.
_BESIDE: Final = re.compile(r"(?i)(\.table-\d+|\.overlay(-\d+)?|^nanonets-failed)$")
_OVERLAY: Final = re.compile(r"\.overlay(-\d+)?\.png$")
# These concern one file. Any other OSError, such as a full disk, concerns every file, and ends the batch.
_OF_ONE_FILE: Final = (FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError)


@frozen
class ResultFolder:
    """A folder of results.

    Attributes:
        folder: Its path.
        form: The format of the files.
        has_overlays: Whether a picture of each page is written too.
        writer_options: Arguments of the writer of the format.
    """

    folder: Path
    form: OutputFormat
    has_overlays: bool = False
    writer_options: Mapping[str, Any] = field(factory=dict[str, Any])
    _pictured: dict[Path, frozenset[str]] = field(factory=dict[Path, frozenset[str]], init=False, eq=False, repr=False)

    def prepare(self) -> None:
        """Make the folder, before anything is paid for that could not be written.

        Raises:
            MissingExtra: The format needs a dependency that is not installed.
            OSError: The folder cannot be made.
        """
        needed = [self.form.requires] if self.form.requires else []
        require(*needed, *(_PICTURES if self.has_overlays else ()))
        self.folder.mkdir(parents=True, exist_ok=True)

    def tidy(self) -> None:
        """Remove the drafts of a run that was killed. Call this only while no other run writes to the folder."""
        remove_drafts(self.folder)

    def has(self, name: str) -> bool:
        """Whether everything that belongs to a document is there."""
        base = file_name(name)
        path = self.folder / base
        if not (self.folder / f"{base}{self.form.suffix}").is_file():
            return False
        if self.has_overlays and path.parent not in self._pictured:
            # Listed once: looking for the overlays of each file would read a folder of thousands thousands of times.
            names = [found.name for found in path.parent.iterdir()]
            self._pictured[path.parent] = frozenset(_OVERLAY.sub("", one) for one in names if _OVERLAY.search(one))
        return not self.has_overlays or path.name in self._pictured[path.parent]

    def write(self, document: Document, name: str, source: Path | None = None) -> list[Path]:
        """Write a document and return the files, once they are on the disk.

        Args:
            document: The document.
            name: Its name in the folder, which may contain folders.
            source: The file that was read, for pictures; None to fetch the page images.

        Raises:
            NanonetsError: The document does not fit into the format, a dependency is missing, or something else has the
                name of its file.
            OSError: No file can be written any more.
        """
        base = file_name(name)
        path = self.folder / f"{base}{self.form.suffix}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # A result that is not a file could not be found by the next run, and a FIFO might never take it.
            if is_special(path):
                raise FileExistsError(errno.EEXIST, "not a regular file", str(path))
            if self.form.name == "json":
                # `write_json` would write an array, and a file of one document is that document.
                write_text(path, document.to_json(indent=2) + "\n")
            else:
                getattr(exports, self.form.writer)([document], path, **self.writer_options)
            written = [path]
            if self.form.name == "csv":
                written += _write_tables(document, path, self.writer_options)
            if self.has_overlays and document.pages:
                written += document.save_overlay(self.folder / f"{base}.overlay.png", source=source)
            _sync(written)
        except _OF_ONE_FILE as error:
            raise ExportError(f"{error.strerror}: {error.filename}" if error.filename else str(error)) from error
        return written


def file_name(name: str) -> str:
    """Return the name of a result without its suffix; with a hash if it is too long, or of a file beside others."""
    folders, slash, last = name.rpartition("/")
    content = last.encode("utf-8", "surrogateescape")
    if len(content) <= _LONGEST and not _BESIDE.search(last):
        return name
    # The hash is of the name alone, so that a later run finds the result under the same name.
    digest = sha256(content).hexdigest()[:_DIGITS]
    return f"{folders}{slash}{content[:_LONGEST].decode('utf-8', 'ignore')}-{digest}"


def _write_tables(document: Document, path: Path, options: Mapping[str, Any]) -> list[Path]:
    base = path.name.removesuffix(path.suffix)
    written = [path.with_name(f"{base}.table-{number}.csv") for number in range(1, len(document.tables) + 1)]
    for table, file in zip(document.tables, written, strict=True):
        table.to_csv(file, **options)
    # An earlier result may have had more tables; the first gap ends them.
    for number in count(len(written) + 1):
        try:
            path.with_name(f"{base}.table-{number}.csv").unlink()
        except FileNotFoundError:
            break
    return written


def _sync(files: list[Path]) -> None:
    """Wait until files and their names are on the disk."""
    for path in files:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    # A file's name is part of its folder, which is synced by itself. Windows cannot open folders.
    if os.name == "posix":
        for folder in {path.parent for path in files}:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
