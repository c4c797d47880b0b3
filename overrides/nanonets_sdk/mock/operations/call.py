"""One call of an operation, taken apart; and its reply."""

from collections.abc import Mapping
from typing import IO, Any

from attrs import field, frozen

from nanonets_sdk.mock.account.refusals import bad_request


@frozen
class FilePart:
    """A file in a multipart body; `stream` stands at its start."""

    name: str
    filename: str
    content_type: str
    size: int
    sha256: str
    stream: IO[bytes] = field(eq=False, repr=False)


@frozen
class Call:
    """What an operation gets: ids from the path, query, form, files, JSON."""

    operation_id: str
    root_url: str
    path: Mapping[str, str]
    query: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[FilePart, ...] = ()
    json: Any = None

    @property
    def asynchronous(self) -> bool:
        """Whether the query asks for an answer before the work is done."""
        return self.parameter("async") == "true"

    def parameter(self, name: str) -> str:
        """Return the last value of a query parameter, "" where it is absent."""
        return next((value for key, value in reversed(self.query) if key == name), "")

    def text(self, name: str) -> str:
        """Return the last value of a form field, "" where it is absent."""
        return next((value for key, value in reversed(self.fields) if key == name), "")

    def texts(self, name: str) -> list[str]:
        """Return every value of a repeated form field."""
        return [value for key, value in self.fields if key == name]

    def file(self, name: str) -> FilePart:
        """Return the one file of this name; raises Refusal where there is none, or another with it."""
        found = [part for part in self.files if part.name == name]
        if len(found) != 1:
            raise bad_request(f"/{name}: {len(found)} files instead of one", f"Please send one file as {name!r}")
        return found[0]


@frozen
class Reply:
    """An answer.

    Where a switch chose its status, `described_as` is the one under which the description has its body; where a switch
    chose a body that the description does not have, `follows_description` is false.
    """

    body: Any
    status: int = 200
    described_as: int | None = None
    follows_description: bool = True
