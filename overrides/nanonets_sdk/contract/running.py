"""A contract run: proofs first, and if they hold, requests that schemathesis generates.

    proofs     a few hundred requests, each with a status that it must have; they say what is proven
    search     on this machine, requests of every phase; elsewhere, GET requests alone, two a second

The search is left out if a proof failed, because it would report the same fault many times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from attrs import frozen

from nanonets_sdk.contract.description.spec import SpecOperation, spec_operations
from nanonets_sdk.contract.judging.problem import Problem
from nanonets_sdk.contract.proving.file_host import served_files
from nanonets_sdk.contract.proving.proofs import Mode, Result, Tally, allowed, prove
from nanonets_sdk.contract.proving.service import Service
from nanonets_sdk.contract.proving.world import World
from nanonets_sdk.contract.reporting.machine import Case


@frozen
class Search:
    """What the search may do.

    Attributes:
        is_deep: Whether it tries hundreds of examples of each operation.
        seed: The seed of a deep search.
        again: The command that repeats the run.
    """

    is_deep: bool
    seed: int
    again: tuple[str, ...]


@frozen
class Verdict:
    """The result of a run.

    Attributes:
        tally: What the proofs found.
        mode: What the run was allowed to do.
        least: How many operations had to be proven.
        search_passed: Whether the search passed; None if there was none.
        search_told: The figures of the search and how to repeat it, or why there was none.
    """

    tally: Tally
    mode: Mode
    least: int
    search_passed: bool | None
    search_told: str

    @property
    def is_green(self) -> bool:
        """Whether nothing was wrong, and enough was proven."""
        enough = len(self.tally.proven) >= self.least
        return enough and not self.tally.wrong and self.search_passed is not False

    def cases(self) -> Iterator[Case]:
        """Yield every check for a report."""
        for result in self.tally.results:
            yield Case(result.trial.operation_id, result.trial.what, result.problems)
        yield from (Case(name, "called", skipped=reason) for name, reason in self.tally.left_out.items())
        failed = (Problem("reply", "search", "search", self.search_told),) if self.search_passed is False else ()
        yield Case("search", "search", failed, "" if self.search_passed is not None else self.search_told)

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as JSON."""
        return {
            "green": self.is_green,
            "proven": self.tally.proven,
            "proven_at_least": self.least,
            "allowed": allowed(self.mode),
            "operations": len(spec_operations()),
            "statuses": self.tally.statuses,
            "never_reached": self.tally.never_reached(),
            "left_out": self.tally.left_out,
            "notes": self.tally.notes,
            "violations": [
                {"operation": result.trial.operation_id, "trial": result.trial.what, "status": result.status,
                 "side": problem.side, "rule": problem.rule, "place": problem.place, "message": problem.message}
                for result in self.tally.wrong
                for problem in result.problems
            ],
            "search": {"passed": self.search_passed, "told": self.search_told},
        }  # fmt: skip


def run(
    service: Service,
    api_key: str,
    mode: Mode,
    *,
    least: int | None = None,
    file_urls: Sequence[str] = (),
    search: Search | None = None,
    tell: Callable[[Result], object] = lambda _: None,
    tell_search: Callable[[str], object] = lambda _: None,
) -> Verdict:
    """Hold a service to the contract.

    Args:
        service: The service.
        api_key: Its key, for the search.
        mode: What the run may do.
        least: How many operations must be proven; by default all that the mode allows.
        file_urls: URLs of files that the service can fetch; for a service on this machine, files are served here.
        search: What the search may do; None for no search.
        tell: Gets each result of a proof as it comes.
        tell_search: Gets what schemathesis printed, if it found something.

    Raises:
        CannotRun: The service does not answer, refuses the key, or has no list of models that can be read.
    """
    least = len(allowed(mode)) if least is None else least
    with ExitStack() as stack:
        urls = tuple(file_urls)
        if service.is_here and not urls:
            urls = stack.enter_context(served_files())
        tally, world = prove(service, mode, urls, tell)
        passed, told = _searched(service, api_key, mode, world, tally, search, tell_search)
    return Verdict(tally, mode, least, passed, told)


def _searched(
    service: Service,
    api_key: str,
    mode: Mode,
    world: World,
    tally: Tally,
    search: Search | None,
    tell: Callable[[str], object],
) -> tuple[bool | None, str]:
    if search is None:
        return None, "left out (--no-search)"
    if tally.wrong:
        return None, "left out, because a proof failed"
    from nanonets_sdk.contract.searching.runs import Plan, again
    from nanonets_sdk.contract.searching.runs import run as run_search

    may_change = mode.may_write and mode.may_bill and service.is_here
    chosen = [one for one in spec_operations() if _is_searched(one, tally, may_change=may_change)]
    if not chosen:
        return None, "left out, because nothing can be asked"
    plan = Plan(
        service.base_url,
        api_key,
        world,
        deep=search.is_deep,
        read_only=not may_change,
        only=() if len(chosen) == len(spec_operations()) else tuple(one.operation_id for one in chosen),
        seed=search.seed,
        again=search.again,
    )
    outcome = run_search(plan)
    if not outcome.passed:
        tell(outcome.output)
    repeat = "" if outcome.passed else f"; again: {' '.join(again(plan, outcome.figures))}"
    return outcome.passed, f"{outcome.figures}{repeat}"


def _is_searched(operation: SpecOperation, tally: Tally, *, may_change: bool) -> bool:
    return operation.operation_id not in tally.left_out and (may_change or operation.is_safe)
