"""Words: all text of a page, whether or not a label wants it."""

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


@frozen
class Word:
    """A piece of text of a page, whether or not a label wants it.

    Attributes:
        text: The text.
        box: Where it stands, in pixels of the page image; None where the service gives no location.
    """

    text: str
    box: Box | None


@frozen
class Words:
    """The words of `raw_ocr`, made each time that they are asked for."""

    replies: tuple[TextReply, ...]

    def __iter__(self) -> Iterator[Word]:
        """The words, in the order of the reply."""
        return (
            Word(text.ocr_text or "", Box.located(text.xmin, text.ymin, text.xmax, text.ymax)) for text in self.replies
        )


@frozen
class FreeWords:
    """The words of `raw_ocr_api_response`, whose form is documented nowhere.

    Whatever has four edges and a text is taken for a word, wherever it stands.
    """

    response: Any

    def __iter__(self) -> Iterator[Word]:
        """The words, in the order of the reply."""
        return _words_in(self.response, _DEPTH)


def _words_in(value: Any, depth: int) -> Iterator[Word]:
    if isinstance(value, list) and depth:
        for item in cast("Iterable[Any]", value):
            yield from _words_in(item, depth - 1)
    elif isinstance(value, dict) and depth:
        members = cast("Mapping[str, Any]", value)
        word = _word(members)
        if word is not None:
            yield word
        else:
            yield from _words_in([*members.values()], depth)


def _word(members: Mapping[str, Any]) -> Word | None:
    edges = [members.get(edge) for edge in _EDGES]
    text = next((members[name] for name in _TEXTS if isinstance(members.get(name), str)), None)
    if text is None or not all(isinstance(edge, int | float) and abs(edge) < float("inf") for edge in edges):
        return None
    return Word(text, Box.located(*(round(edge or 0) for edge in edges)))
