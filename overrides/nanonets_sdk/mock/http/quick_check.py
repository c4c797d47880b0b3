"""A quick check of replies, which proves that one is as described, or leaves the question open.

openapi-core explains what is wrong, and takes a second for a hundred pages. Replies are right but for mistakes of the
mock, and to see that alone is fast.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
import msgspec


class QuickCheck:
    """The replies of one description."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        """Find the schemas; each is prepared when it is first asked for."""
        self._components: Mapping[str, Any] = description["components"]
        self._schemas = dict(self._described(description["paths"]))
        self._validator = cache(self._prepared)

    def is_right(self, operation_id: str, status: int, content: bytes) -> bool:
        """Return whether a reply is certainly as described; False leaves the question open."""
        validator = self._validator(operation_id, str(status))
        return validator is not None and validator.is_valid(msgspec.json.decode(content))

    def _prepared(self, operation_id: str, status: str) -> jsonschema_rs.Draft202012Validator | None:
        schema = self._schemas.get((operation_id, status))
        if schema is None:
            return None
        # With the components beside it, `#/components/schemas/…` leads where it does in the description.
        return jsonschema_rs.Draft202012Validator({**schema, "components": self._components})

    def _described(self, paths: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
        for item in paths.values():
            for operation in item.values():
                for status, response in operation["responses"].items():
                    whole = self._components["responses"][_name(response)] if "$ref" in response else response
                    if "headers" not in whole:  # these are left to openapi-core
                        yield (operation["operationId"], status), whole["content"]["application/json"]["schema"]


def _name(reference: Mapping[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]
