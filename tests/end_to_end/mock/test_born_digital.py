"""PDFs by many programs, sent to the mock and read back by the client: pages, words in reading order, tables."""

from collections.abc import Iterator
from typing import Any

import pytest

from nanonets_sdk import Document, Nanonets, Page
from nanonets_sdk.mock import MockServer
from samples import BORN_DIGITAL, from_yaml

EXPECTED: dict[str, list[dict[str, Any]]] = from_yaml(BORN_DIGITAL / "expected.yaml")
WRITERS = {name.partition("-")[0] for name in EXPECTED} - {"calc"}  # LibreOffice once more
HOLDING = [(name, page["holds"]) for name, pages in EXPECTED.items() for page in pages if "holds" in page]
HIDING = [(name, page["hides"]) for name, pages in EXPECTED.items() for page in pages if "hides" in page]


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(api_key="key") as running:
        yield running
        assert running.alarms == []


@pytest.fixture(scope="module")
def client(server: MockServer) -> Iterator[Nanonets]:
    with Nanonets("key", base_url=server.base_url) as opened:
        yield opened


@pytest.fixture(scope="module", params=EXPECTED)
def name(request: pytest.FixtureRequest) -> str:
    asked: str = request.param
    return asked


@pytest.fixture(scope="module")
def document(name: str, server: MockServer, client: Nanonets) -> Document:
    return read(server, client, name)


def read(server: MockServer, client: Nanonets, name: str) -> Document:
    """Have a file read, and fetch the stored result, which has all words."""
    predicted = client.ocr.predict_file(server.model_id, BORN_DIGITAL / name)
    return client.ocr.get_file(server.model_id, predicted.request_file_id)


def rows_of(page: Page) -> list[list[list[str]]]:
    return [[list(table.header), *(list(row) for row in table.filled_rows)] for table in page.tables]


def places(phrases: list[str], text: str) -> list[int]:
    """Return the position of each phrase, searching after the phrase before."""
    found: list[int] = []
    for phrase in phrases:
        start = text.find(f" {phrase} ", found[-1] if found else 0)
        assert start >= 0, f"{phrase!r} is not there, or out of order, in {text}"
        found.append(start + 1)
    return found


def test_every_file_is_expected_to_say_something() -> None:
    assert {path.name for path in BORN_DIGITAL.glob("*.pdf")} == set(EXPECTED)


def test_the_files_are_by_more_than_twenty_programs() -> None:
    assert len(WRITERS) > 20


@pytest.mark.parametrize(("name", "feature"), HOLDING)
def test_the_file_has_the_feature_that_it_is_here_for(name: str, feature: str) -> None:
    assert feature.encode() in (BORN_DIGITAL / name).read_bytes()


@pytest.mark.parametrize("text", [" b a ", " ab ", " a "], ids=["out of order", "not apart", "one missing"])
def test_phrases_that_are_not_read_in_order_are_noticed(text: str) -> None:
    with pytest.raises(AssertionError, match="out of order"):
        places(["a", "b"], text)


def test_the_file_goes_through(name: str, document: Document) -> None:
    assert [(page.status, page.error) for page in document.pages] == [("success", None)] * len(EXPECTED[name])


def test_each_page_has_its_size(name: str, document: Document) -> None:
    assert [[page.width, page.height] for page in document.pages] == [page["size"] for page in EXPECTED[name]]


def test_each_page_tells_how_it_was_turned(name: str, document: Document) -> None:
    assert [page.rotation for page in document.pages] == [page.get("rotation", 0) for page in EXPECTED[name]]


def test_the_words_come_in_reading_order(name: str, document: Document) -> None:
    for page, expected in zip(document.pages, EXPECTED[name], strict=True):
        assert places(expected["reads"], f" {page.text} ")


def test_each_table_comes_out_cell_by_cell(name: str, document: Document) -> None:
    expected = [page.get("tables", []) for page in EXPECTED[name]]
    assert [rows_of(page) for page in document.pages] == expected


@pytest.mark.parametrize(("name", "word"), HIDING)
def test_what_is_cropped_away_is_not_read(name: str, word: str, server: MockServer, client: Nanonets) -> None:
    assert word not in read(server, client, name).pages[0].text


def test_every_word_stands_on_its_page(document: Document) -> None:
    boxes = [(word.box, page) for page in document.pages for word in page.words if word.box]
    assert boxes
    assert all(0 <= box.xmin < box.xmax <= page.width for box, page in boxes)
    assert all(0 <= box.ymin < box.ymax <= page.height for box, page in boxes)
