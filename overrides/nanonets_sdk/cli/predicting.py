"""What `nanonets predict` does."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import anyio
import anyio.to_thread
from attrs import define, field, frozen

from nanonets_sdk.batch import AsyncOutcomes, BatchFile, BatchOptions, Outcome, apredict_files, find_files
from nanonets_sdk.batch.options import Resend
from nanonets_sdk.cli.exit_codes import FINE, SIGNAL, SOME_FILES_FAILED, code_of
from nanonets_sdk.cli.interrupts import Interrupts, interrupts
from nanonets_sdk.cli.options import Format
from nanonets_sdk.cli.progress import Bar, progress_bar
from nanonets_sdk.cli.report import Report, why
from nanonets_sdk.cli.result_folder import JOURNAL, ResultFolder
from nanonets_sdk.cli.result_stream import documents_to_stdout
from nanonets_sdk.cli.running import UsageProblem
from nanonets_sdk.cli.state import State
from nanonets_sdk.cli.terminal import say
from nanonets_sdk.documents import Document
from nanonets_sdk.errors import NanonetsError, RateLimited

Deliver: TypeAlias = Callable[[Outcome, Document], object]

_DOING: Final = "reading"
_WRITERS: Final = 4
_GLANCE: Final = 0.5


@frozen(kw_only=True)
class Request:
    """What was asked for, option by option."""

    files: tuple[Path, ...]
    recursive: bool
    model_id: str
    form: Format | None
    output: Path | None
    overlay: bool
    sync: bool
    jobs: int
    pages: str | None
    language: str | None
    wait_timeout: float
    patience: float
    resend_unknown: bool
    resend_failed: bool

    def found(self) -> Iterator[BatchFile]:
        """The files."""
        return find_files(self.files, recursive=self.recursive)

    def folder(self) -> ResultFolder | None:
        """The folder of results; None to write to standard output.

        Raises:
            UsageProblem: The options do not go together.
        """
        if self.output is None:
            if self.overlay:
                raise UsageProblem("pictures need a folder; say which with --output")
            if self.form is Format.XLSX:
                raise UsageProblem("a workbook cannot be written to standard output; say where to with --output")
            return None
        if self.form is Format.TABLE:
            raise UsageProblem("a table is for looking at; with --output use json, jsonl, csv, xlsx or md")
        return ResultFolder(self.output, self.form or Format.JSON, self.overlay)

    def options(self, is_kept: Callable[[Path, str], bool] | None) -> BatchOptions:
        """How the batch is run."""
        resend: dict[Resend, bool] = {"unknown": self.resend_unknown, "failed": self.resend_failed}
        return BatchOptions(
            sync=self.sync,
            language=self.language,
            pages=self.pages,
            jobs=self.jobs,
            result_timeout=self.wait_timeout,
            patience=self.patience,
            resend=frozenset(kind for kind, wanted in resend.items() if wanted),
            is_kept=is_kept,
        )


async def predict_all(request: Request, state: State) -> int:
    """Read files; returns the exit status."""
    folder = request.folder()
    if folder is not None:
        folder.prepare()
    total = await anyio.to_thread.run_sync(_counted, request)
    report = Report(request.output)
    options = request.options((lambda _, name: folder.has(name)) if folder else None)
    journal = request.output / JOURNAL if request.output else None
    with anyio.CancelScope() as aborting:
        async with (
            state.async_client() as client,
            apredict_files(client, request.model_id, request.found(), journal=journal, options=options) as outcomes,
        ):
            if folder is not None:  # the journal is open, and no other run can have it
                await anyio.to_thread.run_sync(folder.tidy)
            with (
                report.list_of_failures(),
                _delivery(folder, request.form or Format.TABLE) as deliver,
                progress_bar(total, _DOING) as bar,
                interrupts(partial(_interrupted, outcomes, aborting, bar)) as seen,
            ):
                await _Collection(outcomes, deliver, report, bar).run(1 if folder is None else _WRITERS)
            report.show(total)
            for line in _advice(request, outcomes, report, total):
                say(line)
            return _status(seen, outcomes, report)
    say("Stopped at once." + (" Go on with the same command." if folder else ""))
    return SIGNAL + signal.SIGINT


def _counted(request: Request) -> int:
    """The number of files, so that one that is not there is told of before any is sent."""
    total = sum(1 for _ in request.found())
    if not total:
        raise UsageProblem("no PDF, PNG or JPEG files there" + ("" if request.recursive else "; try --recursive"))
    return total


@contextmanager
def _delivery(folder: ResultFolder | None, form: Format) -> Generator[Deliver]:
    """How a result is handed to the person who asked for it."""
    if folder is not None:
        yield lambda outcome, document: folder.write(document, outcome.name, outcome.path)
        return
    with documents_to_stdout(form) as write:
        yield lambda _, document: write(document)


def _interrupted(outcomes: AsyncOutcomes, aborting: anyio.CancelScope, bar: Bar, seen: Interrupts) -> None:
    if seen.count > 1:
        aborting.cancel()
        return
    outcomes.stop()
    bar.say("Stopping: what is being sent is sent to the end. Ctrl-C again stops at once.")


@define(eq=False)
class _Collection:
    """Takes outcomes, hands results over, counts."""

    outcomes: AsyncOutcomes
    deliver: Deliver
    report: Report
    bar: Bar
    _broken: OSError | None = field(default=None, init=False)

    async def run(self, writers: int) -> None:
        """Take all outcomes.

        Raises:
            OSError: Results cannot be written any more; what was being sent was sent to the end.
        """
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._tell_of_waits)
            async with anyio.create_task_group() as takers:
                for _ in range(writers):
                    takers.start_soon(self._take_all)
            tasks.cancel_scope.cancel()
        if self._broken is not None:
            raise self._broken

    async def _take_all(self) -> None:
        while (outcome := await self.outcomes.take()) is not None:
            if self._broken is None:
                await self._take(outcome)

    async def _take(self, outcome: Outcome) -> None:
        error: NanonetsError | None = None
        if outcome.document is not None:
            try:
                await anyio.to_thread.run_sync(self._hand_over, outcome, outcome.document)
            except NanonetsError as cause:
                error = cause
            except OSError as cause:
                self._broken = cause
                self.outcomes.stop()
                return
        self.report.add(outcome, error)
        self.bar.advance(self.report.failures)
        if error is None:
            await self.outcomes.store(outcome)

    def _hand_over(self, outcome: Outcome, document: Document) -> None:
        with self.bar.out_of_the_way():
            self.deliver(outcome, document)

    async def _tell_of_waits(self) -> None:
        told: NanonetsError | None = None
        while True:
            wait = self.outcomes.wait
            self.bar.describe(_DOING if wait is None else f"waiting {math.ceil(wait.seconds)} s, {_kind(wait.error)}")
            if wait is not None and wait.error is not told:
                told = wait.error
                self.bar.remark(f"waiting {math.ceil(wait.seconds)} s: {why(told)}")
            await anyio.sleep(_GLANCE)


def _kind(error: NanonetsError) -> str:
    return "rate limit" if isinstance(error, RateLimited) else "service not reached"


def _advice(request: Request, outcomes: AsyncOutcomes, report: Report, total: int) -> Iterator[str]:
    if outcomes.stopped_by is not None:
        yield f"Stopped early: {outcomes.stopped_by}"
    if outcomes.search_error is not None:
        yield f"The service could not be asked for what may have arrived: {outcomes.search_error}"
    elif report.counts["unknown"] and not outcomes.is_stopped:
        yield (
            "The service does not list the files with unknown outcome. If they did not arrive, --resend-unknown sends "
            "them again; if they did, they are billed again."
        )
    if report.submitted:
        yield f"Collect what was submitted: nanonets job wait --model {request.model_id} {' '.join(report.submitted)}"
    if request.output is not None and (report.counts["pending"] or report.counts.total() < total):
        yield "Go on with the same command: what is done is skipped, and nothing is sent twice."


def _status(seen: Interrupts, outcomes: AsyncOutcomes, report: Report) -> int:
    if seen.number is not None:
        return SIGNAL + seen.number
    if outcomes.stopped_by is not None:
        return code_of(outcomes.stopped_by)
    return SOME_FILES_FAILED if report.failures else FINE
