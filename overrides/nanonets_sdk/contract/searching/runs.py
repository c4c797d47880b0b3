"""Run schemathesis against the mock, or against a service that is already running.

    python tests/contract/contract_run.py                            the mock, as in CI
    python tests/contract/contract_run.py --deep                     the mock, with many more examples
    python tests/contract/contract_run.py --base-url URL --read-only a live service, with GET requests only

The API key of a live service is taken from NANONETS_API_KEY.
"""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import evolve, frozen

from harness.hooks import READ_ONLY_VARIABLE, WORLD_VARIABLE
from harness.report import Figures, figures_of
from harness.spec import SPEC_PATH, spec_operations
from harness.world import (
    CONTRACT_KEY,
    ContractMock,
    World,
    discover,
    furnish,
)
from nanonets_sdk._net import is_loopback_url

ROOT: Final = SPEC_PATH.parents[1]
_HERE: Final = Path(__file__).parent
_UNIT_PHASES: Final = "examples,coverage,fuzzing"
_SECONDS: Final = {False: 300, True: 1800}
_EXAMPLES: Final = {False: 6, True: 300}
_SCENARIOS: Final = {False: 25, True: 300}


@frozen
class Plan:
    """What to run against which service."""

    base_url: str
    api_key: str
    world: World
    deep: bool = False
    read_only: bool = False
    only: tuple[str, ...] = ()
    """The operations to call; empty for all."""
    seed: int | None = None
    """The seed of a deep run; other runs try the same examples each time."""
    seconds: float | None = None
    """How long a phase may take; None for 300, or 1800 in a deep run."""


@frozen
class Outcome:
    """The result of a run: whether it passed, what it printed, its figures, and how to repeat a failure."""

    passed: bool
    output: str
    figures: Figures
    advice: str = ""


def run(
    plan: Plan, phases: Sequence[str] = (_UNIT_PHASES, "stateful"), tell: Callable[[str], object] | None = None
) -> Outcome:
    """Run each group of phases in a process of its own; `tell` gets the output of each as soon as it ends.

    The stateful phase replays its scenarios step by step while it searches, and state that the other phases leave in
    the memory of schemathesis would change them.
    """
    outcomes: list[Outcome] = []
    for group in phases:
        if group != "stateful" or _has_scenarios(plan):
            outcomes.append(_run(plan, group))
            if tell is not None:
                tell(outcomes[-1].output)
    figures = sum((outcome.figures for outcome in outcomes), Figures())
    passed = all(outcome.passed for outcome in outcomes)
    advice = "" if passed else f"Again: {' '.join(again(plan, figures))}"
    return Outcome(passed, "\n".join(outcome.output for outcome in outcomes), figures, advice)


def _has_scenarios(plan: Plan) -> bool:
    """Return whether a link connects two of the operations; without one, schemathesis stops with an error."""
    chosen = [one for one in spec_operations() if not plan.only or one.operation_id in plan.only]
    names = {operation.operation_id for operation in chosen}
    return not plan.read_only and any(link.target in names for operation in chosen for link in operation.links)


def again(plan: Plan, figures: Figures) -> list[str]:
    """Return the command that repeats the operations that failed."""
    only = [part for name in sorted(figures.failing) for part in ("--only", name)]
    deep = ["--deep", "--seed", str(plan.seed)] if plan.deep else []
    place = ["--base-url", plan.base_url, "--read-only"] if plan.read_only else []
    return ["python", "tests/contract/contract_run.py", *deep, *place, *only]


