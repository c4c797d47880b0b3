"""Files that cannot be read, by accident or by malice, are refused with a reason, in bounded time and memory."""

import io
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission
from PIL import Image
from tests.samples.make_invoice import SAMPLE, make_invoice

from handmade_pdfs import assembled, one_page, stream
from nanonets_sdk.mock.reading import Limits, Reader, Reading, UnreadableFile

SECONDS = 60.0  # for work that takes much less, even on a busy machine
HASTE = 0.5  # for work that would take hours
PATIENCE = SECONDS + 60  # a busy machine may be slow to notice
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Limits(page_seconds=SECONDS, seconds=SECONDS, max_pages=20), workers=1) as shared:
        yield shared


@pytest.fixture(scope="module")
def hasty_reader() -> Iterator[Reader]:
    with Reader(Limits(seconds=HASTE), workers=1) as shared:
        yield shared


def refusal(reader: Reader, content: bytes) -> str:
    started = time.monotonic()
    with pytest.raises(UnreadableFile) as caught:
        reader.read(content)
    assert time.monotonic() - started < PATIENCE
    return caught.value.reason


def reading_or_reason(reader: Reader, content: bytes) -> Reading | str:
    started = time.monotonic()
    try:
        return reader.read(content)
    except UnreadableFile as refused:
        return refused.reason
    finally:
        assert time.monotonic() - started < PATIENCE


def pages(count: int) -> bytes:
    paper = FPDF()
    for _ in range(count):
        paper.add_page()
    return bytes(paper.output())


