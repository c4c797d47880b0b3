"""The way of one request: body, faults, key, checks, work, checked reply."""

from collections.abc import Iterable, Sequence

import anyio
import anyio.to_thread
import msgspec
from attrs import define, field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from nanonets_sdk.mock.account.refusals import Refusal, bad_request, error_body
from nanonets_sdk.mock.faults import Answer, Fault, Latency, Reset, Slow, Truncated
from nanonets_sdk.mock.http.authentication import check_key
from nanonets_sdk.mock.http.bodies import JSON, Body, received
from nanonets_sdk.mock.http.contract import Operation
from nanonets_sdk.mock.http.fault_responses import (
    Answered,
    ResetConnection,
    SlowBody,
    TruncatedBody,
    bent,
    replaced,
)
from nanonets_sdk.mock.http.request_log import logged
from nanonets_sdk.mock.http.service import Service
from nanonets_sdk.mock.http.tolerances import described_body, described_query, plain_content_type
from nanonets_sdk.mock.operations import HANDLERS
from nanonets_sdk.mock.operations.call import Call, Reply


@define
class Exchange:
    """One request on its way; its body, once it is here, is kept for the log."""

    service: Service
    request: Request
    operation: Operation
    body: Body = field(factory=lambda: Body(""))

    async def respond(self) -> Response:
        """Return the response to the request, and log it."""
        faults = self.service.faults.draw(self.operation.operation_id)
        await anyio.sleep(sum(fault.seconds for fault in faults if isinstance(fault, Latency)))
        try:
            answered = await self._answered(faults)
        except ClientDisconnect:
            answered = None
        status = None if answered is None else answered.status
        now = self.service.account.clock.now()
        self.service.log.add(logged(self.request, self.body.parts, self.operation.operation_id, now, status))
        return self._response(answered, faults)

    async def _answered(self, faults: Sequence[Fault]) -> Answered | None:
        """Return the answer, or None where the connection is to be reset."""
        content_type = plain_content_type(self.request.headers.get("content-type", ""))
        if not self.operation.takes_body:
            content_type = ""
        try:
            async with received(self.request, content_type, self.service.account.behaviour.max_body_bytes) as body:
                self.body = body
                for fault in faults:
                    if isinstance(fault, Reset) and not fault.after_work:
                        return None
                    if isinstance(fault, Answer) and not fault.after_work:
                        return replaced(fault)
                threads = self.service.upload_threads if self.operation.takes_body else None
                answered = await anyio.to_thread.run_sync(self._worked, limiter=threads)
        except Refusal as refusal:
            answered = self._checked(self._refused(self._key_refusal() or refusal), None)
        return None if Reset(after_work=True) in faults else bent(answered, faults)

    def _response(self, answered: Answered | None, faults: Iterable[Fault]) -> Response:
        if answered is None:
            return ResetConnection(self.service.connections)
        for fault in faults:
            if isinstance(fault, Truncated):
                return TruncatedBody(answered, fault.at, self.service.connections)
            if isinstance(fault, Slow):
                return SlowBody(answered, fault.bytes_per_second)
        return answered.response()

    def _worked(self) -> Answered:
        """Do what the request asks for, or refuse it."""
        call = None
        try:
            check_key(self.request.headers.get("authorization"), self.service.api_key)
            call, body = self._call()
            self._check(call, body)
            reply = HANDLERS[self.operation.operation_id](self.service.account, call)
        except Refusal as refusal:
            reply = self._refused(refusal)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is the mock's mistake, and the alarm has it
            return self._alarm(f"{type(error).__name__}: {error}", error)
        return self._checked(reply, call)

    def _call(self) -> tuple[Call, Body]:
        """Return the call in the words of the description."""
        body = described_body(self.operation.operation_id, self.body)
        call = Call(
            operation_id=self.operation.operation_id,
            root_url=str(self.request.base_url).rstrip("/"),
            path=self.request.path_params,
            query=described_query(self.operation.operation_id, self.request.query_params.multi_items()),
            fields=body.fields,
            files=body.files,
            json=body.json,
        )
        return call, body

    def _check(self, call: Call, body: Body) -> None:
        unknown = self.service.validator.unknown_parameters(self.operation, call)
        if unknown and self.service.account.behaviour.unknown_parameters == "refuse":
            raise bad_request(f"/query/{unknown[0]}: the description has no such parameter")
        self.service.validator.check_request(self.operation, call, body)

    def _key_refusal(self) -> Refusal | None:
        try:
            check_key(self.request.headers.get("authorization"), self.service.api_key)
        except Refusal as refusal:
            return refusal
        return None

    def _refused(self, refusal: Refusal) -> Reply:
        """Return the refusal, as a 400 where the description has no such status for the operation."""
        if refusal.status not in self.operation.statuses:
            refusal = bad_request(refusal.reason, refusal.advice)
        return Reply(error_body(refusal, self.service.account.behaviour), refusal.status)

    def _checked(self, reply: Reply, call: Call | None) -> Answered:
        """Return the reply as bytes; one outside the description becomes a 500 with an alarm."""
        content = msgspec.json.encode(reply.body)
        if reply.follows_description:
            call = call or Call(self.operation.operation_id, "", self.request.path_params)
            status = reply.described_as or reply.status
            problems = self.service.validator.reply_problems(self.operation, call, status, content)
            if problems:
                return self._alarm(f"{reply.status} is outside the description: {'; '.join(map(str, problems))}")
        return Answered(reply.status, content, {"content-type": JSON})

    def _alarm(self, what: str, error: BaseException | None = None) -> Answered:
        self.service.alarms.sound(f"{self.operation.operation_id}: {what}", error=error)
        body = {"message": "Internal Server Error", "code": 500, "errors": [{"reason": what, "message": ""}]}
        return Answered(500, msgspec.json.encode(body), {"content-type": JSON})
