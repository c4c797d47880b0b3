"""Stored replies to Parquet on Ray: two workers against one of them, on the same two nodes of one CPU each.

Two cores share their memory, and here they also run the cluster, so two workers are never twice as fast as one. How
much the machine allows is measured by turns with them: two plain processes that convert the same replies, against one.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from attrs import define, field

from converting import convert, write_replies
from measuring import Figure, by_turns, ratio_of
from ray_cluster import RayCluster, running

# Each task takes most of a second. Of tasks of a tenth of a second, Ray Data runs hardly two at a time.
ARCHIVES = 16
REPLIES = 480
ROUNDS = 3
# Of twice as fast, which is what two cores without anything in common would allow: 1.7.
SHARE = 0.85
# A worker that is idle for a second is ended otherwise, and each pass would measure the start of another one.
KEEP = {"RAY_kill_idle_workers_interval_ms": "0"}
# Nodes exchange what they read. In a store that it fills they would wait for each other.
MEMORY = 1_000_000_000
TICKS = os.sysconf("SC_CLK_TCK")


@define
class Pass:
    """Reads the archives as fields, and writes them by Ray's own writer.

    Attributes:
        folder: Where the archives are.
        cluster: The cluster.
        workers: How many tasks run at a time.
        cpu: The CPU seconds of all nodes in each pass.
    """

    folder: Path
    cluster: RayCluster
    workers: int
    cpu: list[float] = field(factory=list[float], init=False)

    def __call__(self) -> None:
        """Do it once."""
        from nanonets_sdk.ray import read_replies, write_parquet

        data = import_module("ray.data")
        limits = data.ExecutionResources.for_limits(cpu=self.workers)
        data.DataContext.get_current().execution_options.resource_limits = limits
        before = self._used()
        replies = read_replies(str(self.folder / "archives"), explode="fields", override_num_blocks=ARCHIVES)
        write_parquet(replies, str(self.folder / f"out-{time.monotonic_ns()}"))
        self.cpu.append(sum(max(0.0, used - before.get(process, 0.0)) for process, used in self._used().items()))

    def _used(self) -> dict[int, float]:
        stats = {
            process: Path(f"/proc/{process}/stat").read_text() for process in self.cluster.processes(title="ray::")
        }
        times = {process: stat.rpartition(")")[2].split()[11:13] for process, stat in stats.items()}
        return {process: sum(map(int, ticks)) / TICKS for process, ticks in times.items()}


@define
class Plain:
    """Converts the archives in processes without Ray.

    Attributes:
        folder: Where the archives are.
        pool: Two processes.
        halves: Two folders with half of the archives each.
    """

    folder: Path
    pool: ProcessPoolExecutor
    halves: list[Path] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.halves = [self.folder / "half-0", self.folder / "half-1"]
        for half in self.halves:
            half.mkdir()
        for number, archive in enumerate(sorted((self.folder / "archives").iterdir())):
            os.link(archive, self.halves[number % 2] / archive.name)

    def at_once(self) -> None:
        """Convert the halves at the same time."""
        for future in [self.pool.submit(convert, half, half.with_suffix(".parquet")) for half in self.halves]:
            future.result()

    def in_turn(self) -> None:
        """Convert one half after the other."""
        for half in self.halves:
            self.pool.submit(convert, half, half.with_suffix(".parquet")).result()


def figures() -> list[Figure]:
    """A dataset of fields, read from archives of invoices."""
    # Not in the folder for temporary files, whose path may be too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="nn-", dir="/tmp"))
    try:
        size = _write_archives(folder)
        with (
            running(folder / "ray", KEEP, [1, 1], MEMORY) as (cluster, _),
            ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool,
        ):
            two, one, plain = Pass(folder, cluster, 2), Pass(folder, cluster, 1), Plain(folder, pool)
            candidates: dict[str, Callable[[], object]] = {
                "two workers": two,
                "one worker": one,
                "two": plain.at_once,
                "one": plain.in_turn,
            }
            seconds = by_turns(candidates, ROUNDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    name = f"{ARCHIVES * REPLIES} stored replies ({size / 1e6:.0f} MB) to Parquet"
    speeds = {which: ARCHIVES * REPLIES / median(taken) for which, taken in seconds.items()}
    allowed = ratio_of(seconds["one"], seconds["two"])
    return [
        Figure(
            name=f"{name}: what this machine allows",
            unit="replies/s",
            values={"two processes": speeds["two"], "one process": speeds["one"]},
            ratio=allowed,
            reference="one process",
            more_is_better=True,
        ),
        Figure(
            name=f"{name} on Ray",
            unit="replies/s",
            values={which: speeds[which] for which in ("two workers", "one worker")},
            ratio=ratio_of(seconds["one worker"], seconds["two workers"]),
            reference="one worker",
            bound=SHARE * allowed,
            more_is_better=True,
        ),
        # What a second worker costs, also where other programs take the time of a second core.
        Figure(
            name=f"{name} on Ray: what all workers use",
            unit="CPU seconds",
            values={"two workers": median(two.cpu[1:]), "one worker": median(one.cpu[1:])},
            ratio=ratio_of(two.cpu[1:], one.cpu[1:]),
            reference="one worker",
            bound=1.15,
        ),
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
