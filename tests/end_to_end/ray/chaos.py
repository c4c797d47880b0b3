"""Kill workers, the journal's actor and a node of a Ray cluster: `chaos.py [--small] [--files N] [--kills N]`.

Two nodes read distinct PDFs from the mock, which resets connections before and after the work and answers 429 and 503.
Workers, the actor and one whole node, which another one replaces, are killed with SIGKILL at random moments. Then the
dataset is computed again, as a user does who finds files that are `unknown`, with `resend`.

Prints figures, and fails if a file is missing, if one was billed twice, if there were fewer kills than asked for, or if
the key of the client is anywhere in the logs of Ray.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from attrs import define, field

TESTS: Final = Path(__file__).parents[2]
sys.path[:0] = [str(TESTS / "soak"), str(TESTS / "support")]

from batch_chaos import Service  # noqa: E402 - found through the path above
from handmade_pdfs import one_page, stream  # noqa: E402 - found through the path above
from ray_cluster import RayCluster, running  # noqa: E402 - found through the path above

KEY: Final = "a-key-that-must-not-be-logged"
FONTS: Final = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
WORKER, ACTOR = "ray::MapBatches(predict)", "ray::JournalActor"


def write_pdfs(folder: Path, count: int) -> list[Path]:
    """Write small PDFs, each different, and return their paths."""
    folder.mkdir(parents=True)
    paths = [folder / f"invoice-{number:05}.pdf" for number in range(count)]
    for number, path in enumerate(paths):
        text = b"BT /F1 12 Tf 20 100 Td (Invoice number: %d) Tj ET" % number
        path.write_bytes(one_page(stream(text), FONTS))
    return paths


@define
class Killer:
    """Kills processes of a cluster while work is left.

    Attributes:
        cluster: The cluster.
        dice: Decides what and when.
        kills: How many processes to kill before the node.
        pause: The mean of the pauses in between, in seconds.
        of: How often each kind was killed.
    """

    cluster: RayCluster
    dice: random.Random
    kills: int
    pause: float
    kills_node: bool
    of: Counter[str] = field(factory=Counter[str], init=False)
    is_over: threading.Event = field(factory=threading.Event, init=False)

    def run(self) -> None:
        """Kill until there were enough kills, or the work is over."""
        # Both kinds come for certain, in any order.
        kinds = ["worker", "actor", *self.dice.choices(["worker", "actor"], [3, 1], k=max(0, self.kills - 2))]
        self.dice.shuffle(kinds)
        node_at = len(kinds) // 2 if self.kills_node else -1
        for number, kind in enumerate(kinds):
            if number == node_at:
                self._kill_node()
            while not self.is_over.wait(self.dice.random() * 2 * self.pause):
                targets = self.cluster.processes(title=WORKER if kind == "worker" else ACTOR)
                if targets and self.cluster.kill(self.dice.choice(targets)):
                    self.of[kind] += 1
                    break

    def _kill_node(self) -> None:
        """Kill all processes of the second node, and start another one."""
        name = self.cluster.nodes[1]
        while self.cluster.kill(*self.cluster.processes(name)):
            self.of["processes of the node"] += 1
        self.of["node"] += 1
        self.cluster.add_node()


@define
class Chaos:
    """The batch, and what came of it."""

    given: argparse.Namespace
    folder: Path
    service: Service
    paths: list[Path]

    def read(self, *, resend: bool) -> dict[str, dict[str, Any]]:
        """Compute the dataset, write it as Parquet, and return its rows by path."""
        import pyarrow.dataset as pads
        import ray.data

        from nanonets_sdk.batch import BatchOptions
        from nanonets_sdk.ray import RayOptions, predict, write_parquet

        batch = BatchOptions(
            jobs=4, result_timeout=120, patience=120, quiet_minutes=self.given.quiet / 60, give_up_after=200,
            resend=frozenset({"unknown"} if resend else ()),
        )  # fmt: skip
        options = RayOptions(
            workers=self.given.workers, files_per_task=self.given.per_task, lease_seconds=self.given.lease, batch=batch
        )
        blocks = max(4, len(self.paths) // self.given.per_task)
        files = ray.data.from_items([{"path": str(path)} for path in self.paths], override_num_blocks=blocks)
        rows = predict(
            files, self.service.model_id, path_column="path", journal=self.folder / "journal.sqlite", options=options
        )
        out = self.folder / f"out-{int(resend)}"
        write_parquet(rows.drop_columns(["reply", "fields", "cells"]), str(out))
        # The stubs of pyarrow leave some types open.
        read: list[dict[str, Any]] = cast("Any", pads).dataset(out, partitioning="hive").to_table().to_pylist()
        assert len(read) == len({row["path"] for row in read}), "a file has two rows"
        return {row["path"]: row for row in read}

    def run(self, killer: Killer) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
        """Compute the dataset under fire, and once more in peace."""
        thread = threading.Thread(target=killer.run, daemon=True)
        thread.start()
        first = self.read(resend=False)
        killer.is_over.set()
        thread.join()
        print(f"under fire: {dict(Counter(row['status'] for row in first.values()))}", flush=True)
        self.service.calm()
        return first, self.read(resend=True)


def main() -> int:
    """Run the chaos, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="a hundred files, one node and three kills")
    parser.add_argument("--files", type=int)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lease", type=float)
    parser.add_argument("--pause", type=float)
    parser.add_argument("--quiet", type=float)
    parser.add_argument("--per-task", type=int)
    parser.add_argument("--workers", type=int)
    given = parser.parse_args()
    small = {"files": 100, "kills": 3, "lease": 2.0, "pause": 0.5, "per_task": 25, "workers": 2, "quiet": 2.0}
    large = {"files": 3000, "kills": 24, "lease": 5.0, "pause": 6.0, "per_task": 32, "workers": 4, "quiet": 5.0}
    for name, value in (small if given.small else large).items():
        if getattr(given, name) is None:
            setattr(given, name, value)
    warnings.filterwarnings("ignore", category=FutureWarning)
    began = time.monotonic()
    # Not in the folder for temporary files, whose path may be too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="nn-", dir="/tmp"))
    service = Service(folder / "service", given.seed)
    try:
        paths = write_pdfs(folder / "in", given.files)
        service.start()
        environment = {"NANONETS_API_KEY": KEY, "NANONETS_BASE_URL": f"http://127.0.0.1:{service.port}/api/v2"}
        with running(folder / "ray", environment, [1] if given.small else [1, 1]) as (cluster, _):
            killer = Killer(cluster, random.Random(given.seed), given.kills, given.pause, not given.small)
            first, second = Chaos(given, folder, service, paths).run(killer)
            seconds = time.monotonic() - began
        return report(killer, paths, (first, second), service, folder / "ray", seconds)
    finally:
        with suppress(ProcessLookupError):
            service.kill()
        shutil.rmtree(folder, ignore_errors=True)


