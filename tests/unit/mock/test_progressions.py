"""Jobs advance as their progression says."""

import pytest

from nanonets_sdk.mock.state.progressions import Progression, Stage, Work


@pytest.mark.parametrize(
    ("progression", "elapsed", "polls", "stage"),
    [
        (Progression.immediate(), 0, 0, "success"),
        (Progression.after_seconds(5), 4.9, 100, "pending"),
        (Progression.after_seconds(5), 5, 0, "success"),
        (Progression.after_seconds(5), -60, 0, "pending"),
        (Progression.after_polls(2), 100, 1, "pending"),
        (Progression.after_polls(2), 0, 2, "success"),
        (Progression(seconds=5, polls=2), 5, 1, "pending"),
        (Progression(seconds=5, polls=2), 5, 2, "success"),
        (Progression.after_polls(1).failing(), 0, 0, "pending"),
        (Progression.after_polls(1).failing(), 0, 1, "failure"),
    ],
)
def test_a_stage_follows_from_time_and_polls(
    progression: Progression, elapsed: float, polls: int, stage: Stage
) -> None:
    assert progression.stage(elapsed, polls) == stage


def test_only_the_pages_named_fail() -> None:
    progression = Progression.immediate().failing(0, 2)
    assert [progression.stage(0, 0, page) for page in range(3)] == ["failure", "success", "failure"]


def test_a_failing_progression_still_waits() -> None:
    assert Progression.after_seconds(3).failing().seconds == 3


def test_a_job_counts_its_polls() -> None:
    work = Work(Progression.after_polls(2), started=0)
    assert [work.stage(0), work.polled().stage(0), work.polled().polled().stage(0)] == ["pending", "pending", "success"]


def test_the_duration_of_a_job_counts_from_its_start() -> None:
    work = Work(Progression.after_seconds(10), started=1_000)
    assert [work.share_done(now) for now in (1_000, 1_005, 1_020)] == [0, 0.5, 1]
