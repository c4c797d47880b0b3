"""Asks the open questions one by one, and reports answers and shapes, ready to be attached to an issue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from attrs import frozen

from nanonets_sdk.contract.probing.inquiry import Inquiry, Noted
from nanonets_sdk.contract.probing.questions import NOT_PROBED, QUESTIONS, Needs, Question
from nanonets_sdk.contract.proving.furnishing import with_a_file
from nanonets_sdk.contract.proving.proofs import looked_around
from nanonets_sdk.contract.proving.service import Service


@frozen
class Settled:
    """The result of a question.

    Attributes:
        question: The question.
        answer: The answer; None if it is still open.
        reason: Why it is still open; "" if it is not.
        notes: The replies, as shapes.
    """

    question: Question
    answer: str | None
    reason: str
    notes: tuple[Noted, ...]

    @property
    def told(self) -> str:
        """The answer, or why there is none, as a line."""
        return f"{self.question.id}: {self.answer or self.reason}"


def probe(
    service: Service, allowed: frozenset[Needs], tell: Callable[[Settled], object] = lambda _: None
) -> list[Settled]:
    """Ask the questions, and return the result of each.

    Args:
        service: The service.
        allowed: What the probe may do besides reading.
        tell: Gets each result as it comes.

    Raises:
        CannotRun: The service does not answer, refuses the key, or has no list of models that can be read.
    """
    world, why = looked_around(service), "there is no file of this probe (--allow-billing)"
    if "billing" in allowed and world.ocr_model:
        try:
            world, why = with_a_file(service.http, world), ""
        except (httpx.HTTPError, KeyError, IndexError, TypeError, ValueError) as error:
            why = f"no file could be predicted: {type(error).__name__}"
    inquiry, found = Inquiry(service, world, "changes" in allowed), list[Settled]()
    for question in QUESTIONS:
        found.append(_settled(inquiry, question, _why_not(inquiry, question, allowed, why)))
        tell(found[-1])
    return found


def _why_not(inquiry: Inquiry, question: Question, allowed: frozenset[Needs], no_file: str) -> str:
    if question.needs not in allowed:
        return f"needs --allow-{question.needs}"
    if question.needs == "changes" and not inquiry.world.is_own and question.id not in _WITHOUT_A_FILE:
        return no_file
    if not inquiry.model and question.id not in _WITHOUT_A_MODEL:
        return "the account has no OCR model that is hosted"
    return ""


_WITHOUT_A_FILE = frozenset({"train-not-ready", "one-category"})
_WITHOUT_A_MODEL = frozenset(
    {*_WITHOUT_A_FILE, "error-401-none", "error-401-wrong", "error-404-model", "slashes", "model-types", "model-id"}
)


def _settled(inquiry: Inquiry, question: Question, why_not: str) -> Settled:
    inquiry.notes = []
    if why_not:
        return Settled(question, None, why_not, ())
    if question.id == "review-link" and not (inquiry.file and inquiry.service.review_url):
        return Settled(question, None, "needs a predicted file and the host of review links (--review-url)", ())
    try:
        answer = question.settle(inquiry)
    except httpx.HTTPError as error:
        return Settled(question, None, f"no reply: {type(error).__name__}", tuple(inquiry.notes))
    reason = "" if answer is not None else "the replies did not settle it"
    return Settled(question, answer, reason, tuple(inquiry.notes))


def as_json(found: list[Settled]) -> dict[str, Any]:
    """Return a report as JSON."""
    return {
        "questions": [
            {"id": one.question.id, "asks": one.question.asks, "open_in": one.question.source, "answer": one.answer,
             "open_because": one.reason,
             "replies": [{"method": note.method, "path": note.path, "status": note.status,
                          "content_type": note.content_type, "body": note.shape} for note in one.notes]}
            for one in found
        ],
        "not_probed": dict(NOT_PROBED),
    }  # fmt: skip


def as_markdown(found: list[Settled], version: str) -> str:
    """Return a report as Markdown, for an issue.

    Args:
        found: The results.
        version: The version of the package.
    """
    return "\n".join(_markdown(found, version)) + "\n"


def _markdown(found: list[Settled], version: str) -> Iterator[str]:
    settled = sum(one.answer is not None for one in found)
    yield f"# What the service answers ({settled} of {len(found)} questions settled, nanonets-sdk {version})"
    yield ""
    yield "Shapes of replies; no id, text, number or key of the account."
    for one in found:
        yield f"\n## {one.question.id}: {one.question.asks}\n"
        yield f"{one.answer}" if one.answer is not None else f"Open: {one.reason}."
        if one.notes:
            yield "\n```text"
            for note in one.notes:
                body = json.dumps(note.shape, separators=(",", ":"))
                yield f"{note.method} {note.path} -> {note.status} {note.content_type or '-'} {body}"
            yield "```"
    yield "\n## Not probed\n"
    yield from (f"- {name}: {reason}" for name, reason in NOT_PROBED.items())
