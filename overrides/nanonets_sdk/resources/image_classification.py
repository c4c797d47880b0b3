"""Image classification: models that sort images into categories."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from attrs import field, frozen

from nanonets_sdk.calls import image_classification as calls
from nanonets_sdk.calls.interruptions import noted
from nanonets_sdk.resources.jobs import training_goes_on, until_trained
from nanonets_sdk.resources.parity import same_docstrings

if TYPE_CHECKING:
    from nanonets_sdk.calls.runner import AsyncRunner, Runner
    from nanonets_sdk.documents import Classification, Model
    from nanonets_sdk.files import FileInput


@frozen
class ImageClassification:
    """Models that sort images into categories: `client.image_classification`.

    Errors and files are as for `Ocr`.
    """

    _runner: Runner = field(alias="runner", repr=False)

    def create_model(self, categories: Iterable[str]) -> Model:
        """Create an empty model.

        Args:
            categories: The classes, two or more.

        Returns:
            The model, in state `ModelState.CREATED`.

        Raises:
            ValueError: There are fewer than two categories, or one is repeated.
        """
        return self._runner.run(calls.create_model(categories))

    def list_models(self) -> list[Model]:
        """List every model of the account, including OCR models; `model_type` tells them apart."""
        return self._runner.run(calls.list_models())

    def get_model(self, model_id: str) -> Model:
        """Read a model: its state, and how many training images each category has.

        Args:
            model_id: Id of the model.

        Returns:
            The current model.

        Raises:
            NotFound: There is no such model.
        """
        return self._runner.run(calls.get_model(model_id))

    def upload_file(self, model_id: str, category: str, file: FileInput) -> Model:
        """Upload a training image. It is not classified.

        Args:
            model_id: Id of the model.
            category: The class that it is an example of.
            file: The file.

        Returns:
            The model with its new counts.

        Raises:
            BadRequest: The model has no such category.
        """
        return self._runner.run(calls.upload_file(model_id, category, file))

    def upload_urls(self, model_id: str, category: str, urls: Iterable[str]) -> Model:
        """Upload training images by URL; the service fetches them.

        Args:
            model_id: Id of the model.
            category: The class that they are examples of.
            urls: One or more URLs.

        Returns:
            The model with its new counts; `is_partial` when a URL failed.

        Raises:
            BadRequest: The model has no such category.
            ValueError: There is no URL.
        """
        return self._runner.run(calls.upload_urls(model_id, category, urls))

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

    def predict_file(self, model_id: str, file: FileInput) -> Classification:
        """Classify a file. Billed.

        Args:
            model_id: Id of the model.
            file: The file. If it has several pages, the service's first entry is returned.

        Returns:
            The probability of every class. If the reply names another file than the one that was sent, its `error`
            says so.

        Raises:
            JobFailed: The service failed on the file.
        """
        return self._runner.run(calls.predict_file(model_id, file))

    def predict_urls(self, model_id: str, urls: Iterable[str]) -> list[Classification]:
        """Classify files by URL; the service fetches them. Billed.

        Args:
            model_id: Id of the model.
            urls: One or more URLs.

        Returns:
            One classification per URL, in the same order; a URL that failed has `.error`.

        Raises:
            ValueError: There is no URL.
        """
        return self._runner.run(calls.predict_urls(model_id, urls))


@same_docstrings(ImageClassification)
@frozen
class AsyncImageClassification:
    """Models that sort images into categories; like `ImageClassification`, with methods to await."""

    _runner: AsyncRunner = field(alias="runner", repr=False)

    async def create_model(self, categories: Iterable[str]) -> Model:
        return await self._runner.run(calls.create_model(categories))

    async def list_models(self) -> list[Model]:
        return await self._runner.run(calls.list_models())

    async def get_model(self, model_id: str) -> Model:
        return await self._runner.run(calls.get_model(model_id))

    async def upload_file(self, model_id: str, category: str, file: FileInput) -> Model:
        return await self._runner.run(calls.upload_file(model_id, category, file))

    async def upload_urls(self, model_id: str, category: str, urls: Iterable[str]) -> Model:
        return await self._runner.run(calls.upload_urls(model_id, category, urls))

    async def train(self, model_id: str) -> Model:
        return await self._runner.run(calls.train(model_id))

    async def wait_until_trained(self, model_id: str, timeout: float = 7200.0) -> Model:
        read = partial(calls.get_model, model_id)
        with noted(lambda: training_goes_on(model_id)):
            return await self._runner.run(until_trained(read, timeout, self._runner.clock))

    async def predict_file(self, model_id: str, file: FileInput) -> Classification:
        return await self._runner.run(calls.predict_file(model_id, file))

    async def predict_urls(self, model_id: str, urls: Iterable[str]) -> list[Classification]:
        return await self._runner.run(calls.predict_urls(model_id, urls))
