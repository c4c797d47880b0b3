"""One call for each of many files: one that fails does not keep back the others."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Generic, TypeVar

import anyio
from attrs import define, field

from nanonets_sdk.batch import find_files
from nanonets_sdk.cli.output.progress import Bar, progress_bar
from nanonets_sdk.cli.output.report import why
from nanonets_sdk.cli.output.terminal import print_rows, say
from nanonets_sdk.cli.running.exit_codes import FINE, SIGNAL, SOME_FILES_FAILED
from nanonets_sdk.cli.running.interrupts import STOPPING, Interrupts, interrupts
from nanonets_sdk.cli.running.main import UsageProblem
from nanonets_sdk.errors import NanonetsError

T = TypeVar("T")

_COLUMNS: Final = ("file", "why")


def chosen_files(given: Sequence[Path], *, recursive: bool) -> list[Path]:
    """The files that were named, and those in folders.

    Raises:
        UploadError: One does not exist.
        UsageProblem: There is none.
    """
    files = [file.path for file in find_files(given, recursive=recursive)]
    if not files:
        raise no_files(recursive=recursive)
    return files


def no_files(*, recursive: bool) -> UsageProblem:
    """Why nothing can be done where no file was found."""
    return UsageProblem("no PDF, PNG or JPEG files there" + ("" if recursive else "; try --recursive"))


async def call_for_each(
    files: Sequence[Path],
    call: Callable[[Path], Awaitable[T]],
    take: Callable[[Path, T], object],
    *,
    jobs: int,
    doing: str,
) -> int:
    """Make a call for each file, several at a time; returns the exit status.

    Args:
        files: The files.
        call: Makes the call.
        take: Given what came of it, one at a time, in the order in which they come.
        jobs: How many calls are made at a time.
        doing: What is shown meanwhile.

    Raises:
        NanonetsError: What would meet every other file too; the calls under way were finished.
        OSError: What came of a call cannot be written, likewise.
    """
    with progress_bar(len(files), doing) as bar:
        calls = _Calls(call, take, bar)
        with interrupts(calls.on_signal) as seen:
            await calls.make(files, jobs)
    if isinstance(calls.final, BrokenPipeError):
        raise calls.final
    if calls.failed:
        print_rows(_COLUMNS, calls.failed, stream=sys.stderr)
    if len(files) > 1 or calls.failed:
        say(f"{len(files)} files: {', '.join(calls.counts(len(files)))}.")
    if calls.final is not None:
        raise calls.final
    if seen.number is not None:
        return SIGNAL + seen.number
    return SOME_FILES_FAILED if calls.failed else FINE


@define(eq=False)
class _Calls(Generic[T]):
    """Calls, and what became of them.

    Attributes:
        failed: The files whose calls failed, each with the reason.
        final: What would meet every other call too.
    """

    _call: Callable[[Path], Awaitable[T]] = field(alias="call")
    _take: Callable[[Path, T], object] = field(alias="take")
    _bar: Bar = field(alias="bar")
    failed: list[tuple[str, str]] = field(factory=list[tuple[str, str]], init=False)
    final: NanonetsError | OSError | None = field(default=None, init=False)
    _done: int = field(default=0, init=False)
    _is_stopped: bool = field(default=False, init=False)
    _everything: anyio.CancelScope = field(factory=anyio.CancelScope, init=False)

    async def make(self, files: Sequence[Path], jobs: int) -> None:
        """Make a call for each file, several at a time."""
        slots = anyio.Semaphore(jobs)
        with self._everything:
            async with anyio.create_task_group() as tasks:
                for file in files:
                    await slots.acquire()
                    if self._is_stopped:
                        break
                    tasks.start_soon(self._make, file, slots)

    def on_signal(self, seen: Interrupts) -> None:
        """Begin no more calls; for a second signal, end those that are under way."""
        self._is_stopped = True
        if seen.count > 1:
            self._everything.cancel()
        else:
            self._bar.say(STOPPING)

    def counts(self, total: int) -> Iterator[str]:
        """What became of so many files, in words."""
        yield f"{self._done} done"
        yield f"{len(self.failed)} failed"
        if left := total - self._done - len(self.failed):
            yield f"{left} not done"

    async def _make(self, file: Path, slots: anyio.Semaphore) -> None:
        try:
            result = await self._call(file)
            with self._bar.out_of_the_way():
                self._take(file, result)
            self._done += 1
        except NanonetsError as error:
            self.failed.append((str(file), why(error)))
            if error.meets_every_file:
                self._stop(error)
        except OSError as error:
            self._stop(error)
        finally:
            slots.release()
        self._bar.advance(len(self.failed))

    def _stop(self, error: NanonetsError | OSError) -> None:
        self.final = self.final or error
        self._is_stopped = True
