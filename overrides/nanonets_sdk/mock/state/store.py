"""Everything that the mock remembers, by kind."""

from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import frozen

from nanonets_sdk.mock.state.clock import day_since_epoch
from nanonets_sdk.mock.state.database import Database, Place, Table
from nanonets_sdk.mock.state.records import (
    Model,
    PageRecord,
    PageText,
    RegisteredUrl,
    RequestFile,
    TrainingFile,
)


@frozen
class Setting:
    """A value that outlives the process."""

    name: str
    value: str


class Store:
    """The tables of one database."""

    def __init__(self, path: Path, *, durable: bool) -> None:
        """Open or create the database at `path`."""
        self.database = Database(path, durable=durable)
        self._models = Table(self.database, "models", Model)
        self._training_files = Table(self.database, "training_files", TrainingFile)
        self._request_files = Table(self.database, "request_files", RequestFile)
        self._pages = Table(self.database, "pages", PageRecord)
        self._texts = Table(self.database, "texts", PageText)
        self._urls = Table(self.database, "urls", RegisteredUrl)
        self._settings = Table(self.database, "settings", Setting)

    def put_model(self, model: Model) -> None:
        """Store a model."""
        self._models.put(Place(model.model_id), model)

    def model(self, model_id: str) -> Model | None:
        """Return a model, or None."""
        return self._models.get(model_id)

    def models(self) -> list[Model]:
        """Return every model, the oldest first."""
        return self._models.all()

    def put_training_file(self, file: TrainingFile) -> None:
        """Store a training file."""
        self._training_files.put(Place(file.file_id, file.model_id), file)

    def training_files(self, model_id: str) -> list[TrainingFile]:
        """Return a model's training files, the oldest first."""
        return self._training_files.children(model_id)

    def put_request_file(self, file: RequestFile) -> None:
        """Store a file sent for prediction."""
        self._request_files.put(Place(file.request_file_id, file.model_id, day_since_epoch(file.created)), file)

    def request_file(self, request_file_id: str) -> RequestFile | None:
        """Return a file sent for prediction, or None."""
        return self._request_files.get(request_file_id)

    def request_files(self, model_id: str, first_day: int, last_day: int) -> list[RequestFile]:
        """Return a model's files of an interval of days, the oldest first."""
        return self._request_files.between(model_id, first_day, last_day)

    def all_request_files(self) -> list[RequestFile]:
        """Return every file sent for prediction, the oldest first."""
        return self._request_files.all()

    def put_page(self, page: PageRecord) -> None:
        """Store a page."""
        self._pages.put(Place(page.page_id, page.request_file_id), page)

    def page(self, page_id: str) -> PageRecord | None:
        """Return a page, or None."""
        return self._pages.get(page_id)

    def pages(self, request_file_id: str) -> list[PageRecord]:
        """Return the pages of a file in their order."""
        return self._pages.children(request_file_id)

    def put_text(self, text: PageText) -> None:
        """Store the words of a page."""
        self._texts.put(Place(text.key), text)

    def text(self, key: str) -> PageText:
        """Return the words of a page, none where they are not known."""
        return self._texts.get(key) or PageText(key)

    def has_text(self, key: str) -> bool:
        """Return whether the words of a page were stored before."""
        return self._texts.get(key) is not None

    def put_url(self, url: RegisteredUrl) -> None:
        """Store what lies behind a URL."""
        self._urls.put(Place(url.url), url)

    def url(self, url: str) -> RegisteredUrl | None:
        """Return what was registered for a URL, or None."""
        return self._urls.get(url)

    def setting(self, name: str) -> str | None:
        """Return a value that outlives the process, or None."""
        setting = self._settings.get(name)
        return None if setting is None else setting.value

    def put_setting(self, name: str, value: str) -> None:
        """Store a value that outlives the process."""
        self._settings.put(Place(name), Setting(name, value))

    def clear(self) -> None:
        """Forget all but the settings."""
        with self.database.transaction():
            for table in (
                self._models,
                self._training_files,
                self._request_files,
                self._pages,
                self._texts,
                self._urls,
            ):
                table.clear()

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
