"""A bar with rate and time to go while files are read; on a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID
    from rich.text import Text


class Bar:
    """What is shown while files are read. Without a terminal it says only what it waits for."""

    def __init__(self, progress: Progress | None, task: TaskID | None) -> None:
        self._progress = progress
        self._task = task

    def advance(self, failures: int) -> None:
        """Count a file."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, advance=1, failures=failures)

    def describe(self, doing: str) -> None:
        """Say what is being done."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, doing=doing)

    def say(self, text: str) -> None:
        """Write a line above the bar."""
        if self._progress is not None:
            self._progress.console.print(text, soft_wrap=True)
        else:
            print(text, file=sys.stderr, flush=True)

    def remark(self, text: str) -> None:
        """Write a line where there is no bar to say it."""
        if self._progress is None:
            self.say(text)

    @contextmanager
    def out_of_the_way(self) -> Generator[None]:
        """A block that writes to standard output; the bar steps aside if that is the same terminal."""
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
    """A block during which a bar is shown on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        yield Bar(None, None)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TimeRemainingColumn
    from rich.text import Text

    from nanonets_sdk.cli.output.terminal import console

    class Rate(ProgressColumn):
        """Files a second, or a minute where they are slow."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed or 0.0
            return Text(f"{speed:.1f}/s" if speed >= 1 else f"{speed * 60:.0f}/min", style="cyan")

    class Failures(ProgressColumn):
        """How many failed, if any."""

        def render(self, task: Task) -> Text:
            number = task.fields["failures"]
            return Text(f"{number} failed", style="red") if number else Text()

    class Doing(ProgressColumn):
        """What is being done."""

        def render(self, task: Task) -> Text:
            return Text(task.fields["doing"])

    with Progress(
        Doing(), BarColumn(bar_width=None), MofNCompleteColumn(), Rate(), TimeRemainingColumn(), Failures(),
        console=console(sys.stderr), transient=True, expand=True, redirect_stdout=False, redirect_stderr=False,
    ) as progress:  # fmt: skip
        yield Bar(progress, progress.add_task("", total=total, failures=0, doing=doing))
