"""What a task does with a block of rows: a run of the batch's engine, whose journal is in the actor."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import anyio
from attrs import field, frozen

from nanonets_sdk.batch.engine import Engine
from nanonets_sdk.batch.journal import JournalError
from nanonets_sdk.batch.outcome import Outcome
from nanonets_sdk.client import AsyncNanonets
from nanonets_sdk.errors import NanonetsError, OutcomeUnknown
from nanonets_sdk.extras import optional
from nanonets_sdk.ray.columns import Explode, FileRow, column_names, day_of, file_table
from nanonets_sdk.ray.options import RayOptions
from nanonets_sdk.ray.remote import Door, RemoteLimits, RemoteNotes
from nanonets_sdk.ray.sources import Sources

if TYPE_CHECKING:
    import pyarrow as pa


@frozen
class Worker:
    """Brings the files of a block to their end.

    Attributes:
        model_id: The model.
        door: Leads to the journal.
        client: Makes the client. Called on the worker, so that no key travels through Ray.
        options: How to run the batch.
        root: The folder that relative paths start from.
        path_column: The column with paths or URLs, or names for the contents; None for none.
        bytes_column: The column with contents; None for none.
        explode: What has a row; None for a file.
    """

    model_id: str
    door: Door = field(repr=False)
    client: Callable[[], AsyncNanonets] = field(repr=False)
    options: RayOptions
    root: str
    path_column: str | None
    bytes_column: str | None
    explode: Explode | None

    def __call__(self, block: pa.Table) -> pa.Table:
        """Return the rows of a block with the columns of what came.

        Raises:
            NanonetsError: Every other file would meet it too.
            TypeError: A column has values of another type.
            ValueError: A column is missing, or has the name of a new one.
        """
        kept = self._kept(block)
        sources = Sources(
            _column(block, self.path_column, str),
            _column(block, self.bytes_column, bytes),
            self.root,
            self.options.storage_options,
        )
        # Not an exception group: what it holds is what the caller has to see.
        rows = anyio.run(partial(self._rows, sources, block.num_rows)) if block.num_rows else []
        table, origins = file_table(rows, self.explode)
        result = kept.take(optional("pyarrow").array(origins, "int64")) if kept.num_columns else kept
        for name in table.column_names:
            result = result.append_column(name, table[name]) if result.num_columns else table.select([name])
        return result

    def _kept(self, block: pa.Table) -> pa.Table:
        given = [name for name in (self.path_column, self.bytes_column) if name is not None]
        if missing := [name for name in given if name not in block.column_names]:
            raise ValueError(f"there is no column {missing[0]!r}; there are {', '.join(block.column_names)}")
        kept = [name for name in block.column_names if name != self.bytes_column]
        if taken := sorted({*kept}.intersection(column_names(self.explode))):
            raise ValueError(f"the columns {', '.join(taken)} have names of columns that are added; rename them before")
        return block.select(kept)

    async def _rows(self, sources: Sources, count: int) -> list[FileRow]:
        options = self.options.batch
        notes = RemoteNotes(self.door, self.options.lease_seconds, options.clock)
        # Without a limit: nobody takes an outcome before the run is over.
        send, received = anyio.create_memory_object_stream[Outcome](math.inf)
        async with self.client() as client:
            engine = Engine(client, self.model_id, options, notes, send, sources.open, partial(RemoteLimits.of, notes))
            with received:
                try:
                    async with notes.running():
                        await engine.run(sources.file(row) for row in range(count))
                except BaseExceptionGroup as group:
                    raise _first(group) from None
                outcomes = {int(outcome.name): outcome async for outcome in received}
        if engine.stop.cause is not None:
            raise engine.stop.cause
        today = f"{options.clock.now().astimezone(UTC):%Y-%m-%d}"
        return [self._row(outcomes.get(row), today) for row in range(count)]

    def _row(self, outcome: Outcome | None, today: str) -> FileRow:
        if outcome is None:
            # The run was stopped, which ends the task; a row of its own is only to lose none.
            missing = OutcomeUnknown("the run ended before this file was sent")
            return FileRow(None, "failed", str(missing), "", self.model_id, today)
        document, error = outcome.document, None if outcome.error is None else str(outcome.error)
        day, reply = day_of(document) or today, None if document is None else document.raw_bytes
        return FileRow(document, outcome.status, error, outcome.request_file_id, self.model_id, day, reply)


def _column(block: pa.Table, name: str | None, kind: type[str | bytes]) -> Sequence[Any] | None:
    """Return the values of a column; None without a name."""
    if name is None:
        return None
    values: list[Any] = block[name].to_pylist()
    for value in values:
        if not isinstance(value, kind | None):
            raise TypeError(f"the column {name!r} must hold {kind.__name__}, got {type(value).__name__}")
    return values


def _first(error: BaseException) -> BaseException:
    """Return the error of a group that says most: the journal's, else one of ours, else the first."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    leaves = [_first(one) for one in cast("BaseExceptionGroup[BaseException]", error).exceptions]
    kinds = (JournalError, NanonetsError)
    return next((leaf for kind in kinds for leaf in leaves if isinstance(leaf, kind)), leaves[0])
