"""Opens the account of a server: its database and folders, and what must outlive the process."""

import secrets
from pathlib import Path
from typing import Final

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.uploads import Uploads
from nanonets_sdk.mock.http.service import Settings
from nanonets_sdk.mock.learning import rules_for
from nanonets_sdk.mock.reading import Reader
from nanonets_sdk.mock.replies.storage import Signer
from nanonets_sdk.mock.state.clock import Clock
from nanonets_sdk.mock.state.identities import Identities
from nanonets_sdk.mock.state.records import HOSTED, Model
from nanonets_sdk.mock.state.store import Store

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
"""What the built-in model looks for by name; it reads other labelled texts too."""


def open_account(
    database: Path,
    *,
    durable: bool,
    seed: str | None,
    settings: Settings,
) -> Account:
    """Open or create an account; its uploads lie beside the database."""
    store = Store(database, durable=durable)
    return Account(
        store=store,
        uploads=Uploads(database.with_name(f"{database.name}.uploads"), durable=durable),
        reader=Reader(),
        clock=Clock(),
        signer=Signer(_secret(store)),
        identities=Identities(_seed_of_this_start(store, seed)),
        behaviour=settings.behaviour,
        jobs=settings.jobs,
        trainings=settings.trainings,
    )


def builtin_model(account: Account) -> str:
    """Return the id of the hosted model that reads any document; it stays the same for a database."""
    with account.store.database.transaction():
        model_id = account.store.setting("builtin_model") or account.identities.random_id()
        account.store.put_setting("builtin_model", model_id)
        if account.store.model(model_id) is None:
            rules = rules_for(WELL_KNOWN_LABELS).to_json()
            account.store.put_model(Model(model_id, "ocr", WELL_KNOWN_LABELS, HOSTED, rules, discovers=True))
    return model_id


def _secret(store: Store) -> str:
    with store.database.transaction():
        secret = store.setting("secret") or secrets.token_hex(32)
        store.put_setting("secret", secret)
    return secret


def _seed_of_this_start(store: Store, seed: str | None) -> str | None:
    """Return a seed that differs at each start, so that no id comes twice into the same database."""
    with store.database.transaction():
        starts = int(store.setting("starts") or 0)
        store.put_setting("starts", str(starts + 1))
    return None if seed is None else f"{seed}/{starts}"
