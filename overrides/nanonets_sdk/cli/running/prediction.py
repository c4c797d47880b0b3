"""The execution of `nanonets predict`: a batch whose results are delivered as they arrive.

```text
batch --outcomes--> takers --document, in a thread--> standard output or folder
                      |  |
                      |  +--> report, progress bar
                      +-----> journal: done
```

The batch sends files, waits for the service and keeps the journal. Standard output has one taker, since documents must
not interleave; a folder has several, since each result is synced to the disk. A file is noted as done after its result
was delivered, so that a later run delivers what this one did not. When results cannot be delivered any more, sending
stops, and only the ids of what still arrives are kept: without a journal nothing else leads to what was paid for.
"""

from __future__ import annotations

import math
import signal
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final

import anyio
import anyio.to_thread
import attrs
from attrs import define, field, frozen

from nanonets_sdk.batch import AsyncOutcomes, BatchOptions, JournalError, Outcome, apredict_files, find_files
from nanonets_sdk.batch.files import LeftOut, left_out
from nanonets_sdk.cli.output.again import Command
from nanonets_sdk.cli.output.messages import say_command, say_wrapped
from nanonets_sdk.cli.output.progress import Bar, Moves, facts_of, progress_bar
from nanonets_sdk.cli.output.report import Report, say_again, say_left_out, why
from nanonets_sdk.cli.output.result_folder import JOURNAL, ResultFolder
from nanonets_sdk.cli.output.terminal import say
from nanonets_sdk.cli.output.wording import in_options
from nanonets_sdk.cli.running.delivery import Deliver, delivery
from nanonets_sdk.cli.running.exit_codes import FINE, SIGNAL, SOME_FILES_FAILED, code_of
from nanonets_sdk.cli.running.interrupts import STOPPING, Interrupts, interrupts
from nanonets_sdk.cli.running.per_file import no_files
from nanonets_sdk.cli.running.state import State
from nanonets_sdk.documents import Document
from nanonets_sdk.errors import NanonetsError, OutcomeUnknown, RateLimited
from nanonets_sdk.transport.settings import DEFAULT_TIMEOUT

_DOING: Final = "reading"
_WRITERS: Final = 4
_GLANCE: Final = 0.5
_REMINDER: Final = 60.0


@frozen
class Request:
    """What `nanonets predict` was asked to do.

    Attributes:
        files: The files and folders that were named.
        recursive: Whether to search subfolders.
        model_id: Id of the model.
        options: How the batch is run.
        folder: The folder of results; None for standard output.
        form: The format on standard output; None for the default.
        patience: Seconds to go on trying while no file is taken; None for what fits the number of files.
        writer_options: Arguments of the writer of the format.
        command: The command as it was given.
        collecting: The command that waits for files by their ids, with the same options.
    """

    files: Sequence[Path]
    recursive: bool
    model_id: str
    options: BatchOptions
    folder: ResultFolder | None
    form: str | None
    patience: float | None
    writer_options: Mapping[str, Any]
    command: Command
    collecting: Command

    def options_for(self, total: int, timeout: float) -> BatchOptions:
        """Return the options for a number of files. For one file, the deadline of a call holds for all its attempts."""
        patience = self.patience if self.patience is not None else timeout if total == 1 else self.options.patience
        return attrs.evolve(self.options, patience=patience)


async def predict_all(request: Request, state: State) -> int:
    """Read files and return the exit status."""
    if request.folder is not None:
        request.folder.prepare()
    run = _Run(request, Report(request.folder.folder if request.folder else None))
    try:
        with run.scope, interrupts(run.on_signal) as seen:
            return await run.execute(state, seen)
    except BrokenPipeError:
        raise
    except JournalError as error:
        if run.outcomes is not None:
            run.say_what_was_sent(error)
        raise
    except OSError:
        run.say_how_to_continue(is_left=run.outcomes is not None)
        raise
    say("Stopped at once." if run.outcomes else "Stopped; nothing was sent.")
    run.say_how_to_continue(is_left=run.outcomes is not None)
    return SIGNAL + (seen.number or signal.SIGINT)


