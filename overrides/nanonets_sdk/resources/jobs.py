"""Jobs: files that were submitted, to be waited for here or in another process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import field, frozen

from nanonets_sdk.calls import ocr
from nanonets_sdk.calls.submission import Submission
from nanonets_sdk.documents import Document, Model, ModelState
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.documents.page import Status, is_in_work
from nanonets_sdk.errors import (
    ApiError,
    ConnectionFailed,
    DecodeError,
    NanonetsError,
    NotFound,
    RateLimited,
    RequestTimeout,
    ServerError,
    rebuilt,
)
from nanonets_sdk.flows import Flow, Sleep
from nanonets_sdk.resources.parity import same_docstrings
from nanonets_sdk.transport.clock import Clock
from nanonets_sdk.transport.settings import checked_timeout

if TYPE_CHECKING:
    from nanonets_sdk.calls.runner import AsyncRunner, Runner

T = TypeVar("T")

# What may be over at the next look, however often it happens.
_PASSING: Final = (ConnectionFailed, RequestTimeout, RateLimited, ServerError)
# A file that was just taken may not be found at once, and a gateway may answer with a page of its own; not for long.
_DOUBTFUL: Final = (NotFound, DecodeError)
_SPREAD: Final = 0.25
_SHORTEST_LOOK: Final = 1.0
_LOOKS_BEFORE_GIVING_UP: Final = 5


@frozen
class _Submitted:
    _submission: Submission = field(alias="submission", repr=False)

    @property
    def model_id(self) -> str:
        """Id of the model."""
        return self._submission.model_id

    @property
    def request_file_id(self) -> str:
        """Id of the file at the service: with the model's, all that is needed to resume. Empty for a refused file."""
        return self._submission.request_file_id

    @property
    def file_name(self) -> str:
        """Name of the file as it was sent, or its URL; empty for a job taken up by its id."""
        return self._submission.file_name

    @property
    def pages(self) -> int:
        """Number of pages that the service announced; 0 when it is not known, or only some of them are to be read."""
        return self._submission.pages

    @property
    def error(self) -> str | None:
        """Why the service did not take the file; None when it did."""
        return self._submission.error

    @property
    def raw(self) -> Any:
        """What the service answered when it took the file, as plain JSON values; None for a job taken up by its id."""
        return self._submission.document.raw if self._submission.document is not None else None

    def __repr__(self) -> str:
        """The ids."""
        return f"{type(self).__name__}(model_id={self.model_id!r}, request_file_id={self.request_file_id!r})"


@frozen(repr=False)
class Job(_Submitted):
    """A submitted file, at work at the service whether or not anybody waits for it.

    Example:
        ```python
        job = client.ocr.submit_file(model_id, "invoice.pdf")
        note_down(f"{job.request_file_id} {job.pages}")    # to resume, here or elsewhere:
        document = client.ocr.job(model_id, job.request_file_id, pages=job.pages).result(timeout=300)
        ```
    """

    _runner: Runner = field(alias="runner", repr=False, eq=False)

    def status(self) -> Status:
        """Look once how far the service is.

        Returns:
            `pending`, `success`, or `failure` when it gave up on a page; also `failure` for a file that the service did
            not take.

        Raises:
            ApiError: The service refuses to say.
        """
        return self._runner.run(job_status(self._submission))

    def result(self, timeout: float = 600.0) -> Document:
        """Wait until the file is done. Can be called again, also after `WaitTimeout`.

        Args:
            timeout: Seconds until `WaitTimeout`. Looks come at intervals growing from half a second to ten seconds;
                passing troubles of the service do not end the wait.

        Returns:
            The document.

        Raises:
            WaitTimeout: It was not done in time; `error.job` is this job.
            JobFailed: The service gave up on a page, or did not take the file; `error.document` has what there is.
            ApiError: The service refuses to say.
        """
        return self._runner.run(job_result(self._submission, timeout, self._runner.clock, self))


@same_docstrings(Job)
@frozen(repr=False)
class AsyncJob(_Submitted):
    """A submitted file; like `Job`, with methods to await."""

    _runner: AsyncRunner = field(alias="runner", repr=False, eq=False)

    async def status(self) -> Status:
        return await self._runner.run(job_status(self._submission))

    async def result(self, timeout: float = 600.0) -> Document:
        return await self._runner.run(job_result(self._submission, timeout, self._runner.clock, self))


