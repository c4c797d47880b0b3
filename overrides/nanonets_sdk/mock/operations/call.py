"""One call of an operation, and its reply."""

from collections.abc import Mapping
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
    """What an operation receives: ids from the path, query, form fields, files, JSON."""

    operation_id: str
    root_url: str
    path: Mapping[str, str]
    query: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[FilePart, ...] = ()
    json: Any = None

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

    def file(self, name: str) -> FilePart:
        """Return the one file with this name.

        Raises:
            Refusal: 400 if there is none, or more than one.
        """
        found = [part for part in self.files if part.name == name]
        if len(found) != 1:
            raise bad_request(f"/{name}: {len(found)} files instead of one", f"Please send one file as {name!r}")
        return found[0]


@frozen
class Reply:
    """A reply.

    Attributes:
        body: The JSON value.
        status: The HTTP status.
        described_as: The status whose described body this is, if a switch chose another status.
        follows_description: False if a switch chose a body that the description does not have.
    """

    body: Any
    status: int = 200
    described_as: int | None = None
    follows_description: bool = True
