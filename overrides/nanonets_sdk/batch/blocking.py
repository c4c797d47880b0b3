"""Batches without asyncio: `predict_files`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from anyio.from_thread import BlockingPortal, start_blocking_portal
from attrs import field, frozen

from nanonets_sdk.batch.running import AsyncOutcomes, apredict_files
from nanonets_sdk.client import Nanonets, asynchronous

if TYPE_CHECKING:
    import os

    from nanonets_sdk.batch.files import FileLike
    from nanonets_sdk.batch.options import BatchOptions
    from nanonets_sdk.batch.outcome import Outcome
    from nanonets_sdk.batch.throttle import Wait
    from nanonets_sdk.errors import NanonetsError


@frozen(eq=False)
class Outcomes:
    """The outcomes of a batch; like `AsyncOutcomes`, for loops that are not asynchronous."""

    _outcomes: AsyncOutcomes = field(alias="outcomes", repr=False)
    _portal: BlockingPortal = field(alias="portal", repr=False)

    def __iter__(self) -> Iterator[Outcome]:
        """The outcomes; a file is noted as done when the loop comes back for the next one."""
        while (outcome := self._portal.call(self._outcomes.take)) is not None:
            yield outcome
            self._portal.call(self._outcomes.store, outcome)

    def stop(self) -> None:
        """Send no more files; see `AsyncOutcomes.stop`. Threads may call it."""
        self._portal.call(self._outcomes.stop)

    @property
    def stopped_by(self) -> NanonetsError | None:
        """The error that ended the batch early, as it would have met every other file; None without one."""
        return self._outcomes.stopped_by

    @property
    def is_stopped(self) -> bool:
        """Whether the batch ended early."""
        return self._outcomes.is_stopped

    @property
    def wait(self) -> Wait | None:
        """What is waited for before the next file is sent; None when nothing is."""
        return self._outcomes.wait

    @property
    def search_error(self) -> NanonetsError | None:
        """Why the service could not be asked for files of which it is not known whether they arrived."""
        return self._outcomes.search_error


@contextmanager
def predict_files(
    client: Nanonets,
    model_id: str,
    files: Iterable[FileLike],
    *,
    journal: str | os.PathLike[str] | None = None,
    options: BatchOptions | None = None,
) -> Generator[Outcomes]:
    """Read many files with an OCR model, each one paid for once; like `apredict_files`, without asyncio.

    The work is done by an event loop in a thread of its own, on connections of its own: an `http_client` that the
    client was made with is not used.

    Args:
        client: The client, whose settings are used.
        model_id: As for `apredict_files`.
        files: As for `apredict_files`; iterated over in another thread.
        journal: As for `apredict_files`.
        options: As for `apredict_files`.

    Yields:
        The outcomes, one a file; fewer when the batch is stopped.

    Raises:
        JournalError: As for `apredict_files`.
        ValueError: As for `apredict_files`.

    Example:
        ```python
        files = Path("in").glob("*.pdf")
        with Nanonets() as client:
            with predict_files(client, model_id, files, journal="out/journal.sqlite") as outcomes:
                for outcome in outcomes:
                    if outcome.document:
                        outcome.document.to_csv(f"out/{outcome.name}.csv")
        ```
    """

    @asynccontextmanager
    async def opened() -> AsyncGenerator[AsyncOutcomes]:
        async with (
            asynchronous(client) as other,
            apredict_files(other, model_id, files, journal=journal, options=options) as outcomes,
        ):
            yield outcomes

    with start_blocking_portal() as portal, portal.wrap_async_context_manager(opened()) as outcomes:
        yield Outcomes(outcomes, portal)