def encrypted(user_password: str) -> bytes:
    paper = FPDF()
    paper.set_encryption("owner", user_password, permissions=AccessPermission.none())
    paper.add_page()
    paper.set_font("Helvetica", size=12)
    paper.cell(text="Secret")
    return bytes(paper.output())


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    every = ((b"IHDR", head), *chunks, (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in every
    )


def packed(block: bytes, times: int) -> bytes:
    """Return a repeated block as zlib would compress it, without compressing it many times."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    piece = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = 1
    for _ in range(times):
        checksum = zlib.adler32(block, checksum)
    return b"\x78\xda" + piece * times + b"\x03\0" + struct.pack(">I", checksum)


def test_a_packed_block_unpacks_to_its_repetition() -> None:
    assert zlib.decompress(packed(b"abc" * 1000, 7)) == b"abc" * 7000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"Dear all,\nthis is a letter.", "The file is not a PDF, PNG or JPEG."),
        (b"GIF89a" + bytes(100), "The file is not a PDF, PNG or JPEG."),
        (b"PK\x03\x04" + bytes(100), "The file is not a PDF, PNG or JPEG."),
        (b"%PDF-1.7\n", "The PDF is cut off: its end is missing."),
        (b"%PDF-1.7\n" + bytes(range(256)) * 50, "The PDF is cut off: its end is missing."),
        (b"\x89PNG\r\n\x1a\n", "The image is damaged or cut off."),
        (b"\xff\xd8\xff\xe0", "The image is damaged or cut off."),
    ],
)
def test_a_file_that_is_not_a_document_is_refused(content: bytes, reason: str, reader: Reader) -> None:
    assert refusal(reader, content) == reason


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_pdf_cut_off_is_refused(share: float, reader: Reader) -> None:
    whole = make_invoice(SAMPLE)
    assert refusal(reader, whole[: int(share * len(whole))]) == "The PDF is cut off: its end is missing."


def test_a_pdf_with_a_password_is_refused(reader: Reader) -> None:
    assert refusal(reader, encrypted("user")) == "The PDF is encrypted and needs a password."


def test_a_pdf_that_opens_without_a_password_is_read_although_it_is_encrypted(reader: Reader) -> None:
    assert [word.text for word in reader.read(encrypted("")).pages[0].words] == ["Secret"]


def test_a_pdf_without_pages_is_refused(reader: Reader) -> None:
    empty = assembled([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"])
    assert refusal(reader, empty) == "The PDF has no pages."


def test_as_many_pages_as_allowed_are_read(reader: Reader) -> None:
    assert len(reader.read(pages(20)).pages) == 20


def test_one_page_too_many_is_refused(reader: Reader) -> None:
    assert refusal(reader, pages(21)) == "The PDF has 21 pages; at most 20 are read."


def test_five_hundred_pages_are_read_unless_told_otherwise() -> None:
    with Reader(workers=1) as patient:
        assert len(patient.read(pages(500)).pages) == 500


def test_a_blank_page_says_that_it_is_blank(reader: Reader) -> None:
    page = reader.read(pages(1)).pages[0]
    assert (page.words, page.tables, page.notice) == ((), (), "the page is blank")


def test_the_content_tells_the_kind_and_not_the_name(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "invoice.png"
    path.write_bytes(make_invoice(SAMPLE))
    assert reader.read(path).kind == "pdf"


def test_a_pdf_behind_a_few_bytes_of_rubbish_is_read(reader: Reader) -> None:
    assert len(reader.read(b"\n\n" + make_invoice(SAMPLE) + b"\r\n-- \r\nsent from afar").pages) == 2


def test_a_picture_of_too_many_pixels_is_refused(reader: Reader) -> None:
    bomb = png(60_000, 60_000, (b"IDAT", zlib.compress(bytes(10 * MEGABYTE))))
    assert refusal(reader, bomb) == "The image has more than 100,000,000 pixels."


def test_a_picture_with_a_swollen_text_is_refused_or_read_without_it(reader: Reader) -> None:
    body = packed(bytes(MEGABYTE), 300)
    bomb = png(1, 1, (b"zTXt", b"Comment\0\0" + body), (b"IDAT", zlib.compress(bytes(4))))
    assert refusal(reader, bomb) == "The image is damaged or cut off."


def test_a_page_of_a_square_kilometre_is_refused(reader: Reader) -> None:
    huge = one_page(stream(b""), box=b"[0 0 3000000 3000000]")
    assert refusal(reader, huge) == "Page 1 of the PDF is larger than 100,000,000 square points."


def test_a_page_cropped_to_nothing_is_refused(reader: Reader) -> None:
    gone = one_page(stream(b""), box=b"[0 0 200 200] /CropBox [900 900 950 950]")
    assert refusal(reader, gone) == "Page 1 of the PDF has no visible area."


def test_a_stream_that_swells_to_gigabytes_is_refused(reader: Reader) -> None:
    bomb = one_page(stream(packed(bytes(MEGABYTE), 1000), b"/Filter /FlateDecode"))
    assert "memory" in refusal(reader, bomb)


def test_a_stream_packed_many_times_over_is_refused_in_time(hasty_reader: Reader) -> None:
    content = packed(b"q " * MEGABYTE, 50)
    for _ in range(3):
        content = zlib.compress(content, 9)
    bomb = one_page(stream(content, b"/Filter [/FlateDecode /FlateDecode /FlateDecode /FlateDecode]"))
    assert refusal(hasty_reader, bomb)


def forms_within_forms() -> bytes:
    levels = 9
    forms = [
        stream(
            b"/X Do " * 10 if level < levels else b"0 0 m 1 1 l S",
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>" % (6 + level),
        )
        for level in range(levels + 1)
    ]
    return one_page(stream(b"/X Do"), b"<< /XObject << /X 5 0 R >> >>", b"[0 0 200 200]", *forms)


def test_forms_that_draw_each_other_ten_times_over_are_refused_in_time(hasty_reader: Reader) -> None:
    assert "seconds" in (reason := refusal(hasty_reader, forms_within_forms())) or "memory" in reason


def test_a_page_has_a_time_limit_of_its_own() -> None:
    # Not in haste: the invoice must be read in this time, also on a busy machine.
    with Reader(Limits(page_seconds=1), workers=1) as impatient:
        assert refusal(impatient, forms_within_forms()) == "Reading a page took more than 1 seconds."
        assert impatient.read(make_invoice(SAMPLE)).pages


def test_the_limits_are_ten_seconds_a_page_and_half_a_gibibyte_unless_set() -> None:
    assert (Limits().page_seconds, Limits().memory_bytes) == (10, 512 * MEGABYTE)
    with pytest.raises(ValueError, match="page_seconds"):
        Limits(page_seconds=0)


def test_a_form_that_draws_itself_does_no_harm(reader: Reader) -> None:
    form = stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>")
    assert reader.read(one_page(stream(b"/X Do"), b"<< /XObject << /X 5 0 R >> >>", b"[0 0 9 9]", form)).pages


def test_a_cyclic_page_tree_is_refused_or_read(reader: Reader) -> None:
    loop = assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"]
    )
    assert refusal(reader, loop)


def test_brackets_nested_without_end_do_no_harm(reader: Reader) -> None:
    page = reader.read(one_page(stream(b"[" * 200_000 + b"(x) Tj"))).pages[0]
    assert page.words == ()


def test_a_page_with_a_million_lines_is_read_or_refused_in_time(hasty_reader: Reader) -> None:
    lines = b"".join(b"0 %d m 200 %d l S %d 0 m %d 200 l S\n" % (n, n, n, n) for n in range(200)) * 500
    outcome = reading_or_reason(hasty_reader, one_page(stream(lines)))
    assert ("seconds" in outcome or "memory" in outcome) if isinstance(outcome, str) else not outcome.pages[0].tables


def test_an_endless_table_costs_no_more_than_the_time_limit(hasty_reader: Reader) -> None:
    grid = b"".join(b"0 %d m 14000 %d l S %d 0 m %d 14000 l S\n" % (n, n, n, n) for n in range(0, 14_000, 4))
    outcome = reading_or_reason(hasty_reader, one_page(stream(grid), box=b"[0 0 7000 14000]"))
    assert ("seconds" in outcome or "memory" in outcome) if isinstance(outcome, str) else not outcome.pages[0].tables


def test_after_every_bomb_the_reader_still_reads(reader: Reader) -> None:
    file = io.BytesIO()
    Image.new("L", (3, 2)).save(file, "PNG")
    assert reader.read(file.getvalue()).pages[0].width == 3


@pytest.mark.parametrize("seed", range(40))
def test_a_pdf_with_damaged_bytes_is_read_or_refused(seed: int, reader: Reader) -> None:
    damaged = bytearray(make_invoice(SAMPLE.with_items(2)))
    for step in range(60):
        place = (seed * 7919 + step * 104_729 + seed * step) % (len(damaged) - 64)
        damaged[place] = (seed * 31 + step * 17) % 256
    outcome = reading_or_reason(reader, bytes(damaged))
    assert outcome.endswith(".") if isinstance(outcome, str) else outcome.pages
