"""Image classification: models that sort pictures into categories."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from attrs import field, frozen

from nanonets_sdk.calls import image_classification as calls
from nanonets_sdk.resources.jobs import until_trained
from nanonets_sdk.resources.parity import same_docstrings

if TYPE_CHECKING:
    from nanonets_sdk.calls.runner import AsyncRunner, Runner
    from nanonets_sdk.documents import Classification, Model
    from nanonets_sdk.files import FileInput


@frozen
class ImageClassification:
    """Models that sort pictures into categories: `client.image_classification`.

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
            ValueError: There are fewer than two categories, or one stands twice.
        """
        return self._runner.run(calls.create_model(categories))

    def list_models(self) -> list[Model]:
        """List every model of the account, OCR models too; `model_type` tells them apart."""
        return self._runner.run(calls.list_models())

    def get_model(self, model_id: str) -> Model:
        """Read a model: its state, and how many training pictures each category has.

        Args:
            model_id: Id of the model.

        Returns:
            The model as it is now.

        Raises:
            NotFound: There is no such model.
        """
        return self._runner.run(calls.get_model(model_id))

    def upload_file(self, model_id: str, category: str, file: FileInput) -> Model:
        """Upload a training picture. It is not classified.

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
        """Upload training pictures by URL; the service fetches them.

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
            The model as the service shows it after the call; wait with `wait_until_trained`.

        Raises:
            ModelNotReady: There is too little training data, or a training is under way.
            PaymentRequired: Only paid models can be trained.
        """
        return self._runner.run(calls.train(model_id))

    def wait_until_trained(self, model_id: str, timeout: float = 7200.0) -> Model:
        """Wait until a model is trained.

        Args:
            model_id: Id of the model.
            timeout: Seconds until `WaitTimeout`. Looks come at intervals growing from two seconds to a minute.

        Returns:
            The model, in state `ModelState.HOSTED`; at once, if the service still shows a former training as done.

        Raises:
            JobFailed: The training failed.
            WaitTimeout: The model was not trained in time; `error.model` is the model as last seen.
        """
        read = partial(calls.get_model, model_id)
        return self._runner.run(until_trained(read, timeout, self._runner.clock))

    def predict_file(self, model_id: str, file: FileInput) -> Classification:
        """Classify a file. Billed.

        Args:
            model_id: Id of the model.
            file: The file; of one with several pages, the service's first entry is returned.

        Returns:
            The probability of every class.

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
            A classification for each URL, in their order; one that failed has `.error`.

        Raises:
            ValueError: There is no URL.
        """
        return self._runner.run(calls.predict_urls(model_id, urls))


@same_docstrings(ImageClassification)
@frozen
class AsyncImageClassification:
    """Models that sort pictures into categories; like `ImageClassification`, with methods to await."""

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
        return await self._runner.run(until_trained(read, timeout, self._runner.clock))

    async def predict_file(self, model_id: str, file: FileInput) -> Classification:
        return await self._runner.run(calls.predict_file(model_id, file))

    async def predict_urls(self, model_id: str, urls: Iterable[str]) -> list[Classification]:
        return await self._runner.run(calls.predict_urls(model_id, urls))
