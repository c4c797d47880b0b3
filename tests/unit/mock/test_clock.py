"""The mock's clock can run, freeze and be advanced."""

import time

import pytest

from nanonets_sdk.mock.state.clock import Clock, day_since_epoch, hour_of_day


def test_the_clock_shows_real_time_at_first() -> None:
    assert Clock().now() == pytest.approx(time.time(), abs=60)


def test_the_clock_keeps_running_after_it_was_moved() -> None:
    clock = Clock()
    clock.advance(1_000)
    assert clock.now() == pytest.approx(time.time() + 1_000, abs=60)
    assert clock.now() <= clock.now()


def test_a_frozen_clock_stands_still_and_can_be_moved() -> None:
    clock = Clock()
    clock.freeze(500)
    clock.advance(-100)
    assert [clock.now(), clock.now()] == [400, 400]


def test_the_clock_freezes_at_the_present_by_default() -> None:
    clock = Clock()
    clock.advance(-1_000)
    clock.freeze()
    assert clock.now() == pytest.approx(time.time() - 1_000, abs=60)


def test_a_reset_clock_shows_real_time() -> None:
    clock = Clock()
    clock.freeze(0)
    clock.reset()
    assert clock.now() == pytest.approx(time.time(), abs=60)


@pytest.mark.parametrize(
    ("moment", "day", "hour"), [(0, 0, 0), (86_399, 0, 23), (86_400, 1, 0), (1_767_225_600, 20_454, 0)]
)
def test_days_and_hours_are_counted_in_gmt(moment: float, day: int, hour: int) -> None:
    assert (day_since_epoch(moment), hour_of_day(moment)) == (day, hour)


@pytest.mark.parametrize("moment", [1e300, -1e300, float("nan"), -12_219_292_801, 103_072_857_661])
def test_the_clock_refuses_a_time_that_a_uuid_cannot_hold(moment: float) -> None:
    clock = Clock()
    clock.freeze(500)
    for move in (clock.freeze, clock.advance):
        with pytest.raises(ValueError, match="years 1583 to 5233"):
            move(moment)
    assert clock.now() == 500
