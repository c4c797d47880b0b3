"""The account at the stand-in service: its models and files, and all that works on them."""

from typing import IO

from attrs import define, evolve, field, frozen

from nanonets_sdk.mock.account.behaviour import Behaviour
from nanonets_sdk.mock.account.fetch import FetchFailed, fetch
from nanonets_sdk.mock.account.prediction_cache import Guesses
from nanonets_sdk.mock.account.refusals import not_found
from nanonets_sdk.mock.account.training import settled, state_at, with_data
from nanonets_sdk.mock.account.uploads import Uploads, sha256_of
from nanonets_sdk.mock.account.usage import Usage
from nanonets_sdk.mock.reading import Reader, Reading
from nanonets_sdk.mock.replies.storage import Signer
from nanonets_sdk.mock.state.clock import Clock
from nanonets_sdk.mock.state.identities import Identities
from nanonets_sdk.mock.state.progressions import Progression
from nanonets_sdk.mock.state.records import (
    Model,
    ModelType,
    RegisteredUrl,
    TrainingFile,
)
from nanonets_sdk.mock.state.store import Store


@frozen
class StoredFile:
    """A file whose bytes are kept: its name, or its URL, and its hash."""

    name: str
    sha256: str


@define
class Account:
    """What the operations work on; identities, behaviour and progressions may be exchanged while the mock runs."""

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
    guesses: Guesses = field(factory=Guesses)

    def model(self, model_id: str, model_type: ModelType) -> Model:
        """Return a model as it is now; raises Refusal where there is none of this type."""
        with self.store.database.transaction():
            model = self.store.model(model_id)
            if model is None or model.model_type != model_type:
                raise not_found("Model")
            return self._settle(model)

    def models(self) -> list[Model]:
        """Return every model as it is now."""
        with self.store.database.transaction():
            return [self._settle(model) for model in self.store.models()]

    def _settle(self, model: Model) -> Model:
        now_settled = settled(model, self.clock.now())
        if now_settled != model:
            self.store.put_model(now_settled)
        return now_settled

    def state(self, model: Model) -> int:
        """Return the state of a model at this moment."""
        return state_at(model, self.clock.now())

    def polled_model(self, model_id: str, model_type: ModelType) -> Model:
        """Return a model as this read finds it, and count the read; raises Refusal as `model` does."""
        with self.store.database.transaction():
            model = self.model(model_id, model_type)
            if model.training is not None:
                self.store.put_model(evolve(model, training=model.training.polled()))
        return model

    def add_training_files(self, model: Model, files: list[TrainingFile]) -> Model:
        """Store training files; return the model after that."""
        with self.store.database.transaction():
            for file in files:
                self.store.put_training_file(file)
            model = with_data(self.model(model.model_id, model.model_type), self.store.training_files(model.model_id))
            self.store.put_model(model)
        return model

    def charge(self, model: Model, pages: int) -> None:
        """Count a prediction call and its pages; raises Refusal where the plan allows no more."""
        self.usage.charge(model.model_id, pages, self.clock.now(), self.behaviour)

    def keep(self, name: str, stream: IO[bytes]) -> StoredFile:
        """Store the bytes of a file."""
        sha256, _ = sha256_of(stream)
        self.uploads.keep(stream, sha256)
        return StoredFile(name, sha256)

    def keep_url(self, url: str) -> StoredFile:
        """Store the bytes behind a registered or loopback URL; raises FetchFailed."""
        registered = self.store.url(url)
        if registered is not None:
            return _behind(registered)
        with fetch(url, max_bytes=self.behaviour.max_body_bytes) as stream:
            return self.keep(url, stream)

    def read(self, file: StoredFile) -> Reading:
        """Return what a stored file says; raises UnreadableFile."""
        return self.reader.read(self.uploads.path(file.sha256))

    def close(self) -> None:
        """Close the database and end the reader's processes."""
        self.reader.close()
        self.store.close()


def _behind(registered: RegisteredUrl) -> StoredFile:
    if registered.failure:
        raise FetchFailed(registered.failure)
    return StoredFile(registered.url, registered.sha256)