class WaitTimeout(NanonetsError):
    """The deadline passed while the service was still at work, which goes on. Nothing is lost.

    Attributes:
        job: The job, whose `result()` can be called again; None when a training was waited for.
        model: The model as last read, when a training was waited for.
    """

    def __init__(self, message: str, *, job: Job | AsyncJob | None = None, model: Model | None = None) -> None:
        super().__init__(message)
        self.job = job
        self.model = model

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the job's connections behind; its ids are in the message."""
        return rebuilt, (type(self), self.args, {"job": None, "model": self.model})


def job_status(submission: Submission) -> Flow[Status]:
    """Look once at a submitted file."""
    if submission.error is not None:
        return "failure"
    document = yield from _look_at_file(submission, None)
    return "pending" if document is None else document.status


def job_result(submission: Submission, timeout: float, clock: Clock, job: Job | AsyncJob) -> Flow[Document]:
    """Wait for a submitted file."""
    if submission.document is not None and submission.error is not None:
        raise JobFailed(
            f"the service did not take {submission.file_name!r}: {submission.error}", document=submission.document
        )

    def look(seconds: float) -> Flow[Document | None]:
        document = yield from _look_at_file(submission, seconds)
        return None if document is None or document.status == "pending" else document

    def late(timeout: float) -> WaitTimeout:
        name = submission.file_name or submission.request_file_id
        return WaitTimeout(
            f"{name!r} was not done after {timeout:g} s; wait on with `error.job.result()`, or anywhere with "
            f"{submission.resuming}.result()",
            job=job,
        )

    document = yield from _wait(look, late, timeout, clock, first=0.5, longest=10.0)
    if document.error is not None:
        raise JobFailed(f"the service failed on {document.file_name!r}: {document.error}", document=document)
    return document


def until_trained(read: Callable[[float | None], Flow[Model]], timeout: float, clock: Clock) -> Flow[Model]:
    """Wait until a model is trained.

    Args:
        read: The flow that reads the model, given the seconds it may take.
        timeout: Seconds until `WaitTimeout`.
        clock: Where time comes from.
    """
    seen: list[Model] = []

    def look(seconds: float) -> Flow[Model | None]:
        model = yield from read(seconds)
        seen[:] = [model]
        return model if model.state in {ModelState.HOSTED, ModelState.TRAINING_FAILED} else None

    def late(timeout: float) -> WaitTimeout:
        state = f"in state {seen[0].state}" if seen else "not readable"
        advice = " (no training is under way: call train first)" if seen and 0 <= seen[0].state <= 1 else ""
        return WaitTimeout(f"the model was {state} after {timeout:g} s{advice}", model=seen[0] if seen else None)

    model = yield from _wait(look, late, timeout, clock, first=2.0, longest=60.0)
    if model.state == ModelState.TRAINING_FAILED:
        raise JobFailed(f"the training of model {model.model_id!r} failed; look at it on app.nanonets.com", model=model)
    return model


def _look_at_file(submission: Submission, seconds: float | None) -> Flow[Document | None]:
    """The document, if all of its pages are there; None while some are missing."""
    try:
        document = yield from ocr.get_file(submission.model_id, submission.request_file_id, seconds)
    except ApiError as error:
        # Under which status the service says that a file is in work is not known.
        if is_in_work(error.reason):
            return None
        raise
    return document if document.pages and len(document.pages) >= submission.pages else None


def _wait(
    look: Callable[[float], Flow[T | None]],
    late: Callable[[float], WaitTimeout],
    timeout: float,
    clock: Clock,
    *,
    first: float,
    longest: float,
) -> Flow[T]:
    """Look, at growing intervals, until there is something to see or the time is over."""
    end = clock.monotonic() + checked_timeout(timeout)
    trouble: NanonetsError | None = None
    doubtful = 0
    for interval in _intervals(first, longest):
        try:
            found, trouble, doubtful = (yield from look(max(end - clock.monotonic(), _SHORTEST_LOOK))), None, 0
        except NanonetsError as error:
            doubtful = doubtful + 1 if isinstance(error, _DOUBTFUL) else 0
            if not _may_pass(error) or doubtful >= _LOOKS_BEFORE_GIVING_UP:
                raise
            found, trouble = None, error
        if found is not None:
            return found
        left = end - clock.monotonic()
        if left <= 0:
            raise late(timeout) from trouble
        yield Sleep(min(interval * (1 + clock.random() * _SPREAD), left))
    raise AssertionError("intervals never end")


def _may_pass(error: NanonetsError) -> bool:
    too_slow = isinstance(error, ApiError) and error.status_code == HTTPStatus.REQUEST_TIMEOUT
    return too_slow or isinstance(error, _PASSING + _DOUBTFUL)


def _intervals(first: float, longest: float) -> Iterator[float]:
    interval = first
    while True:
        yield interval
        interval = min(interval * 1.5, longest)
