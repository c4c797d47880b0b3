"""The API description that the mock serves, and the operations in it."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from attrs import field, frozen

UNDOCUMENTED: Final = "#/components/responses/Undocumented"
EVIDENCE: Final = ("captured", "documented", "assumed")
# Ten times faster, but not in every build of PyYAML; a mock is started by many a test.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
METHODS: Final = ("get", "post", "put", "patch", "delete")


@frozen(eq=False)
class Operation:
    """One operation of the description, equal to itself alone.

    Attributes:
        operation_id: Its id.
        method: The HTTP method, in upper case.
        path: The template of its path, with a slash at the end if the description has one there.
        described: The operation object of the description.
    """

    operation_id: str
    method: str
    path: str
    described: Mapping[str, Any] = field(repr=False)

    @property
    def route(self) -> str:
        """The template without a slash at the end: the service serves both spellings as one."""
        return self.path.rstrip("/")

    @property
    def is_on_another_host(self) -> bool:
        """Whether the description gives it a server of its own, which has no base path."""
        return "servers" in self.described

    @property
    def evidence(self) -> str:
        """How well it is known: captured, documented or assumed."""
        return str(self.described["x-evidence"])

    @property
    def is_reply_documented(self) -> bool:
        """Whether a source shows the reply of status 200."""
        return bool(self.described["responses"]["200"].get("$ref") != UNDOCUMENTED)

    @property
    def takes_body(self) -> bool:
        """Whether the description has a body for it."""
        return "requestBody" in self.described

    @property
    def statuses(self) -> frozenset[int]:
        """The statuses of its described responses."""
        return frozenset(int(status) for status in self.described["responses"] if status.isdecimal())


@cache
def load_description(path: Path) -> dict[str, Any]:
    """Return the description at `path`. It is loaded once, so treat it as read-only."""
    description: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - both are safe loaders
    return description


def operations(description: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield every operation of the description, in its order."""
    for path, item in description["paths"].items():
        for method in METHODS:
            if method in item:
                yield Operation(item[method]["operationId"], method.upper(), path, item[method])
