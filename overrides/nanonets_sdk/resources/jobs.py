"""Jobs: files that were submitted, to be waited for here or in another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from nanonets_sdk.calls import waiting
from nanonets_sdk.calls.submission import Submission
from nanonets_sdk.resources.parity import same_docstrings

if TYPE_CHECKING:
    from nanonets_sdk.documents import Document
    from nanonets_sdk.documents.page import Status
    from nanonets_sdk.runner import AsyncRunner, Runner


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
        return self._runner.run(waiting.job_status(self._submission))

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
        return self._runner.run(waiting.job_result(self._submission, timeout, self._runner.clock, self))


@same_docstrings(Job)
@frozen(repr=False)
class AsyncJob(_Submitted):
    """A submitted file; like `Job`, with methods to await."""

    _runner: AsyncRunner = field(alias="runner", repr=False, eq=False)

    async def status(self) -> Status:
        return await self._runner.run(waiting.job_status(self._submission))

    async def result(self, timeout: float = 600.0) -> Document:
        return await self._runner.run(waiting.job_result(self._submission, timeout, self._runner.clock, self))
