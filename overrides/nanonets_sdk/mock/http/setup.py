"""Sets up accounts and the models in them."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.uploads import Uploads
from nanonets_sdk.mock.http.service import Settings
from nanonets_sdk.mock.learning import rules_for
from nanonets_sdk.mock.reading import Limits, Reader
from nanonets_sdk.mock.replies.storage import Signer
from nanonets_sdk.mock.state.clock import Clock
from nanonets_sdk.mock.state.identities import Identities
from nanonets_sdk.mock.state.records import FAILED, HOSTED, RETRAINING, Model, ModelType
from nanonets_sdk.mock.state.store import Setting, Store

# The built-in model looks for these by name. It discovers other labelled texts too.
WELL_KNOWN_LABELS: Final = (
    "invoice_number",
    "invoice_date",
    "due_date",
    "po_number",
    "seller",
    "buyer",
    "vat_id",
    "subtotal",
    "vat",
    "total",
)


def open_account(
    database: Path | None, uploads: Path, *, seed: str | None, settings: Settings, limits: Limits
) -> Account:
    """Open or create an account.

    Args:
        database: The file with its records; None to forget them at the end.
        uploads: The folder with the bytes of its files.
        seed: Makes its ids reproducible.
        settings: The settings of the mock.
        limits: What reading one file may cost.

    Raises:
        OSError: The database cannot be opened.
    """
    store = Store(database)
    # Every start has a seed of its own, or a restart with the same state would draw the same ids again.
    with store.database.transaction():
        starts = int(store.setting("starts", lambda: "0"))
        store.settings.put(Setting("starts", str(starts + 1)))
        secret = store.setting("secret", lambda: secrets.token_hex(32))
    return Account(
        store=store,
        uploads=Uploads(uploads, durable=database is not None),
        reader=Reader(limits),
        clock=Clock(),
        signer=Signer(secret),
        identities=Identities(None if seed is None else f"{seed}/{starts}"),
        behaviour=settings.behaviour,
        jobs=settings.jobs,
        trainings=settings.trainings,
    )


def builtin_model(account: Account) -> str:
    """Return the id of the hosted model that reads any document; it stays the same for a database."""
    with account.store.database.transaction():
        model_id = account.store.setting("builtin_model", account.identities.random_id)
        if account.store.models.get(model_id) is None:
            rules = rules_for(WELL_KNOWN_LABELS).to_json()
            account.store.models.put(Model(model_id, "ocr", WELL_KNOWN_LABELS, HOSTED, rules, discovers=True))
    return model_id


def create_model(account: Account, categories: Sequence[str], model_type: ModelType, state: int) -> str:
    """Create a model in any state, without training, and return its id.

    Raises:
        ValueError: The service has no such state.
    """
    if not FAILED <= state <= RETRAINING:
        raise ValueError(f"There is no state {state}; the states are {FAILED} to {RETRAINING}")
    rules = rules_for(categories).to_json() if model_type == "ocr" else ""
    model = Model(account.identities.random_id(), model_type, tuple(categories), state, rules)
    account.store.models.put(model)
    return model.model_id
