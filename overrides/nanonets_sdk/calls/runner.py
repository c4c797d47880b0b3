"""The two drivers of call flows: they perform the steps, with and without `await`."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import anyio.to_thread
import msgspec
from attrs import frozen

from nanonets_api.types import File
from nanonets_sdk.calls.confirming import Confirmation
from nanonets_sdk.calls.operations import Answered, Call, CallFlow, Step
from nanonets_sdk.errors import ConfigurationError
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

_NAMED: Final = 3
_LISTED: Final = frozenset({"ocr_predict_file", "ocr_submit_file", "ocr_predict_urls", "ocr_submit_urls"})


@frozen
class Runner:
    """Runs call flows on a session."""

    session: Session

    @property
    def clock(self) -> Clock:
        """The clock of the session."""
        return self.session.settings.clock

    def confirmation(self, wanted: bool) -> Confirmation | None:
        """Return how to confirm a change; None if that is not wanted."""
        return Confirmation(self.clock, self.session.settings.timeout) if wanted else None

    def run(self, flow: CallFlow[T]) -> T:
        """Drive a flow to its end."""
        return run(flow, self._perform)

    def _perform(self, step: Step) -> Any:
        match step:
            case Call():
                response = self.session.request(**_request(step, self.session.settings))
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

    def confirmation(self, wanted: bool) -> Confirmation | None:
        """Return how to confirm a change; None if that is not wanted."""
        return Confirmation(self.clock, self.session.settings.timeout) if wanted else None

    async def run(self, flow: CallFlow[T]) -> T:
        """Drive a flow to its end."""
        return await arun(flow, self._perform)

    async def _perform(self, step: Step) -> Any:
        match step:
            case Call():
                response = await self.session.request(**_request(step, self.session.settings))
                return _answered(step, response.content, response.status_code, self.session.settings)
            case OnDisk():
                return await anyio.to_thread.run_sync(step.work)
            case Sleep():
                return await self.clock.asleep(step.seconds)


def _request(step: Call[Any], settings: Settings) -> dict[str, Any]:
    operation = step.operation
    request = operation.request(step.arguments)
    if "json" in request:
        # httpx would write it with `json`, which cannot take over a part of a body as it came.
        request["content"] = msgspec.json.encode(request.pop("json"))
    if operation.is_for_review_host:
        request["url"] = _review_url(settings) + request["url"]
    options = CallOptions(operation.effect, step.timeout, operation.is_for_review_host, _subject(step), _check(step))
    return {**request, "extensions": options.as_extensions()}


def _subject(step: Call[Any]) -> str:
    """Return what a call sends, for messages. URLs are counted, since they may hold a secret."""
    body = step.arguments.get("body")
    parts = getattr(body, "files", None) or getattr(body, "file", None) or ()
    if isinstance(parts, File):
        return repr(parts.file_name)
    files: list[File] = [*parts]
    if names := [repr(file.file_name) for file in files]:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        return f"{', '.join(names[:_NAMED])}{more}"
    urls: list[str] = getattr(body, "urls", None) or []
    return f"{len(urls)} URL{'s' * (len(urls) != 1)}" if urls else ""


def _check(step: Call[Any]) -> str:
    """Return the code that shows whether what a call sent arrived; empty if there is none."""
    # Only predictions of OCR models are listed; a page of text that was read without a model is in no listing.
    if step.operation.id not in _LISTED:
        return ""
    return f"client.ocr.list_predictions({step.arguments['model_id']!r}, timedelta(days=1))"


def _review_url(settings: Settings) -> str:
    if settings.review_url is None:
        raise ConfigurationError(
            f"review links are made by another host than {settings.base_url}, and it is not known which one may have "
            "the API key; pass review_url=… or set NANONETS_REVIEW_URL"
        )
    return settings.review_url


def _answered(step: Call[Any], content: bytes, status: int, settings: Settings) -> Answered[Any]:
    reply = decode(content, step.operation.reply, step.operation.id, settings.on_drift)
    # This visits every page of a listing, so only for a caller who asked for it.
    if settings.on_drift is not None:
        for drift in unknown_states(reply, step.operation.id):
            notify(settings.on_drift, drift)
    return Answered(reply, Raw(content), status)
