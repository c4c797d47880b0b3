"""The end of a batch: how many files are done, which are not, and why."""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nanonets_sdk.cli.output.result_folder import FAILED
from nanonets_sdk.cli.output.terminal import print_rows, say, shown
from nanonets_sdk.cli.output.wording import in_options
from nanonets_sdk.formats.safe_text import neutral
from nanonets_sdk.formats.targets import text_target

if TYPE_CHECKING:
    from nanonets_sdk.batch import Outcome

_MOST_ROWS: Final = 50
_COLUMNS: Final = ("file", "outcome", "why")
# "404 Not Found from GET /OCR/Model/…" says in a table row no more than "404 Not Found".
_WHERE: Final = re.compile(r"^[A-Z]+ /\S* | from [A-Z]+ /\S*(?=[.:]|$)")
_SENTENCE_END: Final = re.compile(r"(?<=[a-z\d\)'])\. (?=[A-Z])")
_STATES: Final = {"failed": "failed", "unknown": "not known", "pending": "in work"}
_NOT_WAITED: Final = "not waited for"
_COUNTED: Final = {
    "done": "done",
    "skipped": "done before",
    "failed": "failed",
    "unknown": "sent with unknown outcome",
    "pending": "in work at the service",
}


class Report:
    """Counts outcomes, and keeps those of files that are not done.

    Attributes:
        counts: The number of files by status, and `skipped` for those that an earlier run did.
        submitted: Ids of files that the service has and whose results were not collected. Without a folder only: a
            folder has a journal that holds them.
    """

    def __init__(self, folder: Path | None) -> None:
        self.counts: Counter[str] = Counter()
        self.submitted: list[str] = []
        self._folder = folder
        self._rows: list[tuple[str, str, str]] = []
        self._error = ""
        self._left_out = 0
        self._writer: Any = None

    @property
    def failures(self) -> int:
        """The number of files that are not done."""
        return sum(self.counts[status] for status in _STATES)

    @contextmanager
    def list_of_failures(self) -> Generator[None]:
        """List the failures of a block in the folder of results. Without failures there is no list."""
        if self._folder is None:
            yield
            return
        path = self._folder / FAILED
        with text_target(path, errors="backslashreplace") as file:
            self._writer = csv.writer(file)
            self._writer.writerow(("file", "outcome", "request_file_id", "why"))
            try:
                yield
            finally:
                self._writer = None
        if not self.failures:
            path.unlink()

    def add(self, outcome: Outcome, error: Exception | None = None) -> None:
        """Count an outcome. An error means that its result could not be delivered."""
        error = error or outcome.error
        status = "failed" if error is not None and outcome.status == "done" else outcome.status
        self.counts["skipped" if outcome.was_done_before else status] += 1
        if status == "done":
            return
        path, state, reason, self._error = str(outcome.path), _STATES[status], why(error), str(error or _NOT_WAITED)
        if self._writer is not None:
            self._writer.writerow(map(neutral, (path, state, outcome.request_file_id, reason)))
        # Without a folder the table is the only list there is, so it is shown in full.
        if self._folder is None or len(self._rows) < _MOST_ROWS:
            self._rows.append((path, state, reason))
        else:
            self._left_out += 1
        if status == "pending":
            self.note_undelivered(outcome)

    def note_undelivered(self, outcome: Outcome) -> None:
        """Keep the id of a file that the service has and whose result was not delivered."""
        if self._folder is None and outcome.request_file_id:
            self.submitted.append(outcome.request_file_id)

    def show(self, total: int) -> None:
        """Write counts and failures to standard error; of a single file only its error, in full."""
        if total == 1 and self._folder is None:
            for path, state, _ in self._rows:
                say(f"{path}: {state}: {shown(in_options(self._error))}")
            return
        if self._rows:
            print_rows(_COLUMNS, self._rows, stream=sys.stderr, whole=("outcome",))
        if self._left_out:
            say(f"… and {self._left_out} more, all listed in {self._folder}/{FAILED}")
        counts = self.counts
        parts = [f"{counts[one]} {words}" for one, words in _COUNTED.items() if counts[one] or one == "done"]
        if left := total - counts.total():
            parts.append(f"{left} not sent")
        where = f" Results are in {self._folder}." if self._folder is not None else ""
        say(f"{total} file{'s' * (total != 1)}: {', '.join(parts)}.{where}")


def why(error: Exception | None) -> str:
    """Return the first sentence of an error, for a row of a table."""
    if error is None:
        return _NOT_WAITED
    return shown(_WHERE.sub("", _SENTENCE_END.split(in_options(str(error)), maxsplit=1)[0])).rstrip(".")
