"""Jobs: submitted files, to be waited for here or in another process.

The service has no call that waits, so files and trainings are polled at growing intervals. Errors that are transient by
their class never end the wait. `NotFound` and `DecodeError` are not transient, but happen while the service is still
storing a file that it has just accepted; they end the wait when they keep coming.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import field, frozen

from nanonets_sdk.calls import ocr
from nanonets_sdk.calls.interruptions import noted
from nanonets_sdk.calls.ocr import Submission
from nanonets_sdk.calls.operations import CallFlow
from nanonets_sdk.documents import Document, Model, ModelState
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.documents.identity import doubted, mismatch
from nanonets_sdk.errors import DecodeError, NanonetsError, NotFound, rebuilt
from nanonets_sdk.flows import Sleep
from nanonets_sdk.replies.states import Status
from nanonets_sdk.resources.parity import same_docstrings
from nanonets_sdk.transport.clock import Clock
from nanonets_sdk.transport.settings import checked_timeout

if TYPE_CHECKING:
    from nanonets_sdk.calls.runner import AsyncRunner, Runner

T = TypeVar("T")

# Shortly after a submission the file may not be found yet, or a gateway may answer with a page of its own.
_DOUBTFUL: Final = (NotFound, DecodeError)
_MOST_DOUBTFUL_POLLS: Final = 5
_SPREAD: Final = 0.25
_GROWTH: Final = 1.5
_SHORTEST_POLL: Final = 1.0


@frozen
class _Submitted:
    _submission: Submission = field(alias="submission", repr=False)

    @property
    def model_id(self) -> str:
        """Id of the model."""
        return self._submission.model_id

    @property
    def request_file_id(self) -> str:
        """Id of the file at the service. Resuming needs this and the model's id. Empty for a rejected file."""
        return self._submission.request_file_id

    @property
    def file_name(self) -> str:
        """Name of the file as it was sent, or its URL; empty for a job resumed by its id."""
        return self._submission.file_name

    @property
    def pages(self) -> int:
        """Number of pages that the service announced; 0 if unknown, or if only some of them are read."""
        return self._submission.pages

    @property
    def error(self) -> str | None:
        """Why the service rejected the file, or a sign that its reply is about another file; None if all is well."""
        return self._submission.error

    @property
    def raw(self) -> Any:
        """The reply to the submission as plain JSON values; None for a job resumed by its id."""
        return self._submission.document.raw if self._submission.document is not None else None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model_id={self.model_id!r}, request_file_id={self.request_file_id!r})"


@frozen(repr=False)
class Job(_Submitted):
    """A submitted file. The service processes it whether or not anything waits for it.

    Example:
        ```python
        job = client.ocr.submit_file(model_id, "invoice.pdf")
        note_down(f"{job.request_file_id} {job.pages}")    # to resume, here or elsewhere:
        document = client.ocr.job(model_id, job.request_file_id, pages=job.pages).result(timeout=300)
        ```
    """

    _runner: Runner = field(alias="runner", repr=False, eq=False)

    def status(self) -> Status:
        """Poll the status of the file once.

        Returns:
            `pending`, `success`, or `failure` if the service gave up on a page or rejected the file.

        Raises:
            ApiError: The service refuses to say.
        """
        return self._runner.run(job_status(self._submission))

    def result(self, timeout: float = 600.0) -> Document:
        """Wait until the file is done. Can be called again, also after `WaitTimeout`.

        Args:
            timeout: Seconds until `WaitTimeout`. The file is polled at intervals that grow from half a second to ten
                seconds. Transient errors do not end the wait.

        Returns:
            The document.

        Raises:
            WaitTimeout: It was not done in time; `error.job` is this job.
            JobFailed: The service gave up on a page, or `error` of this job is set; `error.document` has what there is.
            ApiError: The service refuses to say.
        """
        with noted(lambda: left_at_the_service(self._submission)):
            return self._runner.run(job_result(self._submission, timeout, self._runner.clock, self))


@same_docstrings(Job)
@frozen(repr=False)
class AsyncJob(_Submitted):
    """A submitted file; like `Job`, with methods to await."""

    _runner: AsyncRunner = field(alias="runner", repr=False, eq=False)

    async def status(self) -> Status:
        return await self._runner.run(job_status(self._submission))

    async def result(self, timeout: float = 600.0) -> Document:
        with noted(lambda: left_at_the_service(self._submission)):
            return await self._runner.run(job_result(self._submission, timeout, self._runner.clock, self))


class WaitTimeout(NanonetsError):
    """The deadline passed while the service was still working. It goes on, and nothing is lost.

    Attributes:
        job: The job, whose `result()` can be called again; None after waiting for a training.
        model: The model as last read, after waiting for a training; otherwise None.
        cause: Why the last poll had no answer; None if it had one.
    """

    cause: NanonetsError | None = None

    def __init__(self, message: str, *, job: Job | AsyncJob | None = None, model: Model | None = None) -> None:
        super().__init__(message)
        self.job = job
        self.model = model

    def __reduce__(self) -> tuple[Any, ...]:
        # A job holds connections, which cannot be pickled; its ids are in the message.
        return rebuilt, (type(self), self.args, {"job": None, "model": self.model})


