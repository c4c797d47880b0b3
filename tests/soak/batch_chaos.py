"""Kill a batch, its service and its disk over and over: `batch_chaos.py [--documents N] [--kills N] [--seed N]`.

Every run of the batch is killed while work is left; some runs have a clock that is off by hours or days, some a full
disk under their journal. The service resets connections before and after the work, answers 429 and 503, lists files a
minute late, and is killed and started again with its state. Then the batch runs to its end, and what is unknown is sent
again where the listings prove that it did not arrive. The quiet period is shorter than the listings are late, so that
nothing but the proof keeps a file from being billed twice.

Prints figures, and fails if a file was billed twice or lost.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from attrs import define, field

HERE: Final = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from late_proxy import LateProxy  # noqa: E402 - found through the path above
from scans import write_scans  # noqa: E402 - found through the path above

FAULTS: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "reset", "probability": 0.01},
    {"kind": "reset", "after_work": True, "probability": 0.01},
    {"kind": "answer", "status": 503, "after_work": True, "probability": 0.005},
    {"kind": "answer", "status": 429, "headers": {"Retry-After": "1"}, "probability": 0.005},
    {"kind": "latency", "seconds": 0.05},
)
LAST_RUNS: Final = 8


@define
class Service:
    """The mock as a process that keeps its state on disk, killed and started again on the same port."""

    state: Path
    seed: int
    port: int = 0
    model_id: str = ""
    kills: int = 0
    process: subprocess.Popen[str] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it, and arm its faults."""
        command = [sys.executable, "-m", "nanonets_sdk.cli", "mock", "serve", "--jobs", "1 polls"]
        command += ["--port", str(self.port), "--state", str(self.state), "--seed", f"{self.seed}-{self.kills}"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("export NANONETS_BASE_URL="):
                self.port = int(line.partition("127.0.0.1:")[2].partition("/")[0])
            if line.startswith("export NANONETS_MODEL_ID="):
                self.model_id = line.partition("=")[2].split()[0]
                break
        for fault in FAULTS:
            self._post("/_mock/faults", {"operation_id": "ocr_submit_file", **fault})

    def kill(self) -> None:
        """Kill it."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.kills += 1

    def billed(self) -> Counter[str]:
        """Return how often each content was accepted."""
        with closing(sqlite3.connect(f"file:{self.state}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT * FROM request_files").fetchall()
        texts = (value for row in rows for value in row if isinstance(value, str | bytes))
        return Counter(json.loads(text)["sha256"] for text in texts if '"sha256"' in _text(text))

    def calm(self) -> None:
        """Take the faults away."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/_mock/faults", method="DELETE")
        urllib.request.urlopen(request, timeout=30).close()

    def _post(self, path: str, body: dict[str, Any]) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=30).close()


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


