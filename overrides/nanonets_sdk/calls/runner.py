"""The two drivers of flows: what a step means, with and without `await`."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import anyio.to_thread
import httpx
from attrs import frozen

from nanonets_sdk.calls.operations import Answered, Call
from nanonets_sdk.events import notify
from nanonets_sdk.flows import Flow, OnDisk, Sleep, arun, run
from nanonets_sdk.replies.decode import Raw, decode
from nanonets_sdk.replies.states import unknown_states
from nanonets_sdk.transport.clock import Clock
from nanonets_sdk.transport.request import extensions_of
from nanonets_sdk.transport.session import AsyncSession, Session
from nanonets_sdk.transport.settings import Settings

T = TypeVar("T")

Step: TypeAlias = Call[Any] | OnDisk | Sleep
"""What the flows of calls ask for."""


@frozen
class Runner:
    """Runs flows over a session, waiting where they wait."""

    session: Session

    @property
    def clock(self) -> Clock:
        """Where time comes from."""
        return self.session.settings.clock

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end."""
        return run(flow, self._perform)

    def _perform(self, step: Step) -> Any:
        match step:
            case Call():
                return _answered(step, self.session.request(**_request(step)), self.session.settings)
            case OnDisk():
                return step.work()
            case Sleep():
                return self.clock.sleep(step.seconds)


@frozen
class AsyncRunner:
    """Runs flows over an asynchronous session."""

    session: AsyncSession

    @property
    def clock(self) -> Clock:
        """Where time comes from."""
        return self.session.settings.clock

    async def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end."""
        return await arun(flow, self._perform)

    async def _perform(self, step: Step) -> Any:
        match step:
            case Call():
                return _answered(step, await self.session.request(**_request(step)), self.session.settings)
            case OnDisk():
                return await anyio.to_thread.run_sync(step.work)
            case Sleep():
                return await self.clock.asleep(step.seconds)


def _request(step: Call[Any]) -> dict[str, Any]:
    extensions = extensions_of(step.operation.effect, step.timeout)
    return {**step.operation.request(step.arguments), "extensions": extensions}


def _answered(step: Call[Any], response: httpx.Response, settings: Settings) -> Answered[Any]:
    content = response.content
    reply = decode(content, step.operation.reply, step.operation.id, settings.on_drift)
    if settings.on_drift is not None:
        for drift in unknown_states(reply, step.operation.id):
            notify(settings.on_drift, drift)
    return Answered(reply, Raw(content), response.status_code)
