"""Classifications: what a picture probably shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs import frozen

from nanonets_sdk.documents.inputs import by_input, names_agree
from nanonets_sdk.formats.html import heading, table_html
from nanonets_sdk.formats.rows import Sheet
from nanonets_sdk.formats.shown import first_lines, one_line, score_text
from nanonets_sdk.replies.source import Raw, Source
from nanonets_sdk.stored.doors import OPERATION, only_one, recognised_for

if TYPE_CHECKING:
    from nanonets_api.replies import IcReply, IcResult
    from nanonets_sdk.events import Drift
    from nanonets_sdk.stored.bodies import StoredSource

_FIRST: Final = 5
_LONGEST: Final = 60


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
    """What a picture probably shows.

    Attributes:
        scores: Every class of the model, the most probable first.
        file_name: Name of the file as it was sent, or its URL.
        error: The service's message about a file that failed, or why this may be of another file; None for all others.
    """

    scores: tuple[Score, ...]
    file_name: str = ""
    error: str | None = None
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @classmethod
    def load(cls, source: StoredSource, *, on_drift: Callable[[Drift], object] | None = None) -> Classification:
        """Load a classification from a stored reply; see `load_classifications`, which also loads several.

        Raises:
            ValueError: The source holds no classification, or several.
            DecodeError: It is not JSON, or no reply with classifications.
            OSError: It cannot be read.
        """
        loaded = load_classifications(source, on_drift=on_drift)
        return only_one(loaded, "classification", "load_classifications", lambda one: one.file_name)

    def __str__(self) -> str:
        lines = [f"{one_line(one.label, _LONGEST)} {score_text(one.probability)}" for one in self.scores]
        said = ", ".join(first_lines(lines, "class", _FIRST)) or "no classes"
        return f"{one_line(self.file_name)}: {said if self.error is None else one_line(self.error)}"

    def _repr_html_(self) -> str:
        rows = [(one.label, score_text(one.probability)) for one in self.scores]
        return heading("h4", self.file_name) + table_html(Sheet("", ("class", "probability"), rows))

    @property
    def best(self) -> Score | None:
        """The most probable class; None without classes, as for a file that failed."""
        return max(self.scores, key=lambda score: score.probability, default=None)

    def above(self, probability: float) -> tuple[Score, ...]:
        """Return the classes with at least this probability, the most probable first: the tags of a multi-label model.

        Args:
            probability: From 0 to 1.

        Examples:
            >>> Classification((Score("dog", 0.9), Score("outdoors", 0.7), Score("cat", 0.1))).above(0.5)
            (Score(label='dog', probability=0.9), Score(label='outdoors', probability=0.7))
        """
        return tuple(score for score in self.scores if score.probability >= probability)

    @property
    def raw(self) -> Any:
        """The classification as plain JSON values, unknown members included; None if it is not from a reply."""
        return self._source.value if self._source else None

    @property
    def raw_bytes(self) -> bytes:
        """The body of its reply, byte for byte; it may cover other files too."""
        return self._source.body.content if self._source else b""


def classifications_of(reply: IcReply, body: Raw, urls: Sequence[str]) -> list[Classification]:
    """Build a classification for each URL, in that order.

    A URL that the reply does not name gets a classification with an error, whose source is the whole reply.
    """
    answers, strays = by_input(_entries(reply, body), urls, lambda entry: entry.file_name)
    others = ", ".join(repr(entry.file_name) for entry in strays)
    missing = "the reply does not name this URL" + (f", but others that were not sent: {others}" if strays else "")
    return [
        attrs.evolve(answer, file_name=url) if answer else Classification((), url, missing, source=Source(body))
        for answer, url in zip(answers, urls, strict=True)
    ]


def classification_of(reply: IcReply, body: Raw, name: str) -> Classification:
    """Build the classification of a file: the first entry that may be about it, else the first of all.

    Args:
        reply: The reply.
        body: Its bytes.
        name: The name that the file was sent under.
    """
    entries = _entries(reply, body)
    if not entries:
        return Classification((), name, "the reply says nothing about this file", source=Source(body))
    return next((entry for entry in entries if names_agree(name, entry.file_name)), entries[0])


def _entries(reply: IcReply, body: Raw) -> list[Classification]:
    return [_classification_of(entry, Source(body) / "result" / at) for at, entry in enumerate(reply.result or ())]


def load_classifications(
    source: StoredSource, *, on_drift: Callable[[Drift], object] | None = None
) -> list[Classification]:
    """Load the classifications in a stored reply, or in an archive of several.

    Args:
        source: What `load_documents` takes.
        on_drift: Called for each value of an unexpected type, as by a client. The operation is `load`.

    Returns:
        A classification for each file, in the order of the source.

    Raises:
        DecodeError: Something in it is not JSON, or no reply with classifications.
        OSError: It cannot be read.

    Example:
        ```python
        reply = '{"result": [{"file": "a.png", "prediction": [{"label": "invoice", "probability": 0.9}]}]}'
        for classification in load_classifications(reply):
            print(classification.file_name, classification.best)
        ```
    """
    from nanonets_api.replies import IcReply, IcResult
    from nanonets_sdk.replies.decode import decode

    loaded: list[Classification] = []
    for found in recognised_for("load_classifications", source):
        body = Raw(found.body.content)
        if found.shape == "classes":
            loaded += _entries(decode(body.content, IcReply, OPERATION, on_drift), body)
        else:
            loaded.append(_classification_of(decode(body.content, IcResult, OPERATION, on_drift), Source(body)))
    return loaded


def _classification_of(reply: IcResult, source: Source) -> Classification:
    scores = [Score(score.label or "", score.probability or 0.0) for score in reply.prediction or ()]
    succeeded = not reply.message or reply.message.casefold() == "success"
    return Classification(
        scores=tuple(sorted(scores, key=lambda score: -score.probability)),
        file_name=reply.file or "",
        error=None if succeeded else reply.message,
        source=source,
    )
