"""Call servers that misbehave, from every client, and print what it cost: seconds over the deadline and memory.

    python tests/soak/misbehaving_servers.py [--only WORD] [--timeout 3] [--jobs 2]

Each call runs in a process of its own. A marked row breaks a bound, and the script then ends with status 1:

LATE    the call took more than a second longer than its deadline, closing the client and the event loop included
LINGERS the process did not end within ten seconds after that, as one with a stuck thread would not
LARGE   the process took more than 300 MB, while the limit on replies is 100 MB
TYPE    something else than an error of the package came out
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import repeat
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from attrs import frozen

from client_doors import DOORS, Use
from misbehaviours import ANSWERS, CONNECTIONS, UPLOADS, bomb, dripping_tls, stall_names, stalling
from nanonets_sdk import NanonetsError
from raw_server import RawServer, Script, full_backlog, reply, saying

SECONDS_OVER: Final = 1.0
SECONDS_TO_END: Final = 10.0
MEGABYTES: Final = 300
LIMIT: Final = 100_000_000
PDF: Final = b"%PDF-1.7\n"
UPLOAD: Final = PDF + b"x" * (8 << 20)
NAME: Final = "http://localhost"
CALLS: Final[dict[str, Use]] = {
    "get": lambda client: client.ocr.get_model("m-1"),
    "predict": lambda client: client.ocr.predict_file("m-1", PDF),
    "upload": lambda client: client.ocr.predict_file("m-1", UPLOAD),
}
MODEL: Final = b'{"model_id": "m-1", "model_type": "ocr", "state": 5, "categories": []}'


@frozen
class Case:
    """One call: what the server does, the client, and the method."""

    name: str
    door: str
    call: str


@frozen
class Cost:
    """What a call cost, and how it ended."""

    seconds: float
    lingered: float
    megabytes: int
    ended: str
    is_ours: bool

    def broken(self, timeout: float) -> list[str]:
        """The bounds that it breaks."""
        bounds = {
            "LATE": self.seconds <= timeout + SECONDS_OVER,
            "LINGERS": self.lingered <= SECONDS_TO_END,
            "LARGE": self.megabytes <= MEGABYTES,
            "TYPE": self.is_ours,
        }
        return [name for name, holds in bounds.items() if not holds]


def cases() -> Iterator[Case]:
    """Every misbehaviour, client and call."""
    for names, calls in ((ANSWERS, ("get", "predict")), (UPLOADS, ("upload",)), (CONNECTIONS, ("get", "predict"))):
        yield from (Case(name, door.name, call) for name in names for door in DOORS for call in calls)


def script_of(name: str) -> Script:
    """Return what the server does."""
    return {**ANSWERS, **UPLOADS, "drips TLS": dripping_tls}.get(name, stalling)


def measured(case: Case, timeout: float) -> Cost:
    """Make one call in a process of its own."""
    with ExitStack() as stack:
        server = stack.enter_context(RawServer(script_of(case.name)))
        warm = stack.enter_context(RawServer(saying(reply(200, MODEL))))
        origin = server.origin.replace("http:", "https:") if "TLS" in case.name else server.origin
        if case.name == "does not accept":
            origin = stack.enter_context(full_backlog())
        if case.name.startswith("has "):
            origin = NAME
        call = [case.name, case.door, case.call, origin, warm.base_url, str(timeout)]
        command = [sys.executable, __file__, "--one", *call]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout + 120, check=False)
        now = time.monotonic()
    if not done.stdout:
        return Cost(-1.0, 0.0, 0, f"crashed with {done.returncode}: {done.stderr[-300:]}", is_ours=False)
    report: dict[str, Any] = json.loads(done.stdout)
    # The monotonic clock is the same in every process of a machine.
    lingered = now - report["finished"]
    return Cost(
        report["finished"] - report["began"], lingered, report["megabytes"], report["ended"], is_ours=report["is_ours"]
    )


def peak() -> int:
    """Return the most memory that this process has had, in megabytes."""
    # `ru_maxrss` counts the process that started this one too.
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024 // 1_000_000


def one(name: str, door_name: str, call: str, origin: str, warm: str, timeout: float) -> None:
    """Make the call, and print what it cost."""
    door = next(door for door in DOORS if door.name == door_name)
    # What is imported at the first call is not what is measured.
    door.use(warm, CALLS["get"])
    if name.startswith("has "):
        stall_names(0 if "never" in name else 3)
    report: dict[str, Any] = {"is_ours": True, "began": time.monotonic()}

    def use(client: Any) -> Any:
        report["began"] = time.monotonic()
        return CALLS[call](client)

    try:
        report["ended"] = type(door.use(f"{origin}/api/v2", use, timeout=timeout, max_reply_bytes=LIMIT)).__name__
    except NanonetsError as error:
        report["ended"] = type(error).__name__
    except Exception as error:  # noqa: BLE001 - whatever else comes out is what this looks for
        report |= {"ended": repr(error)[:80], "is_ours": False}
    print(json.dumps({**report, "finished": time.monotonic(), "megabytes": peak()}))


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="misbehaviours whose name contains this")
    parser.add_argument("--timeout", type=float, default=3.0, help="seconds for each call")
    parser.add_argument("--jobs", type=int, default=2, help="calls at a time")
    parser.add_argument("--one", nargs=6, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        name, door, call, origin, warm, timeout = options.one
        one(name, door, call, origin, warm, float(timeout))
        return 0
    chosen = [case for case in cases() if options.only in case.name]
    broken = 0
    # Building it takes longer than a server is given to stop.
    bomb()
    with ThreadPoolExecutor(options.jobs) as threads:
        costs = threads.map(measured, chosen, repeat(options.timeout))
        print(f"{'server':40}{'client':16}{'call':10}{'over':>8}{'peak':>8}  ends in")
        for case, cost in zip(chosen, costs, strict=True):
            marks = cost.broken(options.timeout)
            broken += bool(marks)
            over = f"{max(cost.seconds - options.timeout, 0):.2f} s"
            print(
                f"{case.name:40}{case.door:16}{case.call:10}{over:>8}{cost.megabytes:>5} MB  {cost.ended}"
                f"{'  <<< ' + ' '.join(marks) if marks else ''}",
                flush=True,
            )
    print(f"{len(chosen)} calls, {broken} beyond a bound")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
