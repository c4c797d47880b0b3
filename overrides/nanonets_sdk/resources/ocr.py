"""OCR: models that read fields and tables from documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from attrs import frozen

from nanonets_sdk.calls import ocr as calls
from nanonets_sdk.calls.arguments import Day, PredictOptions, UrlAnnotations, checked_id, checked_page_count
from nanonets_sdk.calls.interruptions import noted
from nanonets_sdk.calls.ocr import Submission
from nanonets_sdk.resources.jobs import AsyncJob, Job, training_goes_on, until_trained
from nanonets_sdk.resources.ocr_files import AsyncOcrFiles, OcrFiles
from nanonets_sdk.resources.parity import same_docstrings

if TYPE_CHECKING:
    from nanonets_sdk.documents import Annotation, Document, Listing, Model, Page, Upload
    from nanonets_sdk.files import FileInput


@frozen
class Ocr(OcrFiles):
    """Models that read fields and tables from documents: `client.ocr`.

    Every method can raise `ConnectionFailed`, `RequestTimeout` and the subclasses of `ApiError`. Methods that bill or
    change something can also raise `OutcomeUnknown`, and methods that take a file `UploadError`. A file is a path,
    bytes, an open binary file, which is read from its current position, or a pair of a name and one of the latter two.
    Its content must be PNG, JPEG or PDF.

    No call that changes something is sent again if the service may have carried it out. The replies to `approve`,
    `delete_file` and their like are not documented; with `confirm=True` the file is read again until the change is
    visible, a few times within the client's timeout, which also settles an unknown outcome.
    """

    def create_model(self, categories: Iterable[str]) -> Model:
        """Create an empty model.

        Args:
            categories: The labels to read, one or more.

        Returns:
            The model, in state `ModelState.CREATED`.

        Raises:
            ValueError: There is no category, or one is repeated.
        """
        return self._runner.run(calls.create_model(categories))

    def get_model(self, model_id: str) -> Model:
        """Read a model: its state, and how many training objects each category has.

        Args:
            model_id: Id of the model.

        Returns:
            The current model.

        Raises:
            NotFound: There is no such model.
        """
        return self._runner.run(calls.get_model(model_id))

    def upload_file(self, model_id: str, file: FileInput, annotations: Sequence[Annotation] = ()) -> Upload:
        """Upload a training file. It is not predicted.

        Args:
            model_id: Id of the model.
            file: The file.
            annotations: The labelled texts and their boxes, in pixels of the page image. The service's form has no page
                number.

        Returns:
            The model with its new counts, and the file as the service stored it.

        Raises:
            BadRequest: The service cannot use the file or an annotation.

        Example:
            ```python
            client.ocr.upload_file(model_id, "invoice.pdf", [Annotation("total", "1,234.50", Box(401, 655, 480, 671))])
            ```
        """
        return self._runner.run(calls.upload_file(model_id, file, annotations))

    def upload_urls(self, model_id: str, urls: Iterable[str], annotations: UrlAnnotations = ()) -> Upload:
        """Upload training files by URL; the service fetches them.

        Args:
            model_id: Id of the model.
            urls: One or more URLs.
            annotations: Those of a single URL, or a dict with URLs as keys.

        Returns:
            The model with its new counts, and the files that were stored; `is_partial` when a URL failed.

        Raises:
            ValueError: There is no URL, or it is not clear which URL the annotations belong to.
        """
        return self._runner.run(calls.upload_urls(model_id, urls, annotations))

    def train(self, model_id: str) -> Model:
        """Start training, or training again.

        Args:
            model_id: Id of the model.

        Returns:
            The model after the call; wait with `wait_until_trained`.

        Raises:
            ModelNotReady: There is too little training data, or the model is already being trained.
            PaymentRequired: Only paid models can be trained.
        """
        return self._runner.run(calls.train(model_id))

    def wait_until_trained(self, model_id: str, timeout: float = 7200.0) -> Model:
        """Wait until a model is trained.

        Args:
            model_id: Id of the model.
            timeout: Seconds until `WaitTimeout`. The model is polled at intervals from two seconds to a minute.

        Returns:
            The model, in state `ModelState.HOSTED`. Returns at once if an earlier training is still shown as finished.

        Raises:
            JobFailed: The training failed.
            WaitTimeout: The model was not trained in time; `error.model` is the model as last read.
        """
        read = partial(calls.get_model, model_id)
        with noted(lambda: training_goes_on(model_id)):
            return self._runner.run(until_trained(read, timeout, self._runner.clock))

    def predict_file(
        self,
        model_id: str,
        file: FileInput,
        *,
        language: str | None = None,
        request_metadata: str | None = None,
        pages: Iterable[int] | str | None = None,
    ) -> Document:
        """Predict a file and wait for the result. Billed by page; recommended for up to about three pages.

        Args:
            model_id: Id of the model.
            file: The file.
            language: Language of its text. The codes that the service accepts are not documented.
            request_metadata: Any text; it comes back with the result.
            pages: The pages to read; all if left out. The service's example is `1,2`; whether it counts from 1 is not
                confirmed.

        Returns:
            The document. If the reply names another file than the one that was sent, its `error` says so.

        Raises:
            JobFailed: The service failed on a page; `error.document` has the others.
            ReplyMismatch: The reply has other `request_metadata`, and is about another file.
            RateLimited: Too many pages in this minute for the model; `error.retry_after` may say how long to wait.

        Example:
            ```python
            document = client.ocr.predict_file(model_id, "invoice.pdf")
            print(document.fields["invoice_number"].text)
            ```
        """
        options = PredictOptions(language, request_metadata, pages)
        return self._runner.run(calls.predict_file(model_id, file, options))

    def predict_urls(
        self,
        model_id: str,
        urls: Iterable[str],
        *,
        language: str | None = None,
        request_metadata: str | None = None,
        pages: Iterable[int] | str | None = None,
    ) -> list[Document]:
        """Predict files by URL and wait for the results; the service fetches the files. Billed by page.

        Args:
            model_id: Id of the model.
            urls: One or more URLs.
            language: As for `predict_file`.
            request_metadata: As for `predict_file`.
            pages: As for `predict_file`.

        Returns:
            One document per URL, in the same order. A URL that failed, or that the reply does not name, does not raise;
            its document has `.error`.

        Raises:
            ValueError: There is no URL.
        """
        options = PredictOptions(language, request_metadata, pages)
        return self._runner.run(calls.predict_urls(model_id, urls, options))

    def submit_file(
        self,
        model_id: str,
        file: FileInput,
        *,
        language: str | None = None,
        request_metadata: str | None = None,
        pages: Iterable[int] | str | None = None,
    ) -> Job:
        """Submit a file without waiting for the result. Billed by page.

        Args:
            model_id: Id of the model.
            file: The file.
            language: As for `predict_file`.
            request_metadata: As for `predict_file`.
            pages: As for `predict_file`.

        Returns:
            The job. Its `request_file_id`, best together with its `pages`, resumes it in another process. If the reply
            names another file than the one that was sent, its `error` says so.

        Raises:
            ReplyMismatch: The reply has other `request_metadata`, and is about another file.
        """
        options = PredictOptions(language, request_metadata, pages)
        return self._job(self._runner.run(calls.submit_file(model_id, file, options)))

    def submit_urls(
        self,
        model_id: str,
        urls: Iterable[str],
        *,
        language: str | None = None,
        request_metadata: str | None = None,
        pages: Iterable[int] | str | None = None,
    ) -> list[Job]:
        """Submit files by URL without waiting for the results; the service fetches the files. Billed by page.

        Args:
            model_id: Id of the model.
            urls: One or more URLs.
            language: As for `predict_file`.
            request_metadata: As for `predict_file`.
            pages: As for `predict_file`.

        Returns:
            One job per URL, in the same order. A URL that the service rejected, or that the reply does not name, does
            not raise; its job has `.error`.

        Raises:
            ValueError: There is no URL.
        """
        options = PredictOptions(language, request_metadata, pages)
        flow = calls.submit_urls(model_id, urls, options)
        return [self._job(submission) for submission in self._runner.run(flow)]

    def job(self, model_id: str, request_file_id: str, *, pages: int = 0) -> Job:
        """Resume a job, in this or in another process. Sends nothing.

        Args:
            model_id: Id of the model.
            request_file_id: Id of the file, from a job or a document.
            pages: Number of pages to wait for, from `job.pages`. With 0, for unknown, the file counts as done once
                every page that the service lists is done, although it may not list all of them yet.

        Returns:
            The job. Whether the file exists shows on its first request.

        Raises:
            ValueError: An id is empty, or the number of pages is negative.
        """
        return self._job(_resumed(model_id, request_file_id, pages))

    def list_predictions(self, model_id: str, start: Day | None = None, end: Day | None = None) -> Listing:
        """List the predictions of an interval of days (GMT), both ends included. Not paginated, so it may be large.

        Args:
            model_id: Id of the model.
            start: The first day: a date; a datetime, taken as GMT if it has no time zone; a timedelta before now; or
                the number of days since 1970-01-01. The service decides if None.
            end: The last day, in the same forms.

        Returns:
            The documents, and the numbers of approved and other pages.

        Raises:
            ValueError: The interval ends before it starts.

        Example:
            ```python
            client.ocr.list_predictions(model_id, timedelta(days=7))
            ```
        """
        return self._runner.run(calls.list_predictions(model_id, start, end, self._runner.clock.now()))

    def get_file(self, model_id: str, request_file_id: str) -> Document:
        """Read the current state of a file's pages.

        Args:
            model_id: Id of the model.
            request_file_id: Id of the file.

        Returns:
            The document; `status` is `pending` while pages are being processed. Pages not yet begun may be missing.

        Raises:
            NotFound: There is no such file.
        """
        return self._runner.run(calls.get_file(model_id, request_file_id))

    def get_page(self, model_id: str, page_id: str) -> Page:
        """Read the current state of one page.

        Args:
            model_id: Id of the model.
            page_id: Id of the page, not of its file.

        Returns:
            The page; `status` is `pending` while it is being processed.

        Raises:
            NotFound: There is no such page.
        """
        return self._runner.run(calls.get_page(model_id, page_id))

    def _job(self, submission: Submission) -> Job:
        return Job(submission, self._runner)


@same_docstrings(Ocr)
@frozen
class AsyncOcr(AsyncOcrFiles):
    """Models that read fields and tables from documents; like `Ocr`, with methods to await."""

    async def create_model(self, categories: Iterable[str]) -> Model:
        return await self._runner.run(calls.create_model(categories))

    async def get_model(self, model_id: str) -> Model:
        return await self._runner.run(calls.get_model(model_id))

    async def upload_file(self, model_id: str, file: FileInput, annotations: Sequence[Annotation] = ()) -> Upload:
        return await self._runner.run(calls.upload_file(model_id, file, annotations))

    async def upload_urls(self, model_id: str, urls: Iterable[str], annotations: UrlAnnotations = ()) -> Upload:
        return await self._runner.run(calls.upload_urls(model_id, urls, annotations))

    async def train(self, model_id: str) -> Model:
        return await self._runner.run(calls.train(model_id))

    async def wait_until_trained(self, model_id: str, timeout: float = 7200.0) -> Model:
        read = partial(calls.get_model, model_id)
        with noted(lambda: training_goes_on(model_id)):
            return await self._runner.run(until_trained(read, timeout, self._runner.clock))

    async def predict_file(
        self,
        model_id: str,
        file: FileInput,
        *,
        language: str | None = None,
        request_metadata: str | None = None,
        pages: Iterable[int] | str | None = None,
    ) -> Document:
        options = PredictOptions(language, request_metadata, pages)
        return await self._runner.run(calls.predict_file(model_id, file, options))

    async def predict_urls(
        self,
        model_id: str,
        urls: Iterable[str],
        *,
        language: str | None = None,
        request_metadata: str | None = None,
        pages: Iterable[int] | str | None = None,
    ) -> list[Document]:
        options = PredictOptions(language, request_metadata, pages)
        return await self._runner.run(calls.predict_urls(model_id, urls, options))

    async def submit_file(
        self,
        model_id: str,
        file: FileInput,
        *,
        language: str | None = None,
        request_metadata: str | None = None,
        pages: Iterable[int] | str | None = None,
    ) -> AsyncJob:
        options = PredictOptions(language, request_metadata, pages)
        return self._job(await self._runner.run(calls.submit_file(model_id, file, options)))

    async def submit_urls(
        self,
        model_id: str,
        urls: Iterable[str],
        *,
        language: str | None = None,
        request_metadata: str | None = None,
        pages: Iterable[int] | str | None = None,
    ) -> list[AsyncJob]:
        options = PredictOptions(language, request_metadata, pages)
        flow = calls.submit_urls(model_id, urls, options)
        return [self._job(submission) for submission in await self._runner.run(flow)]

    def job(self, model_id: str, request_file_id: str, *, pages: int = 0) -> AsyncJob:
        return self._job(_resumed(model_id, request_file_id, pages))

    async def list_predictions(self, model_id: str, start: Day | None = None, end: Day | None = None) -> Listing:
        return await self._runner.run(calls.list_predictions(model_id, start, end, self._runner.clock.now()))

    async def get_file(self, model_id: str, request_file_id: str) -> Document:
        return await self._runner.run(calls.get_file(model_id, request_file_id))

    async def get_page(self, model_id: str, page_id: str) -> Page:
        return await self._runner.run(calls.get_page(model_id, page_id))

    def _job(self, submission: Submission) -> AsyncJob:
        return AsyncJob(submission, self._runner)


def _resumed(model_id: str, request_file_id: str, pages: int) -> Submission:
    return Submission(
        checked_id(model_id, "model_id"),
        checked_id(request_file_id, "request_file_id"),
        pages=checked_page_count(pages),
    )
