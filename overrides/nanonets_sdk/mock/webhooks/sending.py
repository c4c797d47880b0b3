"""Sends webhooks, without holding up the replies of the mock.

```text
an operation --fire--> waiting for the job to end --+
                          (inference, validation)   |      8 threads
                                                    +--> queue --> body --> POST --> export_status of the file
an operation --fire, repeat, call_back -------------+                        |
                                                                             +--> list of deliveries
```

Nothing runs in the background for a job: its stage follows from the clock and from the reads that polled it. So a
thread looks at the jobs that a webhook waits for, and each look counts as a poll, because nobody may be reading.
"""

import hashlib
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

from attrs import evolve, frozen

from nanonets_sdk._net import is_loopback_url
from nanonets_sdk._net.posting import PostError, host_of, post_json
from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.exports import Exports, Trigger
from nanonets_sdk.mock.account.views import page_view
from nanonets_sdk.mock.replies.image import PageView
from nanonets_sdk.mock.state.records import RequestFile
from nanonets_sdk.mock.webhooks.bodies import callback_body, export_body
from nanonets_sdk.mock.webhooks.export import WebhookExport

_THREADS: Final = 8
_KEPT: Final = 10_000
_LOOK_SECONDS: Final = 0.05
_ANSWER_SECONDS: Final = 10.0
_CLOSING_SECONDS: Final = 1.0
_GOOD: Final = range(200, 300)
_HEADERS: Final = {"User-Agent": "nanonets-mock"}


@frozen
class WebhookDelivery:
    """A body that was sent, or could not be.

    Attributes:
        to: The host and port; the rest of the URL may hold a token.
        trigger: What it was sent on; "review" for the callback of a review link.
        shape: "files", "pages", "document", or "page" for the callback of a review link.
        request_file_id: The file that it is about.
        sha256: The hash of its bytes.
        status: The HTTP status of the last answer; None if there was none.
        error: Why there was no answer; empty if there was one.
        tries: How often it was sent.
    """

    to: str
    trigger: str
    shape: str
    request_file_id: str
    sha256: str
    status: int | None
    error: str
    tries: int

    @property
    def succeeded(self) -> bool:
        """Whether it was answered with 2xx."""
        return self.status in _GOOD


