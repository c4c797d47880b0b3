"""The time of `import nanonets_sdk`, over a bare interpreter, against `import httpx`."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

from measuring import Figure

ROUNDS = 15
STATEMENTS = {"bare": "pass", "nanonets_sdk": "import nanonets_sdk", "httpx": "import httpx"}


def figures() -> list[Figure]:
    """Time whole processes alternately, and subtract the bare interpreter's time."""
    seconds: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for turn in range(ROUNDS + 1):
        for name, statement in STATEMENTS.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", statement], check=True)
            if turn:
                seconds[name].append(time.perf_counter() - began)
    bare = median(seconds["bare"])
    ours, httpx = (max(median(seconds[name]) - bare, 0.0) for name in ("nanonets_sdk", "httpx"))
    return [
        Figure(
            name="import",
            unit="ms over a bare interpreter",
            values={"nanonets_sdk": ours * 1000, "httpx": httpx * 1000},
            ratio=ours / httpx,
            reference="httpx",
            bound=0.2,
        )
    ]
