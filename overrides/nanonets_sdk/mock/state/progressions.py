"""How work goes on until it is done, as data: at once, after a time, after a number of polls."""

from typing import Literal, Self

from attrs import evolve, field, frozen

from nanonets_sdk.mock.ranges import AT_LEAST_0

Stage = Literal["pending", "success", "failure"]


@frozen
class Progression:
    """When a job or a training is done, and how it ends.

    Examples:
        >>> Progression.after_polls(2).stage(elapsed=0.0, polls=1)
        'pending'
        >>> Progression.after_polls(2).failing().stage(elapsed=0.0, polls=2)
        'failure'
    """

    seconds: float = field(default=0.0, validator=AT_LEAST_0)
    """Seconds of the mock's clock before it is done."""
    polls: int = field(default=0, validator=AT_LEAST_0)
    """Reads that find it in work before it is done."""
    fails: bool = False
    """Whether it ends in failure."""
    failing_pages: tuple[int, ...] = ()
    """The pages that fail, from 0; empty for all of them."""
    tries: int = field(default=3, validator=AT_LEAST_0)
    """How often the service tries before it gives up."""

    @classmethod
    def immediate(cls) -> Self:
        """Done when it is first looked at."""
        return cls()

    @classmethod
    def after_seconds(cls, seconds: float) -> Self:
        """Done when so many seconds have passed on the mock's clock."""
        return cls(seconds=seconds)

    @classmethod
    def after_polls(cls, polls: int) -> Self:
        """Done after so many reads found it in work."""
        return cls(polls=polls)

    def failing(self, *pages: int, tries: int = 3) -> Self:
        """The same, ending in failure; of the given pages (from 0), or of all."""
        return evolve(self, fails=True, failing_pages=pages, tries=tries)

    def at_once(self) -> Self:
        """The same without waiting, as for a call that answers when the work is done."""
        return evolve(self, seconds=0.0, polls=0)

    def share_done(self, elapsed: float, polls: int) -> float:
        """Return how far the work is, 0 to 1."""
        return min(_share(elapsed, self.seconds), _share(polls, self.polls))

    def stage(self, elapsed: float, polls: int, page: int = 0) -> Stage:
        """Return the stage of the work on a page, after `elapsed` seconds and so many polls."""
        if self.share_done(elapsed, polls) < 1:
            return "pending"
        return "failure" if self.fails_on(page) else "success"

    def fails_on(self, page: int) -> bool:
        """Return whether the work on this page ends in failure."""
        return self.fails and (not self.failing_pages or page in self.failing_pages)


def _share(done: float, whole: float) -> float:
    return 1.0 if whole <= 0 else max(0.0, min(1.0, done / whole))


@frozen
class Work:
    """Work that was started, and how often somebody asked after it."""

    progression: Progression
    started: float
    polls: int = 0

    def share_done(self, now: float) -> float:
        """Return how far the work is at a moment, 0 to 1."""
        return self.progression.share_done(now - self.started, self.polls)

    def stage(self, now: float, page: int = 0) -> Stage:
        """Return the stage of the work on a page at a moment."""
        return self.progression.stage(now - self.started, self.polls, page)

    def polled(self) -> Self:
        """The same work, asked after once more."""
        return evolve(self, polls=self.polls + 1)
