"""A journal and a throttle that are in another process: what `batch.engine` needs of them, asked through a door.

A worker must not send with an old permission. The answer to "may I send this?" counts only if it came within half a
lease; otherwise the question is asked again.
"""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import anyio
from attrs import define, field

from nanonets_sdk.batch.journal import Entry, Known, State
from nanonets_sdk.batch.keyed_lock import KeyedLock
from nanonets_sdk.batch.notes import ClaimLost
from nanonets_sdk.batch.options import BatchOptions
from nanonets_sdk.batch.stopping import Stop, Stopped
from nanonets_sdk.batch.throttle import Wait
from nanonets_sdk.errors import NanonetsError
from nanonets_sdk.transport.clock import Clock

_BEATS_PER_LEASE = 4


class Door(Protocol):
    """Calls a method of the keeper, wherever it is, and returns when it was carried out."""

    async def __call__(self, method: str, session: str, /, *arguments: Any) -> Any:
        """Call a method.

        Raises:
            JournalError: The journal cannot be used, or the keeper cannot be reached.
        """
        ...


@define(eq=False)
class RemoteNotes:
    """The journal of a worker's run; see `batch.notes.Notes`.

    Attributes:
        door: Leads to the keeper.
        lease: Seconds of silence after which the keeper gives this worker up.
        clock: The source of time.
        session: Name of this run.
    """

    door: Door = field(repr=False)
    lease: float
    clock: Clock = field(repr=False)
    session: str = field(factory=lambda: uuid4().hex)
    _contents: KeyedLock = field(factory=KeyedLock, init=False, repr=False)
    # What the journal said last about each content that is held.
    _held: dict[str, Entry | None] = field(factory=dict[str, "Entry | None"], init=False, repr=False)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Tell the keeper, while the block runs, that this worker is there."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._beat)
            yield
            tasks.cancel_scope.cancel()
        # Not after an error: a keeper that cannot be reached forgets this worker by itself.
        await self.door("end", self.session)

    async def _beat(self) -> None:
        while True:
            await self.door("beat", self.session, list(self._held))
            await self.clock.asleep(self.lease / _BEATS_PER_LEASE)

    @asynccontextmanager
    async def hold(self, digest: str) -> AsyncGenerator[None]:
        """Keep a content from all other workers."""
        async with self._contents.hold(digest):
            self._held[digest] = await self.door("claim", self.session, digest)
            try:
                yield
            finally:
                del self._held[digest]
                with anyio.CancelScope(shield=True):
                    await self.door("release", self.session, digest)

    async def known(self, _path: Path, wanted_name: str, digest: str) -> Known:
        """Return what the journal said when the content was claimed. Paths and names are the caller's matter."""
        return Known(wanted_name, False, self._held[digest])

    async def entry(self, digest: str) -> Entry | None:
        """Return the entry of a content; None if it was never sent."""
        entry: Entry | None = await self.door("entry", self.session, digest)
        return entry

    async def near(self, entry: Entry, most: int) -> tuple[list[str], list[str]]:
        """Return tokens of files that were sent before and after one, and arrived."""
        before, after = await self.door("near", self.session, entry, most)
        return before, after

    async def known_ids(self, request_file_ids: Iterable[str]) -> set[str]:
        """Return those of the ids that the journal has."""
        return {*await self.door("known_ids", self.session, list(request_file_ids))}

    async def sending(self, _path: Path, digest: str, token: str, moment: float) -> None:
        """Note that a content is about to be sent.

        Raises:
            ClaimLost: It is another worker's.
        """
        seen, asked = self._held[digest], float("-inf")
        while self.clock.monotonic() - asked >= self.lease / 2:
            asked = self.clock.monotonic()
            entry = await self.door("sending", self.session, digest, token, moment, seen)
            if entry is None:
                raise ClaimLost
            self._held[digest] = entry

    async def became(
        self, digest: str, state: State, *, request_file_id: str = "", reason: str = "", pages: int = 0
    ) -> None:
        """Note the new state of a content."""
        held = self._held.get(digest)
        number = held.number if held is not None else 0
        entry = await self.door("became", self.session, digest, number, state, request_file_id, reason, pages)
        if digest in self._held:
            self._held[digest] = entry


@define(eq=False)
class RemoteLimits:
    """The throttle that all workers share; see `batch.notes.Limits`.

    Attributes:
        door: Leads to the keeper.
        session: Name of this run.
        clock: The source of time.
    """

    door: Door = field(repr=False)
    session: str
    clock: Clock = field(repr=False)
    _stop: Stop = field(alias="stop", repr=False)
    _slots: anyio.CapacityLimiter = field(alias="slots", repr=False)
    _entered: float = field(default=float("-inf"), init=False)
    _taken_at: float = field(default=float("-inf"), init=False)
    _answers: dict[float, NanonetsError | None] = field(factory=dict[float, "NanonetsError | None"], init=False)

    @classmethod
    def of(cls, notes: RemoteNotes, options: BatchOptions, stop: Stop) -> RemoteLimits:
        """Return the throttle of a run."""
        return cls(notes.door, notes.session, options.clock, stop, anyio.CapacityLimiter(options.jobs))

    @property
    def wait(self) -> Wait | None:
        """Unknown here: the keeper waits."""
        return None

    @asynccontextmanager
    async def slot(self) -> AsyncGenerator[float]:
        """Wait for a slot of this worker and a permit of the keeper, and hold both while one file is sent.

        Raises:
            Stopped: The batch was stopped, here or because the patience of all workers is exhausted.
            NanonetsError: The service did not take the file, and with it patience is exhausted.
        """
        permit, error = uuid4().hex, None
        async with self._slots:
            entered = None
            try:
                with self._stop.interrupting():
                    if (refused := await self.door("enter", self.session, permit)) is not None:
                        self._stop.request(refused)
                        raise Stopped
                # The time is the key of the outcome of the file, so no two are the same.
                entered = self._entered = max(self.clock.monotonic(), math.nextafter(self._entered, math.inf))
                yield entered
            finally:
                is_taken = entered in self._answers and self._answers[entered] is None
                came = self._answers.pop(entered, None) if entered is not None else None
                with anyio.CancelScope(shield=True):
                    error = await self.door("leave", self.session, permit, is_taken, came)
        if error is not None:
            self._stop.request(error)
            raise error

    def was_taken(self, entered: float) -> None:
        """Note that the service took a file."""
        self._taken_at = self.clock.monotonic()
        self._answers[entered] = None

    def has_taken_since(self, entered: float) -> bool:
        """Whether the service took any file of this worker after a slot was entered."""
        return self._taken_at >= entered

    def backed_off(self, entered: float, error: NanonetsError) -> None:
        """Note that the service did not take a file, and may take it later."""
        self._answers[entered] = error
