"""Every link of the spec leads from a reply to a request that succeeds."""

from typing import Any, Final

import pytest
from schemathesis import Response

from harness.contract_mock import parts
from harness.in_process import InProcess
from nanonets_sdk.contract.description.json_values import children
from nanonets_sdk.contract.description.spec import (
    Link,
    load_spec,
    resolved,
    spec_operation,
    spec_operations,
)
from nanonets_sdk.contract.proving.requests import working_requests
from nanonets_sdk.contract.searching.wire import AnyCase

HERE: Final = InProcess.prepared()
pytestmark = pytest.mark.usefixtures("running_mock")
LINKS: Final = [link for operation in spec_operations() for link in operation.links]
NOT_READY: Final = {(f"{kind}_create_model", "train") for kind in ("ocr", "ic", "od", "ml")}
"""A model without training files cannot be trained; these links lead to a 409, as the spec says."""


@pytest.mark.parametrize("link", LINKS, ids=lambda link: f"{link.source}-{link.name}")
def test_a_link_leads_to_a_request_that_works(link: Link) -> None:
    source, reply = _answered(link.source, parts(working_requests(HERE.world)[link.source]))
    assert reply.status_code == int(link.status)
    target, answer = _answered(link.target, _followed(link, source, reply))
    target.validate_response(answer)
    assert answer.status_code == (409 if (link.source, link.name) in NOT_READY else 200)


def test_there_are_links_from_every_kind_of_call_to_the_next() -> None:
    chains = {(link.source, link.target) for link in LINKS}
    for chain in (
        ("ocr_create_model", "ocr_upload_file"),
        ("ocr_upload_file", "ocr_train"),
        ("ocr_train", "ocr_predict_file"),
        ("ocr_submit_file", "ocr_get_page"),
        ("ocr_submit_file", "ocr_get_file"),
        ("ocr_submit_urls", "ocr_get_file"),
        ("ocr_submit_file", "ocr_get_review_link"),
        ("ocr_get_file", "ocr_approve_file"),
        ("ocr_get_page", "ocr_update_page"),
        ("od_train", "od_predict_file"),
        ("ml_upload_files", "ml_train"),
        ("ic_create_model", "ic_upload_file"),
        ("ic_upload_file", "ic_train"),
        ("ic_train", "ic_predict_file"),
    ):
        assert chain in chains


def _answered(operation_id: str, parts: dict[str, Any]) -> tuple[Any, Response]:
    return HERE.call(operation_id, **parts)


def _followed(link: Link, source: AnyCase, reply: Response) -> dict[str, Any]:
    """Return the request that a link leads to, completed from a request that works."""
    given = parts(working_requests(HERE.world)[link.target])
    definition = _definition(link)
    places = dict(name.split(":")[::-1] for name in spec_operation(link.target).inputs)
    for name, expression in definition.get("parameters", {}).items():
        given["path_parameters" if places[name] == "path" else "query"][name] = _evaluated(expression, source, reply)
    for name, expression in definition.get("requestBody", {}).items():
        given["body"][name] = _evaluated(expression, source, reply)
    if link.source.endswith("_create_model") and "data" in given.get("body", {}):
        # The annotations of a working request have the labels of another model.
        given["body"]["data"] = "[]" if isinstance(given["body"]["data"], str) else []
    return given


def _definition(link: Link) -> dict[str, Any]:
    operation = spec_operation(link.source)
    responses = load_spec()["paths"][operation.path][operation.method.lower()]["responses"]
    return dict(resolved(resolved(responses[link.status])["links"][link.name]))


def _evaluated(expression: str, source: AnyCase, reply: Response) -> Any:
    """Evaluate the two forms of runtime expressions that the spec uses."""
    kind, _, name = expression.partition("#/")
    if kind == "$response.body":
        found: Any = reply.json()
        for step in name.split("/"):
            found = {str(key): child for key, child in children(found)}[step]
        return found
    assert expression.startswith("$request.path."), expression
    return (source.path_parameters or {})[expression.removeprefix("$request.path.")]
