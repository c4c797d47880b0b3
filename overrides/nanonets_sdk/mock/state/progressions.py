"""How work proceeds until it is done, as data: immediately, after a time, after a number of polls.

Nothing runs in the background. A file or a model keeps its `Work`, and each read computes the stage from the clock and
from the number of reads that found it pending. With `Progression(seconds=60, polls=2)`:

    clock   t+0       t+10      t+20      t+60
    polls   0         1         2         2
    stage   pending   pending   pending   success     both conditions hold, so it is done
            |______|_________|  reads that count as polls

Only a read that finds the work pending counts, and it is answered from the work as it was before it counted. So
`after_polls(2)` answers "pending" twice, and the third read has the result. `failing()` changes only how the work ends,
for all pages of a file or for some of them.
"""

from typing import Literal, Self

from attrs import evolve, field, frozen

from nanonets_sdk.mock.coerce import AT_LEAST_0

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
    """Seconds on the mock's clock before it is done."""
    polls: int = field(default=0, validator=AT_LEAST_0)
    """Number of reads that find it pending before it is done."""
    fails: bool = False
    """Whether it ends in failure."""
    failing_pages: tuple[int, ...] = ()
    """The pages that fail, from 0; empty for all pages."""
    tries: int = field(default=3, validator=AT_LEAST_0)
    """How often the service tries before it gives up."""

    @classmethod
    def immediate(cls) -> Self:
        """Return a progression that is done at the first read."""
        return cls()

    @classmethod
    def after_seconds(cls, seconds: float) -> Self:
        """Return a progression that is done after some seconds on the mock's clock."""
        return cls(seconds=seconds)

    @classmethod
    def after_polls(cls, polls: int) -> Self:
        """Return a progression that is done once so many reads have found it pending."""
        return cls(polls=polls)

    def failing(self, *pages: int, tries: int = 3) -> Self:
        """Return a copy that ends in failure, for the given pages (from 0) or for all."""
        return evolve(self, fails=True, failing_pages=pages, tries=tries)

    def at_once(self) -> Self:
        """Return a copy without the waiting, as for a call that answers when the work is done."""
        return evolve(self, seconds=0.0, polls=0)

    def share_done(self, elapsed: float, polls: int) -> float:
        """Return how much of the work is done, 0 to 1."""
        return min(_share(elapsed, self.seconds), _share(polls, self.polls))

    def stage(self, elapsed: float, polls: int, page: int = 0) -> Stage:
        """Return the stage of the work on a page after some seconds and polls."""
        if self.share_done(elapsed, polls) < 1:
            return "pending"
        return "failure" if self.fails_on(page) else "success"

    def fails_on(self, page: int) -> bool:
        """Return whether the work on this page ends in failure."""
        return self.fails and (not self.failing_pages or page in self.failing_pages)


def _share(done: float, whole: float) -> float:
    # A test may move the clock to a time before the start of the work, so the share is kept from going below 0.
    return 1.0 if whole <= 0 else max(0.0, min(1.0, done / whole))


@frozen
class Work:
    """Work in progress, and how often it was polled."""

    progression: Progression
    started: float
    polls: int = 0

    def share_done(self, now: float) -> float:
        """Return how much of the work is done at a moment, 0 to 1."""
        return self.progression.share_done(now - self.started, self.polls)

    def stage(self, now: float, page: int = 0) -> Stage:
        """Return the stage of the work on a page at a moment."""
        return self.progression.stage(now - self.started, self.polls, page)

    def polled(self) -> Self:
        """Return the same work after one more poll."""
        return evolve(self, polls=self.polls + 1)
