"""A uvicorn server in a thread, which ends when it is told to.

uvicorn looks ten times a second whether it should end, and again whether its connections have: a quarter of a second
for each test that has a server of its own.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from itertools import count
from typing import Final

import uvicorn

_TICK_SECONDS: Final = 0.005
_UPKEEP_SECONDS: Final = 0.1


class PromptServer(uvicorn.Server):
    """A server that another thread ends.

    Args:
        config: The settings; `timeout_graceful_shutdown` is how many seconds open requests are given to end.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leaving = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def leave(self) -> None:
        """End the main loop, from any thread."""
        self.should_exit = True
        if self._loop is not None:
            # A loop that has ended by itself needs no call.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._leaving.set)

    async def main_loop(self) -> None:
        """Serve until `leave` is called."""
        self._loop = asyncio.get_running_loop()
        ticks = count()
        while not await self.on_tick(next(ticks)):
            with suppress(TimeoutError):
                async with asyncio.timeout(_UPKEEP_SECONDS):
                    await self._leaving.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is idle, give open requests their time, and cancel them."""
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                # uvicorn keeps them in sets, and tells nobody when one is empty.
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - see above
                    await asyncio.sleep(_TICK_SECONDS)
        for task in self.server_state.tasks:
            task.cancel()
