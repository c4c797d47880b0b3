"""Text recognition in pictures, with rapidocr-onnxruntime if it is installed."""

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
        """Return the lines of text, each as its corners, text and score, and the seconds that each step took."""
        ...


def has_engine() -> bool:
    """Return whether an OCR engine is installed."""
    return find_spec("rapidocr_onnxruntime") is not None


def recognise(picture: Image.Image) -> tuple[tuple[Word, ...], str]:
    """Return the words of a picture in reading order and, if there are none, a notice that says why."""
    if not has_engine():
        return (), NO_ENGINE
    lines, _ = _engine()(picture.convert("RGB"))
    words: list[Word] = []
    for corners, text, _ in lines or ():
        xs, ys = zip(*corners, strict=True)
        left, right, top, bottom = min(xs), max(xs), round(min(ys)), round(max(ys))
        # The engine finds the box of a line, so each of its words gets a share in proportion to its letters.
        width = (right - left) / max(len(text), 1)
        start = 0
        for part in text.split(" "):
            if part:
                xmin, xmax = left + start * width, left + (start + len(part)) * width
                words.append(Word(part, round(xmin), top, round(xmax), bottom))
            start += len(part) + 1
    return in_reading_order(words), "" if words else _NO_TEXT


@cache
def _engine() -> _Engine:
    # Loading the models takes about a second; the package ships no types.
    return cast("_Engine", import_module("rapidocr_onnxruntime").RapidOCR())
