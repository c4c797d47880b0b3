"""What `nanonets webhook` works with: the spool, what becomes of a body that arrived, and how that is shown."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import define, field

from nanonets_sdk._net.posting import PostError, host_of, post_json
from nanonets_sdk.cli.output.progress import Bar, Moves, facts_of
from nanonets_sdk.cli.output.streams import discard_stdout
from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.cli.running.ports import named_if_in_use
from nanonets_sdk.errors import SpoolError
from nanonets_sdk.formats.atomic import replacing

if TYPE_CHECKING:
    from nanonets_sdk.webhooks import Receiver, Spool, Webhook
    from nanonets_sdk.webhooks.receiving import Metrics

SPOOL: Final = "spool.sqlite"
_FORWARD_SECONDS: Final = 30.0
_GOOD: Final = range(200, 300)
_UNSAFE: Final = re.compile(r"[^\w.-]+", re.ASCII)
_DIGITS: Final = 16


class ForwardError(Exception):
    """A body was not taken by the program that it is forwarded to."""


@define(eq=False)
class Delivery:
    """Writes a webhook to a folder, forwards it, and says so on standard output.

    Attributes:
        folder: The folder; None to write nothing.
        forward: The URL to post the body to; None to forward nothing.
        as_json: Whether the line on standard output is JSON.
        bar: Shows how many deliveries there were; set before the first one.
    """

    folder: Path | None
    forward: str | None
    as_json: bool
    bar: Bar = field(factory=lambda: Bar(None, "webhooks", lambda: Moves(0, 0, 0, ())))

    def __call__(self, webhook: Webhook) -> None:
        """Deliver a webhook.

        Raises:
            OSError: It could not be written.
            ForwardError: It was not taken.
        """
        # The same body always has the same name, so handling it twice leaves one file.
        digest = hashlib.sha256(webhook.raw).hexdigest()[:_DIGITS]
        file = f"{_UNSAFE.sub('_', webhook.name).strip('._')[:80] or 'webhook'}-{digest}.json"
        if self.folder is not None:
            with replacing(self.folder / file) as target:
                # Bodies hold whole documents, and are as private as the spool.
                if hasattr(os, "fchmod"):
                    os.fchmod(target.fileno(), 0o600)
                target.write(webhook.raw)
        if self.forward is not None:
            self._forward(self.forward, webhook)
        ids = [document.request_file_id for document in webhook.documents]
        if self.as_json:
            line = {"name": webhook.name, "shape": webhook.shape, "request_file_ids": ids}
            self._print(json.dumps(line | ({"file": file} if self.folder is not None else {})))
        else:
            self._print("\t".join((file, webhook.shape, *ids)))

    def _print(self, line: str) -> None:
        try:
            with self.bar.out_of_the_way():
                print(line, flush=True)
        except BrokenPipeError:
            # The body was delivered, and must not be delivered again because nobody reads about it any more.
            discard_stdout()
            self.bar.say("Standard output was closed; deliveries go on without a line for each of them.")

    @staticmethod
    def _forward(url: str, webhook: Webhook) -> None:
        # A header cannot hold every character of a URL.
        headers = {"User-Agent": "nanonets-sdk", "Nanonets-Webhook-Name": _UNSAFE.sub("_", webhook.name)}
        try:
            status = post_json(url, webhook.raw, seconds=_FORWARD_SECONDS, headers=headers)
        except PostError as error:
            raise ForwardError(f"{host_of(url)} did not answer: {error}") from None
        if status not in _GOOD:
            raise ForwardError(f"{host_of(url)} answered with {status}")


@contextmanager
def existing_spool(path: Path) -> Generator[Spool]:
    """Open the spool in a file, or in the folder of `listen --output`.

    Raises:
        UsageProblem: There is none, or it does not have a delivery that was asked for.
    """
    from nanonets_sdk.webhooks import Spool

    file = path / SPOOL if path.is_dir() else path
    if not file.is_file():
        raise UsageProblem(f"there is no spool {str(file)!r}; name the file of --spool, or the folder of --output")
    try:
        with Spool(file) as spool:
            yield spool
    except LookupError as error:
        raise UsageProblem(str(error)) from None


def listening(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one.

    Raises:
        UsageProblem: The port is in use.
        OSError: The address cannot be listened on.
    """
    with named_if_in_use(host, port):
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=512
        )


def moves_of(metrics: Callable[[], Metrics]) -> Callable[[], Moves]:
    """Return the function that tells what was received, delivered and refused from now on.

    Raises:
        SpoolError: The spool cannot be read.
    """
    before = last = metrics()

    def look() -> Moves:
        nonlocal last
        # What is wrong with the spool is said where a body cannot be stored.
        with suppress(SpoolError):
            last = metrics()
        refused = (last.wrong_token, last.wrong_method, last.too_large, last.too_slow, last.cut_off, last.empty)
        facts = facts_of(
            received=last.received - before.received,
            delivered=last.handled - before.handled,
            failed_attempts=last.failures - before.failures,
            waiting=last.waiting,
            given_up=last.dead - before.dead,
            refused=sum(refused),
            not_stored=last.not_stored,
        )
        return Moves(0, 0, 0, facts)

    return look


class _ToBar(logging.Handler):
    """Writes what the receiver logs above the bar."""

    def __init__(self, bar: Bar) -> None:
        super().__init__(logging.WARNING)
        self._bar = bar

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        self._bar.say(record.getMessage().replace("failed with ForwardError", "failed: it could not be forwarded"))


@contextmanager
def shown(delivery: Delivery, metrics: Callable[[], Metrics]) -> Generator[None]:
    """Show during a block how many deliveries there were, and the receiver's log above that.

    Raises:
        SpoolError: The spool cannot be read.
    """
    delivery.bar = Bar(None, "webhooks", moves_of(metrics))
    log, handler = logging.getLogger("nanonets_sdk.webhooks"), _ToBar(delivery.bar)
    log.addHandler(handler)
    try:
        with delivery.bar.shown():
            yield
    finally:
        log.removeHandler(handler)


def serve(app: Receiver, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM. Bodies that are arriving and handlers get a few seconds to finish."""
    import uvicorn

    def ignore(_number: int, _frame: object) -> None:
        """Take a signal that uvicorn raises again after it has ended."""

    before = {number: signal.signal(number, ignore) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        config = uvicorn.Config(
            app,
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        uvicorn.Server(config).run([listener])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
