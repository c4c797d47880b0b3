"""What a test can do to a running mock, from Python and through the control API alike."""

import io
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import evolve

from nanonets_sdk.mock.account.behaviour import Behaviour
from nanonets_sdk.mock.account.moderation import (
    DEFAULT_REVIEWER,
    approved_file,
    approved_page,
    unapproved_file,
    unapproved_page,
)
from nanonets_sdk.mock.faults import Fault, When
from nanonets_sdk.mock.http.hosting import hosted_model
from nanonets_sdk.mock.http.request_log import LoggedRequest
from nanonets_sdk.mock.http.service import Service
from nanonets_sdk.mock.http.setup import builtin_model
from nanonets_sdk.mock.state.clock import Clock
from nanonets_sdk.mock.state.identities import Identities
from nanonets_sdk.mock.state.progressions import Progression
from nanonets_sdk.mock.state.records import (
    HOSTED,
    ModelType,
    RegisteredUrl,
    RequestFile,
)


class Controls(ABC):
    """The controls of a running mock."""

    @property
    @abstractmethod
    def _service(self) -> Service:
        """What is controlled."""

    @property
    def requests(self) -> list[LoggedRequest]:
        """The latest 10,000 requests, the oldest first; the API key is hidden in them."""
        return self._service.log.all()

    @property
    def alarms(self) -> list[str]:
        """Replies of the mock outside its own description, and other mistakes of its own."""
        return self._service.alarms.all()

    def clear_alarms(self) -> None:
        """Forget the alarms, so that stopping does not raise them."""
        self._service.alarms.clear()

    @property
    def clock(self) -> Clock:
        """The mock's time, which can be moved."""
        return self._service.account.clock

    @property
    def behaviour(self) -> Behaviour:
        """The switches for what is not known of the service; assign another Behaviour to change them."""
        return self._service.account.behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._service.account.behaviour = behaviour

    @property
    def jobs(self) -> Progression:
        """How asynchronous predictions go on; assign another Progression for those that come."""
        return self._service.account.jobs

    @jobs.setter
    def jobs(self, progression: Progression) -> None:
        self._service.account.jobs = progression

    @property
    def trainings(self) -> Progression:
        """How trainings go on; assign another Progression for those that come."""
        return self._service.account.trainings

    @trainings.setter
    def trainings(self, progression: Progression) -> None:
        self._service.account.trainings = progression

    def create_model(self, categories: Sequence[str], *, model_type: ModelType = "ocr", state: int = HOSTED) -> str:
        """Create a model and return its id.

        A hosted OCR model that was never trained looks for its labels by their names; an image classification model
        finds all its categories equally probable.

        Args:
            categories: Labels (OCR) or classes (image classification).
            model_type: "ocr" or "classification".
            state: 0 created to 5 hosted, as the service counts; -1 failed, 6 hosted and in training again.

        Raises:
            ValueError: there is no such state.
        """
        return hosted_model(self._service.account, categories, model_type, state)

    def named_model(self, name: str, categories: Sequence[str]) -> str:
        """Return the id of the hosted OCR model of this name, the same after a restart with the same state.

        Args:
            name: Its name in this mock, any text.
            categories: Its labels, to create it where it is not there; one that is there keeps its own.

        Raises:
            ValueError: it is not there yet, and no categories are given to create it.
        """
        store = self._service.account.store
        with store.database.transaction():
            model_id = store.setting(f"model {name}")
            if model_id is None or store.model(model_id) is None:
                if not categories:
                    raise ValueError(f"The model {name!r} is new and needs labels, as {name}=invoice_number,total")
                model_id = self.create_model(categories)
                store.put_setting(f"model {name}", model_id)
        return model_id

    def fail(
        self,
        operation_id: str,
        fault: Fault,
        *,
        times: int | None = None,
        every: int | None = None,
        probability: float | None = None,
    ) -> None:
        """Break calls of an operation with a fault: all of them, or those that meet every condition.

        Args:
            operation_id: Id in the API description, as `ocr_predict_file`, or "*" for all.
            fault: What happens.
            times: At most so many calls.
            every: The interval: 7 for the 7th call, the 14th, and so on.
            probability: Each call with this probability, 0 to 1, drawn from the server's seed.

        Raises:
            ValueError: there is no such operation, or a condition cannot be met.
        """
        known = [operation.operation_id for operation in self._service.operations]
        if operation_id not in {"*", *known}:
            raise ValueError(f"{operation_id!r} is no operation; there are {', '.join(known)}")
        self._service.faults.arm(operation_id, fault, When(times, every, probability))

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._service.faults.clear()

    def clear_requests(self) -> None:
        """Forget the requests."""
        self._service.log.clear()

    def register_url(self, url: str, content: bytes | Path) -> None:
        """Let the mock find a file behind a URL, without fetching anything.

        Args:
            url: The URL as calls will have it.
            content: The bytes of the file, or its path.
        """
        content = content if isinstance(content, bytes) else content.read_bytes()
        stored = self._service.account.keep(url, io.BytesIO(content))
        self._service.account.store.put_url(RegisteredUrl(url, stored.sha256))

    def register_failing_url(self, url: str, reason: str) -> None:
        """Let fetching a URL fail.

        Args:
            url: The URL as calls will have it.
            reason: What the entry of the reply says.
        """
        self._service.account.store.put_url(RegisteredUrl(url, "", reason))

    def approve(
        self, request_file_id: str, corrections: Mapping[str, str] | None = None, *, reviewer: str = DEFAULT_REVIEWER
    ) -> None:
        """Approve a file as a person would: all its pages move to the moderated side.

        Args:
            request_file_id: Id of the file.
            corrections: Texts by label, in place of the predicted ones.
            reviewer: Who approves.

        Raises:
            LookupError: there is no such file.
            ValueError: it is still in work.
        """
        account = self._service.account
        with account.store.database.transaction():
            file = self._request_file(request_file_id)
            if file.work.stage(account.clock.now()) == "pending":
                raise ValueError(f"The file {request_file_id} is still in work")
            moment = account.identities.moment_id(account.clock.now())
            account.store.put_request_file(approved_file(file, moment, reviewer))
            for page in account.store.pages(request_file_id):
                account.store.put_page(approved_page(page, corrections or {}))

    def unapprove(self, request_file_id: str) -> None:
        """Withdraw the approval of a file.

        Args:
            request_file_id: Id of the file.

        Raises:
            LookupError: there is no such file.
        """
        account = self._service.account
        with account.store.database.transaction():
            file = self._request_file(request_file_id)
            moment = account.identities.moment_id(account.clock.now())
            account.store.put_request_file(unapproved_file(file, moment))
            for page in account.store.pages(request_file_id):
                account.store.put_page(unapproved_page(page))

    def finish_jobs(self) -> None:
        """Let every job that is in work be done, and those that come be done at once."""
        self.jobs = Progression.immediate()
        store = self._service.account.store
        with store.database.transaction():
            for file in store.all_request_files():
                work = evolve(file.work, progression=file.work.progression.at_once())
                store.put_request_file(evolve(file, work=work))

    def seed(self, seed: str | int) -> None:
        """Make ids and random faults come the same from here on.

        Args:
            seed: Any text or number; the same one brings the same ids and draws.
        """
        self._service.account.identities = Identities(str(seed))
        self._service.faults.seed(str(seed))

    def reset(self) -> None:
        """Forget models, files, requests, faults and alarms, and go back to real time and to the settings at the start.

        The built-in model stays, under the same id.
        """
        account, settings = self._service.account, self._service.settings
        account.behaviour, account.jobs, account.trainings = settings.behaviour, settings.jobs, settings.trainings
        account.store.clear()
        account.usage.clear()
        account.clock.reset()
        self._service.log.clear()
        self._service.faults.clear()
        self._service.alarms.clear()
        builtin_model(account)

    def _request_file(self, request_file_id: str) -> RequestFile:
        file = self._service.account.store.request_file(request_file_id)
        if file is None:
            raise LookupError(f"There is no file {request_file_id}")
        return file


class ServiceControls(Controls):
    """The controls of one service."""

    def __init__(self, service: Service) -> None:
        """Control this service."""
        self._controlled = service

    @property
    def _service(self) -> Service:
        return self._controlled
