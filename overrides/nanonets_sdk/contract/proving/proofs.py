"""Runs the trials against a service, holds every reply to the contract, and counts what was proven.

    discover, with GET requests --> furnish, where it may write --> trials, operation by operation --> Tally

An operation is proven if it was answered with success and nothing about its replies was wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import httpx
import msgspec
from attrs import define, evolve, field, fields, frozen

from nanonets_sdk.contract.description.json_values import objects
from nanonets_sdk.contract.description.spec import SpecOperation, spec_operations
from nanonets_sdk.contract.judging.exchange import Answered
from nanonets_sdk.contract.judging.problem import Problem
from nanonets_sdk.contract.judging.replies import reply_problems
from nanonets_sdk.contract.proving.furnishing import MODELS_MADE, Furnishing
from nanonets_sdk.contract.proving.refusal import CannotRun
from nanonets_sdk.contract.proving.service import Service
from nanonets_sdk.contract.proving.trials import (
    BILLED,
    NEVER_REACHED,
    NO_ROUTE,
    OTHER_SPELLING,
    SUCCESS,
    WRONG_KEY,
    Trial,
    in_order,
    is_billed,
    is_write,
    trials_of,
    what_is_missing,
)
from nanonets_sdk.contract.proving.world import URLS, World, discover, with_ids

_DELETED: Final = "ocr_delete_file"
_MAKES_FILES: Final = ("ocr_predict_file", "ocr_submit_file", "ocr_predict_urls", "ocr_submit_urls")


@frozen
class Mode:
    """What a run may do.

    Attributes:
        may_write: Whether it may change something.
        may_bill: Whether it may call what costs something.
        only: The operations to call; empty for all.
        wait: How many seconds to wait for a training.
    """

    may_write: bool = True
    may_bill: bool = True
    only: tuple[str, ...] = ()
    wait: float = 120.0

    def why_not(self, operation: SpecOperation) -> str:
        """Return why the mode leaves an operation out; "" if it does not."""
        if self.only and operation.operation_id not in self.only:
            return "not chosen"
        if not operation.is_safe and not self.may_write:
            return "it changes something (--allow-writes)"
        return "" if self.may_bill or operation.operation_id not in BILLED else "it is billed (--allow-billing)"


@frozen
class Result:
    """The result of a trial.

    Attributes:
        trial: The trial.
        status: The HTTP status; 0 without a reply.
        problems: What was wrong.
    """

    trial: Trial
    status: int
    problems: tuple[Problem, ...] = ()


@frozen
class Announcement:
    """How much a run is about to change, at most.

    Attributes:
        models: Models that it makes and that no operation deletes.
        writes: Requests that change something.
        billed: Requests that cost something.
    """

    models: int
    writes: int
    billed: int


@define
class Tally:
    """What a run has found.

    Attributes:
        results: The results of the trials.
        left_out: Why an operation was not called, by its id.
        notes: What the reader should know about the service.
    """

    results: list[Result] = field(factory=list[Result])
    left_out: dict[str, str] = field(factory=dict[str, str])
    notes: list[str] = field(factory=list[str])

    @property
    def wrong(self) -> list[Result]:
        """The results with problems."""
        return [result for result in self.results if result.problems]

    @property
    def proven(self) -> list[str]:
        """The operations that were answered with success, and about which nothing was wrong."""
        failing = {result.trial.operation_id for result in self.wrong}
        answered = {one.trial.operation_id for one in self.results if one.trial.what == SUCCESS}
        return [one.operation_id for one in spec_operations() if one.operation_id in answered - failing]

    @property
    def statuses(self) -> dict[str, list[str]]:
        """The operations that each documented status was seen of, without problems."""
        found: dict[str, list[str]] = {}
        for result in self.results:
            seen = found.setdefault(str(result.status), [])
            if not result.problems and result.trial.operation_id not in seen:
                seen.append(result.trial.operation_id)
        return {status: found[status] for status in sorted(found) if found[status]}

    def never_reached(self) -> dict[str, str]:
        """Return the documented statuses that no operation answered with, and why."""
        documented = sorted({status for operation in spec_operations() for status in operation.statuses})
        return {
            status: NEVER_REACHED.get(status) or "no request of this run provoked it"
            for status in documented
            if status not in self.statuses
        }


def allowed(mode: Mode) -> list[str]:
    """Return the operations that a mode allows."""
    return [one.operation_id for one in spec_operations() if not mode.why_not(one)]


def announce(mode: Mode) -> Announcement:
    """Count what a run may change, before anything is sent."""
    if not mode.may_write:
        return Announcement(0, 0, 0)
    # The ids of a world do not matter to the count.
    names = [one.name for one in fields(World) if isinstance(one.default, str)]
    full = with_ids(World(urls=URLS, is_own=True), dict.fromkeys(names, "an id"))
    trials = [
        (trial, operation)
        for operation in spec_operations()
        if not mode.why_not(operation)
        for trial in trials_of(operation, full)
    ]
    creations = sum(is_write(*one) and one[0].operation_id.endswith("create_model") for one in trials)
    billed = sum(is_billed(trial) for trial, _ in trials) + mode.may_bill
    # Of each kind: two models, an upload for one of them (two for pictures), and a training.
    return Announcement(MODELS_MADE + creations, sum(is_write(*one) for one in trials) + MODELS_MADE + 9, billed)


def prove(
    service: Service, mode: Mode, urls: Sequence[str], tell: Callable[[Result], object] = lambda _: None
) -> tuple[Tally, World]:
    """Run the trials that a mode allows, and return what was found with what the service has.

    Args:
        service: The service.
        mode: What the run may do.
        urls: URLs of files that the service can fetch.
        tell: Gets each result as it comes.

    Raises:
        CannotRun: The service does not answer, refuses the key, or has no list of models that can be read.
    """
    tally = Tally()
    world = evolve(looked_around(service), urls=tuple(urls))
    if mode.may_write:
        kinds = {operation_id.partition("_")[0] for operation_id in allowed(mode)}
        furnishing = Furnishing(service.http, kinds, mode.may_bill, mode.wait)
        world = furnishing.furnish(world)
        tally.notes += [f"Not made: {failure}." for failure in furnishing.failures]
    _Run(service, mode, world, tally, tell).run()
    return tally, world


_REFUSES_THE_KEY: Final = {401, 403}


def looked_around(service: Service) -> World:
    """Return what a service has, found with GET requests only.

    Raises:
        CannotRun: The service does not answer, refuses the key, or has no list of models that can be read.
    """
    try:
        return discover(service.http)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        hint = (
            "it refuses the API key; set NANONETS_API_KEY to the one of this service"
            if status in _REFUSES_THE_KEY
            else "check the base URL, which ends in /api/v2 at Nanonets"
        )
        raise CannotRun(f"{service.base_url} answered the listing of models with {status}: {hint}") from error
    except httpx.HTTPError as error:
        cause = str(error) or type(error).__name__
        raise CannotRun(f"{service.base_url} did not answer: {cause}. Is it running, and is the URL right?") from error
    except (KeyError, TypeError, ValueError) as error:
        raise CannotRun(f"the listing cannot be read: {type(error).__name__}") from error


@define
class _Run:
    service: Service
    mode: Mode
    world: World
    tally: Tally
    tell: Callable[[Result], object]
    spare_files: list[str] = field(factory=list[str])
    """Files that this run predicted and nothing else needs; they are deleted."""
    takes_any_key: bool = False

    def run(self) -> None:
        for operation in in_order():
            reason = self._why_not(operation)
            if reason:
                self.tally.left_out[operation.operation_id] = reason
                continue
            for trial in self._trials(operation):
                self._try(operation, trial)

    def _why_not(self, operation: SpecOperation) -> str:
        if reason := self.mode.why_not(operation):
            return reason
        if not self.service.can_call(operation):
            return "the host of review links is not known (--review-url)"
        missing = what_is_missing(operation, self.world)
        return f"needs {missing}" if missing else ""

    def _trials(self, operation: SpecOperation) -> Iterator[Trial]:
        for trial in trials_of(operation, self.world):
            if trial.key == "wrong" and self.takes_any_key:
                continue
            if operation.operation_id == _DELETED and trial.what in (SUCCESS, OTHER_SPELLING) and self.spare_files:
                path = {"model_id": self.world.ocr_model, "request_file_id": self.spare_files.pop()}
                yield evolve(trial, request=evolve(trial.request, path=path))
            else:
                yield trial

    def _try(self, operation: SpecOperation, trial: Trial) -> None:
        try:
            asked, answered = self.service.send(operation, trial)
        except httpx.HTTPError as error:
            problem = Problem("reply", "no reply", trial.what, f"the service did not answer: {type(error).__name__}")
            result = Result(trial, 0, (problem,))
        else:
            if trial.what == WRONG_KEY and answered.is_success and self._knows_no_keys():
                return
            problems = [*_unexpected(trial, answered), *reply_problems(asked, answered)]
            result = Result(trial, answered.status, tuple(problems))
            self._learn(operation, answered)
        self.tally.results.append(result)
        self.tell(result)

    def _knows_no_keys(self) -> bool:
        """Return whether this is a stand-in that takes any key; elsewhere, that is a failure of every operation."""
        if self.service.is_here and not self.takes_any_key:
            self.takes_any_key = True
            self.tally.notes.append("The service takes any key, so only requests without one are refused with 401.")
        return self.takes_any_key

    def _learn(self, operation: SpecOperation, answered: Answered) -> None:
        if operation.operation_id in _MAKES_FILES and answered.is_success and answered.body:
            self.spare_files += _file_ids(answered.body)


def _unexpected(trial: Trial, answered: Answered) -> Iterator[Problem]:
    if answered.status in trial.expected:
        return
    if trial.what == OTHER_SPELLING and answered.status in NO_ROUTE:
        yield Problem("reply", "spelling", "path", "the route is not served with and without a slash at its end")
    else:
        wanted = " or ".join(map(str, sorted(trial.expected)))
        yield Problem("reply", "expected status", trial.what, f"{answered.status} came, and {wanted} is right")


def _file_ids(body: bytes) -> list[str]:
    try:
        value: Any = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return []
    return list(dict.fromkeys(str(one["request_file_id"]) for one in objects(value) if one.get("request_file_id")))