@define
class Chaos:
    """The batch, the service, and what is done to them."""

    folder: Path
    service: Service
    proxy: LateProxy
    dice: random.Random
    documents: int
    runs: int = 0
    kills: int = 0
    full_disks: int = 0
    jumps: int = 0

    def job(self, **changes: Any) -> dict[str, Any]:
        """Return what a run is told."""
        plain: dict[str, Any] = {"off": 0, "disk": 0, "resend": [], "quiet": 0, "folder": str(self.folder)}
        return {**plain, "base_url": self.proxy.base_url, "model_id": self.service.model_id, **changes}

    def start(self, job: dict[str, Any]) -> subprocess.Popen[bytes]:
        """Start a run."""
        self.runs += 1
        log = (self.folder / "worker.log").open("ab")
        with log:
            return subprocess.Popen([sys.executable, str(HERE / "batch_worker.py"), json.dumps(job)], stderr=log)

    def done(self) -> int:
        """Return the number of results."""
        return sum(1 for _ in (self.folder / "out").glob("*.json"))

    def killed_run(self, share: int) -> None:
        """Run until about so many results are new, and kill the run, and now and then the service before."""
        off = self.dice.choice([0, 0, 0, 3, -7, 30, -50, 240])
        journal = self.folder / "journal"
        is_full = self.dice.random() < 0.1 and journal.exists()
        size = max(path.stat().st_size for path in self.folder.glob("journal*")) if is_full else 0
        self.jumps, self.full_disks = self.jumps + bool(off), self.full_disks + is_full
        goal = self.done() + self.dice.randint(share // 2, share)
        process = self.start(self.job(off=off, disk=size + self.dice.randint(8, 64) * 1024 if is_full else 0))
        kills_service_at = goal - share // 4 if self.dice.random() < 0.2 else None
        end = time.monotonic() + 60
        while process.poll() is None and self.done() < goal and time.monotonic() < end:
            if kills_service_at is not None and self.done() >= kills_service_at:
                kills_service_at = None
                self.service.kill()
                time.sleep(self.dice.random())
                self.service.start()
            time.sleep(0.02)
        if process.poll() is None and self.done() < self.documents:
            # A few milliseconds decide in which of its steps a file is.
            time.sleep(self.dice.random() * 0.1)
            self.kills += 1
        process.kill()
        process.wait()

    def whole_run(self, **changes: Any) -> list[tuple[str, str, str]]:
        """Run to the end, and return the files that are not done: name, status, reason."""
        left = self.folder / "left.json"
        left.unlink(missing_ok=True)
        self.start(self.job(**changes)).wait()
        return [tuple(row) for row in json.loads(left.read_text())] if left.exists() else [("", "the run failed", "")]


def main() -> int:
    """Run the chaos, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--late", type=float, default=60.0, help="seconds by which listings are late")
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nanonets-chaos-") as name:
        folder = Path(name)
        (folder / "out").mkdir()
        paths = write_scans(folder / "in", given.documents)
        service = Service(folder / "service", given.seed)
        service.start()
        try:
            proxy = LateProxy(service.port, given.late)
            chaos = Chaos(folder, service, proxy, random.Random(given.seed), given.documents)
            return report(chaos, paths, run(chaos, given.kills, given.late), time.monotonic() - began)
        finally:
            with suppress(ProcessLookupError):
                service.kill()


def run(chaos: Chaos, kills: int, late: float) -> list[tuple[str, str, str]]:
    """Do everything, and return the files that are not done in the end."""
    while chaos.kills < kills and chaos.runs < 3 * kills:
        # Work is left for the last kill, and for the runs after it.
        share = max(2, (chaos.documents * 9 // 10 - chaos.done()) // (kills - chaos.kills))
        chaos.killed_run(share)
        print(f"run {chaos.runs}: {chaos.kills} kills, {chaos.done()} of {chaos.documents} done", flush=True)
    resend = {"resend": ["unknown"], "quiet": 5}
    left = chaos.whole_run(**resend)
    for _ in range(LAST_RUNS):
        print(f"run {chaos.runs}: {dict(Counter(status for _, status, _ in left))} left", flush=True)
        if not left:
            break
        chaos.service.calm()
        # After this, the listings show all that arrived before.
        time.sleep(late)
        before, left = left, chaos.whole_run(**resend)
        if {name for name, _, _ in left} == {name for name, _, _ in before}:
            break
    return left


def report(chaos: Chaos, paths: list[Path], left: list[tuple[str, str, str]], seconds: float) -> int:
    """Print the figures, and return 1 if a bound is broken."""
    billed, results = chaos.service.billed(), {path.stem for path in (chaos.folder / "out").glob("*.json")}
    unknown = {Path(name).stem: reason for name, status, reason in left if status == "unknown"}
    lost = [path.name for path in paths if path.stem not in results | unknown.keys()]
    contents = {sha256(path.read_bytes()).hexdigest() for path in paths}
    twice = sum(count > 1 for count in billed.values())
    figures = {
        "documents": len(paths),
        "runs": chaos.runs,
        "kills with work left": chaos.kills,
        "kills of the service": chaos.service.kills,
        "runs with a full disk": chaos.full_disks,
        "runs with a wrong clock": chaos.jumps,
        "listings": chaos.proxy.listings,
        "sent more than once": sum(len(times) > 1 for times in chaos.proxy.sent.values()),
        "results": len(results),
        "billed once": sum(count == 1 for count in billed.values()),
        "billed twice": twice,
        "billed and not ours": len(billed.keys() - contents),
        "lost": len(lost),
        "unknown": len(unknown),
        "seconds": round(seconds),
    }
    for what, figure in figures.items():
        print(f"{what:>24}  {figure}")
    for reason, count in Counter(reason.partition(". ")[0] for reason in unknown.values()).items():
        print(f"{count:>24}  unknown: {reason}")
    return int(bool(twice or lost or billed.keys() - contents))


if __name__ == "__main__":
    sys.exit(main())