def report(
    killer: Killer,
    paths: list[Path],
    runs: tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]],
    service: Service,
    logs: Path,
    seconds: float,
) -> int:
    """Print the figures, and return 1 if a bound is broken."""
    billed, contents = service.billed(), {sha256(path.read_bytes()).hexdigest() for path in paths}
    names = {str(path) for path in paths}
    missing = [len(names - run.keys()) for run in runs]
    unexplained = sum(
        row["status"] == "unknown" and not (row["error"] or "").strip() for run in runs for row in run.values()
    )
    leaks = sum(KEY.encode() in path.read_bytes() for path in logs.rglob("*") if path.is_file())
    kills = killer.of["worker"] + killer.of["actor"]
    figures = {
        "files": len(paths),
        **{f"kills: {kind}": count for kind, count in sorted(killer.of.items())},
        "under fire": dict(Counter(row["status"] for row in runs[0].values())),
        "afterwards": dict(Counter(row["status"] for row in runs[1].values())),
        "without a row": missing,
        "billed once": sum(count == 1 for count in billed.values()),
        "billed twice": sum(count > 1 for count in billed.values()),
        "billed and not ours": len(billed.keys() - contents),
        "unknown and unexplained": unexplained,
        "logs with the key": leaks,
        "seconds": round(seconds),
    }
    for what, figure in figures.items():
        print(f"{what:>24}  {figure}")
    reasons = Counter((row["error"] or "").partition(". ")[0] for run in runs for row in run.values() if row["error"])
    for reason, count in reasons.most_common(12):
        print(f"{count:>24}  {reason}")
    is_wrong = any(missing) or figures["billed twice"] or figures["billed and not ours"] or unexplained or leaks
    # Whatever is done was billed.
    is_wrong = is_wrong or sum(row["status"] == "done" for row in runs[1].values()) > len(billed)
    return int(bool(is_wrong or kills < killer.kills))


if __name__ == "__main__":
    sys.exit(main())
