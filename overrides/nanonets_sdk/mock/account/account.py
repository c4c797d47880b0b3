"""The account at the mock: its models and files, and everything that works on them."""

from typing import IO

from attrs import define, evolve, field, frozen

from nanonets_sdk.mock.account.behaviour import Behaviour
from nanonets_sdk.mock.account.exports import Exports
from nanonets_sdk.mock.account.fetch import FetchFailed, fetch
from nanonets_sdk.mock.account.prediction_cache import PredictionCache
from nanonets_sdk.mock.account.refusals import not_found
from nanonets_sdk.mock.account.training import settled, with_data
from nanonets_sdk.mock.account.uploads import Uploads, sha256_of
from nanonets_sdk.mock.account.usage import Usage
from nanonets_sdk.mock.reading import Reader, Reading
from nanonets_sdk.mock.replies.storage import Signer
from nanonets_sdk.mock.state.clock import Clock
from nanonets_sdk.mock.state.identities import Identities
from nanonets_sdk.mock.state.progressions import Progression
from nanonets_sdk.mock.state.records import Model, ModelType, TrainingFile
from nanonets_sdk.mock.state.store import Store


@frozen
class StoredFile:
    """A file whose bytes are kept: its name or its URL, and its hash."""

    name: str
    sha256: str


@define
class Account:
    """What the operations work on. Identities, behaviour and progressions may change while the mock runs."""

    store: Store
    uploads: Uploads
    reader: Reader
    clock: Clock
    signer: Signer
    identities: Identities
    behaviour: Behaviour
    jobs: Progression
    trainings: Progression
    usage: Usage = field(factory=Usage)
    predictions: PredictionCache = field(factory=PredictionCache)
    exports: Exports = field(factory=Exports)

    def model(self, model_id: str, *model_types: ModelType) -> Model:
        """Return a model of one of these types in its current state.

        Raises:
            Refusal: 404 if there is no such model.
        """
        with self.store.database.transaction():
            model = self.store.models.get(model_id)
            if model is None or model.model_type not in model_types:
                raise not_found("Model")
            return self._settle(model)

    def models(self) -> list[Model]:
        """Return every model in its current state."""
        with self.store.database.transaction():
            return [self._settle(model) for model in self.store.models.all()]

    def _settle(self, model: Model) -> Model:
        now_settled = settled(model, self.clock.now())
        if now_settled != model:
            self.store.models.put(now_settled)
        return now_settled

    def polled_model(self, model_id: str, *model_types: ModelType) -> Model:
        """Return a model as this read finds it, and count the read as a poll of its training.

        Raises:
            Refusal: 404 if there is no such model of one of these types.
        """
        with self.store.database.transaction():
            model = self.model(model_id, *model_types)
            if model.training is not None:
                self.store.models.put(evolve(model, training=model.training.polled()))
        return model

    def add_training_files(self, model: Model, files: list[TrainingFile]) -> Model:
        """Store training files, and return the model with them."""
        with self.store.database.transaction():
            for file in files:
                self.store.training_files.put(file)
            # The files were read meanwhile, so the model may be in training by now and must be read again.
            current = self.model(model.model_id, model.model_type)
            current = with_data(current, self.store.training_files.of(model.model_id))
            self.store.models.put(current)
        return current

    def charge(self, model: Model, pages: int) -> None:
        """Charge a prediction call and its pages.

        Raises:
            Refusal: 402 or 429 if the plan does not allow it.
        """
        self.usage.charge(model.model_id, pages, self.clock.now(), self.behaviour)

    def charge_call(self) -> None:
        """Charge a call that is limited by no model.

        Raises:
            Refusal: 402 if the plan does not allow it.
        """
        self.usage.charge_call(self.behaviour)

    def keep(self, name: str, stream: IO[bytes]) -> StoredFile:
        """Store the bytes of a file."""
        sha256, _ = sha256_of(stream)
        self.uploads.keep(stream, sha256)
        return StoredFile(name, sha256)

    def keep_url(self, url: str) -> StoredFile:
        """Store the bytes behind a registered or loopback URL.

        Raises:
            FetchFailed: The URL gave no file.
        """
        registered = self.store.urls.get(url)
        if registered is None:
            with fetch(url, max_bytes=self.behaviour.max_body_bytes) as stream:
                return self.keep(url, stream)
        if registered.failure:
            raise FetchFailed(registered.failure)
        return StoredFile(url, registered.sha256)

    def read(self, file: StoredFile) -> Reading:
        """Return what a stored file contains.

        Raises:
            UnreadableFile: It is not a PDF, PNG or JPEG that can be read.
        """
        return self.reader.read(self.uploads.path(file.sha256))

    def close(self) -> None:
        """Close the database and end the reader's processes."""
        self.reader.close()
        self.store.database.close()
