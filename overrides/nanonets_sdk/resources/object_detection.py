"""Object detection: models that find things on pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from attrs import field, frozen

from nanonets_sdk.calls import object_detection as calls
from nanonets_sdk.calls.interruptions import noted
from nanonets_sdk.resources.jobs import training_goes_on, until_trained
from nanonets_sdk.resources.parity import same_docstrings

if TYPE_CHECKING:
    from nanonets_sdk.calls.arguments import UrlAnnotations
    from nanonets_sdk.calls.runner import AsyncRunner, Runner
    from nanonets_sdk.documents import Annotation, Model, Upload
    from nanonets_sdk.documents.detections import Detections
    from nanonets_sdk.files import FileInput


@frozen
class ObjectDetection:
    """Models that find things on pictures: `client.object_detection`.

    Errors and files are as for `Ocr`.
    """

    _runner: Runner = field(alias="runner", repr=False)

    def create_model(self, categories: Iterable[str]) -> Model:
        """Create an empty model.

        Args:
            categories: The labels to find, one or more.

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

    def list_annotations(self, model_id: str) -> Upload:
        """List the training files of a model with their annotations.

        Args:
            model_id: Id of the model.

        Returns:
            The model and its training files, in the form of an upload of all of them.

        Raises:
            NotFound: There is no such model.
        """
        return self._runner.run(calls.list_annotations(model_id))

    def upload_file(self, model_id: str, file: FileInput, annotations: Sequence[Annotation] = ()) -> Upload:
        """Upload a training file. It is not predicted.

        Args:
            model_id: Id of the model.
            file: The file.
            annotations: The labels and boxes of the things on it, in pixels; their text is usually empty.

        Returns:
            The model with its new counts, and the file as the service stored it.

        Raises:
            BadRequest: The service cannot use the file or an annotation.

        Example:
            ```python
            client.object_detection.upload_file(
                detection_model_id, "invoice.pdf", [Annotation("logo", "", Box(40, 40, 200, 90))]
            )
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

    def predict_file(self, model_id: str, file: FileInput) -> Detections:
        """Find things in a file. Billed.

        Args:
            model_id: Id of the model.
            file: The file.

        Returns:
            What was found: label, score and box of each object.

        Raises:
            JobFailed: The service failed on a page; `error.document` has the others.

        Example:
            ```python
            found = client.object_detection.predict_file(detection_model_id, "invoice.pdf")
            print(found.counts)
            ```
        """
        return self._runner.run(calls.predict_file(model_id, file))

    def predict_urls(self, model_id: str, urls: Iterable[str]) -> list[Detections]:
        """Find things in files by URL; the service fetches them. Billed.

        Args:
            model_id: Id of the model.
            urls: One or more URLs.

        Returns:
            What was found, one entry per URL, in the same order; that of a URL that failed has `.error`.

        Raises:
            ValueError: There is no URL.
        """
        return self._runner.run(calls.predict_urls(model_id, urls))


@same_docstrings(ObjectDetection)
@frozen
class AsyncObjectDetection:
    """Models that find things on pictures; like `ObjectDetection`, with methods to await."""

    _runner: AsyncRunner = field(alias="runner", repr=False)

    async def create_model(self, categories: Iterable[str]) -> Model:
        return await self._runner.run(calls.create_model(categories))

    async def get_model(self, model_id: str) -> Model:
        return await self._runner.run(calls.get_model(model_id))

    async def list_annotations(self, model_id: str) -> Upload:
        return await self._runner.run(calls.list_annotations(model_id))

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

    async def predict_file(self, model_id: str, file: FileInput) -> Detections:
        return await self._runner.run(calls.predict_file(model_id, file))

    async def predict_urls(self, model_id: str, urls: Iterable[str]) -> list[Detections]:
        return await self._runner.run(calls.predict_urls(model_id, urls))