class Webhooks(Exports):
    """The webhooks of an account.

    Attributes:
        sent: The number of bodies that were answered with 2xx.
        failed: The number of those that were not.
    """

    def __init__(
        self,
        account: Account,
        root_url: str,
        exports: Sequence[WebhookExport],
        *,
        allow_remote: bool,
        alarm: Callable[[str, Exception], None],
    ) -> None:
        """Prepare to send.

        Args:
            account: The account whose files are exported.
            root_url: The URL of the mock, for signed URLs.
            exports: What is sent where.
            allow_remote: Whether other machines may be sent to.
            alarm: Called with each mistake of the mock itself.

        Raises:
            ValueError: A URL is on another machine, and `allow_remote` is false.
        """
        self._account, self._root_url, self._allow_remote, self._alarm = account, root_url, allow_remote, alarm
        self._changed = threading.Condition()
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._deliveries: deque[WebhookDelivery] = deque(maxlen=_KEPT)
        self._outcomes: dict[str, dict[WebhookExport, bool]] = {}
        self._jobs: list[tuple[Trigger, str]] = []
        self._pending = self._era = self.sent = self.failed = 0
        self._closed = False
        self._threads: list[threading.Thread] = []
        self._exports: tuple[WebhookExport, ...] = ()
        self.exports = exports

    @property
    def exports(self) -> Sequence[WebhookExport]:
        """What is sent where. Assign another list to change it."""
        return self._exports

    @exports.setter
    def exports(self, exports: Sequence[WebhookExport]) -> None:
        for export in exports:
            if not self._is_allowed(export.url):
                raise ValueError(
                    f"{host_of(export.url)} is not a loopback address; start the mock with allow_remote_webhooks=True, "
                    "or --allow-remote-webhooks, to send there"
                )
        with self._changed:
            self._outcomes.clear()
        self._exports = tuple(exports)

    @property
    def pending(self) -> int:
        """The number of bodies that are still to be sent, and of jobs that a webhook waits for."""
        with self._changed:
            return self._pending + len(self._jobs)

    def deliveries(self) -> list[WebhookDelivery]:
        """Return the latest 10,000 bodies that were sent, oldest first."""
        with self._changed:
            return list(self._deliveries)

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is to be sent, and return whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._pending and not self._jobs, seconds)

    def reset(self, exports: Sequence[WebhookExport]) -> None:
        """Forget everything, and go back to these settings."""
        with self._changed:
            # What is under way may still arrive, but nothing remembers it.
            self._era += 1
            self._jobs.clear()
            self._outcomes.clear()
            self._deliveries.clear()
            self._pending = self.sent = self.failed = 0
            self._changed.notify_all()
        self.exports = exports

    def close(self) -> None:
        """Stop sending."""
        with self._changed:
            self._closed = True
            self._era += 1
            self._changed.notify_all()
        for _ in self._threads:
            self._queue.put(None)
        end = time.monotonic() + _CLOSING_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def fire(self, trigger: Trigger, request_file_id: str) -> None:
        """Send what is configured for a trigger, once the job of the file has ended."""
        if not any(export.trigger == trigger for export in self._exports):
            return
        if trigger in {"inference", "validation"}:
            with self._changed:
                self._jobs.append((trigger, request_file_id))
                self._changed.notify_all()
            self._start_threads()
        else:
            self._send_all(trigger, request_file_id)

    def repeat(self, request_file_id: str) -> bool:
        """Send again what the state of a file says was sent, and return whether anything is."""
        file = self._account.store.request_files.get(request_file_id)
        if file is None:
            return False
        happened = {
            "inference": file.work.stage(self._account.clock.now()) != "pending",
            "validation": file.work.stage(self._account.clock.now()) == "success",
            "approval": file.approved,
            "assignment": bool(file.assigned_members),
            "rejection": file.rejected,
        }
        chosen = [export for export in self._exports if happened[export.trigger]]
        for export in chosen:
            self._put(partial(self._send_export, export, request_file_id))
        return bool(chosen)

    def call_back(self, url: str, request_file_id: str) -> None:
        """Post the pages of a file to the callback of a review link."""
        self._put(partial(self._send_callback, url, request_file_id))

    def _is_allowed(self, url: str) -> bool:
        return self._allow_remote or is_loopback_url(url)

    def _send_all(self, trigger: Trigger, request_file_id: str) -> None:
        for export in self._exports:
            if export.trigger == trigger:
                self._put(partial(self._send_export, export, request_file_id))

    def _put(self, work: Callable[[int], None]) -> None:
        with self._changed:
            self._pending += 1
            era = self._era
        self._queue.put(partial(self._do, work, era))
        self._start_threads()

    def _start_threads(self) -> None:
        # A mock that sends nothing has no threads for it.
        with self._changed:
            if self._threads or self._closed:
                return
            runs = [self._watch, *[self._work] * _THREADS]
            self._threads = [threading.Thread(target=run, name="mock-webhooks", daemon=True) for run in runs]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            work()

    def _do(self, work: Callable[[int], None], era: int) -> None:
        try:
            if era == self._era:
                work(era)
        except Exception as error:  # noqa: BLE001 - the thread must go on, and the alarm fails the test
            self._alarm(f"a webhook was not sent: {type(error).__name__}: {error}", error)
        finally:
            with self._changed:
                if era == self._era:
                    self._pending -= 1
                self._changed.notify_all()

    def _watch(self) -> None:
        """Look at jobs until they have ended."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._jobs or self._closed)
                if self._closed:
                    return
                jobs = list(self._jobs)
            ended = [job for job in jobs if self._has_ended(*job)]
            for trigger, request_file_id in ended:
                self._send_all(trigger, request_file_id)
            with self._changed:
                self._jobs = [job for job in self._jobs if job not in ended]
                self._changed.notify_all()
                if self._jobs:
                    self._changed.wait_for(lambda: self._closed, _LOOK_SECONDS)

    def _has_ended(self, trigger: Trigger, request_file_id: str) -> bool:
        account = self._account
        with account.store.database.transaction():
            file = account.store.request_files.get(request_file_id)
            if file is None or file.work.stage(account.clock.now()) != "pending":
                return True
            # Several webhooks may wait for one job, and one of them polls.
            if trigger == next((one for one, watched in self._jobs if watched == request_file_id), None):
                account.store.request_files.put(evolve(file, work=file.work.polled()))
        return False

    def _send_export(self, export: WebhookExport, request_file_id: str, era: int) -> None:
        views = self._views(request_file_id)
        if not views or (export.trigger == "validation" and views[0].stage != "success"):
            return
        groups = [[view] for view in views] if export.level == "page" else [views]
        delivered = True
        for group in groups:
            body = export_body(group, self._signed(group), export.shape, export.first_page)
            for _ in range(export.copies):
                sent = self._send(export.url, body, export.tries)
                delivery = partial(WebhookDelivery, host_of(export.url), export.trigger, export.shape, request_file_id)
                delivered &= self._record(delivery, body, sent, era)
        self._record_status(request_file_id, export, delivered=delivered, era=era)

    def _send_callback(self, url: str, request_file_id: str, era: int) -> None:
        views, to = self._views(request_file_id), ""
        with suppress(ValueError):
            to = host_of(url)
        if self._account.behaviour.review_callbacks == "first page":
            views = views[:1]
        for view in views:
            body = callback_body(view, self._signed([view]))
            sent = self._send(url, body, 1)
            self._record(partial(WebhookDelivery, to, "review", "page", request_file_id), body, sent, era)

    def _views(self, request_file_id: str) -> list[PageView]:
        account = self._account
        with account.store.database.transaction():
            file = account.store.request_files.get(request_file_id)
            model = None if file is None else account.store.models.get(file.model_id)
            if file is None or model is None:
                return []
            return [page_view(account, model, file, page) for page in account.store.pages.of(request_file_id)]

    def _signed(self, views: Sequence[PageView]) -> dict[str, Any]:
        pages, file = [view.page for view in views], views[0].file
        return self._account.signer.body(pages, [file], self._root_url, self._account.clock.now())

    def _send(self, url: str, body: bytes, tries: int) -> tuple[int | None, str, int]:
        """Post a body, and return the last status, the last error, and the number of tries."""
        if not self._is_allowed(url):
            return None, "not a loopback address, and the mock sends to no other", 0
        status, error, tried = None, "", 0
        while tried < tries and status not in _GOOD:
            tried += 1
            try:
                status, error = post_json(url, body, seconds=_ANSWER_SECONDS, headers=_HEADERS), ""
            except PostError as problem:
                status, error = None, str(problem)
        return status, error, tried

    def _record(
        self,
        delivery: Callable[..., WebhookDelivery],
        body: bytes,
        sent: tuple[int | None, str, int],
        era: int,
    ) -> bool:
        done = delivery(hashlib.sha256(body).hexdigest(), *sent)
        with self._changed:
            if era == self._era:
                self._deliveries.append(done)
                self.sent += done.succeeded
                self.failed += not done.succeeded
        return done.succeeded

    def _record_status(self, request_file_id: str, export: WebhookExport, *, delivered: bool, era: int) -> None:
        account = self._account
        with self._changed:
            # A file with several webhooks is exported once the last answer of each was a good one.
            outcomes = self._outcomes.setdefault(request_file_id, {})
            outcomes[export] = delivered
            status = "success" if all(outcomes.values()) else "failure"
        with account.store.database.transaction():
            file: RequestFile | None = account.store.request_files.get(request_file_id)
            if file is not None and era == self._era:
                moment = account.identities.moment_id(account.clock.now())
                account.store.request_files.put(evolve(file, export_status=status, exported_at=moment))
