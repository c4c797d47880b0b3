"""One call of an operation, and its reply."""

from collections.abc import Callable, Mapping
from typing import IO, Any

from attrs import field, frozen

from nanonets_sdk.mock.account.refusals import bad_request


@frozen
class FilePart:
    """A file in a multipart body; `stream` is at its start."""

    name: str
    filename: str
    content_type: str
    size: int
    sha256: str
    stream: IO[bytes] = field(eq=False, repr=False)


@frozen
class Call:
    """What an operation receives: ids from the path, query, form fields, files, JSON and its bytes."""

    operation_id: str
    root_url: str
    path: Mapping[str, str]
    query: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[FilePart, ...] = ()
    json: Any = None
    raw: bytes = field(default=b"", repr=False)
    problems: Callable[[str, Any], list[str]] = field(default=lambda _schema, _value: [], eq=False, repr=False)
    """Returns the violations of a schema of the description, which is given by name."""

    @property
    def asynchronous(self) -> bool:
        """Whether the query asks for a reply before the work is done."""
        return self.parameter("async") == "true"

    def parameter(self, name: str) -> str:
        """Return the last value of a query parameter, "" if it is absent."""
        return dict(self.query).get(name, "")

    def value(self, name: str) -> str:
        """Return the last value of a form field, "" if it is absent."""
        return dict(self.fields).get(name, "")

    def values(self, name: str) -> list[str]:
        """Return every value of a repeated form field."""
        return [value for key, value in self.fields if key == name]

    def all_files(self, name: str) -> list[FilePart]:
        """Return the files with this name. Older clients send several where the description has one.

        Raises:
            Refusal: 400 if there is none.
        """
        found = [part for part in self.files if part.name == name]
        if not found:
            raise bad_request(f"/{name}: there is no file", f"Please send a file as {name!r}")
        return found


@frozen
class Reply:
    """A reply.

    Attributes:
        body: The JSON value; the text if `is_text`.
        status: The HTTP status.
        described_as: The status whose described body this is, if a switch chose another status.
        follows_description: False if a switch chose a body that the description does not have.
        is_text: Whether it is sent as plain text.
    """

    body: Any
    status: int = 200
    described_as: int | None = None
    follows_description: bool = True
    is_text: bool = False
