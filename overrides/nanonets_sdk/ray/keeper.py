"""Who may send what: the claims of many workers on the contents of one journal.

A worker must hold a claim on a content before it sends it, and every note of it passes through here. What the journal
says is on disk; what is only here may be lost at any time, because a claim alone permits nothing:

```text
worker                                  keeper                                    journal (on disk)
  |-- claim ------------------------------>| nobody else holds it
  |<------------- what the journal says ---|<------------------------------------ never sent
  |-- sending, seen: never sent ---------->| still so, and still not another's --> sending
  |<------------------------------- yes ---|
  |== the file leaves ==> service          |
  |-- became submitted ------------------->|-----------------------------------> submitted
  |-- release ---------------------------->|
```

Workers say at short intervals that they are there, and what they hold. What was not named for the time of a lease is
held no longer, even if its worker lives: a call that was repeated may have come after the release. So a worker that was
silent is given up. Another one that claims a content that it was sending finds it noted as unknown, searches the
service for it, and sends it again only under the conditions of `batch.search`. A worker whose claim was given away
cannot send with it: the note before each sending names what the worker saw in the journal, and is refused if the
journal says something else by now.

A keeper that is started again knows no claims. Workers that live name theirs within a lease, so until then nobody is
given a content that is being sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from attrs import define, field

from nanonets_sdk.batch.journal import Entry, Journal, State
from nanonets_sdk.errors import NanonetsError
from nanonets_sdk.ray.budget import Permits
from nanonets_sdk.transport.clock import Clock

LOST = "the worker that was sending it was lost before it said what came; it may have been accepted and billed"


@define(eq=False)
class _Claim:
    session: str
    # When its worker last named it. A worker that lives may have let it go with a call that was lost or came early.
    named: float
    # Of a worker that waits to learn whether a former holder is still alive, who then goes first.
    is_waiting: bool = False
    is_over: asyncio.Event = field(factory=asyncio.Event)


@define(eq=False)
class Keeper:
    """The claims on the contents of a journal, and the notes of those who hold them.

    Attributes:
        journal: The journal.
        permits: The permits to send.
        lease: Seconds of silence after which a worker is given up.
        clock: The source of time.
    """

    journal: Journal
    permits: Permits
    lease: float
    clock: Clock = field(repr=False)
    _seen: dict[str, float] = field(factory=dict[str, float], init=False, repr=False)
    _claims: dict[str, _Claim] = field(factory=dict[str, _Claim], init=False, repr=False)
    _since: float = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._since = self.clock.monotonic()

    async def claim(self, session: str, digest: str) -> Entry | None:
        """Wait until nobody else holds a content, and hold it.

        Returns:
            What the journal says about it; None if it was never sent.
        """
        self._touch(session)
        while True:
            while (other := self._other(session, digest)) is not None or self._is_awaited(session, digest):
                await self._until_free(other or self._claims[digest])
            # It may have waited for longer than a lease.
            self._touch(session)
            claim = self._claim(session, digest)
            entry = await self.journal.entry(digest)
            if entry is None or entry.state != "sending":
                return entry
            claim.is_waiting = True
            if (left := self._since + self.lease - self.clock.monotonic()) > 0:
                # Its worker does not name it yet.
                claim.named += left
                await self.clock.asleep(left)
            entry = await self.journal.entry(digest)
            if self._claims.get(digest) is claim:
                claim.is_waiting, claim.named = False, self.clock.monotonic()
                if entry is not None and entry.state == "sending":
                    await self.journal.became(digest, "unknown", reason=LOST)
                return await self.journal.entry(digest)

    async def sending(self, session: str, digest: str, token: str, moment: float, seen: Entry | None) -> Entry | None:
        """Note that a content is about to be sent.

        Args:
            session: The worker.
            digest: SHA-256 of the content.
            token: Its `request_metadata`.
            moment: When, in seconds since 1970-01-01 (GMT).
            seen: What the worker saw in the journal.

        Returns:
            The new entry; None if the content is another worker's, or the journal says something else by now. It must
            not be sent then.
        """
        self._touch(session)
        entry = await self.journal.entry(digest)
        # A worker that did not hear the answer asks again.
        is_repeated = entry is not None and (entry.state, entry.token, entry.sent_at) == ("sending", token, moment)
        if self._other(session, digest) is not None or not (entry == seen or is_repeated):
            return None
        self._claim(session, digest)
        if not is_repeated:
            await self.journal.sending(None, digest, token, moment)
        return await self.journal.entry(digest)

    async def became(
        self, session: str, digest: str, number: int, state: State, request_file_id: str, reason: str, pages: int
    ) -> Entry | None:
        """Note the new state of a content, and return its entry.

        What is known to have arrived stays so. Everything else is believed only of the sending that the journal knows.

        Args:
            session: The worker.
            digest: SHA-256 of the content.
            number: The number of the sending; 0 if the file was found in a listing.
            state: The state.
            request_file_id: The service's id; empty if it is not known.
            reason: Why it failed, was refused or is unknown.
            pages: Number of pages that the service announced; 0 if it is not known.
        """
        self._touch(session)
        entry = await self.journal.entry(digest)
        arrived = entry.request_file_id if entry is not None else ""
        if state == "submitted":
            is_news = arrived in {"", request_file_id}
        else:
            is_own = entry is not None and entry.number == number and self._other(session, digest) is None
            is_news = is_own and (not arrived or state == "failed")
        if not is_news:
            return entry
        await self.journal.became(digest, state, request_file_id=request_file_id, reason=reason, pages=pages)
        if self.permits.pages is not None and pages > 1 and (entry is None or not entry.pages):
            self.permits.pages.add(1 - pages)
        return await self.journal.entry(digest)

    async def release(self, session: str, digest: str) -> None:
        """Let others have a content."""
        claim = self._claims.get(digest)
        if claim is not None and claim.session == session:
            del self._claims[digest]
            claim.is_over.set()

    async def entry(self, session: str, digest: str) -> Entry | None:
        """Return the entry of a content."""
        self._touch(session)
        return await self.journal.entry(digest)

    async def near(self, session: str, entry: Entry, most: int) -> tuple[list[str], list[str]]:
        """Return tokens of files that were sent before and after one, and arrived; see `Journal.near`."""
        self._touch(session)
        return await self.journal.near(entry, most)

    async def known_ids(self, session: str, request_file_ids: list[str]) -> set[str]:
        """Return those of the ids that the journal has."""
        self._touch(session)
        return await self.journal.known_ids(request_file_ids)

    async def enter(self, session: str, permit: str) -> NanonetsError | None:
        """Wait for a permit to send; see `Permits.enter`."""
        self._touch(session)
        return await self.permits.enter(f"{session}/{permit}")

    async def leave(
        self, session: str, permit: str, is_taken: bool = False, error: NanonetsError | None = None
    ) -> NanonetsError | None:
        """Give a permit back; see `Permits.leave`."""
        return self.permits.leave(f"{session}/{permit}", is_taken=is_taken, error=error)

    async def beat(self, session: str, held: Iterable[str]) -> None:
        """Note that a worker is there, and which contents it holds."""
        self._touch(session)
        for digest in held:
            if self._other(session, digest) is None:
                self._claim(session, digest)
        now = self.clock.monotonic()
        for other in [other for other, seen in self._seen.items() if now - seen > self.lease]:
            self._forget(other)

    async def end(self, session: str) -> None:
        """Note that a worker is through, and holds nothing any more."""
        self._forget(session)

    def _forget(self, session: str) -> None:
        self._seen.pop(session, None)
        self.permits.leave_all(f"{session}/")
        for digest in [digest for digest, claim in self._claims.items() if claim.session == session]:
            self._claims.pop(digest).is_over.set()

    def _touch(self, session: str) -> None:
        self._seen[session] = self.clock.monotonic()

    def _claim(self, session: str, digest: str) -> _Claim:
        """Give a content to a worker, or note that it still has it."""
        claim, now = self._claims.get(digest), self.clock.monotonic()
        if claim is not None and claim.session == session and not claim.is_waiting:
            claim.named = now
            return claim
        if claim is not None:
            claim.is_over.set()
        self._claims[digest] = claim = _Claim(session, now)
        return claim

    def _of_another(self, session: str, digest: str) -> _Claim | None:
        claim = self._claims.get(digest)
        if claim is None or claim.session == session or self.clock.monotonic() - claim.named > self.lease:
            return None
        return claim

    def _other(self, session: str, digest: str) -> _Claim | None:
        """Return the claim of another worker that lives and does not wait itself; None if there is none."""
        claim = self._of_another(session, digest)
        return claim if claim is not None and not claim.is_waiting else None

    def _is_awaited(self, session: str, digest: str) -> bool:
        claim = self._of_another(session, digest)
        return claim is not None and claim.is_waiting

    async def _until_free(self, claim: _Claim) -> None:
        left = claim.named + self.lease - self.clock.monotonic()
        try:
            await asyncio.wait_for(claim.is_over.wait(), max(left, self.lease / 100))
        except TimeoutError:
            return