def left_at_the_service(submission: Submission) -> str:
    """Return what someone who stops waiting for a file should know; empty if the service does not have it."""
    if submission.error is not None:
        return ""
    name = f"{submission.file_name!r} " if submission.file_name else ""
    return (
        f"The service has the file {name}as {submission.request_file_id} and goes on with it; it is billed once, "
        f"whether or not anything waits for it. Wait again with {submission.resuming}.result()."
    )


def training_goes_on(model_id: str) -> str:
    """Return what someone who stops waiting for a training should know."""
    return f"The training of model {model_id} goes on at the service. Wait again with wait_until_trained({model_id!r})."


def job_status(submission: Submission) -> CallFlow[Status]:
    """Poll a submitted file once."""
    if submission.error is not None:
        return "failure"
    document = yield from _poll_file(submission, None)
    return "pending" if document is None else document.status


def job_result(submission: Submission, timeout: float, clock: Clock, job: Job | AsyncJob) -> CallFlow[Document]:
    """Wait for a submitted file."""
    if submission.document is not None and submission.error is not None:
        what = "the service rejected" if submission.doubt is None else "this is not certain to be the result of"
        raise JobFailed(f"{what} {submission.file_name!r}: {submission.error}", document=submission.document)

    def poll(seconds: float) -> CallFlow[Document | None]:
        document = yield from _poll_file(submission, seconds)
        # A failed page does not end the wait: the other pages may still be in work.
        return None if document is None or document.status == "pending" else document

    def late(timeout: float) -> WaitTimeout:
        name = submission.file_name or submission.request_file_id
        return WaitTimeout(
            f"{name!r} was not done after {timeout:g} s; keep waiting with `error.job.result()`, or anywhere with "
            f"{submission.resuming}.result()",
            job=job,
        )

    document = yield from _wait(poll, late, timeout, clock, first=0.5, longest=10.0)
    if document.error is not None:
        raise JobFailed(f"the service failed on {document.file_name!r}: {document.error}", document=document)
    # A file that was fetched from a URL may be stored under any name.
    return document if "://" in submission.file_name else doubted(document, mismatch(document, submission.file_name))


def until_trained(read: Callable[[float | None], CallFlow[Model]], timeout: float, clock: Clock) -> CallFlow[Model]:
    """Wait until a model is trained.

    Args:
        read: The flow that reads the model, given the seconds that it may take.
        timeout: Seconds until `WaitTimeout`.
        clock: Where time comes from.
    """
    seen: Model | None = None

    def poll(seconds: float) -> CallFlow[Model | None]:
        nonlocal seen
        seen = yield from read(seconds)
        return seen if seen.state in {ModelState.HOSTED, ModelState.TRAINING_FAILED} else None

    def late(timeout: float) -> WaitTimeout:
        state = f"in state {seen.state}" if seen else "not readable"
        advice = " (it is not being trained; call train first)" if seen and 0 <= seen.state <= 1 else ""
        return WaitTimeout(f"the model was {state} after {timeout:g} s{advice}", model=seen)

    model = yield from _wait(poll, late, timeout, clock, first=2.0, longest=60.0)
    if model.state == ModelState.TRAINING_FAILED:
        raise JobFailed(f"the training of model {model.model_id!r} failed; see app.nanonets.com", model=model)
    return model


def _poll_file(submission: Submission, seconds: float | None) -> CallFlow[Document | None]:
    """Return the document if all of its pages are there, otherwise None."""
    reading = ocr.get_file(submission.model_id, submission.request_file_id, seconds)
    document = yield from ocr.unless_in_work(reading)
    # The service lists pages as it gets to them, so a listing without a pending page may still be incomplete.
    is_complete = document is not None and document.pages and len(document.pages) >= submission.pages
    return document if is_complete else None


def _wait(
    poll: Callable[[float], CallFlow[T | None]],
    late: Callable[[float], WaitTimeout],
    timeout: float,
    clock: Clock,
    *,
    first: float,
    longest: float,
) -> CallFlow[T]:
    """Poll at growing intervals until there is a result or the time is over."""
    end = clock.monotonic() + checked_timeout(timeout)
    interval, doubtful = first, 0
    while True:
        found: T | None = None
        trouble: NanonetsError | None = None
        try:
            # The last poll gets a second even when less is left: a result that is ready should be returned.
            found = yield from poll(max(end - clock.monotonic(), _SHORTEST_POLL))
            doubtful = 0
        except NanonetsError as error:
            is_doubtful = isinstance(error, _DOUBTFUL)
            doubtful = doubtful + 1 if is_doubtful else 0
            if not (error.is_transient or is_doubtful) or doubtful >= _MOST_DOUBTFUL_POLLS:
                raise
            trouble = error
        if found is not None:
            return found
        left = end - clock.monotonic()
        if left <= 0:
            timed_out = late(timeout)
            timed_out.cause = trouble
            raise timed_out from None
        # Spread, so that many jobs that were submitted together are not polled together.
        yield Sleep(min(interval * (1 + clock.random() * _SPREAD), left))
        interval = min(interval * _GROWTH, longest)
