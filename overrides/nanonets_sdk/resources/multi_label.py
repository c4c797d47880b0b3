"""Multi-label classification: models that give a picture any number of tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from attrs import field, frozen

from nanonets_sdk.calls import multi_label as calls
from nanonets_sdk.calls.interruptions import noted
from nanonets_sdk.resources.jobs import training_goes_on, until_trained
from nanonets_sdk.resources.parity import same_docstrings

if TYPE_CHECKING:
    from nanonets_sdk.calls.runner import AsyncRunner, Runner
    from nanonets_sdk.documents import Classification, Model, Upload
    from nanonets_sdk.files import FileInput


@frozen
class MultiLabel:
    """Models that give a picture any number of tags: `client.multi_label`.

    Errors and files are as for `Ocr`. The service takes many files in one call; its own sample sends 50.
    """

    _runner: Runner = field(alias="runner", repr=False)

    def create_model(self, categories: Iterable[str]) -> Model:
        """Create an empty model.

        Args:
            categories: The tags, one or more.

        Returns:
            The model, in state `ModelState.CREATED`.

        Raises:
            ValueError: There is no category, or one is repeated.
        """
        return self._runner.run(calls.create_model(categories))

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

    def upload_file(self, model_id: str, file: FileInput, categories: Iterable[str]) -> Upload:
        """Upload a training image. It is not classified.

        Args:
            model_id: Id of the model.
            file: The file.
            categories: The tags that it has, one or more.

        Returns:
            The model with its new counts, and the file as the service stored it.

        Raises:
            BadRequest: The model has no such category.
            ValueError: There is no category, or one is repeated.
        """
        return self._runner.run(calls.upload_files(model_id, [(file, categories)]))

    def upload_files(self, model_id: str, files: Iterable[tuple[FileInput, Iterable[str]]]) -> Upload:
        """Upload training images in one call. They are not classified.

        Args:
            model_id: Id of the model.
            files: Pairs of a file and its tags. The service matches them by the names of the files, so names must
                differ.

        Returns:
            The model with its new counts, and the files as the service stored them.

        Raises:
            BadRequest: The model has no such category.
            ValueError: There is no file, one has no category, or two have the same name.

        Example:
            ```python
            client.multi_label.upload_files(tag_model_id, [("invoice.pdf", ["invoice", "paid"])])
            ```
        """
        return self._runner.run(calls.upload_files(model_id, files))

    def upload_urls(self, model_id: str, categories: Mapping[str, Iterable[str]]) -> Upload:
        """Upload training images by URL; the service fetches them.

        Args:
            model_id: Id of the model.
            categories: The tags of each URL, as a dict with URLs as keys.

        Returns:
            The model with its new counts, and the files that were stored; `is_partial` when a URL failed.

        Raises:
            BadRequest: The model has no such category.
            ValueError: There is no URL, or one has no category.
        """
        return self._runner.run(calls.upload_urls(model_id, categories))

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
        """Tag a file. Billed.

        Args:
            model_id: Id of the model.
            file: The file.

        Returns:
            The probability of every tag; `above` returns those that apply.

        Raises:
            JobFailed: The service failed on the file.

        Example:
            ```python
            tags = client.multi_label.predict_file(tag_model_id, "invoice.pdf").above(0.5)
            print([tag.label for tag in tags])
            ```
        """
        return self._runner.run(calls.predict_file(model_id, file))

    def predict_files(self, model_id: str, files: Iterable[FileInput]) -> list[Classification]:
        """Tag several files in one call. Billed.

        Args:
            model_id: Id of the model.
            files: One or more files.

        Returns:
            One classification per file, in the same order; a file that failed has `.error`.

        Raises:
            ValueError: There is no file.
        """
        return self._runner.run(calls.predict_files(model_id, files))

    def predict_urls(self, model_id: str, urls: Iterable[str]) -> list[Classification]:
        """Tag files by URL; the service fetches them. Billed.

        Args:
            model_id: Id of the model.
            urls: One or more URLs.

        Returns:
            One classification per URL, in the same order; a URL that failed has `.error`.

        Raises:
            ValueError: There is no URL.
        """
        return self._runner.run(calls.predict_urls(model_id, urls))


@same_docstrings(MultiLabel)
@frozen
class AsyncMultiLabel:
    """Models that give a picture any number of tags; like `MultiLabel`, with methods to await."""

    _runner: AsyncRunner = field(alias="runner", repr=False)

    async def create_model(self, categories: Iterable[str]) -> Model:
        return await self._runner.run(calls.create_model(categories))

    async def get_model(self, model_id: str) -> Model:
        return await self._runner.run(calls.get_model(model_id))

    async def upload_file(self, model_id: str, file: FileInput, categories: Iterable[str]) -> Upload:
        return await self._runner.run(calls.upload_files(model_id, [(file, categories)]))

    async def upload_files(self, model_id: str, files: Iterable[tuple[FileInput, Iterable[str]]]) -> Upload:
        return await self._runner.run(calls.upload_files(model_id, files))

    async def upload_urls(self, model_id: str, categories: Mapping[str, Iterable[str]]) -> Upload:
        return await self._runner.run(calls.upload_urls(model_id, categories))

    async def train(self, model_id: str) -> Model:
        return await self._runner.run(calls.train(model_id))

    async def wait_until_trained(self, model_id: str, timeout: float = 7200.0) -> Model:
        read = partial(calls.get_model, model_id)
        with noted(lambda: training_goes_on(model_id)):
            return await self._runner.run(until_trained(read, timeout, self._runner.clock))

    async def predict_file(self, model_id: str, file: FileInput) -> Classification:
        return await self._runner.run(calls.predict_file(model_id, file))

    async def predict_files(self, model_id: str, files: Iterable[FileInput]) -> list[Classification]:
        return await self._runner.run(calls.predict_files(model_id, files))

    async def predict_urls(self, model_id: str, urls: Iterable[str]) -> list[Classification]:
        return await self._runner.run(calls.predict_urls(model_id, urls))
