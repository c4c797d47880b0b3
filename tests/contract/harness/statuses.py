"""Makes the mock answer with each status that the spec documents."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from attrs import evolve, field, frozen

from harness.contract_mock import CONTRACT_BEHAVIOUR, ContractMock, parts
from nanonets_sdk.contract.description.spec import spec_operation
from nanonets_sdk.contract.proving.requests import Request, working_requests
from nanonets_sdk.contract.proving.world import World
from nanonets_sdk.mock import Answer, Behaviour, Fault, OtherStatus

UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"
_FAILING_URL: Final = "https://files.example.org/gone.pdf"
_FORM: Final = "application/x-www-form-urlencoded"
_NEWER: Final = 206
"""Newer documentation has this status for a partial success, instead of 202."""
_OCR_PREDICTIONS: Final = ("ocr_predict_file", "ocr_submit_file", "ocr_predict_urls", "ocr_submit_urls")
_PREDICTIONS: Final = (
    *_OCR_PREDICTIONS,
    *("ocr_read_text", "ocr_retry_predictions", "ic_predict_file", "ic_predict_urls"),
    *("od_predict_file", "od_predict_urls", "ml_predict_files", "ml_predict_urls"),
)


@frozen
class Arrangement:
    """A request, and how to set up the mock for it; with a fault if the mock never returns the status by itself."""

    request: Request
    behaviour: Behaviour = field(factory=Behaviour)
    fault: Fault | None = None
    key: str = ""

    @property
    def parts(self) -> dict[str, Any]:
        """The arguments of a schemathesis case."""
        return parts(self.request) | ({"key": self.key} if self.key else {})

    def set_up(self, mock: ContractMock, operation_id: str) -> None:
        """Set up the mock."""
        mock.behaviour = evolve(self.behaviour, deleted_files=CONTRACT_BEHAVIOUR.deleted_files)
        mock.clear_faults()
        if self.fault is not None:
            mock.fail(operation_id, self.fault, times=1)


@frozen
class _Wanted:
    """An operation, the status wanted of it, and a request that works."""

    operation_id: str
    status: int
    working: Request
    world: World


def arrangement(operation_id: str, status: str, world: World) -> Arrangement:
    """Return what makes an operation answer with a documented status.

    Raises:
        LookupError: There is no way to provoke the status.
    """
    wanted = _Wanted(operation_id, int(status), working_requests(world)[operation_id], world)
    return _WAYS[status](wanted)


def _success(wanted: _Wanted) -> Arrangement:
    return Arrangement(wanted.working)


def _wrong_key(wanted: _Wanted) -> Arrangement:
    return Arrangement(wanted.working, key="another-key")


def _used_up(wanted: _Wanted) -> Arrangement:
    if wanted.operation_id in _PREDICTIONS:
        return Arrangement(wanted.working, Behaviour(free_calls=0))
    return _asked_for(wanted)


def _too_many_pages(wanted: _Wanted) -> Arrangement:
    if wanted.operation_id in _OCR_PREDICTIONS:
        return Arrangement(wanted.working, Behaviour(pages_per_minute=0))
    return _asked_for(wanted)


def _too_large(wanted: _Wanted) -> Arrangement:
    return Arrangement(wanted.working, Behaviour(max_body_bytes=1))


def _asked_for(wanted: _Wanted) -> Arrangement:
    phrase = HTTPStatus(wanted.status).phrase
    details = [{"reason": "asked for", "message": ""}]
    body = {"message": phrase, "code": wanted.status, "errors": details}
    return Arrangement(wanted.working, fault=Answer(wanted.status, body))


def _partly_failing(wanted: _Wanted) -> Arrangement:
    if wanted.working.media_type == "multipart/form-data":
        return Arrangement(wanted.working, fault=OtherStatus(wanted.status))
    body = {**(wanted.working.body or {}), "urls": [_FAILING_URL]}
    if "data" in body:
        body["data"] = "[]" if wanted.working.media_type == _FORM else []
    return Arrangement(
        evolve(wanted.working, body=body), Behaviour(partial_status=206 if wanted.status == _NEWER else 202)
    )


def _invalid(wanted: _Wanted) -> Arrangement:
    inputs, working = spec_operation(wanted.operation_id).inputs, wanted.working
    if wanted.operation_id.endswith("_train") and wanted.working.path:
        return Arrangement(_without_data(wanted), Behaviour(not_ready_status=400))
    if "query:start_day_interval" in inputs:
        return Arrangement(evolve(working, query={"start_day_interval": "today"}))
    if {"query:modelId", "query:expires"} & {*inputs}:
        return Arrangement(evolve(working, query={}))
    if working.body is None:
        return _asked_for(wanted)
    return Arrangement(evolve(working, body={"nothing": "of use"}))


def _not_found(wanted: _Wanted) -> Arrangement:
    """Use ids that do not exist."""
    working = wanted.working
    path = dict.fromkeys(working.path, UNKNOWN)
    query = {name: UNKNOWN if name == "modelId" else value for name, value in working.query.items()}
    body = working.body and {name: UNKNOWN if name == "modelId" else value for name, value in working.body.items()}
    return Arrangement(evolve(working, path=path, query=query, body=body))


def _not_ready(wanted: _Wanted) -> Arrangement:
    return Arrangement(_without_data(wanted))


def _without_data(wanted: _Wanted) -> Request:
    """Return the request to train a model that has no training files."""
    if wanted.operation_id == "ic_train":
        return evolve(wanted.working, query={"modelId": wanted.world.ic_empty})
    kind = wanted.operation_id.partition("_")[0]
    return evolve(wanted.working, path={"model_id": getattr(wanted.world, f"{kind}_empty")})


_WAYS: Final[Mapping[str, Callable[[_Wanted], Arrangement]]] = {
    "200": _success,
    "202": _partly_failing,
    "206": _partly_failing,
    "400": _invalid,
    "401": _wrong_key,
    "402": _used_up,
    "403": _asked_for,
    "404": _not_found,
    "409": _not_ready,
    "413": _too_large,
    "429": _too_many_pages,
    "500": _asked_for,
}
