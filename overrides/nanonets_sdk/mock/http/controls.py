"""What a test can do to a running mock, from Python and through the control API."""

import io
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import evolve

from nanonets_sdk._openapi import SPEC, locate
from nanonets_sdk.mock.account.behaviour import Behaviour
from nanonets_sdk.mock.account.moderation import DEFAULT_REVIEWER, approve, reject, unapprove
from nanonets_sdk.mock.faults import Fault, When
from nanonets_sdk.mock.http.contract import load_description
from nanonets_sdk.mock.http.examples import Furnished, furnish_examples
from nanonets_sdk.mock.http.request_log import LoggedRequest
from nanonets_sdk.mock.http.service import Service
from nanonets_sdk.mock.http.setup import builtin_model, create_model
from nanonets_sdk.mock.state.clock import Clock
from nanonets_sdk.mock.state.identities import Identities
from nanonets_sdk.mock.state.progressions import Progression
from nanonets_sdk.mock.state.records import HOSTED, ModelType, RegisteredUrl
from nanonets_sdk.mock.state.store import Setting
from nanonets_sdk.mock.webhooks.export import WebhookExport
from nanonets_sdk.mock.webhooks.sending import WebhookDelivery


class Controls(ABC):
    """The controls of a running mock."""

    @property
    @abstractmethod
    def _service(self) -> Service:
        """The service that is controlled."""

    @property
    def requests(self) -> list[LoggedRequest]:
        """The latest 10,000 requests, oldest first, with the API key redacted."""
        return self._service.log.all()

    def watch(self, watcher: Callable[[LoggedRequest], object]) -> None:
        """Call a function with each request from now on, with the API key redacted.

        Args:
            watcher: Called in a thread of the server once the status is known. It must not raise, and while it runs,
                nothing else is served.
        """
        self._service.log.watch(watcher)

    @property
    def alarms(self) -> list[str]:
        """Violations of the API description by the mock, and other mistakes of its own."""
        return self._service.alarms.all()

    def clear_alarms(self) -> None:
        """Forget the alarms, so that stopping does not raise MockAlarm."""
        self._service.alarms.clear()

    @property
    def clock(self) -> Clock:
        """The mock's clock, which can be moved and stopped."""
        return self._service.account.clock

    @property
    def behaviour(self) -> Behaviour:
        """The switches for what is not known of the service. Assign another Behaviour to change them."""
        return self._service.account.behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._service.account.behaviour = behaviour

    @property
    def jobs(self) -> Progression:
        """How asynchronous predictions proceed. Assign another Progression to change it for new ones."""
        return self._service.account.jobs

    @jobs.setter
    def jobs(self, progression: Progression) -> None:
        self._service.account.jobs = progression

    @property
    def trainings(self) -> Progression:
        """How trainings proceed. Assign another Progression to change it for new ones."""
        return self._service.account.trainings

    @trainings.setter
    def trainings(self, progression: Progression) -> None:
        self._service.account.trainings = progression

    @property
    def webhooks(self) -> Sequence[WebhookExport]:
        """What is sent where. Assign another list to change it; URLs are on loopback if the server allows no others."""
        return self._service.webhooks.exports

    @webhooks.setter
    def webhooks(self, webhooks: Sequence[WebhookExport]) -> None:
        self._service.webhooks.exports = webhooks

    @property
    def webhook_deliveries(self) -> list[WebhookDelivery]:
        """The latest 10,000 bodies that were sent to webhooks and callbacks, oldest first."""
        return self._service.webhooks.deliveries()

    @property
    def webhook_counts(self) -> dict[str, int]:
        """How many bodies are `pending`, how many were `sent` (answered with 2xx), and how many `failed`."""
        webhooks = self._service.webhooks
        return {"pending": webhooks.pending, "sent": webhooks.sent, "failed": webhooks.failed}

    def wait_for_webhooks(self, seconds: float = 30) -> None:
        """Wait until every webhook is sent, and every job that one waits for has ended.

        Args:
            seconds: The longest time to wait.

        Raises:
            TimeoutError: Some are still to be sent.
        """
        if not self._service.webhooks.wait(seconds):
            raise TimeoutError(
                f"{self._service.webhooks.pending} webhooks are still to be sent after {seconds:g} seconds"
            )

    def create_model(self, categories: Sequence[str], *, model_type: ModelType = "ocr", state: int = HOSTED) -> str:
        """Create a model and return its id.

        A hosted OCR model that was never trained looks for its labels by name. Such an image classification or
        multi-label model finds all its categories equally probable, and such an object detection model finds nothing.

        Args:
            categories: Labels (OCR) or classes (the other kinds).
            model_type: "ocr", "classification", "localization" (object detection) or "multi_label".
            state: 0 created to 5 hosted, as the service counts; -1 failed, 6 hosted and being trained again.

        Raises:
            ValueError: The service has no such state.
        """
        return create_model(self._service.account, categories, model_type, state)

    def named_model(self, name: str, categories: Sequence[str]) -> str:
        """Return the id of the hosted OCR model of this name, the same after a restart with the same state.

        Args:
            name: Its name in this mock, any text.
            categories: Its labels, if it must be created; an existing model keeps its own.

        Raises:
            ValueError: The model does not exist yet, and there are no categories to create it with.
        """
        store = self._service.account.store
        with store.database.transaction():
            known = store.settings.get(f"model {name}")
            # A reset keeps the settings and forgets the models.
            if known is not None and store.models.get(known.value) is not None:
                return known.value
            if not categories:
                raise ValueError(f"The model {name!r} is new and needs labels, as in {name}=invoice_number,total")
            model_id = self.create_model(categories)
            store.settings.put(Setting(f"model {name}", model_id))
        return model_id

    def furnish_examples(self) -> Furnished:
        """Create what the examples of the API description name, so that they can be sent as they are.

        A hosted model of each kind, a predicted page, and the URLs. Requests are checked as before.

        Returns:
            What the account has now.
        """
        return furnish_examples(self._service.account, load_description(locate(SPEC)))

    def fail(
        self,
        operation_id: str,
        fault: Fault,
        *,
        times: int | None = None,
        every: int | None = None,
        probability: float | None = None,
    ) -> None:
        """Make calls of an operation fail: all of them, or those that meet every condition.

        Args:
            operation_id: Id in the API description, for example `ocr_predict_file`, or "*" for all.
            fault: What happens.
            times: The largest number of calls to fail.
            every: The interval: 7 for the 7th call, the 14th, and so on.
            probability: The probability for each call, 0 to 1, drawn from the server's seed.

        Raises:
            ValueError: There is no such operation, or a condition can never be met.
        """
        known = [operation.operation_id for operation in self._service.operations]
        if operation_id not in {"*", *known}:
            raise ValueError(f"There is no operation {operation_id!r}; the operations are {', '.join(known)}")
        self._service.faults.arm(operation_id, fault, When(times, every, probability))

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._service.faults.clear()

    def clear_requests(self) -> None:
        """Forget the requests."""
        self._service.log.clear()

    def register_url(self, url: str, content: bytes | Path) -> None:
        """Register a file for a URL, which is then not fetched.

        Args:
            url: The URL exactly as calls give it.
            content: The bytes of the file, or its path.
        """
        content = content if isinstance(content, bytes) else content.read_bytes()
        stored = self._service.account.keep(url, io.BytesIO(content))
        self._service.account.store.urls.put(RegisteredUrl(url, stored.sha256))

    def register_failing_url(self, url: str, reason: str) -> None:
        """Make fetching a URL fail.

        Args:
            url: The URL exactly as calls give it.
            reason: The message in its entry of the reply.
        """
        self._service.account.store.urls.put(RegisteredUrl(url, "", reason))

    def approve(
        self, request_file_id: str, corrections: Mapping[str, str] | None = None, *, reviewer: str = DEFAULT_REVIEWER
    ) -> None:
        """Approve a file as a reviewer would. All its pages move to the moderated side.

        Args:
            request_file_id: Id of the file.
            corrections: Texts by label that replace the predicted ones.
            reviewer: The name or address of the reviewer.

        Raises:
            LookupError: There is no such file.
            ValueError: The file is still pending.
        """
        approve(self._service.account, request_file_id, corrections or {}, reviewer)

    def reject(self, request_file_id: str) -> None:
        """Reject a file as a reviewer would; the service has no call for it.

        Args:
            request_file_id: Id of the file.

        Raises:
            LookupError: There is no such file.
            ValueError: The file is still pending, or approved.
        """
        reject(self._service.account, request_file_id)

    def unapprove(self, request_file_id: str) -> None:
        """Withdraw the approval of a file.

        Args:
            request_file_id: Id of the file.

        Raises:
            LookupError: There is no such file.
        """
        unapprove(self._service.account, request_file_id)

    def finish_jobs(self) -> None:
        """Finish every pending job, and let new ones be done immediately."""
        self.jobs = Progression.immediate()
        store = self._service.account.store
        with store.database.transaction():
            for file in store.request_files.all():
                work = evolve(file.work, progression=file.work.progression.at_once())
                store.request_files.put(evolve(file, work=work))

    def seed(self, seed: str | int) -> None:
        """Make ids and random faults reproducible from here on.

        Args:
            seed: Any text or number. The same seed gives the same ids and draws.
        """
        self._service.account.identities = Identities(str(seed))
        self._service.faults.seed(str(seed))

    def reset(self) -> None:
        """Forget models, files, requests, webhooks, faults and alarms; return to real time and to the first settings.

        The built-in model stays, with the same id. A request that came before is not carried out any more and not
        logged, even if it is handled later: an upload that was cut off may still be on its way.
        """
        self._service.connections.settle()
        self._service.eras.end()
        account, settings = self._service.account, self._service.settings
        account.behaviour, account.jobs, account.trainings = settings.behaviour, settings.jobs, settings.trainings
        self._service.webhooks.reset(settings.webhooks)
        account.store.clear()
        account.usage.clear()
        account.clock.reset()
        self._service.log.clear()
        self._service.faults.clear()
        self._service.alarms.clear()
        builtin_model(account)


class ServiceControls(Controls):
    """The controls of one service."""

    def __init__(self, service: Service) -> None:
        self._controlled = service

    @property
    def _service(self) -> Service:
        return self._controlled
