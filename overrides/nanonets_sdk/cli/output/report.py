"""The end of a batch: how many files are done, which are not, and why."""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from nanonets_sdk.cli.output.messages import say_command, say_list, say_wrapped
from nanonets_sdk.cli.output.result_folder import FAILED
from nanonets_sdk.cli.output.terminal import print_rows, say, shown
from nanonets_sdk.cli.output.wording import in_options
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.formats.safe_text import neutral
from nanonets_sdk.formats.targets import text_target

if TYPE_CHECKING:
    from nanonets_sdk.batch import Counts, Outcome
    from nanonets_sdk.batch.files import LeftOut
    from nanonets_sdk.cli.output.again import Command

_MOST_ROWS: Final = 50
_MOST_NAMED: Final = 20
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
        undelivered: The number of results that are there and could not be delivered.
        taken: The paths of the files that have an outcome.
        failed: The paths of the files that failed.
        paid_for: How many of them the service accepted and failed on.
    """

    def __init__(self, folder: Path | None) -> None:
        self.counts: Counter[str] = Counter()
        self.submitted: list[str] = []
        self.undelivered = 0
        self.taken: set[str] = set()
        self.failed: list[str] = []
        self.paid_for = 0
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
        if self._folder is None:
            # A folder has a journal, and a hundred thousand paths are not kept twice.
            self.taken.add(str(outcome.path))
        status = "failed" if error is not None and outcome.status == "done" else outcome.status
        self.undelivered += status != outcome.status
        self.counts["skipped" if outcome.was_done_before else status] += 1
        if status == "done":
            return
        if status == "failed":
            self.failed.append(str(outcome.path))
            # A later run sends such a file only on request, since its pages were billed.
            self.paid_for += isinstance(outcome.error, JobFailed) and bool(outcome.request_file_id)
        path, state, reason, self._error = (
            str(outcome.path),
            _STATES[status],
            why(error, outcome.path),
            str(error or _NOT_WAITED),
        )
        if self._writer is not None:
            self._writer.writerow(map(neutral, (path, state, outcome.request_file_id, reason)))
        if status == "pending" and error is None and self._folder is not None:
            # After Ctrl-C hundreds of files may be in work; they are counted, and the next run collects them.
            pass
        # Without a folder the table is the only list there is, so it is shown in full.
        elif self._folder is None or len(self._rows) < _MOST_ROWS:
            self._rows.append((path, state, reason))
        else:
            self._left_out += 1
        if status == "pending":
            self.note_undelivered(outcome)

    def note_undelivered(self, outcome: Outcome) -> None:
        """Keep the id of a file that the service has and whose result was not delivered."""
        if self._folder is None and outcome.request_file_id:
            self.submitted.append(outcome.request_file_id)

    def show(self, total: int, sent: Counts) -> None:
        """Write counts and failures to standard error; of a single file only its error, in full.

        Args:
            total: How many files there are.
            sent: What was sent.
        """
        if total == 1 and self._folder is None:
            for path, state, _ in self._rows:
                say(f"{path}: {state}: {shown(in_options(self._error))}")
            return
        if self._rows:
            print_rows(_COLUMNS, self._rows, stream=sys.stderr, whole=("outcome",), name="file")
        if self._left_out:
            say(f"… and {self._left_out} more")
        if self._rows and sys.stderr.isatty():
            say("")
        counts = self.counts
        parts = [f"{counts[one]} {words}" for one, words in _COUNTED.items() if counts[one] or one == "done"]
        if left := total - counts.total():
            parts.append(f"{left} not sent")
        where = f" Results are in {self._folder}." if self._folder is not None else ""
        say_wrapped(f"{_counted(total, 'file')}: {', '.join(parts)}.{where}")
        pages = f", {_counted(sent.pages, 'page')}" if sent.pages else ""
        say(f"Sent in this run: {_counted(sent.sent, 'file') if sent.sent else 'nothing'}{pages}.")
        if self.failures and self._folder is not None:
            say_wrapped(f"What is not done is listed in {self._folder / FAILED}.")

    def show_again(self, command: Command) -> None:
        """Write the command that tries what failed again to standard error, if anything did."""
        if not self.failed:
            return
        if self._folder is None:
            say_again(self.failed, command)
            return
        more = ["--resend-failed"] if self.paid_for else []
        again = f" ({self.paid_for} of them paid for again)" if self.paid_for else ""
        say_command(f"Try again what failed{again}:", command.again(*more))


def say_left_out(found: LeftOut) -> None:
    """Write what was not looked at in the folders that were named to standard error."""
    if found.files:
        say_list(_counted(len(found.files), "other file"), names_in(found.files), "not PDF, PNG or JPEG")
    if found.folders:
        say_list(_counted(len(found.folders), "folder"), names_in(found.folders), "not searched; add --recursive")


def say_again(files: Sequence[str], command: Command, what: str = "Try again what failed") -> None:
    """Write the command for some of the files to standard error. It names only them, since all would be billed.

    Args:
        files: The files; without any, nothing is written.
        command: The command as it was given.
        what: What the command is for.
    """
    if not files:
        return
    if len(files) <= _MOST_NAMED:
        say_command(f"{what}:", command.again(files=files))
    else:
        say_wrapped(f"{what}: run the command with the names of the {len(files)} files without a result in its output.")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def names_in(paths: Sequence[Path]) -> list[str]:
    """Return the names of files or folders, with their folders if several of them have the same name."""
    names = [path.name for path in paths]
    return [path.name if names.count(path.name) == 1 else str(path) for path in paths]


def why(error: Exception | None, path: object = "") -> str:
    """Return the first sentence of an error, for a row of a table that names the file.

    Args:
        error: The error; None if the file was not waited for.
        path: The file, whose name need not be said again.
    """
    if error is None:
        return _NOT_WAITED
    reason = _WHERE.sub("", _SENTENCE_END.split(in_options(str(error)), maxsplit=1)[0])
    for name in filter(None, (str(path), PurePath(str(path)).name)):
        reason = reason.replace(repr(name), "it")
    return shown(reason).rstrip(".")
