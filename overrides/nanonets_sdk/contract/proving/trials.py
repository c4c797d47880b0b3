"""The requests that show that a service keeps the contract, and the statuses that each of them may have.

    success             what the operation is for, with every input it has
    other spelling      the route with a slash at its end, or without
    no key, wrong key   401
    unknown id          404: a model, file or page that does not exist
    another model's id  404: a file or page that belongs to another model
    another kind        404: a model of another family
    nothing of use      400: a request without what it needs
    not ready           409, or 400: a model without training files cannot be trained
    a URL that fails    202 or 206: the others were processed

What cannot be provoked from outside, or not without harm, is in `NEVER_REACHED` with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from attrs import evolve, frozen

from nanonets_sdk.contract.description.spec import SpecOperation, spec_operations
from nanonets_sdk.contract.proving.requests import FORM, Request, working_requests
from nanonets_sdk.contract.proving.world import World

Key: TypeAlias = Literal["right", "wrong", "none"]
SUCCESS: Final = "success"
OTHER_SPELLING: Final = "other spelling"
WRONG_KEY: Final = "wrong key"
NO_ROUTE: Final = frozenset({301, 302, 303, 307, 308, 404, 405})
SUCCESSES: Final = frozenset({200, 202, 206})
UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"
GONE: Final = "https://files.invalid/gone.pdf"
NEVER_REACHED: Final[Mapping[str, str]] = {
    "402": "it takes an account whose free calls are used up",
    "403": "what a key may not do is not documented",
    "413": "no limit is published, and a body that is surely too large would be a burden",
    "429": "it takes more calls than a run may send",
    "500": "a mistake of the service cannot be provoked on purpose",
}
"""The documented statuses that no request from outside provokes."""
BILLED: Final = frozenset(
    {
        *("ocr_predict_file", "ocr_submit_file", "ocr_predict_urls", "ocr_submit_urls"),
        *("ocr_read_text", "ocr_retry_predictions", "ic_predict_file", "ic_predict_urls"),
        *("od_predict_file", "od_predict_urls", "ml_predict_files", "ml_predict_urls"),
    }
)
"""The operations that may cost something."""
REVIEWING: Final = frozenset(
    {
        *("ocr_approve_file", "ocr_unapprove_file", "ocr_delete_file", "ocr_update_page", "ocr_update_boxes"),
        *("ocr_retry_predictions", "ocr_retry_exports", "ocr_assign_files"),
    }
)
"""The operations that change a predicted file, and are called for a file of the run alone."""
_KINDS: Final = ("ocr", "ic", "od", "ml")


@frozen
class Trial:
    """A request, and the statuses that its reply may have.

    Attributes:
        operation_id: The operation.
        what: What the request is about; see the head of this module.
        request: Its parts.
        expected: The statuses that are right.
        has_slash: Whether its path has the other spelling than in the description.
        key: The API key that goes with it.
    """

    operation_id: str
    what: str
    request: Request
    expected: frozenset[int]
    has_slash: bool = False
    key: Key = "right"


def is_billed(trial: Trial) -> bool:
    """Return whether a trial costs something if all goes well."""
    return trial.operation_id in BILLED and bool(trial.expected & SUCCESSES)


def is_write(trial: Trial, operation: SpecOperation) -> bool:
    """Return whether a trial changes something if all goes well."""
    return not operation.is_safe and bool(trial.expected & SUCCESSES)


def trials_of(operation: SpecOperation, world: World) -> list[Trial]:
    """Return the trials of an operation in a world; what the world lacks leaves some of them out."""
    working = working_requests(world)[operation.operation_id]
    return [*_trials(operation, working, world)]


def in_order() -> list[SpecOperation]:
    """Return the operations in the order of a run: what deletes comes last."""
    return sorted(spec_operations(), key=lambda operation: operation.method == "DELETE")


def what_is_missing(operation: SpecOperation, world: World) -> str:
    """Return what an operation needs and a world does not have; "" if nothing is missing."""
    request = working_requests(world)[operation.operation_id]
    body = request.body or {}
    if "urls" in body and not any(body["urls"]):
        return "a URL that the service can fetch (--file-url)"
    if operation.operation_id in REVIEWING and not world.is_own:
        return "a file that this run predicted (--allow-billing)"
    for place in (request.path, request.query, body):
        for name in ("request_file_id", "id", "file_ids", "model_id", "modelId"):
            if name in place and place[name] in ("", [""]):
                return "a predicted file" if name in ("request_file_id", "id", "file_ids") else "a model of its kind"
    return ""


def _trials(operation: SpecOperation, working: Request, world: World) -> Iterator[Trial]:
    name = operation.operation_id
    useless = _without_use(operation, working)
    yield Trial(name, SUCCESS, working, SUCCESSES)
    # A route shows that it exists by refusing a request, which costs nothing.
    free = useless if name in BILLED and useless is not None else working
    statuses = frozenset(map(int, operation.statuses)) - NO_ROUTE
    yield Trial(name, OTHER_SPELLING, free, frozenset({400}) if free is useless else statuses, has_slash=True)
    yield Trial(name, "no key", working, frozenset({401}), key="none")
    yield Trial(name, WRONG_KEY, working, frozenset({401}), key="wrong")
    if "404" in operation.statuses:
        missing = frozenset({404})
        yield from (Trial(name, "unknown id", one, missing) for one in _with_ids(working, UNKNOWN))
        yield from (Trial(name, "another model's id", one, missing) for one in _of_another_model(name, working, world))
        yield from (Trial(name, "another kind", one, missing) for one in _of_another_kind(name, working, world))
    if useless is not None:
        yield Trial(name, "nothing of use", useless, frozenset({400}))
    if "409" in operation.statuses and (empty := getattr(world, f"{name.partition('_')[0]}_empty")):
        place = (
            evolve(working, query={"modelId": empty}) if working.query else evolve(working, path={"model_id": empty})
        )
        yield Trial(name, "not ready", place, frozenset({400, 409}))
    if "202" in operation.statuses and "urls" in (working.body or {}):
        yield Trial(name, "a URL that fails", _with_a_url_that_fails(working), frozenset({202, 206}))


def _without_use(operation: SpecOperation, working: Request) -> Request | None:
    """Return the request without what it needs; None if it needs nothing but ids."""
    if "query:start_day_interval" in operation.inputs:
        return evolve(working, query={"start_day_interval": "today"})
    if {"query:modelId", "query:expires"} & {*operation.inputs}:
        return evolve(working, query={})
    return None if working.body is None else evolve(working, body={"nothing": "of use"})


def _with_ids(working: Request, unknown: str) -> Iterator[Request]:
    """Yield the request once for each id in it, with that id unknown."""
    for name in working.path:
        yield evolve(working, path={**working.path, name: unknown})
    if "modelId" in working.query:
        yield evolve(working, query={**working.query, "modelId": unknown})
    for name, value in (working.body or {}).items():
        if name in {"modelId", "id", "file_ids"}:
            yield _with_body(working, name, [unknown] if isinstance(value, list) else unknown)


def _of_another_model(name: str, working: Request, world: World) -> Iterator[Request]:
    """Yield a request for a file or a page under another model of the same kind."""
    others = [world.ocr_trainee, world.ocr_empty, world.ocr_model]
    other = next((one for one in others if one and one != world.archive_model), "")
    ids = {*working.path, *(working.body or {})} & {"id", "request_file_id", "file_ids"}
    if other and ids and name.startswith("ocr_"):
        yield evolve(working, path={**working.path, "model_id": other})


def _of_another_kind(name: str, working: Request, world: World) -> Iterator[Request]:
    """Yield a request with a model of another family; the routes of object detection serve OCR models too."""
    kind = name.partition("_")[0]
    if kind == "od" or "ObjectDetection" in name or name == "ocr_retry_predictions":
        return
    families = ("ic", "ml") if kind == "ocr" else ("ocr",)
    candidates: list[str] = [getattr(world, f"{one}_{use}") for one in families for use in ("empty", "model")]
    other = next(filter(None, candidates), "")
    if not other:
        return
    if "model_id" in working.path:
        yield evolve(working, path={**working.path, "model_id": other})
    elif "modelId" in working.query:
        yield evolve(working, query={**working.query, "modelId": other})
    elif "modelId" in (working.body or {}):
        yield _with_body(working, "modelId", other)


def _with_body(working: Request, name: str, value: Any) -> Request:
    return evolve(working, body={**(working.body or {}), name: value})


def _with_a_url_that_fails(working: Request) -> Request:
    body = {**(working.body or {}), "urls": [GONE]}
    if "data" in body:
        body["data"] = "[]" if working.media_type == FORM else []
    return evolve(working, body=body)
