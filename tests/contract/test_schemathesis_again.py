"""A failed run prints a command that repeats it, and that command passes once the fault is fixed."""

import pytest

from contract_run import main
from harness.contract_mock import CONTRACT_KEY, ContractMock, furnish
from nanonets_sdk.contract.searching.runs import Plan, again, run


@pytest.mark.slow
def test_the_command_that_repeats_a_failure_passes_once_it_is_mended(capfd: pytest.CaptureFixture[str]) -> None:
    # A link connects the two, so that scenarios are run too.
    assert main(["--only", "ic_create_model", "--only", "ic_train"]) == 0, capfd.readouterr().out


def test_a_run_that_takes_too_long_is_ended_and_says_so() -> None:
    with ContractMock() as mock:
        plan = Plan(mock.base_url, CONTRACT_KEY, furnish(mock), only=("ocr_get_model",), seconds=0.2)
        outcome = run(plan, phases=("examples",))
    assert not outcome.passed
    assert "examples took more than 0.2 s and was killed." in outcome.output
    assert outcome.advice == f"Again: {' '.join(again(plan, outcome.figures))}"
