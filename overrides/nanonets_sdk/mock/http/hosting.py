"""Models that are there without having been trained, for tests of what comes after."""

from collections.abc import Sequence

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.learning import rules_for
from nanonets_sdk.mock.state.records import (
    FAILED,
    RETRAINING,
    Model,
    ModelType,
)


def hosted_model(account: Account, categories: Sequence[str], model_type: ModelType, state: int) -> str:
    """Create a model in any state and return its id; raises ValueError for one that the service does not have."""
    if not FAILED <= state <= RETRAINING:
        raise ValueError(f"{state} is no state; there are {FAILED} to {RETRAINING}")
    rules = rules_for(categories).to_json() if model_type == "ocr" else ""
    model = Model(account.identities.random_id(), model_type, tuple(categories), state, rules)
    account.store.put_model(model)
    return model.model_id
