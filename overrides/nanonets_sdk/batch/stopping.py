"""Stopping a batch: waits end at once, and uploads under way are completed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import anyio
from attrs import define, field

from nanonets_sdk.errors import NanonetsError


class Stopped(Exception):
    """The batch was stopped during a wait."""


@define(eq=False)
class Stop:
    """Whether a batch is to stop, and why.

    Attributes:
        is_requested: Whether it is to stop.
        cause: The error that stopped it; None if the caller did.
    """

    is_requested: bool = False
    cause: NanonetsError | None = None
    _scopes: set[anyio.CancelScope] = field(factory=set[anyio.CancelScope], init=False)

    def request(self, cause: NanonetsError | None = None) -> None:
        """Stop the batch. Only the first request sets the cause."""
        self.cause = self.cause or (None if self.is_requested else cause)
        self.is_requested = True
        for scope in self._scopes:
            scope.cancel()

    @contextmanager
    def interrupting(self) -> Generator[None]:
        """Interrupt the block when the batch is stopped.

        Raises:
            Stopped: The block was interrupted.
        """
        with anyio.CancelScope() as scope:
            self._scopes.add(scope)
            if self.is_requested:
                scope.cancel()
            try:
                yield
            finally:
                self._scopes.discard(scope)
        if scope.cancelled_caught:
            raise Stopped
