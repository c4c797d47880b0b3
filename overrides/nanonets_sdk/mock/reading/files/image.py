"""Reads PNG and JPEG files."""

import io

from PIL import Image, ImageOps

from nanonets_sdk.mock.reading.files.limits import Limits
from nanonets_sdk.mock.reading.files.recognition import recognise
from nanonets_sdk.mock.reading.layout.page import Page, UnreadableFile
from nanonets_sdk.mock.reading.layout.ruling import NO_RULING
from nanonets_sdk.mock.reading.layout.tables import tables_of

_ORIENTATION_TAG = 0x0112
_DEGREES = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}  # by EXIF orientation, clockwise


def read_page(content: bytes, limits: Limits) -> Page:
    """Return the page of an image, in the image's own pixels, upright."""
    picture, rotation = upright(content, limits)
    words, notice = recognise(picture)
    return Page(0, picture.width, picture.height, rotation, words, tables_of(words, NO_RULING), notice)


def upright(content: bytes, limits: Limits) -> tuple[Image.Image, int]:
    """Return the image rotated as its EXIF data asks, and the degrees by which it was rotated, clockwise."""
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    try:
        picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        if picture.width * picture.height > limits.max_pixels:
            raise UnreadableFile(f"The image has more than {limits.max_pixels:,} pixels.")
        picture.load()
    except Image.DecompressionBombError as error:
        raise UnreadableFile(f"The image has more than {limits.max_pixels:,} pixels.") from error
    except (OSError, ValueError, SyntaxError) as error:  # Pillow raises these for damaged files
        raise UnreadableFile("The image is damaged or cut off.") from error
    rotation = _DEGREES.get(picture.getexif().get(_ORIENTATION_TAG, 1), 0)
    return ImageOps.exif_transpose(picture), rotation


def as_png(picture: Image.Image) -> bytes:
    """Return a picture as a PNG file."""
    # PNG has no CMYK, for example.
    if picture.mode not in ("1", "L", "LA", "P", "RGB", "RGBA"):
        picture = picture.convert("RGB")
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()
