"""The life of a model: its state at a moment, and what it takes to train it. Pure functions.

    created 0 --upload--> uploaded 1 --upload--> annotated 2 <--upload--+
                                                   |                    |
                                                 train                  |
                                                   v                    |
                                        queued 3, training 4 -----> failed -1
                                                   |
                                                   v
                                               hosted 5 --train--> 6 until it is done, and hosted throughout

States 3, 4 and 6 are computed: a model keeps its state during a training, and how much of the training is done decides
what is shown. Once the training is over, the next read settles the model: it stores the new state and the new rules.
"""

from collections.abc import Sequence

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
    """Return the model with a training that is over applied to its state and rules."""
    if model.training is None or model.training.stage(now) == "pending":
        return model
    if model.training.stage(now) == "failure":
        return evolve(model, state=FAILED, training=None, next_rules="")
    return evolve(model, state=HOSTED, training=None, rules=model.next_rules, next_rules="")


def state_at(model: Model, now: float) -> int:
    """Return the state of a settled model."""
    if model.training is None:
        return model.state
    if model.state == HOSTED:
        return RETRAINING
    # How long the service keeps a model queued is not known; here it is the first half.
    return QUEUED if model.training.share_done(now) < 1 / 2 else TRAINING


def can_predict(model: Model) -> bool:
    """Return whether a settled model is hosted, even if it is being trained again."""
    return model.state in {HOSTED, RETRAINING}


def can_train(model: Model, files: Sequence[TrainingFile]) -> bool:
    """Return whether a settled model has data to learn from and is not in training."""
    return model.training is None and is_annotated(model, files)


def is_annotated(model: Model, files: Sequence[TrainingFile]) -> bool:
    """Return whether there is an annotation (OCR, object detection), or an example of each category."""
    if model.model_type in {"ocr", "localization"}:
        return any(file.annotations for file in files)
    return {category for file in files for category in file.categories}.issuperset(model.categories)


def with_data(model: Model, files: Sequence[TrainingFile]) -> Model:
    """Return a settled model after an upload. A hosted one, or one in training, keeps its state."""
    if model.state == HOSTED or model.training is not None:
        return model
    return evolve(model, state=ANNOTATED if is_annotated(model, files) else UPLOADED)


def in_training(model: Model, rules: str, work: Work) -> Model:
    """Return a settled model whose training has begun."""
    return evolve(model, training=work, next_rules=rules)
