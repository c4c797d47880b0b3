"""A mock that breaks the contract makes the contract run fail, for the right reason and no other."""

from collections.abc import Iterator
from typing import Final

import pytest
from attrs import frozen

from harness.breakage import Breakage, Change, accepts_invalid, missing_field, served, wrong_status, wrong_type
from harness.contract_mock import CONTRACT_KEY, ContractMock, furnish
from nanonets_sdk.contract.description.spec import spec_operation
from nanonets_sdk.contract.proving.world import World
from nanonets_sdk.contract.searching.runs import Outcome, Plan, run

BROKEN: Final[dict[str, tuple[Change, str]]] = {
    "ocr_get_model": (wrong_status, "UndefinedStatusCode"),
    "od_get_model": (missing_field, "JsonSchemaError"),
    "ml_get_model": (wrong_type, "JsonSchemaError"),
    "ocr_create_model": (accepts_invalid, "AcceptedNegativeData"),
    "ic_create_model": (accepts_invalid, "AcceptedNegativeData"),
}
"""Operations, how each is broken, and the failure that shows it. The last one takes a form."""
INTACT: Final = ("ic_get_model", "od_create_model")
WITHOUT_A_KEY: Final = {"IgnoredAuth", "MissingHeaderNotRejected", "AcceptedNegativeData"}
"""A request without a key is one without a header that it needs, which makes it invalid."""


@frozen
class Behind:
    mock: ContractMock
    world: World

    def run(self, breakage: Breakage, *only: str) -> Outcome:
        with served(breakage) as base_url:
            return run(Plan(base_url, CONTRACT_KEY, self.world, only=only), phases=("examples,coverage",))


@pytest.fixture(scope="module")
def behind() -> Iterator[Behind]:
    with ContractMock() as mock:
        yield Behind(mock, furnish(mock))


@pytest.fixture(scope="module")
def outcome(behind: Behind) -> Outcome:
    """A run, which takes seconds to start, against several operations of which most are broken."""
    routes = [(spec_operation(name), change) for name, (change, _) in BROKEN.items()]
    changes = {(operation.method, operation.path.partition("{")[0]): change for operation, change in routes}
    return behind.run(Breakage(behind.mock.app, changes), *BROKEN, *INTACT)


@pytest.mark.parametrize("operation_id", [*BROKEN, *INTACT])
def test_a_broken_operation_fails_for_what_is_broken_and_an_intact_one_passes(
    outcome: Outcome, operation_id: str
) -> None:
    expected = [BROKEN[operation_id][1]] if operation_id in BROKEN else []
    assert [*{kind for name, kind in outcome.figures.kinds if name == operation_id}] == expected, outcome.output


def test_a_missing_authentication_check_fails_the_run(behind: Behind) -> None:
    outcome = behind.run(Breakage(behind.mock.app, lets_everyone_in=True), "ocr_get_model")
    assert not outcome.passed
    assert set(outcome.figures.failures) == WITHOUT_A_KEY, outcome.output


def test_a_failure_says_how_to_repeat_it(outcome: Outcome) -> None:
    assert not outcome.passed
    assert "curl -X GET" in outcome.output
    assert outcome.advice == f"Again: nanonets contract run {' '.join(f'--only {name}' for name in sorted(BROKEN))}"
    assert CONTRACT_KEY not in outcome.output
