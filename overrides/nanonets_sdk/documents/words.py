"""Words: all text of a page, labelled or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import frozen

from nanonets_sdk.layout.geometry import Box

if TYPE_CHECKING:
    from nanonets_api.replies import TextReply

_EDGES: Final = ("xmin", "ymin", "xmax", "ymax")
_TEXTS: Final = ("ocr_text", "text")
_DEPTH: Final = 8
"""Levels to search, more than in any reply that was seen."""


@frozen
class Word:
    """A piece of text on a page, labelled or not.

    Attributes:
        text: The text.
        box: Its place in pixels of the page image; None if the service gives no location.
    """

    text: str
    box: Box | None


@frozen
class Words:
    """The words of `raw_ocr`, built for each iteration."""

    replies: tuple[TextReply, ...]

    def __iter__(self) -> Iterator[Word]:
        return (
            Word(text.ocr_text or "", Box.located(text.xmin, text.ymin, text.xmax, text.ymax)) for text in self.replies
        )


@frozen
class FreeWords:
    """The words of `raw_ocr_api_response`, built for each iteration.

    Its form is not documented, so every object with four edges and a text counts as a word, at any depth.
    """

    response: Any

    def __iter__(self) -> Iterator[Word]:
        return _words_in(self.response, _DEPTH)


def _words_in(value: Any, depth: int) -> Iterator[Word]:
    if isinstance(value, list) and depth:
        for item in cast("Iterable[Any]", value):
            yield from _words_in(item, depth - 1)
    elif isinstance(value, dict) and depth:
        members = cast("Mapping[str, Any]", value)
        edges = [members.get(edge) for edge in _EDGES]
        text = next((members[name] for name in _TEXTS if isinstance(members.get(name), str)), None)
        # This also rejects infinity and NaN, which some JSON has.
        if text is not None and all(isinstance(edge, int | float) and abs(edge) < float("inf") for edge in edges):
            yield Word(text, Box.located(*(round(edge or 0) for edge in edges)))
        else:
            yield from _words_in([*members.values()], depth)
