"""The images behind the signed addresses."""

import io
from typing import Final

from PIL import Image

THUMBNAIL_PIXELS: Final = 200
COMPRESSED_COLOURS: Final = 64
TURNS: Final = {"acw_rotate_90": 90, "acw_rotate_180": 180, "acw_rotate_270": 270}


def variant_of(png: bytes, variant: str) -> bytes:
    """Return a variant of a page's image: the PNG itself, a smaller one, or one turned counterclockwise."""
    if variant not in TURNS and variant not in {"thumbnail", "original_compressed"}:
        return png
    with Image.open(io.BytesIO(png)) as image:
        if variant in TURNS:
            return _png(image.rotate(TURNS[variant], expand=True))
        if variant == "thumbnail":
            image.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
            return _png(image)
        return _png(image.convert("RGB").quantize(COMPRESSED_COLOURS))


def _png(image: Image.Image) -> bytes:
    with io.BytesIO() as target:
        image.save(target, "PNG")
        return target.getvalue()
