"""The life of a model: its state at a moment, and what it takes to train it; pure."""

from collections.abc import Collection, Sequence

from attrs import evolve

from nanonets_sdk.mock.state.progressions import Work
from nanonets_sdk.mock.state.records import (
    ANNOTATED,
    FAILED,
    HOSTED,
    QUEUED,
    RETRAINING,
    TRAINING,
    UPLOADED,
    Model,
    TrainingFile,
)


def settled(model: Model, now: float) -> Model:
    """Return the model with a training that is over folded into its state and rules."""
    if model.training is None or model.training.stage(now) == "pending":
        return model
    if model.training.stage(now) == "failure":
        return evolve(model, state=FAILED, training=None, next_rules="")
    return evolve(model, state=HOSTED, training=None, rules=model.next_rules, next_rules="")


def state_at(model: Model, now: float) -> int:
    """Return the state of a settled model: the first half of a training is spent in the queue."""
    if model.training is None:
        return model.state
    if model.state == HOSTED:
        return RETRAINING
    return QUEUED if model.training.share_done(now) < 1 / 2 else TRAINING


def can_predict(model: Model) -> bool:
    """Return whether a settled model is hosted, be it in training again."""
    return model.state in {HOSTED, RETRAINING}


def can_train(model: Model, files: Sequence[TrainingFile]) -> bool:
    """Return whether a settled model has data to learn from and is not in training."""
    return model.training is None and is_annotated(model, files)


def is_annotated(model: Model, files: Sequence[TrainingFile]) -> bool:
    """Return whether the data suffice: one annotation (OCR), a picture of each category (image classification)."""
    if model.model_type == "ocr":
        return any(file.annotations for file in files)
    return _all_seen(model.categories, {file.category for file in files})


def _all_seen(categories: Collection[str], seen: Collection[str]) -> bool:
    return all(category in seen for category in categories)


def with_data(model: Model, files: Sequence[TrainingFile]) -> Model:
    """Return a settled model after an upload; a hosted one, or one in training, keeps its state."""
    if model.state == HOSTED or model.training is not None:
        return model
    return evolve(model, state=ANNOTATED if is_annotated(model, files) else UPLOADED)


def in_training(model: Model, rules: str, work: Work) -> Model:
    """Return a settled model whose training has begun."""
    return evolve(model, training=work, next_rules=rules)