@define(eq=False)
class _Run:
    """One execution.

    Attributes:
        request: What was asked for.
        report: Counts the outcomes.
        scope: Cancels everything.
        outcomes: The batch; None until it has begun.
        bar: Where waits and interrupts are shown; None until the batch has begun.
        broken: The error since which results cannot be delivered.
    """

    request: Request
    report: Report
    scope: anyio.CancelScope = field(factory=anyio.CancelScope, init=False)
    outcomes: AsyncOutcomes | None = field(default=None, init=False)
    bar: Bar | None = field(default=None, init=False)
    broken: OSError | None = field(default=None, init=False)
    _left_out: LeftOut = field(factory=LeftOut, init=False)

    def on_signal(self, seen: Interrupts) -> None:
        """Stop sending, or everything: at the second signal, and while nothing was sent."""
        if self.outcomes is None or self.bar is None or seen.count > 1:
            self.scope.cancel()
            return
        self.outcomes.stop()
        self.bar.say(STOPPING)

    async def execute(self, state: State, seen: Interrupts) -> int:
        """Run the batch and return the exit status."""
        request, report, folder = self.request, self.report, self.request.folder
        # Every file is found before any is sent, so that a missing one costs nothing. In a thread, since a folder may
        # be on a network and hold many files, and Ctrl-C must work meanwhile.
        total = await anyio.to_thread.run_sync(self._count, abandon_on_cancel=True)
        async with (
            state.async_client(total) as client,
            apredict_files(
                client,
                request.model_id,
                find_files(request.files, recursive=request.recursive),
                journal=folder.folder / JOURNAL if folder else None,
                options=request.options_for(total, state.timeout or DEFAULT_TIMEOUT),
            ) as outcomes,
        ):
            if folder is not None:
                # The journal is open, which only one run can have; so no other run has drafts here.
                folder.tidy()
            with (
                report.list_of_failures(),
                delivery(folder, request.form, request.writer_options) as deliver,
                progress_bar(total, _DOING, lambda: self._moves(outcomes)) as bar,
            ):
                # Nothing was awaited since the batch began, so nothing was sent yet. Until here a signal cancels
                # everything; from here on the first one lets the batch finish.
                self.outcomes, self.bar = outcomes, bar
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(_show_waits, outcomes, bar)
                    async with anyio.create_task_group() as takers:
                        for _ in range(_WRITERS if folder else 1):
                            takers.start_soon(self._take_all, outcomes, deliver, bar)
                    tasks.cancel_scope.cancel()
                if self.broken is not None:
                    raise self.broken
            report.show(total, outcomes.counts)
            say_left_out(self._left_out)
            self._say_advice(outcomes, total)
            if seen.number is not None:
                return SIGNAL + seen.number
            if outcomes.stopped_by is not None:
                return code_of(outcomes.stopped_by)
            return SOME_FILES_FAILED if report.failures else FINE

    def say_how_to_continue(self, *, is_left: bool) -> None:
        """Name the command that collects what was submitted, or finishes what is left."""
        request, submitted = self.request, self.report.submitted
        if submitted:
            self._say_how_to_collect(submitted)
        if request.folder is not None and is_left:
            say_wrapped("Run the same command again to continue: what is done is skipped, and nothing is sent twice.")

    def say_what_was_sent(self, error: JournalError) -> None:
        """Name the command that collects what was sent and not stored, which a failed journal does not."""
        ids = [request_file_id for _, request_file_id in error.undelivered if request_file_id]
        if ids:
            self._say_how_to_collect(ids)
        if not error.is_lost:
            say_wrapped("Run the same command again once the journal can be written: nothing is sent twice.")

    def _say_how_to_collect(self, ids: Sequence[str]) -> None:
        words = self.request.collecting.again("--model", self.request.model_id, files=ids)
        say_command("Collect what was submitted:", words)

    def _count(self) -> int:
        request = self.request
        total = sum(1 for _ in find_files(request.files, recursive=request.recursive))
        results = request.folder.folder if request.folder else None
        self._left_out = left_out(request.files, recursive=request.recursive, except_in=results)
        if not total:
            raise no_files(recursive=request.recursive)
        return total

    async def _take_all(self, outcomes: AsyncOutcomes, deliver: Deliver, bar: Bar) -> None:
        def hand_over(document: Document, outcome: Outcome) -> None:
            with bar.out_of_the_way() if self.request.folder is None else nullcontext():
                deliver(document, outcome.name, outcome.path)

        while (outcome := await outcomes.take()) is not None:
            if self.broken is not None:
                self.report.note_undelivered(outcome)
                continue
            error: NanonetsError | None = None
            if outcome.document is not None:
                try:
                    await anyio.to_thread.run_sync(hand_over, outcome.document, outcome)
                except NanonetsError as cause:
                    error = cause
                except OSError as cause:
                    self.broken = cause
                    outcomes.stop()
                    self.report.note_undelivered(outcome)
                    continue
            self.report.add(outcome, error)
            if error is None:
                await outcomes.store(outcome)

    def _moves(self, outcomes: AsyncOutcomes) -> Moves:
        """Return how far the batch is, in the order in which files cost something."""
        counts, undelivered = outcomes.counts, self.report.undelivered
        facts = facts_of(
            sent=counts.sent,
            at_the_service=counts.at_service + counts.pending,
            done=counts.done - undelivered,
            done_before=counts.done_before,
            failed=counts.failed + undelivered,
            not_known=counts.unknown,
        )
        pages = (f"{counts.pages} page{'s' * (counts.pages != 1)}",) if counts.pages else ()
        return Moves(counts.ended, counts.ended - counts.done_before, counts.sent, (*facts, *pages))

    def _say_advice(self, outcomes: AsyncOutcomes, total: int) -> None:
        counts = self.report.counts
        if outcomes.stopped_by is not None and total > 1:
            say_wrapped(f"Stopped early: {in_options(str(outcomes.stopped_by))}")
        if outcomes.search_error is not None:
            say_wrapped(f"The service could not be asked which files arrived: {in_options(str(outcomes.search_error))}")
        elif counts["unknown"] and not outcomes.is_stopped:
            options = self.request.options
            say_wrapped(
                "Nothing proves that the files with unknown outcome did not arrive, so they were not sent again. Run "
                "the same command again later: what the service lists then is collected."
                if "unknown" in options.resend
                else "The service does not list the files with unknown outcome. --resend-unknown looks for them for "
                f"{options.quiet_minutes:g} minutes, and sends again those that certainly did not arrive."
            )
        is_left = bool(counts["pending"]) or counts.total() < total
        self.say_how_to_continue(is_left=is_left)
        if self.request.folder is None and counts.total() < total:
            found = find_files(self.request.files, recursive=self.request.recursive)
            unsent = [str(file.path) for file in found if str(file.path) not in self.report.taken]
            say_again([*unsent, *self.report.failed], self.request.command, "Go on with")
            return
        # The same command would do both.
        if (total > 1 or self.request.folder is not None) and not (is_left and self.request.folder is not None):
            self.report.show_again(self.request.command)


def _cause(error: NanonetsError) -> str:
    match error:
        case RateLimited():
            return "rate limit"
        case OutcomeUnknown():
            return "looking for files"
        case _:
            return "service not reached"


async def _show_waits(outcomes: AsyncOutcomes, bar: Bar) -> None:
    told, told_at = "", -math.inf
    while True:
        wait, waiting = outcomes.wait, tuple[str, ...]()
        if wait is not None:
            until = [] if wait.gives_up_in is None else [f"giving up in {math.ceil(wait.gives_up_in)} s"]
            waiting = (f"{_cause(wait.error)}: next try in {math.ceil(wait.seconds)} s", *until)
            reason, now = why(wait.error), anyio.current_time()
            if reason != told or now - told_at >= _REMINDER:
                told, told_at = reason, now
                bar.remark(f"{', '.join(['waiting', *until])}: {reason}")
        bar.describe(*waiting)
        await anyio.sleep(_GLANCE)
