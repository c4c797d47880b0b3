"""Starts schemathesis against a service, each group of phases in a process of its own."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from nanonets_sdk._net import is_loopback_url
from nanonets_sdk.contract.description.spec import SPEC_PATH, spec_operations
from nanonets_sdk.contract.proving.world import World
from nanonets_sdk.contract.searching.figures import Figures, figures_of
from nanonets_sdk.contract.searching.hooks import READ_ONLY_VARIABLE, WORLD_VARIABLE

_SETTINGS: Final = Path(__file__).parent
UNIT_PHASES: Final = "examples,coverage,fuzzing"
STATEFUL: Final = "stateful"
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
    again: tuple[str, ...] = ("nanonets", "contract", "run")
    """The command that repeats the run, to which the operations that failed are added."""


@frozen
class Outcome:
    """The result of a run: whether it passed, what it printed, its figures, and how to repeat a failure."""

    passed: bool
    output: str
    figures: Figures
    advice: str = ""


def run(
    plan: Plan, phases: Sequence[str] = (UNIT_PHASES, STATEFUL), tell: Callable[[str], object] | None = None
) -> Outcome:
    """Run each group of phases in a process of its own; `tell` gets the output of each as soon as it ends.

    The stateful phase replays its scenarios step by step while it searches, and state that the other phases leave in
    the memory of schemathesis would change them.
    """
    outcomes: list[Outcome] = []
    for group in phases:
        if group != STATEFUL or _has_scenarios(plan):
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
    return [*plan.again, *deep, *only]


def command(plan: Plan, phases: str, report: Path) -> list[str]:
    """Return the command line of schemathesis for some phases; every run is built here."""
    examples = (_SCENARIOS if phases == STATEFUL else _EXAMPLES)[plan.deep]
    randomness = ["--seed", str(plan.seed)] if plan.deep else ["--generation-deterministic"]
    config = _SETTINGS / ("read-only.toml" if plan.read_only else "schemathesis.toml")
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


def _run(plan: Plan, phases: str) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="nanonets-contract-") as folder:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter, with arguments of our own
                command(plan, phases, Path(folder)),
                cwd=folder,
                env=_environment(plan),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_SECONDS[plan.deep] if plan.seconds is None else plan.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            said = f"{_text(plan, late.stdout)}\n{phases} took more than {late.timeout:g} s and was killed.\n"
            return Outcome(passed=False, output=said, figures=figures_of(Path(folder)))
        return Outcome(done.returncode == 0, _text(plan, done.stdout), figures_of(Path(folder)))


def _text(plan: Plan, printed: bytes | None) -> str:
    """Return what was printed without the key, which a service may repeat."""
    text = (printed or b"").decode("utf-8", "replace")
    for secret in (plan.api_key, base64.b64encode(f"{plan.api_key}:".encode()).decode()):
        text = text.replace(secret, "[API key]")
    return text


def _environment(plan: Plan) -> Mapping[str, str]:
    mine = {"NANONETS_API_KEY": plan.api_key, WORLD_VARIABLE: plan.world.to_json()}
    # Unbuffered, so that a run that is killed has printed what it found.
    hooks = {
        "SCHEMATHESIS_HOOKS": "nanonets_sdk.contract.searching.hooks",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONUNBUFFERED": "1",
    }
    return os.environ | mine | hooks | ({READ_ONLY_VARIABLE: "1"} if plan.read_only else {})
