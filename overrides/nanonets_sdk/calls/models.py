"""The flow of every call whose reply is a model."""

from __future__ import annotations

from typing import Any

from nanonets_api import replies
from nanonets_sdk.calls.operations import Operation, call
from nanonets_sdk.documents import Model
from nanonets_sdk.documents.model import model_of
from nanonets_sdk.flows import Flow
from nanonets_sdk.replies.source import Source


def model_from(operation: Operation[replies.ModelReply], **arguments: Any) -> Flow[Model]:
    """Call an operation that answers with a model."""
    answered = yield from call(operation, **arguments)
    return model_of(answered.reply, Source(answered.body), is_partial=answered.is_partial)
