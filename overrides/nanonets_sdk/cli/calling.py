"""One call for each of many files: one that fails does not keep back the others."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import anyio

from nanonets_sdk.batch import find_files
from nanonets_sdk.batch.sending import FINAL
from nanonets_sdk.cli.exit_codes import FINE, SOME_FILES_FAILED
from nanonets_sdk.cli.progress import progress_bar
from nanonets_sdk.cli.report import why
from nanonets_sdk.cli.running import UsageProblem
from nanonets_sdk.cli.terminal import print_rows, say
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
        raise UsageProblem("no PDF, PNG or JPEG files there" + ("" if recursive else "; try --recursive"))
    return files


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
    """
    failed: list[tuple[str, str]] = []
    final: list[NanonetsError] = []
    slots = anyio.Semaphore(jobs)
    with progress_bar(len(files), doing) as bar:

        async def run(file: Path) -> None:
            try:
                result = await call(file)
            except NanonetsError as error:
                failed.append((str(file), why(error)))
                if isinstance(error, FINAL):
                    final.append(error)
            else:
                with bar.out_of_the_way():
                    take(file, result)
            finally:
                slots.release()
            bar.advance(len(failed))

        async with anyio.create_task_group() as tasks:
            for file in files:
                await slots.acquire()
                if final:
                    break
                tasks.start_soon(run, file)
    if final:
        raise final[0]
    if failed:
        print_rows(_COLUMNS, failed, stream=sys.stderr)
    if len(files) > 1 or failed:
        say(f"{len(files)} files: {len(files) - len(failed)} done, {len(failed)} failed.")
    return SOME_FILES_FAILED if failed else FINE
