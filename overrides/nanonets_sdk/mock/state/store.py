"""Everything that the mock remembers, one table for each kind of record."""

from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from nanonets_sdk.mock.state.clock import day_since_epoch
from nanonets_sdk.mock.state.database import Database, Place, Table
from nanonets_sdk.mock.state.records import Model, PageRecord, PageText, RegisteredUrl, RequestFile, TrainingFile


@frozen
class Setting:
    """A value of the server itself, which a reset leaves alone."""

    name: str
    value: str


class Store:
    """The tables of one database.

    Attributes:
        database: The database, for transactions over several tables.
        models: Models.
        training_files: Training files, each the child of a model.
        request_files: Files sent for prediction, each the child of a model, on the day when it was sent.
        pages: Pages of those files, each the child of a file.
        texts: Words of pages, by the hash of the file and the number of the page.
        urls: Registered URLs.
        settings: Values of the server itself.
    """

    def __init__(self, path: Path | None) -> None:
        self.database = database = Database(path)
        # One transaction, and for a file one sync, for all of them.
        with database.transaction():
            self.models = Table(database, "models", Model, lambda model: Place(model.model_id))
            self.training_files = Table(
                database, "training_files", TrainingFile, lambda file: Place(file.file_id, file.model_id)
            )
            self.request_files = Table(
                database,
                "request_files",
                RequestFile,
                lambda file: Place(file.request_file_id, file.model_id, day_since_epoch(file.created)),
            )
            self.pages = Table(database, "pages", PageRecord, lambda page: Place(page.page_id, page.request_file_id))
            self.texts = Table(database, "texts", PageText, lambda text: Place(text.key))
            self.urls = Table(database, "urls", RegisteredUrl, lambda url: Place(url.url))
            self.settings = Table(database, "settings", Setting, lambda setting: Place(setting.name))

    def setting(self, name: str, create: Callable[[], str]) -> str:
        """Return the value of a setting, which is created when it is first needed."""
        with self.database.transaction():
            setting = self.settings.get(name)
            if setting is None:
                setting = Setting(name, create())
                self.settings.put(setting)
            return setting.value

    def clear(self) -> None:
        """Delete everything but the settings."""
        with self.database.transaction():
            for table in (self.models, self.training_files, self.request_files, self.pages, self.texts, self.urls):
                table.clear()
