"""What is kept of an exchange: the operation, the status and what was wrong."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from nanonets_sdk.contract.judging.exchange import Answered, Asked
from nanonets_sdk.contract.judging.problem import Problem
from nanonets_sdk.contract.judging.replies import reply_problems
from nanonets_sdk.contract.judging.requests import request_problems
from nanonets_sdk.drift.traffic.redaction import redacted_path

MOST_BYTES: Final = 64 << 20
"""A larger body is passed on and not judged."""
PASSED_ON: Final = "nanonets-contract"
"""The extension of a request that a proxy passes on, and has judged already."""


@frozen
class Seen:
    """An exchange that was judged, without its values.

    Attributes:
        operation_id: The operation; "" if the API has no such route.
        method: The HTTP method.
        path: The path with `{}` in place of ids.
        status: The HTTP status of the reply; None if none came.
        problems: What was wrong.
    """

    operation_id: str
    method: str
    path: str
    status: int | None
    problems: tuple[Problem, ...]

    @property
    def label(self) -> str:
        """The operation, or the route that the API does not have."""
        return self.operation_id or f"{self.method} {self.path}"


def seen_of(asked: Asked, answered: Answered | None, *, check_replies: bool = True) -> Seen:
    """Judge an exchange, and return what may be kept of it.

    Args:
        asked: The request.
        answered: The reply; None if none came.
        check_replies: Whether the reply is judged too.
    """
    problems = [*request_problems(asked)]
    if answered is not None and check_replies:
        problems += reply_problems(asked, answered)
    operation_id = "" if asked.operation is None else asked.operation.operation_id
    status = None if answered is None else answered.status
    return Seen(operation_id, asked.method, redacted_path(asked.path), status, tuple(problems))
