"""Every measurement, as a table and as JSON: `nox -s bench [-- NAME …]`.

A number past its bound is marked, and the exit status is 1. No test depends on it, because machines are noisy.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
from rich.console import Console
from rich.table import Table

import batches
import calls
import clusters
import converting
import decoding
import importing
import in_flight
import memory
import mocked
import page_limits
import results
from measuring import Figure

BENCHES: dict[str, Callable[[], list[Figure]]] = {
    "calls": calls.figures,
    "in_flight": in_flight.figures,
    "batches": batches.figures,
    "page_limits": page_limits.figures,
    "decoding": decoding.figures,
    "converting": converting.figures,
    "results": results.figures,
    "memory": memory.figures,
    "importing": importing.figures,
    "mocked": mocked.figures,
    "clusters": clusters.figures,
}


def main(names: list[str]) -> int:
    """Measure, and return the exit status."""
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(f"no such bench: {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    figures = [figure for name in names or BENCHES for figure in BENCHES[name]()]
    Console(width=150).print(_table(figures))
    folder = Path("bench-output")
    folder.mkdir(exist_ok=True)
    record = {"python": platform.python_version(), "figures": [{**attrs.asdict(f), "holds": f.holds} for f in figures]}
    (folder / "bench.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"Written to {folder / 'bench.json'}")
    return 0 if all(figure.holds for figure in figures) else 1


def _table(figures: list[Figure]) -> Table:
    table = Table("what", "values", "ratio", "bound", "")
    for figure in figures:
        values = "\n".join(f"{name}: {value:.4g}" for name, value in figure.values.items())
        sign = "≥" if figure.more_is_better else "≤"
        bound = "" if figure.bound is None else f"{sign} {figure.bound:.3g} of {figure.reference}"
        mark = "" if figure.bound is None else "holds" if figure.holds else "MISSED"
        table.add_row(f"{figure.name}\n({figure.unit})", values, f"{figure.ratio:.3g}", bound, mark)
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
