"""The progress of long work: a few lines that are rewritten on a terminal, a line every ten seconds without one.

```text
reading ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 15 of 60 · 2.1/s · 21 s left
sent 60 · at the service 45 · done 12 · failed 3 · 61 pages
rate limit: next try in 30 s, giving up in 569 s
```

A narrow terminal gets the same facts on more lines; they are broken between facts, never within one. What has no end
that is known, such as a training, has the facts alone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

from attrs import define, field, frozen

from nanonets_sdk.cli.output.messages import wrapped
from nanonets_sdk.cli.output.pace import Pace, rate_text, time_text
from nanonets_sdk.cli.output.terminal import console, say

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

_EVERY: Final = 10.0
# What did not move is repeated less often, so that a log shows that the command is alive and is not filled by it.
_REMINDER: Final = 60.0
_REFRESHES: Final = 4
_SEPARATOR: Final = " · "
_NARROWEST_BAR: Final = 10
_ALWAYS: Final = frozenset({"done", "received"})


@frozen
class Moves:
    """How far some work is.

    Attributes:
        ended: How many of the total need no more work.
        finished: How many were finished by this run; what was done before does not make it faster.
        begun: How many were begun; its rate is shown until the first one is finished.
        facts: What is shown of them, such as `done 12`.
    """

    ended: int
    finished: int
    begun: int
    facts: tuple[str, ...]


def facts_of(**numbers: int) -> tuple[str, ...]:
    """Return facts, those with a number above 0, and always `done` and `received`.

    Examples:
        >>> facts_of(sent=2, done=0, failed=0)
        ('sent 2', 'done 0')
    """
    return tuple(f"{name.replace('_', ' ')} {number}" for name, number in numbers.items() if number or name in _ALWAYS)


def fitted(parts: Iterable[str], width: int) -> list[str]:
    """Return lines that are no wider than a terminal, broken between parts where possible.

    Examples:
        >>> fitted(["sent 60", "done 12", "failed 3"], 20)
        ['sent 60 · done 12', 'failed 3']
    """
    from rich.cells import cell_len

    lines: list[str] = []
    for part in parts:
        if lines and cell_len(lines[-1] + _SEPARATOR + part) <= width:
            lines[-1] += _SEPARATOR + part
        else:
            lines.append(part)
    return lines


@define(eq=False)
class Bar:
    """The progress of a command.

    Attributes:
        total: How much there is to do; None if that is not known.
        doing: What is done, such as `reading`.
        look: Returns how far it is; None to count what `advance` is called for.
    """

    total: int | None
    doing: str
    look: Callable[[], Moves] | None = None
    _counted: Moves = field(factory=lambda: Moves(0, 0, 0, facts_of(done=0)), init=False)
    _waiting: tuple[str, ...] = field(default=(), init=False)
    _live: Live | None = field(default=None, init=False)
    _finished: Pace = field(factory=lambda: Pace(time.monotonic()), init=False)
    _begun: Pace = field(factory=lambda: Pace(time.monotonic()), init=False)
    _hiding: Lock = field(factory=Lock, init=False)

    def advance(self, failures: int) -> None:
        """Count one of the total, when so many of them failed."""
        number = self._counted.ended + 1
        self._counted = Moves(number, number, number, facts_of(done=number - failures, failed=failures))

    def describe(self, *waiting: str) -> None:
        """Show what is waited for; without arguments, nothing."""
        self._waiting = waiting

    def say(self, text: str) -> None:
        """Write lines above the bar."""
        if self._live is not None:
            for given in text.split("\n"):
                for line in wrapped(given.split(" "), self._live.console.width):
                    self._live.console.print(line, soft_wrap=True)
        else:
            say(text)

    def remark(self, text: str) -> None:
        """Write a line if there is no bar that shows it."""
        if self._live is None:
            self.say(text)

    def facts(self) -> tuple[Moves, list[str]]:
        """Return how far the work is, and the facts that belong to the whole of it: numbers, rate and time left."""
        moves, now = self.look() if self.look else self._counted, time.monotonic()
        if self.total is None:
            return moves, []
        self._finished.see(moves.finished, now)
        self._begun.see(moves.begun, now)
        whole = [f"{moves.ended} of {self.total}"]
        if (rate := self._finished.rate(now)) is not None:
            whole.append(rate_text(rate))
            if moves.ended < self.total:
                whole.append(f"{time_text((self.total - moves.ended) / rate)} left")
        elif (rate := self._begun.rate(now)) is not None:
            whole.append(f"{rate_text(rate)} sent")
        return moves, whole

    def line(self) -> str:
        """Return everything on one line."""
        moves, whole = self.facts()
        return f"{self.doing}: {_SEPARATOR.join([*whole, *moves.facts, *self._waiting])}"

    def lines(self, width: int) -> Iterator[RenderableType]:
        """Yield the lines that are shown on a terminal."""
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        moves, whole = self.facts()
        if self.total is None:
            yield from map(Text, fitted([f"{self.doing}: {moves.facts[0]}", *moves.facts[1:]], width))
            return
        head = _SEPARATOR.join(whole)
        room = width - len(self.doing) - len(head) - 2
        if room >= _NARROWEST_BAR:
            first = Table.grid(padding=(0, 1, 0, 0))
            bar = ProgressBar(max(self.total, 1), moves.ended, width=room)
            first.add_row(Text(self.doing), bar, Text(head, style="cyan"))
            yield first
        else:
            yield from map(Text, fitted([f"{self.doing} {whole[0]}", *whole[1:]], width))
        for line in (*fitted(moves.facts, width), *fitted(self._waiting, width)):
            text = Text(line, no_wrap=True, overflow="crop")
            text.highlight_regex(r"(failed|not known) \d+", "red")
            yield text

    @contextmanager
    def out_of_the_way(self) -> Generator[None]:
        """Hide the bar while a block writes to standard output."""
        # Both are often the same terminal. rich could redirect standard output around its bar, but it would wrap and
        # colour tables that are already laid out.
        if self._live is None or not sys.stdout.isatty():
            yield
            return
        # Several threads may have something to write.
        with self._hiding:
            self._live.stop()
            try:
                yield
                sys.stdout.flush()
            finally:
                # Another one: rich would take the lines above for those of the bar that it has removed.
                self._live = self._started()

    @contextmanager
    def shown(self) -> Generator[None]:
        """Show it on standard error during a block."""
        if not sys.stderr.isatty():
            ended = Event()
            reporter = Thread(target=self._report, args=(ended,), name="nanonets-progress", daemon=True)
            reporter.start()
            try:
                yield
            finally:
                ended.set()
                reporter.join()
            return
        self._live = self._started()
        try:
            yield
        finally:
            self._live.stop()

    def _started(self) -> Live:
        from rich.console import Group
        from rich.live import Live

        on = console(sys.stderr)
        live = Live(
            get_renderable=lambda: Group(*self.lines(on.width)), console=on, transient=True,
            refresh_per_second=_REFRESHES, redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip
        live.start(refresh=True)
        return live

    def _report(self, ended: Event) -> None:
        """Write a line every few seconds, if something moved."""
        seen, at = self.facts()[0].facts, time.monotonic()
        while not ended.wait(_EVERY):
            line, moves, now = self.line(), self.facts()[0], time.monotonic()
            # What has no end may be idle for days.
            is_due = self.total is not None and now - at >= _REMINDER
            if moves.facts != seen or is_due:
                seen, at = moves.facts, now
                say(line)


@contextmanager
def progress_bar(total: int | None, doing: str, look: Callable[[], Moves] | None = None) -> Generator[Bar]:
    """Show progress on standard error during a block.

    Args:
        total: How much there is to do; None if that is not known.
        doing: What is done.
        look: Returns how far it is, also from another thread; None to count what `Bar.advance` is called for.
    """
    bar = Bar(total, doing, look)
    with bar.shown():
        yield bar


@contextmanager
def time_shown(doing: str, remark: str) -> Generator[None]:
    """Show on standard error how long a block has taken so far.

    Args:
        doing: What is done, such as `training`.
        remark: What is said beside the time.
    """
    begin = time.monotonic()

    def look() -> Moves:
        minutes, seconds = divmod(round(time.monotonic() - begin), 60)
        return Moves(0, 0, 0, (f"{minutes} min {seconds} s" if minutes else f"{seconds} s", remark))

    with progress_bar(None, doing, look):
        yield
