"""Pictures of street scenes, for models that find or tag things."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw

BOXES: Final = {"person": (20, 30, 60, 90), "car": (90, 50, 150, 100)}
"""Where the things are: left, top, right and bottom edge in pixels."""


def picture(*shapes: str, shade: int = 255) -> bytes:
    """Return a PNG with a red "person" at the left, a blue "car" at the right, or both."""
    image = Image.new("RGB", (160, 120), (shade, shade, shade))
    draw = ImageDraw.Draw(image)
    if "person" in shapes:
        draw.ellipse(BOXES["person"], fill=(200, 30, 30))
    if "car" in shapes:
        draw.rectangle(BOXES["car"], fill=(30, 30, 200))
    with io.BytesIO() as file:
        image.save(file, "PNG")
        return file.getvalue()


def annotation(name: str) -> dict[str, object]:
    """Return the annotation of a thing at its place, in the form that the service uses."""
    box = dict(zip(("xmin", "ymin", "xmax", "ymax"), BOXES[name], strict=True))
    return {"name": name, "ocr_text": name, "bndbox": box}
