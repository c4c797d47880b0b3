"""Stopping a batch: waits end at once, what is on its way to the service is finished."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import anyio
from attrs import define, field

from nanonets_sdk.errors import NanonetsError


class Stopped(Exception):
    """The batch stops; raised out of waits."""


@define(eq=False)
class Stop:
    """Whether the batch stops, and why.

    Attributes:
        is_requested: Whether it does.
        cause: The error because of which; None when its caller wants it to.
    """

    is_requested: bool = False
    cause: NanonetsError | None = None
    _scopes: set[anyio.CancelScope] = field(factory=set[anyio.CancelScope], init=False)

    def request(self, cause: NanonetsError | None = None) -> None:
        """Stop; the first cause stays."""
        self.cause = self.cause or (None if self.is_requested else cause)
        self.is_requested = True
        for scope in self._scopes:
            scope.cancel()

    @contextmanager
    def interrupting(self) -> Generator[None]:
        """A block of waiting that ends when the batch stops.

        Raises:
            Stopped: It was ended.
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
