"""The detached actor that has the journal, and the door that leads to it from any worker.

Ray starts the actor again after it was killed; a worker that calls it meanwhile waits and asks once more, which every
method of the keeper allows. The journal on disk is all that it needs. If the disk is not there, on another node, an
empty journal in its place would let every file leave again; so an actor that is started again never creates one.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, cast

from attrs import define, evolve, field, frozen

from nanonets_sdk.batch.journal import Journal, JournalError, open_journal
from nanonets_sdk.extras import optional
from nanonets_sdk.ray.budget import PageBudget, Permits
from nanonets_sdk.ray.keeper import Keeper
from nanonets_sdk.transport.clock import SYSTEM_CLOCK

_NAMESPACE: Final = "nanonets_sdk"
# Every worker may have all of its files wait for an answer.
_MOST_CALLS: Final = 100_000
_FIRST_WAIT: Final = 0.1
_LONGEST_WAIT: Final = 2.0


@frozen
class Place:
    """A journal, and how its actor is to keep it.

    Attributes:
        journal: Absolute path of the journal.
        model_id: The model.
        language: The language that files are sent with.
        pages: The pages that are read.
        jobs: The most files that all workers may send at a time.
        patience: Seconds to go on trying while no file is taken.
        pages_per_minute: The limit of pages a minute; None for none.
        lease: Seconds of silence after which a worker is given up.
        node: The node to start the actor on, if it is there.
        may_create: Whether a journal that does not exist is created.
    """

    journal: str
    model_id: str
    language: str | None
    pages: str | None
    jobs: int
    patience: float
    pages_per_minute: float | None
    lease: float
    node: str
    may_create: bool = True

    @property
    def name(self) -> str:
        """Name of the actor."""
        return f"nanonets-journal-{sha256(self.journal.encode()).hexdigest()[:16]}"


class JournalActor:
    """Has the journal open, and carries out what workers ask; errors are answers, so that the actor outlives them."""

    def __init__(self, place: Place) -> None:
        is_again = optional("ray").get_runtime_context().was_current_actor_reconstructed
        self._keeper: Keeper | None = None
        self._place = evolve(place, may_create=False) if is_again else place
        self._error: JournalError | None = None

    async def ready(self, place: Place) -> JournalError | None:
        """Open the journal for a run, again if it failed before; return why it cannot be used."""
        if self._keeper is not None and self._error is not None:
            self._keeper.journal.close()
            self._keeper = None
        if self._keeper is not None:
            kept, limits = self._place, attrgetter("jobs", "patience", "pages_per_minute")
            if (kept.model_id, kept.language, kept.pages) != (place.model_id, place.language, place.pages):
                return JournalError(
                    f"the journal {place.journal!r} was begun with model {kept.model_id!r}, language {kept.language!r} "
                    f"and pages {kept.pages!r}; use another one for another batch"
                )
            # Those who send now hold permits of the old ones.
            if limits(kept) != limits(place):
                self._keeper.permits = permits_of(place, self._keeper.journal)
            self._keeper.lease = place.lease
        self._error, self._place = None, evolve(place, may_create=self._place.may_create)
        self._opened()
        return self._error

    async def ask(self, method: str, session: str, arguments: tuple[Any, ...]) -> Any:
        """Call a method of the keeper; return what it returns, or the error that the journal cannot be used."""
        keeper = self._opened()
        if keeper is None:
            return self._error
        try:
            return await getattr(keeper, method)(session, *arguments)
        except JournalError as error:
            self._error = error
            return error

    async def close(self) -> None:
        """Close the journal."""
        if self._keeper is not None:
            self._keeper.journal.close()
            self._keeper = None

    def _opened(self) -> Keeper | None:
        # It blocks for a moment, once. In a thread, another call could open the journal as well.
        if self._keeper is None and self._error is None:
            try:
                journal = _open(self._place)
            except JournalError as error:
                self._error = error
            else:
                self._keeper = Keeper(journal, permits_of(self._place, journal), self._place.lease, SYSTEM_CLOCK)
        return self._keeper


def _open(place: Place) -> Journal:
    if not place.may_create and not Path(place.journal).exists():
        raise JournalError(
            f"the journal {place.journal!r} is not on this machine any more. Nothing is sent: with a new one every "
            "file would be sent, and billed, again. Keep it where every node can reach it."
        )
    return open_journal(Path(place.journal), place.model_id, place.language, place.pages)


def permits_of(place: Place, journal: Journal) -> Permits:
    """Return the permits to send, with what the last files that the journal knows left of the pages."""
    pages = None
    if place.pages_per_minute is not None:
        # What an earlier life of the actor, or another run, took too much. A file leaves once nothing is owed for those
        # before it, so the debt is one of those that were on their way with it.
        now = SYSTEM_CLOCK.now().timestamp()
        ago = sorted(((now - sent_at, max(1, pages)) for sent_at, pages in journal.last_sent(place.jobs)), reverse=True)
        # Times are those of other machines, and clocks jump.
        sent = [(seconds, pages) for seconds, pages in ago if seconds >= 0]
        pages = PageBudget(place.pages_per_minute, SYSTEM_CLOCK, sent)
    return Permits(place.jobs, place.patience, SYSTEM_CLOCK, pages)


@define
class _Patience:
    """How long to wait for an actor that is away.

    Attributes:
        journal: Path of its journal.
        away: Seconds to wait for it.
    """

    journal: str
    away: float
    _wait: float = field(default=_FIRST_WAIT, init=False)
    _end: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._end = time.monotonic() + self.away

    def after(self, error: Exception) -> float:
        """Return the seconds after which to try again.

        Raises:
            JournalError: It was away for too long.
        """
        if time.monotonic() >= self._end:
            raise JournalError(
                f"the actor of the journal {self.journal!r} was away for {self.away:g} seconds: "
                f"{type(error).__name__}. Nothing more is sent."
            ) from None
        wait, self._wait = self._wait, min(2 * self._wait, _LONGEST_WAIT)
        return wait


@define(eq=False)
class ActorDoor:
    """Calls the actor of a journal from a worker, and waits while it is away; see `remote.Door`.

    Attributes:
        place: The journal.
        away: Seconds to wait for the actor.
    """

    place: Place
    away: float
    _handle: Any = field(default=None, init=False, repr=False)

    async def __call__(self, method: str, session: str, /, *arguments: Any) -> Any:
        """Call a method of the keeper.

        Raises:
            JournalError: The journal cannot be used, or the actor is away for too long.
        """
        exceptions = optional("ray").exceptions
        patience = _Patience(self.place.journal, self.away)
        while True:
            try:
                if self._handle is None:
                    # It may have to ask the head of the cluster.
                    self._handle = await asyncio.to_thread(actor_of, evolve(self.place, may_create=False))
                answer = await self._handle.ask.remote(method, session, arguments)
            except exceptions.RayActorError as error:
                # One that died for good is replaced under the same name.
                self._handle = None
                await asyncio.sleep(patience.after(error))
            else:
                if isinstance(answer, JournalError):
                    raise answer
                return answer


def actor_of(place: Place) -> Any:
    """Return the handle of a journal's actor, which is started if it does not run."""
    ray = optional("ray")
    affinity = optional("ray.util.scheduling_strategies").NodeAffinitySchedulingStrategy
    actor = ray.remote(JournalActor).options(
        name=place.name,
        namespace=_NAMESPACE,
        lifetime="detached",
        get_if_exists=True,
        max_restarts=-1,
        # A call that is carried out by itself after a restart could come after a later one.
        max_task_retries=0,
        max_concurrency=_MOST_CALLS,
        num_cpus=0,
        scheduling_strategy=affinity(place.node, soft=True),
    )
    return actor.remote(place)


def begin(place: Place, away: float) -> None:
    """Start the actor of a journal, and have it open the journal.

    Args:
        place: The journal.
        away: Seconds to wait for the actor, if it was killed just now.

    Raises:
        JournalError: The journal cannot be used, or the actor is away for too long.
    """
    ray, patience = optional("ray"), _Patience(place.journal, away)
    while True:
        try:
            error = ray.get(actor_of(place).ready.remote(place))
        except ray.exceptions.RayActorError as lost:
            time.sleep(patience.after(lost))
        else:
            if error is not None:
                raise cast("JournalError", error)
            return


def end(journal: str) -> None:
    """Close a journal, and end its actor."""
    ray = optional("ray")
    try:
        handle = ray.get_actor(Place(journal, "", None, None, 1, 0, None, 1, "").name, namespace=_NAMESPACE)
    except ValueError:
        return
    # One that is away has nothing open.
    with suppress(ray.exceptions.RayActorError):
        ray.get(handle.close.remote())
    ray.kill(handle)
