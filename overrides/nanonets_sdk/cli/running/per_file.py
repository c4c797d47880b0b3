"""One call per file, several at a time; one that fails does not stop the others."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, Generic, TypeVar

import anyio
from attrs import define, field

from nanonets_sdk.batch import find_files
from nanonets_sdk.batch.files import left_out
from nanonets_sdk.cli.output.again import Command
from nanonets_sdk.cli.output.messages import say_wrapped
from nanonets_sdk.cli.output.progress import Bar, Moves, facts_of, progress_bar
from nanonets_sdk.cli.output.report import say_again, say_left_out, why
from nanonets_sdk.cli.output.terminal import print_rows
from nanonets_sdk.cli.running.exit_codes import FINE, SIGNAL, SOME_FILES_FAILED, UsageProblem
from nanonets_sdk.cli.running.interrupts import STOPPING, Interrupts, interrupts
from nanonets_sdk.errors import NanonetsError

F = TypeVar("F")
T = TypeVar("T")

_COLUMNS: Final = ("file", "why")


def chosen_files(given: Sequence[Path], *, recursive: bool) -> list[Path]:
    """Return the files that were named, and those in folders that were named.

    Raises:
        UploadError: A file does not exist.
        UsageProblem: There are no files.
    """
    files = [file.path for file in find_files(given, recursive=recursive)]
    if not files:
        raise no_files(recursive=recursive)
    return files


def no_files(*, recursive: bool) -> UsageProblem:
    """Return the error for folders without files to send."""
    return UsageProblem("no PDF, PNG or JPEG files there" + ("" if recursive else "; try --recursive"))


async def call_for_each(
    files: Sequence[F],
    call: Callable[[F], Awaitable[T]],
    take: Callable[[F, T], object],
    *,
    jobs: int,
    doing: str,
    command: Command,
) -> int:
    """Make a call for each file and return the exit status.

    Args:
        files: The files; a failure names one by its `str`.
        call: Makes the call for one file.
        take: Given each file with its result.
        jobs: How many calls are made at a time.
        doing: What is done, for the progress bar.
        command: The command as it was given, which is named for the files that failed.

    Raises:
        NanonetsError: An error that would meet every other file too; calls under way were finished.
        OSError: A result cannot be written; calls under way were finished.
    """
    calls = _Calls(call, take, anyio.Semaphore(jobs))
    with progress_bar(len(files), doing, calls.moves) as calls.bar, interrupts(calls.on_signal) as seen, calls.scope:
        async with anyio.create_task_group() as tasks:
            for file in files:
                await calls.slots.acquire()
                # Looked at only with a slot in hand: what ends the loop may have happened during the wait for it.
                if calls.final or seen.count:
                    break
                tasks.start_soon(calls.make, file)
    # A reader that has gone has seen enough, and is told nothing.
    if not isinstance(calls.final, BrokenPipeError):
        _report(len(files), calls.done, calls.failed)
        say_left_out(left_out(command.files, recursive="--recursive" in command.words))
        if seen.count:
            _say_rest([str(file) for file in files if str(file) not in calls.finished], calls.cut, command)
        elif calls.failed and len(files) > 1 and not calls.final:
            say_again([name for name, _ in calls.failed], command)
    if calls.final:
        raise calls.final
    if seen.number is not None:
        return SIGNAL + seen.number
    return SOME_FILES_FAILED if calls.failed else FINE


@define(eq=False)
class _Calls(Generic[F, T]):
    """The calls, and how they ended.

    Attributes:
        call: Makes the call for one file.
        take: Given each result.
        slots: One for each call that may be made at a time.
        bar: Shows the progress.
        scope: Cancels the calls.
        begun: The number of calls that were begun.
        ended: The number of calls that ended.
        done: The number of calls that succeeded.
        failed: The files whose calls failed, each with the reason.
        finished: The files whose calls succeeded.
        cut: The client's notes on calls that were cut off after they were sent.
        final: The first error that would meet every other call too.
    """

    call: Callable[[F], Awaitable[T]]
    take: Callable[[F, T], object]
    slots: anyio.Semaphore
    bar: Bar = field(init=False)
    scope: anyio.CancelScope = field(factory=anyio.CancelScope, init=False)
    begun: int = field(default=0, init=False)
    ended: int = field(default=0, init=False)
    done: int = field(default=0, init=False)
    failed: list[tuple[str, str]] = field(factory=list[tuple[str, str]], init=False)
    finished: set[str] = field(factory=set[str], init=False)
    cut: list[str] = field(factory=list[str], init=False)
    final: NanonetsError | OSError | None = field(default=None, init=False)

    def moves(self) -> Moves:
        """Return how far the calls are."""
        facts = facts_of(under_way=self.begun - self.ended, done=self.done, failed=len(self.failed))
        return Moves(self.ended, self.ended, self.begun, facts)

    def on_signal(self, seen: Interrupts) -> None:
        """Say that no more calls begin; at the second signal, cancel those under way."""
        if seen.count > 1:
            self.scope.cancel()
        else:
            self.bar.say(STOPPING)

    async def make(self, file: F) -> None:
        """Make the call for a file, and free its slot."""
        self.begun += 1
        try:
            result = await self.call(file)
            with self.bar.out_of_the_way():
                self.take(file, result)
            self.done += 1
            self.finished.add(str(file))
        except NanonetsError as error:
            self.failed.append((str(file), why(error, file)))
            if error.meets_every_file:
                self.final = self.final or error
        except OSError as error:
            self.final = self.final or error
        except anyio.get_cancelled_exc_class() as error:
            self.cut += [note for note in getattr(error, "__notes__", ()) if "may have been carried out" in note]
            raise
        finally:
            self.slots.release()
            self.ended += 1


def _say_rest(left: Sequence[str], cut: Sequence[str], command: Command) -> None:
    if cut:
        were = f"{len(cut)} file{'s were' if len(cut) > 1 else ' was'}"
        billed = " and billed" if any("and billed" in note for note in cut) else ""
        say_wrapped(f"{were} sent in full without an answer, and may have been carried out{billed}.")
    say_again(left, command, "Go on with")


def _report(total: int, done: int, failed: Sequence[tuple[str, str]]) -> None:
    if failed:
        print_rows(_COLUMNS, failed, stream=sys.stderr, name="file")
    if total > 1 or failed:
        left = total - done - len(failed)
        rest = f", {left} not done" if left else ""
        say_wrapped(f"{total} file{'s' * (total != 1)}: {done} done, {len(failed)} failed{rest}.")
