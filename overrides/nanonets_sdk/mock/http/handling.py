"""Handles one request."""

from contextlib import suppress

import anyio
import anyio.to_thread
import msgspec
from attrs import define, evolve, field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from nanonets_sdk.mock.account.refusals import Refusal, bad_request, error_body
from nanonets_sdk.mock.faults import ConnectionCut, Fault, RawResponse
from nanonets_sdk.mock.http.authentication import check_key
from nanonets_sdk.mock.http.bodies import FORM, JSON, TEXT, Body, parsed_body
from nanonets_sdk.mock.http.contract import Operation
from nanonets_sdk.mock.http.eras import Outdated
from nanonets_sdk.mock.http.fault_responses import PiecewiseResponse, ResetResponse
from nanonets_sdk.mock.http.request_log import log_entry
from nanonets_sdk.mock.http.service import Service
from nanonets_sdk.mock.http.tolerances import (
    described_body,
    described_form,
    described_operation,
    described_query,
    media_type,
)
from nanonets_sdk.mock.operations import HANDLERS
from nanonets_sdk.mock.operations.call import Call, Reply

# How a request travels, which module does each step, and where it may be turned back:
#
#   app.py picks the operation
#     |
#   RequestHandler.respond
#     |  faults drawn, and their delay slept           faults.py
#     |  body received and parsed                      bodies.py          413, 400 --+
#     |  faults before the work                        faults.py          replaced --|--+
#     |  --- worker thread -----------------------------------------------           |  |
#     |  API key checked                               authentication.py  401 -------+  |
#     |  tolerated spellings read as described ones    tolerances.py                 |  |
#     |  request checked against the description       validation.py      400 -------+  |
#     |  the operation does its work                   operations/        400 to 429 +  |
#     |  --- worker thread -----------------------------------------------           |  |
#     |  reply checked against the description   <--- as the service's envelope -----+  |
#     |  faults after the work                         faults.py                        |
#     |  request logged, whatever the outcome          request_log.py  <----------------+
#     v
#   response sent, or broken by a fault                fault_responses.py
#
# A mistake of the mock itself, an exception in an operation or a reply that violates the description, becomes a 500 and
# an alarm, which fails the test that ran into it.


@define
class RequestHandler:
    """Handles one request. The body is kept for the log once it has been received."""

    service: Service
    request: Request
    operation: Operation
    body: Body = field(factory=lambda: Body(""))
    era: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.era = self.service.eras.number

    async def respond(self) -> Response:
        """Return the response to the request, and log it."""
        faults = self.service.faults.draw(self.operation.operation_id)
        await anyio.sleep(sum(fault.delay() for fault in faults))
        try:
            response = await self._answer(faults)
        except (ClientDisconnect, ConnectionCut):
            response = None
        except Outdated:
            return ResetResponse(self.service.connections)
        status = None if response is None else response.status
        now = self.service.account.clock.now()
        with suppress(Outdated), self.service.eras.work(self.era):
            self.service.log.add(log_entry(self.request, self.body.parts, self.operation.operation_id, now, status))
        if response is None:
            return ResetResponse(self.service.connections)
        for fault in faults:
            pieces = fault.pieces(response.content)
            if pieces is not None:
                return PiecewiseResponse(response, pieces, self.service.connections)
        return Response(response.content, response.status, response.headers)

    async def _answer(self, faults: list[Fault]) -> RawResponse:
        operation = self.operation
        # Where the description has no body, one of any type is read and ignored, so it must not be parsed.
        content_type = media_type(self.request.headers.get("content-type", "")) if operation.takes_body else ""
        try:
            async with parsed_body(self.request, content_type, self.service.account.behaviour.max_body_bytes) as body:
                self.body = body
                meant = described_operation(operation.operation_id, body)
                if meant != operation.operation_id:
                    self.operation = next(one for one in self.service.operations if one.operation_id == meant)
                    self.body = evolve(body, content_type=FORM)
                for fault in faults:
                    instead = fault.before()
                    if instead is not None:
                        return instead
                threads = self.service.upload_threads if operation.takes_body else None
                response = await anyio.to_thread.run_sync(self._work, limiter=threads)
        except Refusal as refusal:
            response = self._checked(self._refuse(self._key_refusal() or refusal))
        for fault in faults:
            response = fault.after(response)
        return response

    def _work(self) -> RawResponse:
        """Do what the request asks for, or refuse it."""
        with self.service.eras.work(self.era):
            return self._answered()

    def _answered(self) -> RawResponse:
        try:
            check_key(self.request.headers.get("authorization"), self.service.api_key)
            reply = HANDLERS[self.operation.operation_id](self.service.account, self._checked_call())
        except Refusal as refusal:
            reply = self._refuse(refusal)
        except Exception as error:  # noqa: BLE001  # any exception here is a bug in the mock, and the alarm reports it
            return self._alarm(f"{type(error).__name__}: {error}", error)
        return self._checked(reply)

    def _checked_call(self) -> Call:
        """Return the call in the terms of the description, which it agrees with."""
        operation_id, validator = self.operation.operation_id, self.service.validator
        query = self.request.query_params.multi_items()
        body = described_body(operation_id, self.body)
        body = described_form(operation_id, body, query, validator.text_fields(self.operation))
        call = Call(
            operation_id=operation_id,
            root_url=str(self.request.base_url).rstrip("/"),
            path=self.request.path_params,
            query=described_query(operation_id, query),
            fields=body.fields,
            files=body.files,
            json=body.json,
            raw=body.raw,
            problems=validator.schema_problems,
        )
        unknown = validator.unknown_parameters(self.operation, call)
        if unknown and self.service.account.behaviour.unknown_parameters == "refuse":
            raise bad_request(f"/query/{unknown[0]}: the description has no such parameter")
        validator.check_request(self.operation, call, body)
        return call

    def _key_refusal(self) -> Refusal | None:
        # The body is read before the key is checked, but a caller without a key is told that, not what the body lacks.
        try:
            check_key(self.request.headers.get("authorization"), self.service.api_key)
        except Refusal as refusal:
            return refusal
        return None

    def _refuse(self, refusal: Refusal) -> Reply:
        """Return a refusal, as a 400 where the description has no such status for the operation."""
        if refusal.status not in self.operation.statuses:
            refusal = bad_request(refusal.reason, refusal.advice)
        return Reply(error_body(refusal, self.service.account.behaviour), refusal.status)

    def _checked(self, reply: Reply) -> RawResponse:
        """Encode a reply. One that violates the description becomes a 500 with an alarm."""
        content = reply.body.encode() if reply.is_text else msgspec.json.encode(reply.body)
        media_type = TEXT if reply.is_text else JSON
        if reply.follows_description:
            status = reply.described_as or reply.status
            problems = self.service.validator.reply_problems(self.operation, status, content, media_type)
            if problems:
                return self._alarm(f"{reply.status} is outside the description: {'; '.join(problems)}")
        return RawResponse(reply.status, content, {"content-type": media_type})

    def _alarm(self, what: str, error: BaseException | None = None) -> RawResponse:
        self.service.alarms.sound(f"{self.operation.operation_id}: {what}", error=error)
        body = {"message": "Internal Server Error", "code": 500, "errors": [{"reason": what, "message": ""}]}
        return RawResponse(500, msgspec.json.encode(body), {"content-type": JSON})
