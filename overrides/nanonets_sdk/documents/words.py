"""Words: all text of a page, labelled or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import frozen

from nanonets_sdk.layout.geometry import Box

if TYPE_CHECKING:
    from nanonets_api.replies import BoxReply, CellReply, TextReply

_EDGES: Final = ("xmin", "ymin", "xmax", "ymax")
_TEXTS: Final = ("ocr_text", "text")
_TABLE: Final = "table"
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
    """The words of `raw_ocr`, built for each iteration.

    In some replies it holds the boxes of the page, tables included. The text of a table is that of its cells; if
    `raw_ocr` leaves them out, they are taken from the same table among the predicted boxes.
    """

    replies: tuple[TextReply, ...]
    boxes: tuple[BoxReply, ...] = ()

    def __iter__(self) -> Iterator[Word]:
        for reply in self.replies:
            if not _is_table(reply):
                yield _word(reply.ocr_text, reply)
                continue
            cells = reply.cells or next((box.cells for box in self.boxes if _is_same(box, reply) and box.cells), ())
            for cell in sorted(cells, key=lambda cell: (cell.row or 0, cell.col or 0)):
                yield _word(cell.text, cell)


@frozen
class FreeWords:
    """The words of `raw_ocr_api_response`, built for each iteration.

    Its form is not documented, so every object with four edges and a text counts as a word, at any depth.
    """

    response: Any

    def __iter__(self) -> Iterator[Word]:
        return _words_in(self.response, _DEPTH)


def distinct(words: Iterable[Word]) -> tuple[Word, ...]:
    """Return words without those that have no text, or repeat the text of another one at the same place."""
    seen: dict[object, Word] = {}
    for position, word in enumerate(words):
        if word.text.strip():
            # Without a place, the same text twice may well be two words.
            seen.setdefault((word.text, word.box) if word.box else position, word)
    return tuple(seen.values())


def _word(text: str | None, place: TextReply | CellReply) -> Word:
    return Word(text or "", Box.located(place.xmin, place.ymin, place.xmax, place.ymax))


def _is_table(reply: TextReply) -> bool:
    # `raw_ocr` often leaves the type out; only a box of the model has a label.
    return reply.type == "table" or bool(reply.cells) or reply.label == reply.ocr_text == _TABLE


def _is_same(box: BoxReply, reply: TextReply) -> bool:
    if box.id and reply.id:
        return box.id == reply.id
    return all(getattr(box, edge) == getattr(reply, edge) for edge in _EDGES)


def _words_in(value: Any, depth: int) -> Iterator[Word]:
    if isinstance(value, list) and depth:
        for item in cast("Iterable[Any]", value):
            yield from _words_in(item, depth - 1)
    elif isinstance(value, dict) and depth:
        members = cast("Mapping[str, Any]", value)
        edges = [members.get(edge) for edge in _EDGES]
        text = next((members[name] for name in _TEXTS if isinstance(members.get(name), str)), None)
        # This also rejects infinity and NaN, which some JSON has.
        # The text of a table is only the word `table`, and what is in it are its cells.
        if isinstance(members.get("cells"), list):
            yield from _words_in(members["cells"], depth - 1)
        elif text is not None and all(isinstance(edge, int | float) and abs(edge) < float("inf") for edge in edges):
            yield Word(text, Box.located(*(round(edge or 0) for edge in edges)))
        else:
            yield from _words_in([*members.values()], depth)
