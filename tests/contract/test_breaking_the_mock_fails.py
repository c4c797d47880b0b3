"""A mock that breaks the contract makes the contract run fail, for the right reason and no other."""

from collections.abc import Iterator
from typing import Final

import pytest
from attrs import frozen

from harness.breakage import (
    Breakage,
    Change,
    accepts_invalid,
    missing_field,
    served,
    wrong_status,
    wrong_type,
)
from harness.contract_mock import CONTRACT_KEY, ContractMock, furnish
from nanonets_sdk.contract.proving.world import World
from nanonets_sdk.contract.searching.runs import Outcome, Plan, run

ONE_READ: Final = ("ocr_get_model",)
WITHOUT_A_KEY: Final = {"IgnoredAuth", "MissingHeaderNotRejected", "AcceptedNegativeData"}
"""A request without a key is one without a header that it needs, which makes it invalid."""
ONE_CHANGE: Final = ("ocr_create_model",)
ONE_FORM: Final = ("ic_create_model",)


@frozen
class Behind:
    mock: ContractMock
    world: World

    def run(self, breakage: Breakage, only: tuple[str, ...]) -> Outcome:
        with served(breakage) as base_url:
            return run(Plan(base_url, CONTRACT_KEY, self.world, only=only), phases=("examples,coverage",))


@pytest.fixture(scope="module")
def behind() -> Iterator[Behind]:
    with ContractMock() as mock:
        yield Behind(mock, furnish(mock))


def test_the_mock_behind_a_breakage_that_breaks_nothing_passes(behind: Behind) -> None:
    outcome = behind.run(Breakage(behind.mock.app), (*ONE_READ, *ONE_CHANGE))
    assert outcome.passed, outcome.output


@pytest.mark.parametrize(
    ("change", "only", "kind"),
    [
        (wrong_status, ONE_READ, "UndefinedStatusCode"),
        (missing_field, ONE_READ, "JsonSchemaError"),
        (wrong_type, ONE_READ, "JsonSchemaError"),
        (accepts_invalid, ONE_CHANGE, "AcceptedNegativeData"),
        (accepts_invalid, ONE_FORM, "AcceptedNegativeData"),
    ],
    ids=["wrong status", "missing field", "wrong type", "accepts invalid JSON", "accepts an invalid form"],
)
def test_a_broken_reply_fails_the_run(behind: Behind, change: Change, only: tuple[str, ...], kind: str) -> None:
    outcome = behind.run(Breakage(behind.mock.app, change), only)
    assert not outcome.passed
    assert set(outcome.figures.failures) == {kind}, outcome.output


def test_a_missing_authentication_check_fails_the_run(behind: Behind) -> None:
    outcome = behind.run(Breakage(behind.mock.app, lets_everyone_in=True), ONE_READ)
    assert not outcome.passed
    assert set(outcome.figures.failures) == WITHOUT_A_KEY, outcome.output


def test_a_failure_says_how_to_repeat_it(behind: Behind) -> None:
    outcome = behind.run(Breakage(behind.mock.app, missing_field), ONE_READ)
    assert "curl -X GET" in outcome.output
    assert outcome.advice == "Again: nanonets contract run --only ocr_get_model"
    assert CONTRACT_KEY not in outcome.output
