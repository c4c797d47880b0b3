"""Full text: the words of files and URLs, without a model."""

from typing import Any

import httpx
import pytest

from nanonets_sdk.mock import Behaviour, MockServer
from samples import INVOICE

PDF = ("invoice.pdf", INVOICE.read_bytes(), "application/pdf")
URL = "https://files.example.org/invoice.pdf"
GONE = "https://files.example.org/gone.pdf"


def read_text(http: httpx.Client, *files: Any, urls: tuple[str, ...] = ()) -> httpx.Response:
    parts = [*(("file", file) for file in files), *(("urls", (None, url)) for url in urls)]
    return http.post("/OCR/FullText", files=parts)


def test_every_page_has_its_text_and_its_words_with_places(http: httpx.Client) -> None:
    (file,) = read_text(http, PDF).json()["results"]
    assert (file["filename"], [page["page"] for page in file["page_data"]]) == ("invoice.pdf", [0, 1])
    page = file["page_data"][0]
    assert "INV-2026-00417" in page["raw_text"]
    assert " ".join(page["raw_text"].split()).count(" ") + 1 == len(page["words"])
    (word,) = (word for word in page["words"] if word["text"] == "INV-2026-00417")
    assert 0 < word["xmin"] < word["xmax"]
    assert 0 < word["ymin"] < word["ymax"]


def test_several_files_and_urls_of_one_call_have_an_entry_each(http: httpx.Client, nanonets_mock: MockServer) -> None:
    nanonets_mock.register_url(URL, INVOICE)
    results = read_text(http, PDF, ("again.pdf", INVOICE.read_bytes()), urls=(URL,)).json()["results"]
    assert [file["filename"] for file in results] == ["invoice.pdf", "again.pdf", URL]
    assert results[0]["page_data"] == results[2]["page_data"]


def test_urls_alone_are_enough(http: httpx.Client, nanonets_mock: MockServer) -> None:
    nanonets_mock.register_url(URL, INVOICE)
    assert [file["filename"] for file in read_text(http, urls=(URL,)).json()["results"]] == [URL]
    form = http.post("/OCR/FullText", data={"urls": [URL]})
    assert [file["filename"] for file in form.json()["results"]] == [URL]


def test_nothing_to_read_is_refused(http: httpx.Client) -> None:
    reply = http.post("/OCR/FullText", files={"other": (None, "x")})
    assert (reply.status_code, "File missing" in reply.text) == (400, True)


@pytest.mark.parametrize(
    ("switch", "status", "names"),
    [("left out", 200, ["invoice.pdf"]), ("empty", 200, ["invoice.pdf", GONE]), ("refuse", 400, None)],
)
def test_a_failing_url_beside_a_good_file_is_as_the_switch_says(
    http: httpx.Client, nanonets_mock: MockServer, switch: Any, status: int, names: list[str] | None
) -> None:
    nanonets_mock.behaviour = Behaviour(failing_text_url=switch)
    reply = read_text(http, PDF, urls=(GONE,))
    assert reply.status_code == status
    if names is not None:
        assert [file["filename"] for file in reply.json()["results"]] == names


def test_a_call_of_which_nothing_is_left_is_refused(http: httpx.Client) -> None:
    assert read_text(http, urls=(GONE,)).status_code == 400


def test_the_key_and_the_sizes_are_switches(http: httpx.Client, nanonets_mock: MockServer) -> None:
    assert read_text(http, PDF).json()["results"][0]["page_data"][0]["size"] == {}
    nanonets_mock.behaviour = Behaviour(text_key="result", text_page_size="given")
    (file,) = read_text(http, PDF).json()["result"]
    assert set(file["page_data"][0]["size"]) == {"width", "height"}


@pytest.mark.parametrize(("billed", "status"), [(True, 402), (False, 200)])
def test_it_is_billed_as_the_switch_says(
    http: httpx.Client, nanonets_mock: MockServer, status: int, *, billed: bool
) -> None:
    nanonets_mock.behaviour = Behaviour(text_is_billed=billed, free_calls=0)
    assert read_text(http, PDF).status_code == status


def test_nothing_of_it_is_stored(http: httpx.Client, nanonets_mock: MockServer) -> None:
    read_text(http, PDF)
    listing = http.get(f"/Inferences/Model/{nanonets_mock.model_id}/ImageLevelInferences").json()
    assert listing["unmoderated_images_count"] == 0
