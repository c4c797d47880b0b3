"""Looking for files that may have arrived, and proving that others did not.

A listing that lacks a file proves nothing by itself. It may be late; it may be asked for the wrong days, because the
clock of this machine is wrong; it may lack the metadata by which files are found. So it is judged by files that the
service surely accepted: those of the journal that were sent shortly before and after the unknown one.

```text
sent        A accepted     U no answer      B accepted
              |                |                |
time  --------+----------------+----------------+------- quiet period -------+---->
                                                     look  look    look     look
                                          the last look shows A and B with their metadata, no look showed U:
                                          a listing that reaches from A to B would show U, so U did not arrive
```

A listing covers the day before U was sent, and the days since, so what it shows was sent near that time.

B must have been sent after U became unknown. Files on their way together may arrive in any order, and a listing that is
late by a minute shows one of them before the other.

The quiet period is for what such a proof cannot see: a request that is still waiting in a queue of the service. It is
measured on the monotonic clock of this process, since clocks that jump are one of the troubles.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from attrs import define, field, frozen

from nanonets_sdk.batch.journal import Entry
from nanonets_sdk.batch.notes import Notes
from nanonets_sdk.client import AsyncNanonets
from nanonets_sdk.errors import ConfigurationError, NanonetsError

# A listing is not paged, and covers everything that was sent on its days.
_LISTING_TIMEOUT_SECONDS: Final = 600.0

_MAX_LISTINGS: Final = 60
_DAY: Final = timedelta(days=1)
_WITNESSES: Final = 3
"""How many accepted files on each side of an unknown one a listing must show."""


@frozen
class Sought:
    """An unknown file.

    Attributes:
        digest: SHA-256 of its content.
        entry: What the journal says about it.
        name: Name of the file as it was sent.
    """

    digest: str
    entry: Entry
    name: str


@frozen
class Look:
    """What one look at the listings showed.

    Attributes:
        found: The request_file_id of each file that was looked for and found, by its `request_metadata`.
        shown: All metadata in the listings.
        nameless: Ids of entries that may be one of the files although they lack its metadata, by file name.
    """

    found: dict[str, str] = field(factory=dict[str, str])
    shown: set[str] = field(factory=set[str])
    nameless: dict[str, set[str]] = field(factory=dict[str, set[str]])


async def look(client: AsyncNanonets, model_id: str, sought: Iterable[Sought], now: datetime) -> Look:
    """Look for files at the service by the `request_metadata` they were sent with.

    Args:
        client: The client.
        model_id: Id of the model.
        sought: The files.
        now: The current time.

    Raises:
        NanonetsError: The service could not be asked.
    """
    ocr = client.with_options(timeout=_LISTING_TIMEOUT_SECONDS).ocr
    by_token = {one.entry.token: one for one in sought}
    names = {"", *(_folded(one.name) for one in by_token.values())}
    seen = Look()
    for first, last in _intervals((one.entry.sent_at for one in by_token.values()), now):
        for page in (await ocr.list_predictions(model_id, first, last)).pages:
            metadata, name = page.request_metadata, _folded(page.file_name)
            seen.shown.add(metadata)
            if metadata in by_token and page.request_file_id:
                seen.found.setdefault(metadata, page.request_file_id)
            elif name in names and page.request_file_id:
                # A token that was cut may be any that begins with it.
                whole = (
                    by_token.keys() if name == "" else [t for t, one in by_token.items() if _folded(one.name) == name]
                )
                if any(token.startswith(metadata) for token in whole):
                    seen.nameless.setdefault(name, set()).add(page.request_file_id)
        if len(seen.found) == len(by_token):
            break
    return seen


@define
class Search:
    """The looks of one search, and what they prove.

    Attributes:
        journal: The journal.
        nameless: Ids of entries without metadata that may be one of the files, by file name, in any look.
        last: The latest look.
        error: Why the service could not be asked at the latest look; None if it could.
    """

    journal: Notes
    nameless: dict[str, set[str]] = field(factory=dict[str, set[str]], init=False)
    last: Look = field(factory=Look, init=False)
    error: NanonetsError | None = field(default=None, init=False)

    def add(self, seen: Look) -> None:
        """Add a look."""
        self.last, self.error = seen, None
        for name, ids in seen.nameless.items():
            self.nameless.setdefault(name, set()).update(ids)

    async def doubt(self, one: Sought) -> str:
        """Return why the looks do not prove that a file did not arrive; an empty string if they do."""
        if self.error is not None:
            return f"the service could not be asked whether it arrived: {self.error}"
        before, after = await self.journal.near(one.entry, _WITNESSES)
        if not after:
            return "no file that was sent after it is known to have arrived"
        if not before:
            return "no file that was sent before it is known to have arrived"
        if not self.last.shown.issuperset([*before, *after]):
            return LATE
        suspects = {suspect for name in ("", _folded(one.name)) for suspect in self.nameless.get(name, ())}
        if suspects and (strange := suspects - await self.journal.known_ids(suspects)):
            return f"the service lists a file without its metadata that may be it ({min(strange)})"
        return ""


LATE: Final = "the service does not list, with their metadata, the files that arrived shortly before and after it"
"""The doubt that may be gone at a later look."""


def clock_error(sent: Iterable[float], now: datetime) -> NanonetsError | None:
    """Return why files may have arrived although they were not found: the clock was wrong when they were sent.

    Args:
        sent: When each file was sent, in seconds since 1970-01-01 (GMT).
        now: The current time.

    Returns:
        An error if a file was sent in the future; None otherwise.
    """
    latest = datetime.fromtimestamp(max(sent), UTC)
    if latest <= now + _DAY:
        return None
    return ConfigurationError(
        f"the clock of this machine said {latest:%Y-%m-%d} when files were sent and says {now:%Y-%m-%d} now, "
        "so it is not known on which day to search for them"
    )


def _folded(name: str) -> str:
    # The service may store a name in another form.
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def _intervals(moments: Iterable[float], now: datetime) -> Iterator[tuple[date, date]]:
    """Yield the first and the last day of each listing.

    A listing covers one day, or more if there would be too many listings: a clock that was reset says 1970.
    """
    days = {now.date(), *(datetime.fromtimestamp(moment, UTC).date() for moment in moments)}
    # The clocks of both sides differ, and midnight may have passed in between.
    first, end = min(days) - _DAY, max(days) + _DAY
    length = 1 + (end - first).days // _MAX_LISTINGS
    while first <= end:
        last = min(first + (length - 1) * _DAY, end)
        yield first, last
        first = last + _DAY
