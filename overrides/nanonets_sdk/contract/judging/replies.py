"""Holds a reply to the description, and to the facts that no schema can state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from nanonets_sdk.contract.description.spec import SpecOperation, described, resolved
from nanonets_sdk.contract.judging.exchange import Answered, Asked, media_type
from nanonets_sdk.contract.judging.facts import fact_problems
from nanonets_sdk.contract.judging.problem import Problem, schema_problems

_JSON: Final = "application/json"


def reply_problems(asked: Asked, answered: Answered) -> Iterator[Problem]:
    """Yield each way in which a reply breaks the contract.

    Args:
        asked: The request that was answered.
        answered: The reply. Without its body, only its status and media type are judged.
    """
    if asked.operation is None:
        if answered.is_success:
            yield Problem("reply", "status", "status", "is a success, and the API has no such route")
        return
    response = described(asked.operation)["responses"].get(str(answered.status))
    if response is None:
        yield Problem(
            "reply", "status", "status", f"{answered.status} is not one of {', '.join(asked.operation.statuses)}"
        )
        return
    content = resolved(response).get("content", {})
    kind = media_type(answered.content_type)
    if content and kind not in content:
        yield Problem("reply", "media type", "header/content-type", f"is not {' or '.join(content)}")
    elif kind == _JSON and answered.body is not None:
        yield from _body_problems(asked.operation, asked, answered, answered.body)


def _body_problems(operation: SpecOperation, asked: Asked, answered: Answered, body: bytes) -> Iterator[Problem]:
    try:
        value = json.loads(body)
    except ValueError:
        yield Problem("reply", "body", "body", "is not JSON")
        return
    except RecursionError:
        yield Problem("reply", "body", "body", "is nested too deeply to be read")
        return
    content = resolved(described(operation)["responses"][str(answered.status)])["content"]
    wrong = [*schema_problems(content[_JSON]["schema"], value, "reply")]
    yield from wrong
    # The facts read the members that the schema requires.
    if answered.is_success and not wrong:
        yield from fact_problems(asked, value)
