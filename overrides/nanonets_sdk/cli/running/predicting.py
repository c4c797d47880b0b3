"""What `nanonets predict` does."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

import anyio
import anyio.to_thread
from attrs import define, field

from nanonets_sdk.batch import AsyncOutcomes, Outcome, apredict_files
from nanonets_sdk.cli.output.progress import Bar, progress_bar
from nanonets_sdk.cli.output.report import Report, why
from nanonets_sdk.cli.output.result_folder import JOURNAL, ResultFolder
from nanonets_sdk.cli.output.result_stream import documents_to_stdout
from nanonets_sdk.cli.output.terminal import say
from nanonets_sdk.cli.running.exit_codes import (
    FINE,
    SIGNAL,
    SOME_FILES_FAILED,
    code_of,
)
from nanonets_sdk.cli.running.interrupts import STOPPING, Interrupts, interrupts
from nanonets_sdk.cli.running.options import Format
from nanonets_sdk.cli.running.predict_request import Request
from nanonets_sdk.cli.running.state import State
from nanonets_sdk.documents import Document
from nanonets_sdk.errors import NanonetsError, RateLimited

Deliver: TypeAlias = Callable[[Outcome, Document], object]

_DOING: Final = "reading"
_WRITERS: Final = 4
_GLANCE: Final = 0.5


async def predict_all(request: Request, state: State) -> int:
    """Read files; returns the exit status."""
    folder = request.folder()
    if folder is not None:
        folder.prepare()
    report, stopping = Report(request.output), _Stopping()
    try:
        with stopping.scope, interrupts(stopping.on_signal) as seen:
            return await _predict(request, state, folder, report, stopping, seen)
    except BrokenPipeError:
        raise
    except OSError:
        _say_how_to_go_on(request, report, stopping)
        raise
    say("Stopped at once." if stopping.outcomes else "Stopped; nothing was sent.")
    _say_how_to_go_on(request, report, stopping)
    return SIGNAL + (seen.number or signal.SIGINT)


async def _predict(
    request: Request, state: State, folder: ResultFolder | None, report: Report, stopping: _Stopping, seen: Interrupts
) -> int:
    # A folder may be far away, and its files many.
    total = await anyio.to_thread.run_sync(request.counted, abandon_on_cancel=True)
    options = request.options((lambda _, name: folder.has(name)) if folder else None)
    journal = request.output / JOURNAL if request.output else None
    async with (
        state.async_client() as client,
        apredict_files(client, request.model_id, request.found(), journal=journal, options=options) as outcomes,
    ):
        if folder is not None:
            folder.tidy()  # the journal is open, and no other run can have it
        with (
            report.list_of_failures(),
            _delivery(folder, request.form or Format.TABLE) as deliver,
            progress_bar(total, _DOING) as bar,
        ):
            # Nothing was awaited since the batch was begun, so that nothing of it has been sent yet.
            stopping.outcomes, stopping.bar = outcomes, bar
            await _Collection(outcomes, deliver, report, bar).run(1 if folder is None else _WRITERS)
        report.show(total)
        for line in _advice(request, outcomes, report, total):
            say(line)
        return _status(seen, outcomes, report)


def _say_how_to_go_on(request: Request, report: Report, stopping: _Stopping) -> None:
    for line in _how_to_go_on(request, report, is_left=stopping.outcomes is not None):
        say(line)


@define(eq=False)
class _Stopping:
    """What Ctrl-C does: it ends everything while nothing was sent yet, then the sending, then everything again.

    Attributes:
        scope: Everything.
        outcomes: What is stopped in good order; None before it is begun.
        bar: Where that is said.
    """

    scope: anyio.CancelScope = field(factory=anyio.CancelScope)
    outcomes: AsyncOutcomes | None = None
    bar: Bar | None = None

    def on_signal(self, seen: Interrupts) -> None:
        """Do it."""
        if self.outcomes is None or self.bar is None or seen.count > 1:
            self.scope.cancel()
            return
        self.outcomes.stop()
        self.bar.say(STOPPING)


@contextmanager
def _delivery(folder: ResultFolder | None, form: Format) -> Generator[Deliver]:
    """How a result is handed to the person who asked for it."""
    if folder is not None:
        yield lambda outcome, document: folder.write(document, outcome.name, outcome.path)
        return
    with documents_to_stdout(form) as write:
        yield lambda _, document: write(document)


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
            else:
                self.report.note_undelivered(outcome)

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
                self.report.note_undelivered(outcome)
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
    is_left = bool(report.counts["pending"]) or report.counts.total() < total
    yield from _how_to_go_on(request, report, is_left=is_left)


def _how_to_go_on(request: Request, report: Report, *, is_left: bool) -> Iterator[str]:
    if report.submitted:
        yield f"Collect what was submitted: nanonets job wait --model {request.model_id} {' '.join(report.submitted)}"
    if request.output is not None and is_left:
        yield "Go on with the same command: what is done is skipped, and nothing is sent twice."


def _status(seen: Interrupts, outcomes: AsyncOutcomes, report: Report) -> int:
    if seen.number is not None:
        return SIGNAL + seen.number
    if outcomes.stopped_by is not None:
        return code_of(outcomes.stopped_by)
    return SOME_FILES_FAILED if report.failures else FINE
