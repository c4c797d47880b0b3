"""What `nanonets contract` prints: violations as they come, and what was proven in the last lines."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from attrs import define, field

from nanonets_sdk.cli.output.progress import Bar, Moves
from nanonets_sdk.cli.output.terminal import print_json

if TYPE_CHECKING:
    from nanonets_sdk.contract.proving.proofs import Result
    from nanonets_sdk.contract.running import Verdict


@define(eq=False)
class Watched:
    """How far a run is, and its violations as they come.

    Attributes:
        is_quiet: Whether violations are not printed, because the verdict is JSON.
    """

    is_quiet: bool
    _operations: set[str] = field(factory=set[str], init=False)
    _checks: int = field(default=0, init=False)
    _wrong: int = field(default=0, init=False)

    def moves(self) -> Moves:
        """Return how far it is: operations that were called, checks, and checks that found something."""
        called = len(self._operations)
        return Moves(called, called, called, (f"checks {self._checks}", f"wrong {self._wrong}"))

    def take(self, result: Result, bar: Bar) -> None:
        """Take the result of a proof."""
        self._operations.add(result.trial.operation_id)
        self._checks += 1
        self._wrong += bool(result.problems)
        if result.problems and not self.is_quiet:
            with bar.out_of_the_way():
                print_violations(result)


def print_violations(result: Result) -> None:
    """Print a line for each problem of a result."""
    for problem in result.problems:
        status = result.status or "no reply"
        print(f"{result.trial.operation_id} ({result.trial.what}, {status}): {problem}", flush=True)


def print_verdict(verdict: Verdict, *, as_json: bool) -> None:
    """Print the verdict, as JSON or as lines of which the last says whether the contract is kept."""
    if as_json:
        print_json(verdict.as_json())
    else:
        print("\n".join(_lines(verdict)))


def _lines(verdict: Verdict) -> list[str]:
    tally = verdict.tally
    reasons: dict[str, list[str]] = defaultdict(list)
    for name, reason in tally.left_out.items():
        if reason != "not chosen":
            reasons[reason].append(name)
    wrong = len({(result.trial.operation_id, problem.rule) for result in tally.wrong for problem in result.problems})
    return [
        *tally.notes,
        *(f"Not called, because {reason}: {', '.join(names)}" for reason, names in reasons.items()),
        f"Search: {verdict.search_told}",
        "Statuses: " + ", ".join(f"{status} from {len(names)}" for status, names in tally.statuses.items()),
        *(f"Never reached: {status}, because {reason}" for status, reason in tally.never_reached().items()),
        f"Requests: {len(tally.results)}, of which {len(tally.wrong)} showed {wrong} kinds of violations",
        f"Proven: {len(tally.proven)} operations; {verdict.least} are needed",
        "The contract is kept." if verdict.is_green else "The contract is not kept, or not enough was proven.",
    ]
