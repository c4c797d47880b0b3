"""Pictures: their own pixels, upright; and words where an engine reads them."""

import io
from importlib.util import find_spec

import pytest
from PIL import Image

from nanonets_sdk.mock.reading import Reader, UnreadableFile

HAS_ENGINE = find_spec("rapidocr_onnxruntime") is not None


def picture(kind: str, mode: str = "RGB", orientation: int | None = None) -> bytes:
    image = Image.new(mode, (60, 40), "white" if mode != "CMYK" else (0, 0, 0, 0))
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, kind, exif=exif)
    return file.getvalue()


@pytest.mark.parametrize(("kind", "named"), [("PNG", "png"), ("JPEG", "jpeg")])
def test_a_picture_is_one_page_of_its_own_pixels(kind: str, named: str, reader: Reader) -> None:
    reading = reader.read(picture(kind))
    assert (reading.kind, [(page.width, page.height) for page in reading.pages]) == (named, [(60, 40)])


@pytest.mark.parametrize(("orientation", "rotation", "size"), [(1, 0, (60, 40)), (3, 180, (60, 40)), (6, 90, (40, 60))])
def test_a_photo_taken_sideways_is_set_upright(
    orientation: int, rotation: int, size: tuple[int, int], reader: Reader
) -> None:
    file = picture("JPEG", orientation=orientation)
    page = reader.read(file).pages[0]
    shown = Image.open(io.BytesIO(reader.render(file, 0))).size
    assert (page.rotation, (page.width, page.height), shown) == (rotation, size, size)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_colour_of_jpeg_can_be_rendered(mode: str, reader: Reader) -> None:
    assert Image.open(io.BytesIO(reader.render(picture("JPEG", mode), 0))).format == "PNG"


@pytest.mark.skipif(HAS_ENGINE, reason="the notice is for installations without an OCR engine")
def test_without_an_engine_a_picture_has_no_words_and_says_why(reader: Reader) -> None:
    page = reader.read(picture("PNG")).pages[0]
    assert (page.words, page.notice) == ((), "no text layer and no OCR engine installed")


@pytest.mark.skipif(not HAS_ENGINE, reason="needs the optional OCR engine of the extra `ocr`")
def test_with_an_engine_the_words_of_a_picture_are_read(reader: Reader) -> None:
    from tests.samples.make_invoice import SAMPLE, make_invoice, make_picture

    words = {word.text for word in reader.read(make_picture(make_invoice(SAMPLE))).pages[0].words}
    assert SAMPLE.number in words


def test_a_picture_has_one_page_only(reader: Reader) -> None:
    with pytest.raises(IndexError):
        reader.render(picture("PNG"), 1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_cut_off_is_refused(kind: str, reader: Reader) -> None:
    noise = Image.effect_noise((200, 200), 90)
    file = io.BytesIO()
    noise.save(file, kind)
    with pytest.raises(UnreadableFile, match="damaged or cut off"):
        reader.read(file.getvalue()[: len(file.getvalue()) // 2])
