"""Send webhooks of the mock to a receiver that is killed over and over, and look whether one was lost.

`webhooks.py [--files N] [--kills N] [--answer-first]` predicts N files, each with three webhooks (one of them sent
twice) and the callback of a review link, while the process of the receiver is killed with SIGKILL at random moments.
Its handler fails every third time. A body that was answered with 200 and not handled is lost, and the script fails.
With `--answer-first` the receiver answers before it stores, as a careless one would, and the script must fail.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from nanonets_sdk import Nanonets
from nanonets_sdk.mock import MockServer, Progression, WebhookDelivery, WebhookExport
from nanonets_sdk.webhooks import ReceiverOptions, Spool, Webhook, receiver
from samples import INVOICE

TOKEN: Final = "a-token-that-must-not-show"
SECRETS: Final = (TOKEN.encode(), b"INV-2026-00417")
FAILS_EVERY: Final = 3
LEASE: Final = 1.0
PATIENCE: Final = 300.0


class CarelessSpool(Spool):
    """A spool that stores a moment after it has said so."""

    def store(self, body: bytes, name: str = "") -> bool:
        """Store later."""
        threading.Timer(0.1, super().store, (body, name)).start()
        return True


def receive(folder: Path, port: int, *, answer_first: bool) -> None:
    """Be the receiver: a process that can be killed at any moment."""
    import uvicorn

    calls = 0
    handled = os.open(folder / "handled", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def handle(webhook: Webhook) -> None:
        nonlocal calls
        calls += 1
        if not webhook.documents or not webhook.documents[0].request_file_id:
            raise RuntimeError("the body was not read")
        if calls % FAILS_EVERY == 0:
            raise ValueError("every third time")
        line = f"{hashlib.sha256(webhook.raw).hexdigest()} {webhook.shape}\n"
        os.write(handled, line.encode())

    spool = (CarelessSpool if answer_first else Spool)(folder / "spool.sqlite")
    options = ReceiverOptions(first_wait=0.05, longest_wait=0.5, lease=LEASE, attempts=10_000)
    app = receiver(handle, token=TOKEN, spool=spool, options=options)
    uvicorn.run(app, port=port, timeout_graceful_shutdown=1)


class Victim:
    """The process of the receiver, killed and started again."""

    def __init__(self, folder: Path, port: int, *, answer_first: bool) -> None:
        options = ["--answer-first"] if answer_first else []
        self._command = [sys.executable, __file__, "--receive", str(folder), "--port", str(port), *options]
        self._port = port
        self._log = (folder / "log").open("ab")
        self.kills = 0
        self.start()

    def start(self) -> None:
        """Start the process."""
        self._process = subprocess.Popen(self._command, stdout=self._log, stderr=self._log)

    def wait_until_it_listens(self) -> None:
        """Wait until the process takes connections."""
        while self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=1):
                return
            time.sleep(0.01)

    def kill(self) -> None:
        """Kill the process."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.kills += 1

    def end(self) -> None:
        """Stop the process as an operator would."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        self._log.close()


@contextmanager
def killing(victim: Victim, kills: int, chance: random.Random) -> Generator[None]:
    """Kill a process so often during a block, and wait for the last time at its end."""

    def kill() -> None:
        while victim.kills < kills:
            # It takes a second to start, and is killed in the rush of bodies after that.
            victim.wait_until_it_listens()
            time.sleep(chance.uniform(0.0, 0.8))
            victim.kill()
            victim.start()

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def acknowledged(server: MockServer) -> list[WebhookDelivery]:
    """Return what the receiver has answered with 200."""
    return [one for one in server.webhook_deliveries if one.succeeded]


def send_all(server: MockServer, client: Nanonets, files: int, callback: str) -> None:
    """Predict files, open their review links, and repeat what failed until everything was taken."""
    ids = [client.ocr.predict_file(server.model_id, INVOICE).request_file_id for _ in range(files)]
    links = {
        one: client.ocr.review_link(server.model_id, one, expires=timedelta(hours=1), callback=callback) for one in ids
    }
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        server.wait_for_webhooks(PATIENCE)
        called_back = {one.request_file_id for one in acknowledged(server) if one.shape == "page"}
        failed = [
            one.request_file_id
            for one in client.ocr.list_predictions(server.model_id, 1).documents
            if one.pages[0].raw["export_status"] != "success"
        ]
        missing = [one for one in ids if one not in called_back]
        if not failed and not missing:
            return
        for chunk in (failed[start : start + 50] for start in range(0, len(failed), 50)):
            client.ocr.retry_exports(server.model_id, chunk)
        for one in missing:
            httpx.post(links[one], data={"action": "exit"}).raise_for_status()
        time.sleep(0.2)
    raise TimeoutError("the receiver did not take everything")


def settled(spool: Spool) -> None:
    """Wait until nothing waits to be handled."""
    end = time.monotonic() + PATIENCE
    while spool.counts().waiting and time.monotonic() < end:
        time.sleep(0.1)


def report(server: MockServer, folder: Path, kills: int) -> bool:
    """Print the figures, and return whether they are right."""
    taken = Counter(one.sha256 for one in acknowledged(server))
    lines = [line.split() for line in (folder / "handled").read_text().splitlines()]
    handled = Counter(digest for digest, _ in lines)
    shapes = Counter(dict(lines).values())
    with Spool(folder / "spool.sqlite") as spool:
        counts, dead = spool.counts(), spool.dead_letters()
    lost = taken.keys() - handled.keys()
    log = (folder / "log").read_bytes()
    shown = [secret for secret in SECRETS if secret in log]
    distinct = counts.received - counts.duplicates
    print(f"kills {kills}, deliveries {len(server.webhook_deliveries)}, failed {server.webhook_counts['failed']}")
    print(f"answered with 200: {taken.total()}, different bodies {len(taken)}, shapes {dict(shapes)}")
    print(f"stored {counts.received}, duplicates {counts.duplicates}, handled {counts.handled}, dead {len(dead)}")
    print(f"calls that succeeded {handled.total()}, calls that failed {counts.failures}, handled twice or more "
          f"{sum(number > 1 for number in handled.values())}")  # fmt: skip
    print(f"lost {len(lost)}, still waiting {counts.waiting}, bytes of log {len(log)}, secrets in it {len(shown)}")
    return (
        not lost and not dead and not shown and not counts.waiting
        and counts.duplicates >= taken.total() - len(taken) > 0
        and counts.handled == distinct == len(handled)
        and len(shapes) == 4
    )  # fmt: skip


def main() -> int:
    """Run, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=250)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--answer-first", action="store_true")
    parser.add_argument("--receive", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.receive is not None:
        receive(given.receive, given.port, answer_first=given.answer_first)
        return 0
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    url, began = f"http://127.0.0.1:{port}/{TOKEN}", time.monotonic()
    webhooks = [
        WebhookExport(f"{url}/inference", shape="files"),
        WebhookExport(f"{url}/inference", shape="pages", copies=2),
        WebhookExport(f"{url}/inference", shape="document", first_page=1),
    ]
    with tempfile.TemporaryDirectory() as name, MockServer(jobs=Progression.immediate(), webhooks=webhooks) as server:
        folder = Path(name)
        victim = Victim(folder, port, answer_first=given.answer_first)
        with (
            Nanonets("a-key", base_url=server.base_url, review_url=server.review_url) as client,
            killing(victim, given.kills, random.Random(given.seed)),
        ):
            send_all(server, client, given.files, f"{url}/review")
        with Spool(folder / "spool.sqlite") as spool:
            settled(spool)
        victim.end()
        good = report(server, folder, victim.kills)
    print(f"seconds {time.monotonic() - began:.0f}: {'nothing was lost' if good else 'WRONG'}")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
