"""`st run` against the mock on a real socket, as in `nox -s contract`, and how far it got."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from attrs import frozen

from harness.contract_mock import CONTRACT_KEY, ContractMock, furnish
from nanonets_sdk.contract.description.spec import spec_operations
from nanonets_sdk.contract.searching.runs import STATEFUL, Outcome, Plan, run

LEAST_CASES: Final = 800
LEAST_LINKS: Final = 10
"""Links followed by random scenarios, which is slow. `test_schemathesis_links.py` follows every link."""


@frozen
class Socket:
    outcome: Outcome
    alarms: list[str]


@contextmanager
def st_run(phases: str) -> Iterator[Socket]:
    """Run some phases of schemathesis, and yield the outcome."""
    with ContractMock() as mock:
        outcome = run(Plan(mock.base_url, CONTRACT_KEY, furnish(mock)), (phases,))
        yield Socket(outcome, mock.alarms)
        mock.clear_alarms()


@pytest.fixture(scope="module")
def socket_run() -> Iterator[Socket]:
    with st_run("examples,coverage") as outcome:
        yield outcome


def test_st_run_finds_nothing_wrong_with_the_mock(socket_run: Socket, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\nst run: {socket_run.outcome.figures}")
    assert socket_run.outcome.passed, socket_run.outcome.output


def test_the_mock_raises_no_alarm_during_st_run(socket_run: Socket) -> None:
    assert socket_run.alarms == []


def test_st_run_calls_every_operation(socket_run: Socket) -> None:
    assert socket_run.outcome.figures.operations == {operation.operation_id for operation in spec_operations()}


def test_st_run_sends_as_many_cases_as_it_should(socket_run: Socket) -> None:
    assert socket_run.outcome.figures.cases >= LEAST_CASES


@pytest.mark.slow
@pytest.mark.parametrize(("phases", "least_links"), [("fuzzing", 0), (STATEFUL, LEAST_LINKS)])
def test_random_requests_and_scenarios_find_nothing_wrong(phases: str, least_links: int) -> None:
    with st_run(phases) as random:
        assert random.outcome.passed, random.outcome.output
        assert len(random.outcome.figures.links) >= least_links
        assert random.alarms == []


@pytest.mark.parametrize("operation", spec_operations(), ids=lambda operation: operation.operation_id)
def test_st_run_gets_further_than_a_refusal(socket_run: Socket, operation: object) -> None:
    accepted = {name for name, status in socket_run.outcome.figures.statuses if status in {"200", "202", "206"}}
    assert getattr(operation, "operation_id", "") in accepted
