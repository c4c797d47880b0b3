"""Overlays have boxes at their places, over the file that was read or the image from its signed URL."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest
from PIL import Image, ImageChops

from nanonets_sdk import Nanonets
from nanonets_sdk.documents import Document
from nanonets_sdk.mock import MockServer
from nanonets_sdk.mock.plugin import API_KEY
from nanonets_sdk.pictures import PictureError, overlay_names
from nanonets_sdk.pictures.confidence import COLOURS, Level
from nanonets_sdk.pictures.download import LARGEST
from reply_bodies import cell, field_box, predicted, table_box
from samples import INVOICE, PICTURE


def paper(width: int, height: int, colour: str = "white", kind: str = "PNG", **options: object) -> bytes:
    with io.BytesIO() as target:
        Image.new("RGB", (width, height), colour).save(target, kind, **options)
        return target.getvalue()


def is_near(colour: Any, expected: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(colour, expected, strict=True))


@pytest.mark.parametrize(("score", "level"), [(0.95, "high"), (0.8, "fair"), (0.3, "low"), (None, "none")])
def test_a_frame_has_the_colour_of_its_confidence_at_its_place(score: float | None, level: Level) -> None:
    document = predicted([field_box("a", "x", (100, 200, 300, 240), score=score)])
    image = document.draw(0, source=paper(600, 840), scale=1)
    frame = COLOURS[level]
    assert image.size == (600, 840)
    assert all(is_near(image.getpixel(place), frame) for place in [(200, 198), (98, 220), (302, 220), (200, 242)])
    assert image.getpixel((450, 600)) == (255, 255, 255)


def test_places_scale_with_the_size_of_the_page_whatever_the_size_of_the_image() -> None:
    document = predicted([field_box("a", "x", (100, 200, 300, 240), score=0.95)])
    image = document.draw(0, source=paper(1800, 2520), scale=2)
    assert image.size == (1200, 1680)
    assert is_near(image.getpixel((400, 481)), COLOURS["high"])


def test_a_table_has_a_grid_of_its_cells() -> None:
    cells = [cell(row, col, "x") for row in (1, 2) for col in (1, 2)]
    without, with_grid = predicted([]), predicted([table_box(cells)])
    plain, drawn = (document.draw(0, source=paper(600, 840), scale=1) for document in (without, with_grid))
    changed = ImageChops.difference(plain, drawn).getbbox()
    assert changed == (60, 20, 179, 59)


def test_a_pdf_is_drawn_page_by_page_in_the_size_of_the_page() -> None:
    blank = Document(tuple(attrs.evolve(page, width=596, height=842) for page in predicted([], []).pages))
    first, second = (blank.draw(number, source=INVOICE, scale=1) for number in (0, 1))
    assert first.size == second.size == (596, 842)
    assert ImageChops.difference(first, second).getbbox() is not None


def test_labels_can_be_read_without_asking_for_a_scale() -> None:
    assert predicted([field_box("a", "x", (1, 1, 9, 9))]).draw(source=paper(600, 840)).size == (1200, 1680)


def test_a_lying_image_of_an_upright_page_is_turned_as_the_service_turned_it() -> None:
    lying = Image.new("RGB", (840, 600), "white")
    lying.paste("black", (740, 0, 840, 600))
    with io.BytesIO() as target:
        lying.save(target, "PNG")
        content = target.getvalue()
    for rotation, dark in ((90, 10), (270, 830)):
        image = predicted([], rotation=rotation).draw(source=content, scale=1)
        assert image.getpixel((300, dark)) == (0, 0, 0)
        assert image.getpixel((300, 840 - dark)) == (255, 255, 255)


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert predicted([]).draw(source=paper(840, 600, kind="JPEG", exif=exif), scale=1).size == (600, 840)


def test_transparent_images_lie_on_white_paper() -> None:
    with io.BytesIO() as target:
        Image.new("RGBA", (600, 840), (0, 0, 0, 0)).save(target, "PNG")
        assert predicted([]).draw(source=target.getvalue(), scale=1).getpixel((5, 5)) == (255, 255, 255)


def test_sixteen_bits_of_grey_are_shown_as_eight() -> None:
    with io.BytesIO() as target:
        Image.new("I;16", (600, 840), 0x8000).save(target, "PNG")
        image = predicted([]).draw(source=target.getvalue(), scale=1)
    assert is_near(image.getpixel((5, 5)), (128, 128, 128))


def test_a_picture_a_page_is_saved_under_the_names_that_are_promised(tmp_path: Path) -> None:
    document = predicted([field_box("a", "x", (10, 10, 90, 20))], [])
    names = document.save_overlay(tmp_path / "out.png", source=INVOICE, scale=1)
    assert names == (tmp_path / "out-1.png", tmp_path / "out-2.png")
    assert sorted(tmp_path.iterdir()) == sorted(names)
    assert predicted([]).save_overlay(tmp_path / "one.jpg", source=PICTURE) == (tmp_path / "one.jpg",)
    with Image.open(tmp_path / "one.jpg") as one:
        assert one.format == "JPEG"


def test_names_of_many_pages_sort_in_the_order_of_the_pages() -> None:
    names = [path.name for path in overlay_names(Path("p.png"), range(100))]
    assert names == sorted(names)
    assert names[0] == "p-001.png"


@pytest.mark.parametrize(
    "boxes",
    [
        [field_box("x" * 5000, "t", (-(10**9), -5, 10**9, 10**9)), field_box("b", "t", (50, 50, 10, 10))],
        [field_box("\ud800\0\n<b>", "t", (590, 830, 900, 900)), field_box("", "", (5, 5, 5, 5))],
        [field_box("a", "t", (10**30, 1, 10**31, 2)), table_box([cell(10**9, 1, "x", score=None)])],
        [field_box(f"l{at}", "t", (10, 10, 30, 30)) for at in range(600)],
    ],
    ids=["huge", "odd", "absurd", "crowded"],
)
def test_hostile_boxes_are_drawn_as_far_as_they_are_on_the_page(boxes: list[dict[str, object]]) -> None:
    assert predicted(boxes).draw(source=paper(600, 840), scale=1).size == (600, 840)


@pytest.mark.parametrize(
    ("document", "source", "told"),
    [
        (predicted([]), b"no picture", "cannot read the image"),
        (predicted([]), b"%PDF-1.7 broken", "cannot open the PDF"),
        (predicted([]), None, "page 1 has no image in the reply; pass the file that was read as `source`"),
        (predicted([], [], []), INVOICE, "the source has 2 pages, but page 3 is needed"),
        (predicted([], []), PICTURE, "the source is one image, but page 2 is needed"),
        (predicted([], size={"width": 10**9, "height": 10**9}), PICTURE, "larger than any page"),
    ],
    ids=["no picture", "broken PDF", "no source", "too few pages", "one image", "absurd size"],
)
def test_a_page_that_cannot_be_drawn_says_why(document: Document, source: bytes | Path | None, told: str) -> None:
    with pytest.raises(PictureError, match=told):
        document.draw(document.pages[-1].number, source=source)


def test_an_unknown_picture_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"the suffix of 'out\.docx' is not that of a picture format"):
        predicted([]).save_overlay(tmp_path / "out.docx", source=PICTURE)
    assert list(tmp_path.iterdir()) == []


def test_the_signed_address_is_asked_without_the_key(nanonets_mock: MockServer) -> None:
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        document = client.ocr.predict_file(nanonets_mock.model_id, INVOICE)
    by_address, by_file = document.draw(1, scale=1), document.draw(1, source=INVOICE, scale=1)
    fetched = nanonets_mock.requests[-1]
    assert fetched.method == "GET"
    assert fetched.header("Authorization") is None
    assert by_address.size == by_file.size == (document.pages[1].width, document.pages[1].height)


class _Storage(BaseHTTPRequestHandler):
    """Storage that misbehaves, each path in its own way."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/gone"):
            self.send_response(403)
            self.end_headers()
        elif self.path.startswith("/elsewhere"):
            self.send_response(302)
            self.send_header("Location", "ftp://127.0.0.1/x")
            self.end_headers()
        elif self.path.startswith("/round"):
            self.send_response(302)
            self.send_header("Location", "/round")
            self.end_headers()
        else:
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range((LARGEST >> 20) + 2):
                    self.wfile.write(bytes(1 << 20))
            except OSError:
                self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Storage) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/gone", "HTTP 403; pass the file itself as `source`, or read the document again"),
        ("/elsewhere", "cannot be fetched|has an insecure address"),
        ("/round", "TooManyRedirects"),
        ("/endless", "larger than 64 MiB"),
    ],
)
def test_an_address_that_gives_no_image_says_why_and_not_its_signature(storage: str, path: str, told: str) -> None:
    page = attrs.evolve(predicted([]).pages[0], image_url=f"{storage}{path}?signature=secret")
    _Storage.asked.clear()
    with pytest.raises(PictureError, match=told) as failure:
        Document((page,)).draw()
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize("address", ["http://192.0.2.1/x", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_only_https_and_loopback_are_asked_at_all(address: str) -> None:
    page = attrs.evolve(predicted([]).pages[0], image_url=address)
    with pytest.raises(PictureError, match=r"has an insecure address"):
        Document((page,)).draw()
