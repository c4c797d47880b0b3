"""Flows: one logic, two drivers."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nanonets_sdk.flows import Flow, arun, run


def drive_async(flow: Flow[Any, Any], perform: Callable[[Any], Any]) -> Any:
    """Drive a flow by the asynchronous driver, steps being done likewise."""

    async def awaited(step: Any) -> Any:
        await asyncio.sleep(0)
        return perform(step)

    return asyncio.run(arun(flow, awaited))


DRIVERS = [run, drive_async]
each_driver = pytest.mark.parametrize("drive", DRIVERS)


def doubled(step: int) -> int:
    """Return the outcome of a step."""
    return 2 * step


def inverted(step: int) -> int:
    """A step's outcome; that of 0 is an error."""
    return 1 // step


@each_driver
def test_a_flow_gets_the_outcome_of_each_step_and_returns_its_own(drive: Any) -> None:
    def flow() -> Flow[int, list[int]]:
        first = yield 1
        second = yield first
        return [first, second]

    assert drive(flow(), doubled) == [2, 4]


@each_driver
def test_a_flow_without_a_step_returns_at_once(drive: Any) -> None:
    def flow() -> Flow[int, str]:
        yield from ()
        return "done"

    assert drive(flow(), doubled) == "done"


@each_driver
def test_an_error_of_a_step_is_raised_inside_the_flow_which_may_go_on(drive: Any) -> None:
    def flow() -> Flow[int, str]:
        try:
            yield 0
        except ZeroDivisionError:
            recovered: str = yield 1
            return f"recovered {recovered}"
        return "not reached"

    assert drive(flow(), inverted) == "recovered 1"


@each_driver
def test_a_flow_that_returns_on_an_error_swallows_it(drive: Any) -> None:
    def flow() -> Flow[int, str]:
        try:
            yield 0
        except ZeroDivisionError:
            return "given up"
        return "not reached"

    assert drive(flow(), inverted) == "given up"


@each_driver
def test_an_error_that_a_flow_does_not_handle_reaches_the_caller(drive: Any) -> None:
    def flow() -> Flow[int, None]:
        yield 0

    with pytest.raises(ZeroDivisionError):
        drive(flow(), inverted)


class Interrupted(BaseException):
    """Something that no flow may swallow, like KeyboardInterrupt and CancelledError."""


@each_driver
def test_an_interruption_closes_the_flow_and_is_not_passed_into_it(drive: Any) -> None:
    log: list[str] = []

    def flow() -> Flow[int, None]:
        try:
            yield 0
        except BaseException as error:
            log.append(type(error).__name__)
            raise

    def interrupted(_: Any) -> Any:
        raise Interrupted

    with pytest.raises(Interrupted):
        drive(flow(), interrupted)
    assert log == ["GeneratorExit"]


@each_driver
def test_a_flow_inside_a_flow_is_driven_too(drive: Any) -> None:
    def inner(step: int) -> Flow[int, int]:
        outcome: int = yield step
        return outcome + 1

    def outer() -> Flow[int, list[int]]:
        one = yield from inner(1)
        two = yield from inner(2)
        return [one, two]

    assert drive(outer(), doubled) == [3, 5]


@each_driver
def test_a_flow_that_fails_at_its_start_raises_to_the_caller(drive: Any) -> None:
    def flow() -> Iterator[int]:
        raise LookupError("no such thing")
        yield 0

    with pytest.raises(LookupError):
        drive(flow(), doubled)
