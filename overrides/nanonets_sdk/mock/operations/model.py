"""What models of all kinds have in common."""

from collections.abc import Callable, Sequence
from typing import Any

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.refusals import model_not_ready
from nanonets_sdk.mock.account.training import can_predict, can_train, in_training, state_at
from nanonets_sdk.mock.replies.model import model_body, training_counts
from nanonets_sdk.mock.state.progressions import Work
from nanonets_sdk.mock.state.records import HOSTED, QUEUED, RETRAINING, Model, ModelType, TrainingFile

Learn = Callable[[Account, Model, list[TrainingFile]], str]
"""Learns rules, as JSON, from a model's training files."""


def create(account: Account, model_type: ModelType, categories: Sequence[str]) -> dict[str, Any]:
    """Create a model and return its description."""
    model = Model(account.identities.random_id(), model_type, tuple(categories))
    account.store.models.put(model)
    return body_of(account, model)


def body_of(account: Account, model: Model) -> dict[str, Any]:
    """Return a model's description."""
    files = account.store.training_files.of(model.model_id)
    return _body(account, model, state_at(model, account.clock.now()), files)


def begin_training(account: Account, model: Model, learn: Learn) -> dict[str, Any]:
    """Learn, start the training's progression, and return the model's description.

    Raises:
        Refusal: The model is not ready to be trained.
    """
    files = account.store.training_files.of(model.model_id)
    _require_trainable(account, model, files)
    # What it learns is known at once, and is kept back until the progression says that the training is done.
    rules = learn(account, model, files)
    with account.store.database.transaction():
        model = account.model(model.model_id, model.model_type)
        _require_trainable(account, model, files)  # another call may have begun a training in the meantime
        account.store.models.put(in_training(model, rules, Work(account.trainings, account.clock.now())))
    return _body(account, model, RETRAINING if model.state == HOSTED else QUEUED, files)


def _body(account: Account, model: Model, state: int, files: Sequence[TrainingFile]) -> dict[str, Any]:
    type_name = account.behaviour.multi_label_type if model.model_type == "multi_label" else model.model_type
    return model_body(model, type_name, state, training_counts(files))


def _require_trainable(account: Account, model: Model, files: Sequence[TrainingFile]) -> None:
    if not can_train(model, files):
        raise model_not_ready(account.behaviour.not_ready_status)


def hosted_model(account: Account, model_id: str, *model_types: ModelType) -> Model:
    """Return a model that can predict.

    Raises:
        Refusal: 404 if there is no such model of one of these types, 400 if it is not hosted.
    """
    model = account.model(model_id, *model_types)
    if not can_predict(model):
        raise model_not_ready(400)  # predictions have no 409 in the description
    return model


def picture_of(account: Account, sha256: str, number: int = 0) -> bytes:
    """Return a page of a stored file as a PNG picture."""
    return account.reader.render(account.uploads.path(sha256), number)
