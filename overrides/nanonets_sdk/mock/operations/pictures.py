"""Predictions that give probabilities: of image classification and of multi-label models."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.operations.call import Reply
from nanonets_sdk.mock.operations.files import FailedUrl, ReadFile, status_of
from nanonets_sdk.mock.operations.model import picture_of
from nanonets_sdk.mock.replies.prediction import classification_body, classified, failed_picture
from nanonets_sdk.mock.state.records import Model

Probabilities: TypeAlias = Callable[[Model, bytes], Mapping[str, float]]
"""Returns the probability of each category of a model for a picture."""


def predict(
    account: Account, model: Model, found: Sequence[ReadFile | FailedUrl], probabilities: Probabilities
) -> Reply:
    """Return the reply for some files. Each one that failed has an entry with the reason."""
    # The call is charged for all its pictures before the first is looked at, so that it is refused as a whole.
    account.charge(model, sum(isinstance(one, ReadFile) for one in found))

    def entry(one: ReadFile | FailedUrl) -> dict[str, Any]:
        if isinstance(one, FailedUrl):
            return failed_picture(one.url, one.reason)
        return classified(one.stored.name, probabilities(model, picture_of(account, one.stored.sha256)))

    return Reply(classification_body(model.model_id, map(entry, found)), status_of(account, found))
