"""The mock returns every status of the spec as documented, and accepts every input of the spec."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from schemathesis import checks

from harness.contract_mock import CONTRACT_BEHAVIOUR, parts
from harness.in_process import InProcess
from harness.statuses import arrangement
from nanonets_sdk.contract.description.spec import SpecOperation, spec_operation, spec_operations
from nanonets_sdk.contract.proving.requests import working_requests

HERE: Final = InProcess.prepared()
pytestmark = pytest.mark.usefixtures("running_mock")
SERVER_ERRORS: Final[Any] = checks.__dict__["not_a_server_error"]
DOCUMENTED: Final = [(one.operation_id, status) for one in spec_operations() for status in one.statuses]
ACCEPTED: Final = {200, 202, 206}
EXCEPTIONS: Final = Path(__file__).with_name("only_through_faults.yaml")
PREDICTIONS: Final = {"ocr_predict_file", "ocr_submit_file", "ocr_predict_urls", "ocr_submit_urls"}
BILLED: Final = {
    *PREDICTIONS,
    *("ocr_read_text", "ocr_retry_predictions", "ic_predict_file", "ic_predict_urls"),
    *("od_predict_file", "od_predict_urls", "ml_predict_files", "ml_predict_urls"),
}
GROUPS: Final = {
    "calls with ids alone, and the list of models": {
        *("ocr_get_model", "ocr_get_page", "ocr_get_file", "ic_list_models"),
        *("ocr_approve_file", "ocr_unapprove_file", "ocr_delete_file"),
        *("od_get_model", "od_list_annotations", "ml_get_model"),
    },
    "every operation": {one.operation_id for one in spec_operations()},
    "every operation but the OCR predictions": {one.operation_id for one in spec_operations()} - PREDICTIONS,
    "every operation but those that bill": {one.operation_id for one in spec_operations()} - BILLED,
}


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    HERE.mock.clear_faults()
    HERE.mock.behaviour = CONTRACT_BEHAVIOUR


@pytest.mark.parametrize(("operation_id", "status"), DOCUMENTED)
def test_a_documented_status_comes_as_it_is_documented(operation_id: str, status: str) -> None:
    arranged = arrangement(operation_id, status, HERE.world)
    arranged.set_up(HERE.mock, operation_id)
    case, reply = HERE.call(operation_id, **arranged.parts)
    assert reply.status_code == int(status), reply.text
    case.validate_response(reply, excluded_checks=[SERVER_ERRORS], transport_kwargs={"app": HERE.schema.app})


def test_the_statuses_that_take_a_fault_are_those_of_the_committed_list() -> None:
    by_fault = {pair for pair in DOCUMENTED if arrangement(*pair, HERE.world).fault is not None}
    assert by_fault == _listed()


@pytest.mark.parametrize("operation", spec_operations(), ids=lambda operation: operation.operation_id)
def test_every_input_of_an_operation_is_sent_and_accepted(operation: SpecOperation) -> None:
    request = working_requests(HERE.world)[operation.operation_id]
    assert request.inputs == set(operation.inputs)
    _, reply = HERE.call(operation.operation_id, **parts(request))
    assert reply.status_code in ACCEPTED, reply.text


def test_the_counts_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    by_fault = _listed()
    inputs = sum(len(operation.inputs) for operation in spec_operations())
    with capsys.disabled():
        print(
            f"\nspec: {len(spec_operations())} operations, {inputs} inputs, {len(DOCUMENTED)} statuses "
            f"({len(by_fault)} of them through a fault), not exercised: none"
        )
    assert set(working_requests(HERE.world)) == {operation.operation_id for operation in spec_operations()}


def _listed() -> set[tuple[str, str]]:
    entries: list[dict[str, Any]] = yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8"))
    return {
        (operation_id, entry["status"])
        for entry in entries
        for operation_id in GROUPS.get(entry["operations"], {entry["operations"]})
        if entry["status"] in spec_operation(operation_id).statuses
    }
