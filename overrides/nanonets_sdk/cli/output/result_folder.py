"""Documents as files in a folder, one or more for each, there in full or not at all."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from nanonets_sdk.cli.running.main import UsageProblem
from nanonets_sdk.cli.running.options import Format
from nanonets_sdk.errors import ExportError

if TYPE_CHECKING:
    from nanonets_sdk.documents import Document

JOURNAL: Final = "nanonets-journal.sqlite"
FAILED: Final = "nanonets-failed.csv"
_NEEDED: Final[dict[Format, tuple[str, ...]]] = {Format.XLSX: ("xlsxwriter",)}
_PICTURES: Final = ("PIL", "pypdfium2")
_LONGEST: Final = 200
"""Bytes of a name that leave room for the endings, where file systems allow 255."""
_DIGITS: Final = 12
_BESIDE: Final = re.compile(r"(?i)(\.table-\d+|\.overlay(-\d+)?|^nanonets-failed)$")
"""How the names end of files that stand beside a document's own, without the format."""
_OVERLAY: Final = re.compile(r"\.overlay(-\d+)?\.png$")
_OF_ONE_FILE: Final = (FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError)
"""What stands in the way of one file alone, where a full disk is in the way of all."""


@frozen
class ResultFolder:
    """A folder of results.

    Attributes:
        folder: Where it is.
        form: The format of the files.
        has_overlays: Whether pictures of the pages with what was read are written too.
    """

    folder: Path
    form: Format
    has_overlays: bool = False
    _pictured: dict[Path, frozenset[str]] = field(factory=dict[Path, frozenset[str]], init=False, eq=False, repr=False)

    def prepare(self) -> None:
        """Make the folder, before anything is paid for that could not be written.

        Raises:
            MissingExtra: What writes the format is not installed.
            OSError: The folder cannot be made.
        """
        from nanonets_sdk.extras import require

        require(*_NEEDED.get(self.form, ()), *(_PICTURES if self.has_overlays else ()))
        self.folder.mkdir(parents=True, exist_ok=True)

    def tidy(self) -> None:
        """Remove what a run that was killed left half written; only while no other run writes here."""
        from nanonets_sdk.formats.replacing import remove_drafts

        remove_drafts(self.folder)

    def main_file(self, name: str) -> Path:
        """The file of a document."""
        return self.folder / f"{_fitting(name)}.{self.form}"

    def has(self, name: str) -> bool:
        """Whether all of a document is there."""
        return self.main_file(name).is_file() and (not self.has_overlays or self._has_pictures(name))

    def write(self, document: Document, name: str, source: Path | None = None) -> list[Path]:
        """Write a document; returns the files, once they are on the disk.

        Args:
            document: The document.
            name: Its name in the folder, perhaps with folders in it.
            source: The file that was read, for pictures; None to fetch the page images.

        Raises:
            NanonetsError: It does not fit into the format, what writes it is not installed, or something else stands in
                its place.
            OSError: Nothing can be written any more.
        """
        try:
            return self._write(document, name, source)
        except _OF_ONE_FILE as error:
            raise ExportError(f"{error.strerror}: {error.filename}" if error.filename else str(error)) from error

    def _write(self, document: Document, name: str, source: Path | None) -> list[Path]:
        path = self.main_file(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(document, path, self.form)
        written = [path]
        if self.form is Format.CSV:
            written.extend(_write_tables(document, path))
        if self.has_overlays and document.pages:
            written.extend(document.save_overlay(self.folder / f"{_fitting(name)}.overlay.png", source=source))
        _settle(written)
        return written

    def _has_pictures(self, name: str) -> bool:
        path = self.folder / _fitting(name)
        folder = path.parent
        if folder not in self._pictured:  # looked into once, however many files it has
            names = [found.name for found in folder.iterdir()]
            self._pictured[folder] = frozenset(_OVERLAY.sub("", found) for found in names if _OVERLAY.search(found))
        return path.name in self._pictured[folder]


def result_folder(folder: Path, form: Format | None, *, has_overlays: bool = False) -> ResultFolder:
    """The folder of results that was asked for.

    Raises:
        UsageProblem: The format is none for files.
    """
    if form is Format.TABLE:
        raise UsageProblem("a table is for looking at; with --output use json, jsonl, csv, xlsx or md")
    return ResultFolder(folder, form or Format.JSON, has_overlays)


def _fitting(name: str) -> str:
    """The name, or one with characters of its own: if it is too long with an ending, or like that of a file beside."""
    folders, slash, last = name.rpartition("/")
    content = last.encode("utf-8", "surrogateescape")
    if len(content) <= _LONGEST and not _BESIDE.search(last):
        return name
    mark = sha256(content).hexdigest()[:_DIGITS]
    return f"{folders}{slash}{content[:_LONGEST].decode('utf-8', 'ignore')}-{mark}"


def _write(document: Document, path: Path, form: Format) -> None:
    from nanonets_sdk.exports import write_jsonl
    from nanonets_sdk.formats.replacing import write_text

    match form:
        case Format.JSONL:
            write_jsonl([document], path)
        case Format.CSV:
            document.to_csv(path)
        case Format.XLSX:
            document.to_xlsx(path)
        case Format.MARKDOWN:
            write_text(path, document.to_markdown())
        case _:
            write_text(path, document.to_json(indent=2) + "\n")


def _write_tables(document: Document, path: Path) -> list[Path]:
    base = path.name.removesuffix(path.suffix)
    written = [path.with_name(f"{base}.table-{number}.csv") for number in range(1, len(document.tables) + 1)]
    for table, file in zip(document.tables, written, strict=True):
        table.to_csv(file)
    for number in count(len(written) + 1):  # of an earlier result that had more of them
        try:
            path.with_name(f"{base}.table-{number}.csv").unlink()
        except FileNotFoundError:
            break
    return written


def _settle(files: list[Path]) -> None:
    """Have the system write files and their names to the disk, before the journal calls them done."""
    for path in files:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    if os.name == "posix":
        for folder in {path.parent for path in files}:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
