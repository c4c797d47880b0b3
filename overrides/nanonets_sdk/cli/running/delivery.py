"""Where results go: to standard output, or to a folder with one file per document."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from nanonets_sdk.cli.output.result_folder import ResultFolder
from nanonets_sdk.cli.output.result_stream import documents_to_stdout
from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.documents import Document
from nanonets_sdk.formats.registry import FORMATS


class Deliver(Protocol):
    """Writes one document."""

    def __call__(self, document: Document, name: str, source: Path | None = None) -> object:
        """Write a document, in a folder under a name and with pictures of the source file if they were asked for."""
        ...


def folder_for(
    output: Path | None, form: str | None, *, overlay: bool = False, writer_options: Mapping[str, Any] | None = None
) -> ResultFolder | None:
    """Return the folder of results that the options ask for; None for standard output.

    Raises:
        UsageProblem: The options contradict each other.
    """
    if output is None:
        if overlay:
            raise UsageProblem("--overlay writes pictures; add --output DIR")
        if form is not None and not FORMATS[form].is_streamed:
            raise UsageProblem(f"--format {form} cannot be written to standard output; add --output DIR")
        return None
    chosen = FORMATS[written_form(form, output)]
    if not chosen.writer:
        raise UsageProblem(f"--format {form} is only for display; with --output use json, jsonl, csv, xlsx or md")
    return ResultFolder(output, chosen, overlay, writer_options or {})


def written_form(form: str | None, output: Path | None) -> str:
    """Return the format in which results are written, the default of the place if none was named."""
    return form or ("table" if output is None else "json")


@contextmanager
def delivery(
    folder: ResultFolder | None, form: str | None, writer_options: Mapping[str, Any] | None = None
) -> Generator[Deliver]:
    """Deliver documents to a folder, or to standard output if there is none."""
    if folder is not None:
        yield folder.write
        return
    with documents_to_stdout(FORMATS[written_form(form, None)], writer_options or {}) as write:
        yield lambda document, name, source=None: write(document)  # noqa: ARG005 - a stream has no names
