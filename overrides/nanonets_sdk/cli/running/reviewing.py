"""What `nanonets review` works with: the files, the class to check them with, and the wait for Ctrl-C."""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nanonets_sdk.cli.output.terminal import say, shown
from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.cli.running.signals import ENDING, caught
from nanonets_sdk.formats.safe_text import json_text

if TYPE_CHECKING:
    from nanonets_sdk import Document, Nanonets
    from nanonets_sdk.cli.running.per_id import Failures
    from nanonets_sdk.review import ReviewServer


def documents_of(client: Nanonets, model_id: str, ids: Iterable[str], failures: Failures) -> list[Document]:
    """Read files by their ids. One that cannot be read does not stop the others."""
    documents: list[Document] = []
    for one in dict.fromkeys(ids):
        with failures.noted(one):
            documents.append(client.ocr.get_file(model_id, one))
    return documents


def sources_in(folder: Path | None, documents: Iterable[Document]) -> Mapping[str, Path]:
    """Return the files of a folder that have the names of documents, by id; none without a folder.

    Raises:
        UsageProblem: There is no such folder.
    """
    if folder is None:
        return {}
    if not folder.is_dir():
        raise UsageProblem(f"--source {str(folder)!r} is not a folder")
    # A document may call its file anything; only the last part of the name is looked for, and only in the folder.
    named = {one.request_file_id: folder / Path(one.file_name).name for one in documents if one.file_name}
    return {file: path for file, path in named.items() if path.is_file()}


def class_of(name: str) -> type[Any]:
    """Return the class that `MODULE:CLASS` names; modules are looked for in the current folder too.

    Raises:
        UsageProblem: There is none.
    """
    module, colon, path = name.partition(":")
    if not (module and colon and path):
        raise UsageProblem(f"--types {name!r} is not MODULE:CLASS, for example invoices:Invoice")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = importlib.import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except ImportError as error:
        raise UsageProblem(f"--types {name}: the module cannot be imported: {error}") from None
    except AttributeError:
        raise UsageProblem(f"--types {name}: the module {module} has no {path}") from None
    if not isinstance(found, type):
        raise UsageProblem(f"--types {name} is not a class")
    from nanonets_sdk.review.checking import check_class

    try:
        check_class(found)
    except TypeError as error:
        raise UsageProblem(f"--types {name}: {error}") from None
    return found


def serve(server: ReviewServer, *, as_json: bool, browser: bool) -> None:
    """Serve a review until SIGINT or SIGTERM. The first Ctrl-C with unsaved edits only says so."""
    with caught(*ENDING, "SIGHUP") as following, server:
        _announce(server, as_json=as_json)
        if browser:
            server.open_browser()
        if following() == signal.SIGINT and (unsaved := _unsaved(server)):
            say(f"Unsaved edits: {unsaved}. Save them in the browser, or press Ctrl-C again to drop them.")
            following()
    _conclude(server, as_json=as_json)


def _unsaved(server: ReviewServer) -> str:
    return ", ".join(f"{shown(name)} ({edits})" for name, edits in server.unsaved.items())


def _announce(server: ReviewServer, *, as_json: bool) -> None:
    if as_json:
        files = [{"id": one.request_file_id, "name": one.name, "lowest": one.lowest} for one in server.files]
        print(json_text({"url": server.url, "files": files}), flush=True)
    else:
        print(server.url, flush=True)
    number = len(server.files)
    say(f"Reviewing {number} file{'' if number == 1 else 's'} at this address in the browser; stop with Ctrl-C.")


def _conclude(server: ReviewServer, *, as_json: bool) -> None:
    if as_json:
        done = {"approved": server.approved, "saved": server.saved, "unsaved": server.unsaved}
        print(json_text(done), flush=True)
    unsaved = _unsaved(server)
    dropped = f" Dropped unsaved edits: {unsaved}." if unsaved else ""
    say(f"Review ended: {len(server.approved)} approved, {len(server.saved)} corrected.{dropped}")
