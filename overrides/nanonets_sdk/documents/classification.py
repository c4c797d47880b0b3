"""Classifications: what a picture probably is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nanonets_sdk.documents.inputs import by_input
from nanonets_sdk.replies.source import Raw, Source

if TYPE_CHECKING:
    from nanonets_api.replies import IcReply, IcResult


@frozen
class Score:
    """A class with its probability.

    Attributes:
        label: The class, one of the model's categories.
        probability: From 0 to 1; those of one picture need not add up to 1.
    """

    label: str
    probability: float


@frozen
class Classification:
    """What a picture probably is.

    Attributes:
        scores: Every class of the model, the most probable first.
        file_name: Name of the file as it was sent, or its URL.
        error: What the service says about a file that failed; None for every other one.
    """

    scores: tuple[Score, ...]
    file_name: str = ""
    error: str | None = None
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @property
    def best(self) -> Score | None:
        """The most probable class; None when there is none, as for a file that failed."""
        return max(self.scores, key=lambda score: score.probability, default=None)

    @property
    def raw(self) -> Any:
        """The classification as it stands in the reply, unknown members included; None for one from no reply."""
        return self._source.value if self._source else None

    @property
    def raw_bytes(self) -> bytes:
        """The body of the reply that it was read from, byte for byte; it may be of other files too."""
        return self._source.body.content if self._source else b""


def classifications_of(reply: IcReply, body: Raw, inputs: Sequence[str]) -> list[Classification]:
    """One classification for each file or URL sent, in that order; silence becomes an error."""
    found = [_classification_of(entry, Source(body) / "result" / at) for at, entry in enumerate(reply.result or ())]
    answers = by_input(found, inputs, lambda entry: entry.file_name)
    return [answer or _silence(name, body) for answer, name in zip(answers, inputs, strict=True)]


def _classification_of(reply: IcResult, source: Source) -> Classification:
    scores = [Score(score.label or "", score.probability or 0.0) for score in reply.prediction or ()]
    succeeded = not reply.message or reply.message.casefold() == "success"
    return Classification(
        scores=tuple(sorted(scores, key=lambda score: -score.probability)),
        file_name=reply.file or "",
        error=None if succeeded else reply.message,
        source=source,
    )


def _silence(name: str, body: Raw) -> Classification:
    return Classification((), name, "the reply says nothing about this file", source=Source(body))
