"""What is said at the end of a batch: how many, which not, why, and how to go on."""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nanonets_sdk.cli.output.result_folder import FAILED
from nanonets_sdk.cli.output.terminal import print_rows, say, shown

if TYPE_CHECKING:
    from nanonets_sdk.batch import Outcome

_MOST_ROWS: Final = 50
_COLUMNS: Final = ("file", "outcome", "why")
_WHERE: Final = re.compile(r"^[A-Z]+ /\S* | from [A-Z]+ /\S*(?=[.:]|$)")
_STATES: Final = {"failed": "failed", "unknown": "not known", "pending": "in work"}


class Report:
    """Counts outcomes, and keeps those that are not done.

    Attributes:
        counts: How many files came to which status; `skipped` for those that an earlier run did.
        submitted: The ids of files that the service has and whose results were not collected; not kept in a folder,
            where the journal has them.
    """

    def __init__(self, folder: Path | None) -> None:
        self.counts: Counter[str] = Counter()
        self.submitted: list[str] = []
        self._folder = folder
        self._rows: list[tuple[str, str, str]] = []
        self._left_out = 0
        self._writer: Any = None

    @property
    def failures(self) -> int:
        """How many files are not done."""
        return self.counts["failed"] + self.counts["unknown"] + self.counts["pending"]

    @contextmanager
    def list_of_failures(self) -> Generator[None]:
        """A block whose failures are listed in the folder of results; without failures there is no such list."""
        if self._folder is None:
            yield
            return
        from nanonets_sdk.formats.replacing import replacing

        path = self._folder / FAILED
        with replacing(path) as draft, draft.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            self._writer = csv.writer(file)
            self._writer.writerow(("file", "outcome", "request_file_id", "why"))
            try:
                yield
            finally:
                self._writer = None
        if not self.failures:
            path.unlink()

    def add(self, outcome: Outcome, error: Exception | None = None) -> None:
        """Take an outcome into account; an error of ours makes a failure of it."""
        error = error or outcome.error
        status = "failed" if error is not None and outcome.status == "done" else outcome.status
        self.counts["skipped" if outcome.was_done_before else status] += 1
        if status == "pending" and self._folder is None:
            self.submitted.append(outcome.request_file_id)
        if status != "done":
            self._add_row(str(outcome.path), _STATES[status], outcome.request_file_id, why(error))

    def note_undelivered(self, outcome: Outcome) -> None:
        """Keep the id of a file that the service has and whose result could not be written."""
        if self._folder is None and outcome.request_file_id:
            self.submitted.append(outcome.request_file_id)

    def _add_row(self, path: str, state: str, request_file_id: str, reason: str) -> None:
        if self._writer is not None:
            from nanonets_sdk.formats.texts import neutral

            self._writer.writerow(map(neutral, (path, state, request_file_id, reason)))
        if self._folder is None or len(self._rows) < _MOST_ROWS:
            self._rows.append((path, state, reason))
        else:
            self._left_out += 1

    def show(self, total: int) -> None:
        """Write counts and failures to standard error."""
        if self._rows:
            print_rows(_COLUMNS, self._rows, stream=sys.stderr, whole=("outcome",))
        if self._left_out:
            say(f"… and {self._left_out} more, all of them in {self._folder}/{FAILED}")
        if total > 1 or self.failures or self._folder is not None:
            where = f" Results are in {self._folder}." if self._folder is not None else ""
            say(f"{_files(total)}: {', '.join(self._parts(total))}.{where}")

    def _parts(self, total: int) -> Iterator[str]:
        counts = self.counts
        names = {
            "done": "done",
            "skipped": "done before",
            "failed": "failed",
            "unknown": "sent with unknown outcome",
            "pending": "in work at the service",
        }
        yield from (f"{counts[status]} {text}" for status, text in names.items() if counts[status] or status == "done")
        if left := total - counts.total():
            yield f"{left} not sent"


def why(error: Exception | None) -> str:
    """An error in a few words, for a row of a table."""
    if error is None:
        return "not waited for"
    first = re.split(r"(?<=[a-z\d\)'])\. (?=[A-Z])", str(error), maxsplit=1)[0]
    return shown(_WHERE.sub("", first)).rstrip(".")


def _files(number: int) -> str:
    return f"{number} file" if number == 1 else f"{number} files"
