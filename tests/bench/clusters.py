"""Stored replies to Parquet on Ray: two nodes of one CPU each against one of them."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from converting import write_replies
from measuring import Figure
from ray_cluster import running

ARCHIVES = 16
REPLIES = 60
ROUNDS = 3


def figures() -> list[Figure]:
    """A dataset of fields, read from archives of invoices and written by Ray's own writer."""
    # Not in the folder for temporary files, whose path may be too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="nn-", dir="/tmp"))
    try:
        size = _write_archives(folder)
        with running(folder / "ray", {}, [1]) as (cluster, _):
            one = _seconds(folder)
            cluster.add_node(1)
            two = _seconds(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [
        Figure(
            name=f"{ARCHIVES * REPLIES} stored replies ({size / 1e6:.0f} MB) to Parquet on Ray",
            unit="replies/s",
            values={"two nodes": ARCHIVES * REPLIES / two, "one node": ARCHIVES * REPLIES / one},
            ratio=one / two,
            reference="one node",
            bound=1.7,
            more_is_better=True,
        )
    ]


def _write_archives(folder: Path) -> int:
    replies = folder / "replies"
    replies.mkdir()
    size = write_replies(replies, REPLIES)
    (folder / "archives").mkdir()
    lines = b"".join(path.read_bytes() + b"\n" for path in sorted(replies.glob("*.json")))
    for number in range(ARCHIVES):
        (folder / "archives" / f"{number:03}.jsonl").write_bytes(lines)
    return size * ARCHIVES


def _seconds(folder: Path) -> float:
    """Return the median of the rounds, after one that starts the workers."""
    from nanonets_sdk.ray import read_replies, write_parquet

    taken: list[float] = []
    for turn in range(ROUNDS + 1):
        out = folder / f"out-{time.monotonic_ns()}"
        began = time.perf_counter()
        replies = read_replies(str(folder / "archives"), explode="fields", override_num_blocks=ARCHIVES)
        write_parquet(replies, str(out))
        if turn:
            taken.append(time.perf_counter() - began)
    return median(taken)
