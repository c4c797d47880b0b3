"""Text in pictures, with rapidocr-onnxruntime where it is installed."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from PIL import Image

from nanonets_sdk.mock.reading.layout.page import Word
from nanonets_sdk.mock.reading.layout.reading_order import in_reading_order

NO_ENGINE = "no text layer and no OCR engine installed"
_NO_TEXT = "no text found"


class _Engine(Protocol):
    def __call__(self, picture: Image.Image) -> tuple[list[tuple[list[list[float]], str, float]] | None, object]:
        """Return the lines of text: corners, text and score."""
        ...


def has_engine() -> bool:
    """Tell whether an OCR engine is installed."""
    return find_spec("rapidocr_onnxruntime") is not None


def recognise(picture: Image.Image) -> tuple[tuple[Word, ...], str]:
    """Return a picture's words in reading order, or none and a notice why."""
    if not has_engine():
        return (), NO_ENGINE
    lines, _ = _engine()(picture.convert("RGB"))
    words = [word for box, text, _ in lines or () for word in _words(box, text)]
    return in_reading_order(words), "" if words else _NO_TEXT


@cache
def _engine() -> _Engine:
    return cast("_Engine", import_module("rapidocr_onnxruntime").RapidOCR())  # it ships no types


def _words(corners: list[list[float]], text: str) -> list[Word]:
    """Cut a line of text at its spaces; the engine boxes lines, so a word gets its share of the line's width."""
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    width = (right - left) / max(len(text), 1)
    words: list[Word] = []
    start = 0
    for part in text.split(" "):
        if part:
            xmin, xmax = left + start * width, left + (start + len(part)) * width
            words.append(Word(part, round(xmin), round(top), round(xmax), round(bottom)))
        start += len(part) + 1
    return words
