"""The API description that the mock serves: where it lies and which operations it names."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from attrs import frozen

METHODS: Final = ("get", "post", "put", "patch", "delete")


@frozen
class Operation:
    """One operation of the description; `path` is its template, with the slash at the end where it has one."""

    operation_id: str
    method: str
    path: str
    takes_body: bool
    statuses: frozenset[int]

    @property
    def route(self) -> str:
        """The template without a slash at its end: the service serves both spellings as one."""
        return self.path.rstrip("/")


@cache
def load_description(path: Path) -> dict[str, Any]:
    """Return the description at `path` as plain data; treat it as read-only, since it is loaded once."""
    description: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return description


def operations(description: dict[str, Any]) -> Iterator[Operation]:
    """Yield every operation of the description, in its order."""
    for path, item in description["paths"].items():
        for method in METHODS:
            if method in item:
                described = item[method]
                yield Operation(
                    operation_id=described["operationId"],
                    method=method.upper(),
                    path=path,
                    takes_body="requestBody" in described,
                    statuses=frozenset(int(status) for status in described["responses"] if status.isdecimal()),
                )
