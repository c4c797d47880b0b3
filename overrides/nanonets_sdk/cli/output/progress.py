"""A progress bar with rate and remaining time, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nanonets_sdk.cli.output.terminal import console, say

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID
    from rich.text import Text


class Bar:
    """The progress of a command; without a terminal there is no bar, and only waits are reported."""

    def __init__(self, progress: Progress | None, task: TaskID | None) -> None:
        self._progress = progress
        self._task = task

    def advance(self, failures: int) -> None:
        """Count one file."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, advance=1, failures=failures)

    def describe(self, doing: str) -> None:
        """Name the current activity."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, doing=doing)

    def say(self, text: str) -> None:
        """Write a line above the bar."""
        if self._progress is not None:
            self._progress.console.print(text, soft_wrap=True)
        else:
            say(text)

    def remark(self, text: str) -> None:
        """Write a line if there is no bar that shows it."""
        if self._progress is None:
            self.say(text)

    @contextmanager
    def out_of_the_way(self) -> Generator[None]:
        """Hide the bar while a block writes to standard output."""
        # Both are often the same terminal. rich could redirect standard output around its bar, but it would wrap and
        # colour tables that are already laid out.
        if self._progress is None or not sys.stdout.isatty():
            yield
            return
        self._progress.stop()
        try:
            yield
            sys.stdout.flush()
        finally:
            self._progress.start()


@contextmanager
def progress_bar(total: int, doing: str) -> Generator[Bar]:
    """Show a bar on standard error during a block, if that is a terminal."""
    if not sys.stderr.isatty():
        yield Bar(None, None)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Files per second, or per minute if they are slow."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed or 0.0
            return Text(f"{speed:.1f}/s" if speed >= 1 else f"{speed * 60:.0f}/min", style="cyan")

    class Failures(ProgressColumn):
        """The number of failures, if any."""

        def render(self, task: Task) -> Text:
            number = task.fields["failures"]
            return Text(f"{number} failed", style="red") if number else Text()

    class Doing(ProgressColumn):
        """The current activity."""

        def render(self, task: Task) -> Text:
            return Text(task.fields["doing"])

    with Progress(
        Doing(), BarColumn(bar_width=None), MofNCompleteColumn(), Rate(), TimeRemainingColumn(), Failures(),
        console=console(sys.stderr), transient=True, expand=True, redirect_stdout=False, redirect_stderr=False,
    ) as progress:  # fmt: skip
        yield Bar(progress, progress.add_task("", total=total, failures=0, doing=doing))