def command(plan: Plan, phases: str, report: Path) -> list[str]:
    """Return the command line of schemathesis for some phases; every run is built here."""
    examples = _examples(plan, phases)
    randomness = ["--seed", str(plan.seed)] if plan.deep else ["--generation-deterministic"]
    config = ROOT / "tests" / "contract" / "read-only.toml" if plan.read_only else ROOT / "schemathesis.toml"
    chosen = [part for name in plan.only for part in ("--include-operation-id", name)]
    chosen += ["--include-method", "GET"] if plan.read_only else []
    # Be gentle with a service that is not ours.
    chosen += [] if is_loopback_url(plan.base_url) else ["--rate-limit", "2/s"]
    return [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", str(SPEC_PATH)),
        *("--url", plan.base_url, "--phases", phases, "--max-examples", str(examples), *randomness, *chosen),
        *("--no-color", "--report", "json,ndjson"),
        *("--report-json-path", str(report / "run.json"), "--report-ndjson-path", str(report / "run.ndjson")),
    ]


def _examples(plan: Plan, phases: str) -> int:
    return (_SCENARIOS if phases == "stateful" else _EXAMPLES)[plan.deep]


def _run(plan: Plan, phases: str) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="nanonets-contract-") as folder:
        try:
            done = subprocess.run(
                command(plan, phases, Path(folder)),
                cwd=ROOT,
                env=_environment(plan),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_SECONDS[plan.deep] if plan.seconds is None else plan.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            said = f"{_text(late.stdout)}\n{phases} took more than {late.timeout:g} s and was killed.\n"
            return Outcome(passed=False, output=said, figures=figures_of(Path(folder)))
        return Outcome(done.returncode == 0, _text(done.stdout), figures_of(Path(folder)))


def _text(printed: bytes | None) -> str:
    return (printed or b"").decode("utf-8", "replace")


def _environment(plan: Plan) -> Mapping[str, str]:
    here = os.pathsep.join([str(_HERE), *sys.path])
    mine = {"NANONETS_API_KEY": plan.api_key, WORLD_VARIABLE: plan.world.to_json()}
    # Unbuffered, so that a run that is killed has printed what it found.
    hooks = {"SCHEMATHESIS_HOOKS": "harness.hooks", "PYTHONPATH": here, "PYTHONUNBUFFERED": "1"}
    return os.environ | mine | hooks | ({READ_ONLY_VARIABLE: "1"} if plan.read_only else {})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; return 0 if the contract holds."""
    wanted = _parser().parse_args(arguments)
    seed = secrets.randbelow(2**32) if wanted.seed is None else wanted.seed
    options: dict[str, Any] = {"deep": wanted.deep, "seed": seed, "only": tuple(wanted.only)}
    if wanted.base_url is None:
        outcome = _run_on_mock(options)
    else:
        if not (wanted.read_only or is_loopback_url(wanted.base_url)):
            raise SystemExit("A remote service is tested with --read-only: other calls cost money and change data.")
        key = os.environ.get("NANONETS_API_KEY") or sys.exit("NANONETS_API_KEY is not set")
        world = discover(wanted.base_url, key)
        outcome = run(Plan(wanted.base_url, key, world, read_only=wanted.read_only, **options), tell=_print)
    _print(f"\n{outcome.advice}\n{outcome.figures}\n")
    return 0 if outcome.passed else 1


def _run_on_mock(options: dict[str, Any]) -> Outcome:
    with ContractMock() as mock:
        outcome = run(Plan(mock.base_url, CONTRACT_KEY, furnish(mock), **options), tell=_print)
        alarms = mock.alarms
        mock.clear_alarms()
    if alarms:
        outcome = evolve(outcome, passed=False, advice="\n".join([outcome.advice, "Alarms of the mock:", *alarms]))
    return outcome


def _print(text: str) -> None:
    print(text, end="", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="contract_run.py", description="Run schemathesis against a service.")
    parser.add_argument("--deep", action="store_true", help="try many more examples, with a new seed each time")
    parser.add_argument("--base-url", metavar="URL", help="test this service instead of the mock")
    parser.add_argument("--read-only", action="store_true", help="send GET requests only")
    parser.add_argument("--only", metavar="OPERATION", action="append", default=[], help="call only this operation")
    parser.add_argument("--seed", type=int, help="the seed of the deep run to repeat")
    return parser


if __name__ == "__main__":
    sys.exit(main())
