"""Results by their ids: one that is not to be had does not keep back the others."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from nanonets_sdk.cli.output.result_folder import result_folder
from nanonets_sdk.cli.output.result_stream import documents_to_stdout
from nanonets_sdk.cli.output.terminal import say
from nanonets_sdk.cli.running.exit_codes import FINE, SOME_FILES_FAILED
from nanonets_sdk.cli.running.options import Format
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.errors import Forbidden, NanonetsError, Unauthorized

if TYPE_CHECKING:
    from nanonets_sdk.documents import Document

Deliver: TypeAlias = "Callable[[str, Document], object]"


def collect(ids: Iterable[str], read: Callable[[str], Document], form: Format | None, output: Path | None) -> int:
    """Read results and write them to standard output or a folder; returns the exit status.

    Args:
        ids: The request_file_id of each.
        read: Gets one.
        form: How to write them.
        output: The folder; None for standard output.
    """
    failures = 0
    with _delivery(form, output) as deliver:
        for request_file_id in ids:
            try:
                document = read(request_file_id)
            except (Unauthorized, Forbidden):
                raise
            except JobFailed as error:
                failures += 1
                say(f"nanonets: {error}")
                if error.document is not None and error.document.pages:
                    deliver(request_file_id, error.document)
            except NanonetsError as error:
                failures += 1
                say(f"nanonets: {request_file_id}: {error}")
            else:
                deliver(request_file_id, document)
    return SOME_FILES_FAILED if failures else FINE


@contextmanager
def _delivery(form: Format | None, output: Path | None) -> Generator[Deliver]:
    if output is None:
        with documents_to_stdout(form or Format.TABLE) as write:
            yield lambda _, document: write(document)
        return
    folder = result_folder(output, form)
    folder.prepare()
    # Ids differ where names of files need not.
    yield lambda request_file_id, document: folder.write(document, request_file_id)
