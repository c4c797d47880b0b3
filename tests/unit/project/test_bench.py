"""The measurements: a row past its bound fails the run."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

import bench
from measuring import Figure, by_turns, ratio_of


def figure(ratio: float, bound: float | None, *, more_is_better: bool = False) -> Figure:
    return Figure("row", "s", {"ours": ratio, "other": 1.0}, ratio, "other", bound, more_is_better)


@pytest.mark.parametrize(
    ("measured", "status"),
    [
        (figure(1.15, 1.15), 0),
        (figure(1.16, 1.15), 1),
        (figure(0.95, 0.95, more_is_better=True), 0),
        (figure(0.94, 0.95, more_is_better=True), 1),
        (figure(9.0, None), 0),
    ],
)
def test_a_row_past_its_bound_fails_the_run(
    measured: Figure, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bench, "BENCHES", {"holds": lambda: [figure(1.0, 1.0)], "measured": lambda: [measured]})
    assert bench.main([]) == status
    record = json.loads((tmp_path / "bench-output" / "bench.json").read_text(encoding="utf-8"))
    assert [row["holds"] for row in record["figures"]] == [True, status == 0]


def test_a_name_of_no_bench_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert bench.main(["callz"]) == 2


def test_candidates_run_by_turns_and_are_compared_within_a_round() -> None:
    order: list[str] = []
    seconds = by_turns({name: partial(order.append, name) for name in ("ours", "other")}, rounds=2)
    assert order == ["ours", "other"] * 3
    assert {name: len(taken) for name, taken in seconds.items()} == {"ours": 2, "other": 2}
    # A machine that was busy in one round slowed both: the median of the ratios does not see it.
    assert ratio_of([1.1, 11.0, 1.1], [1.0, 10.0, 1.0]) == pytest.approx(1.1)
