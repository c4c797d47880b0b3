"""The two drivers of call flows: they perform the steps, with and without `await`."""

from __future__ import annotations

from typing import Any, TypeVar

import anyio.to_thread
from attrs import frozen

from nanonets_sdk.calls.operations import Answered, Call, CallFlow, Step
from nanonets_sdk.events import notify
from nanonets_sdk.flows import OnDisk, Sleep, arun, run
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw
from nanonets_sdk.replies.states import unknown_states
from nanonets_sdk.transport.clock import Clock
from nanonets_sdk.transport.request import CallOptions
from nanonets_sdk.transport.session import AsyncSession, Session
from nanonets_sdk.transport.settings import Settings

T = TypeVar("T")


@frozen
class Runner:
    """Runs call flows on a session."""

    session: Session

    @property
    def clock(self) -> Clock:
        """The clock of the session."""
        return self.session.settings.clock

    def run(self, flow: CallFlow[T]) -> T:
        """Drive a flow to its end."""
        return run(flow, self._perform)

    def _perform(self, step: Step) -> Any:
        match step:
            case Call():
                response = self.session.request(**_request(step))
                return _answered(step, response.content, response.status_code, self.session.settings)
            case OnDisk():
                return step.work()
            case Sleep():
                return self.clock.sleep(step.seconds)


@frozen
class AsyncRunner:
    """Runs call flows on an async session."""

    session: AsyncSession

    @property
    def clock(self) -> Clock:
        """The clock of the session."""
        return self.session.settings.clock

    async def run(self, flow: CallFlow[T]) -> T:
        """Drive a flow to its end."""
        return await arun(flow, self._perform)

    async def _perform(self, step: Step) -> Any:
        match step:
            case Call():
                response = await self.session.request(**_request(step))
                return _answered(step, response.content, response.status_code, self.session.settings)
            case OnDisk():
                return await anyio.to_thread.run_sync(step.work)
            case Sleep():
                return await self.clock.asleep(step.seconds)


def _request(step: Call[Any]) -> dict[str, Any]:
    options = CallOptions(step.operation.effect, step.timeout)
    return {**step.operation.request(step.arguments), "extensions": options.as_extensions()}


def _answered(step: Call[Any], content: bytes, status: int, settings: Settings) -> Answered[Any]:
    reply = decode(content, step.operation.reply, step.operation.id, settings.on_drift)
    # This visits every page of a listing, so only for a caller who asked for it.
    if settings.on_drift is not None:
        for drift in unknown_states(reply, step.operation.id):
            notify(settings.on_drift, drift)
    return Answered(reply, Raw(content), status)
