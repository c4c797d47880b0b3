"""Run schemathesis against the mock of the contract tests.

    python tests/contract/contract_run.py            as in CI
    python tests/contract/contract_run.py --deep     with many more examples

`nanonets contract run` tests a service that is already running.
"""

import argparse
import secrets
import sys
from collections.abc import Sequence
from typing import Final

from harness.contract_mock import CONTRACT_KEY, ContractMock, furnish
from nanonets_sdk.contract.searching.runs import Plan, run

AGAIN: Final = ("python", "tests/contract/contract_run.py")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; return 0 if the contract holds and the mock made no mistake."""
    parser = argparse.ArgumentParser(prog="contract_run.py", description="Run schemathesis against the mock.")
    parser.add_argument("--deep", action="store_true", help="try many more examples, with a new seed each time")
    parser.add_argument("--only", metavar="OPERATION", action="append", default=[], help="call only this operation")
    parser.add_argument("--seed", type=int, help="the seed of the deep run to repeat")
    wanted = parser.parse_args(arguments)
    seed = secrets.randbelow(2**32) if wanted.seed is None else wanted.seed
    with ContractMock() as mock:
        world = furnish(mock)
        plan = Plan(
            mock.base_url,
            CONTRACT_KEY,
            world,
            deep=wanted.deep,
            only=tuple(wanted.only),
            seed=seed,
            again=AGAIN,
        )
        outcome = run(plan, tell=lambda text: print(text, end="", flush=True))
        alarms = mock.alarms
        mock.clear_alarms()
    print(outcome.advice, outcome.figures, *(["Alarms of the mock:", *alarms] if alarms else []), sep="\n")
    return 0 if outcome.passed and not alarms else 1


if __name__ == "__main__":
    sys.exit(main())
