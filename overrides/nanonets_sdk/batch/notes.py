"""What a run needs of a journal and of a throttle, wherever they are: in this process, or in another one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from nanonets_sdk.batch.journal import Entry, Known, State
from nanonets_sdk.batch.throttle import Wait
from nanonets_sdk.errors import NanonetsError


class ClaimLost(Exception):
    """Another run holds the content now; nothing of it was sent. Begin again with what the journal says then."""


class Notes(Protocol):
    """A journal, as `journal.Journal` describes it."""

    def hold(self, digest: str, /) -> AbstractAsyncContextManager[None]:
        """Keep a content from everybody else who shares the journal."""
        ...

    async def known(self, path: Path, wanted_name: str, digest: str, /) -> Known:
        """Return what is known of a file and its content."""
        ...

    async def entry(self, digest: str, /) -> Entry | None:
        """Return the entry of a content; None if it was never sent."""
        ...

    async def near(self, entry: Entry, most: int, /) -> tuple[list[str], list[str]]:
        """Return tokens of files that were sent before and after one, and arrived."""
        ...

    async def known_ids(self, request_file_ids: Iterable[str], /) -> set[str]:
        """Return those of the ids that the journal has."""
        ...

    async def sending(self, path: Path, digest: str, token: str, moment: float, /) -> None:
        """Note that a content is about to be sent.

        Raises:
            ClaimLost: It is held by somebody else.
        """
        ...

    async def became(
        self, digest: str, state: State, /, *, request_file_id: str = "", reason: str = "", pages: int = 0
    ) -> None:
        """Note the new state of a content."""
        ...


class Limits(Protocol):
    """A throttle, as `throttle.Throttle` describes it."""

    @property
    def wait(self) -> Wait | None:
        """The pause before the next file is sent; None if there is none."""
        ...

    def slot(self) -> AbstractAsyncContextManager[float]:
        """Wait for a slot and hold it while one file is sent."""
        ...

    def was_taken(self, entered: float, /) -> None:
        """Note that the service took a file."""
        ...

    def has_taken_since(self, entered: float, /) -> bool:
        """Whether the service took any file after a slot was entered."""
        ...

    def backed_off(self, entered: float, error: NanonetsError, /) -> None:
        """Note that the service did not take a file, and may take it later."""
        ...
