"""The bench fails a run in which a figure is past its bound."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

BENCH = Path(__file__).parents[2] / "bench"


@pytest.mark.parametrize(
    ("ratio", "more_is_better", "status"),
    [(0.75, False, 0), (0.76, False, 1), (0.75, True, 0), (0.74, True, 1)],
)
def test_a_figure_past_its_bound_fails_the_run(
    ratio: float, *, more_is_better: bool, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.chdir(tmp_path)
    import bench
    from measuring import Figure

    figure = Figure("rows", "s", {"ours": ratio, "theirs": 1.0}, ratio, "theirs", bound=0.75)
    measured = evolve(figure, more_is_better=more_is_better)
    monkeypatch.setattr(bench, "BENCHES", {"rows": lambda: [measured]})
    assert bench.main(["rows"]) == status
    assert bench.main([]) == status
