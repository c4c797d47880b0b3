"""Hands the deliveries of a spool to the handler, in the event loop of the application.

```text
        wake() ----+                     claim         parse         handler
                   v                  +---------> task ------> thread or await ----> finish, or fail and wait
  run: sleep until a delivery is due -+   ...      |                  |
                   ^                  +---------> task       renews the lease until it returns
                   +-- a second at the longest: other processes store too, and die
```
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar

import anyio
import anyio.to_thread
from attrs import define, field

from nanonets_sdk.errors import DecodeError, SpoolError
from nanonets_sdk.webhooks.body import Webhook, parse
from nanonets_sdk.webhooks.options import ReceiverOptions
from nanonets_sdk.webhooks.spool import Claim, Spool

T = TypeVar("T")

Handler: TypeAlias = Callable[[Webhook], Awaitable[object]] | Callable[[Webhook], object]
"""What a receiver calls with each webhook. A result is ignored; an exception means: try again later."""

LOG: Final = logging.getLogger("nanonets_sdk.webhooks")
_LOOK_SECONDS: Final = 1.0
_PRUNE_SECONDS: Final = 600.0
_AFTER_TROUBLE: Final = 5.0
_RENEWALS: Final = 3


@define(eq=False)
class Worker:
    """Handles deliveries until it is stopped. It belongs to one event loop."""

    handler: Handler = field(repr=False)
    spool: Spool
    options: ReceiverOptions
    _wakened: asyncio.Event = field(factory=asyncio.Event, init=False, repr=False)
    _stopping: bool = field(default=False, init=False)
    _tasks: set[asyncio.Task[None]] = field(factory=set["asyncio.Task[None]"], init=False, repr=False)
    _threads: anyio.CapacityLimiter = field(init=False, repr=False)
    _pruned: float = field(default=float("-inf"), init=False)
    _is_async: bool = field(init=False)

    def __attrs_post_init__(self) -> None:
        # Threads of its own: an application that has used up the shared ones must not hold up what stores a body.
        self._threads = anyio.CapacityLimiter(self.options.concurrency + 4)
        called = getattr(self.handler, "__call__", self.handler)  # noqa: B004 - of an object with `async def __call__`
        self._is_async = inspect.iscoroutinefunction(self.handler) or inspect.iscoroutinefunction(called)

    async def in_thread(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run a function in one of the worker's threads."""
        return await anyio.to_thread.run_sync(partial(work, *arguments), limiter=self._threads)

    def wake(self) -> None:
        """Look for deliveries now."""
        self._wakened.set()

    async def run(self) -> None:
        """Handle deliveries until `stop`, or until the task is cancelled."""
        try:
            while not self._stopping:
                self._wakened.clear()
                try:
                    wait = await self._start_due()
                except SpoolError as error:
                    LOG.error("%s; trying again in %g seconds", error, _AFTER_TROUBLE)  # noqa: TRY400 - says it all
                    wait = _AFTER_TROUBLE
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wakened.wait(), wait)
        finally:
            await self._end()

    def stop(self) -> None:
        """Take no more deliveries, and let `run` return when those under way are handled."""
        self._stopping = True
        self.wake()

    async def _start_due(self) -> float:
        """Start to handle what is due, and return how long to sleep."""
        if time.monotonic() > self._pruned + _PRUNE_SECONDS:
            await self.in_thread(self.spool.prune, self.options.keep)
            self._pruned = time.monotonic()
        claim = partial(self.spool.claim, lease=self.options.lease, attempts=self.options.attempts)
        while len(self._tasks) < self.options.concurrency and not self._stopping:
            claimed = await self.in_thread(claim)
            if claimed is None:
                break
            task = asyncio.create_task(self._handle(claimed))
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        due = await self.in_thread(self.spool.next_due)
        if due is None or len(self._tasks) >= self.options.concurrency:
            return _LOOK_SECONDS
        return min(_LOOK_SECONDS, max(0.0, due - time.time()))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.wake()
        # A task ends with an error only if its outcome could not be recorded. The lease has it tried again.
        if not task.cancelled() and (error := task.exception()) is not None:
            reason = error if isinstance(error, SpoolError) else type(error).__name__
            LOG.error("the outcome of a delivery was not recorded: %s", reason)

    async def _end(self) -> None:
        """Let what is under way finish, then cut it off."""
        tasks = set(self._tasks)
        if tasks:
            with suppress(asyncio.CancelledError):
                await asyncio.wait(tasks, timeout=self.options.grace)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _handle(self, claim: Claim) -> None:
        renewing = asyncio.create_task(self._renew(claim))
        try:
            try:
                webhook = await self.in_thread(partial(parse, claim.body, name=claim.name))
            except DecodeError as error:
                # It will not become readable by waiting; a later version may read it when it is replayed.
                # The body is in the spool, and no error object is at hand that could have it.
                await self._fail(claim, error, str(error).partition(" `raw` of this error")[0], None)
            else:
                await self._call(webhook, claim)
        finally:
            renewing.cancel()

    async def _call(self, webhook: Webhook, claim: Claim) -> None:
        wait = self.options.wait_after(claim.attempt)
        try:
            result: object = self.handler(webhook) if self._is_async else await self.in_thread(self.handler, webhook)
            if inspect.isawaitable(result):
                await result
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or not task.cancelling():
                await self._fail(claim, error, "the handler was cancelled", wait)
                return
            # A handler in a thread goes on, so its lease stays, and is not renewed any more.
            if self._is_async:
                self.spool.release(claim)
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the handler raises means: later
            await self._fail(claim, error, f"{type(error).__name__}: {error}", wait)
        else:
            await self.in_thread(self.spool.finish, claim)

    async def _renew(self, claim: Claim) -> None:
        while True:
            await asyncio.sleep(self.options.lease / _RENEWALS)
            with suppress(SpoolError):
                await self.in_thread(partial(self.spool.renew, claim, lease=self.options.lease))

    async def _fail(self, claim: Claim, error: BaseException, details: str, wait: float | None) -> None:
        await self.in_thread(partial(self.spool.fail, claim, details, wait=wait))
        # The message of an error may quote the document, so a log has only its class.
        LOG.warning(
            "attempt %d of %d to handle delivery %d failed with %s; %s",
            claim.attempt,
            self.options.attempts,
            claim.id,
            type(error).__name__,
            "it was given up" if wait is None else f"the next one is in {wait:g} seconds",
        )
