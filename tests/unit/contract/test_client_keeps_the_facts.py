"""What the client makes of the facts that no schema states; each check also sees the mistake that it is there for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

import pytest

from nanonets_api import models
from nanonets_sdk import Annotation, Box, Nanonets
from nanonets_sdk.calls.operations import Answered
from nanonets_sdk.contract.watching import Watch, watching
from nanonets_sdk.documents import document, page
from nanonets_sdk.documents.signed_urls import SignedUrls
from raw_server import API_KEY, RawServer, answering

PDF: Final = b"%PDF-1.7"
UPLOADED: Final[dict[str, Any]] = {
    "Meta": {"ModelID": "m", "ModelType": "ocr", "State": 2, "Categories": []},
    "Data": [],
}
VARIANTS: Final = (
    *("thumbnail", "original_compressed", "original_with_long_expiry", "acw_rotate_90", "original"),
    *("acw_rotate_180", "acw_rotate_270"),
)


def called(use: Callable[[Nanonets], Any], body: Any, status: int = 200) -> tuple[Any, list[str]]:
    """What a call returns for a reply, and what was wrong with its request."""
    watch = Watch()
    with (
        RawServer(answering(status, json.dumps(body).encode())) as server,
        Nanonets(API_KEY, base_url=server.base_url, max_retries=0) as client,
        watching(watch),
    ):
        return use(client), watch.problems


def coordinates_are_integers() -> bool:
    """Coordinates are sent as JSON integers; 401.0 equals 401, and only the bytes tell."""
    note = Annotation("total", "5.00", Box(401, 1, 480, 9))
    _, problems = called(lambda client: client.ocr.upload_file("m", PDF, [note]), UPLOADED)
    return problems == []


def pages_are_in_order() -> bool:
    """The pages of a document are in order, whatever the order of the reply."""
    result = [{"message": "Success", "page": number, "request_file_id": "f"} for number in (2, 0, 1)]
    read, _ = called(lambda client: client.ocr.predict_file("m", PDF), {"message": "Success", "result": result})
    return [one.number for one in read.pages] == [0, 1, 2]


def both_partial_statuses_count() -> bool:
    """An upload of which a part failed says so, whichever of the two statuses came."""
    urls = ["https://files.example.org/a.pdf"]
    said = [called(lambda client: client.ocr.upload_urls("m", urls), UPLOADED, status)[0] for status in (200, 202, 206)]
    return [one.is_partial for one in said] == [False, True, True]


def the_image_is_the_original() -> bool:
    """The address of a page's image is that of the original, and not of another variant."""
    signed = {name: f"https://images.example.org/{name}.png" for name in VARIANTS}
    entry = {"message": "Success", "page": 0, "request_file_id": "f", "filepath": "uploads/a.png"}
    body = {"message": "Success", "result": [entry], "signed_urls": {"uploads/a.png": signed}}
    read, _ = called(lambda client: client.ocr.predict_file("m", PDF), body)
    return bool(read.pages[0].image_url == signed["original"])


Break = Callable[[pytest.MonkeyPatch], None]


def fractions(patch: pytest.MonkeyPatch) -> None:
    """Send coordinates with a fraction."""
    right: Any = models.BoundingBox

    def wrong(**edges: int) -> Any:
        return right(**{name: float(edge) for name, edge in edges.items()})

    patch.setattr(models, "BoundingBox", wrong)


def disorder(patch: pytest.MonkeyPatch) -> None:
    """Leave the pages in the order of the reply."""

    def unsorted(pages: Iterable[Any], **_: Any) -> list[Any]:
        return list(pages)

    patch.setattr(document, "sorted", unsorted, raising=False)


def _is_202(answered: Answered[Any]) -> bool:
    return answered.status == 202


def one_partial_status(patch: pytest.MonkeyPatch) -> None:
    """Take 206 for a success of the whole."""
    patch.setattr(Answered, "is_partial", property(_is_202))


def another_variant(patch: pytest.MonkeyPatch) -> None:
    """Take the compressed image."""

    def wrong(urls: SignedUrls, *_: object) -> str:
        assert urls.original_compressed is not None
        return urls.original_compressed.url

    patch.setattr(page, "address_of", wrong)


CHECKS: Final[dict[Callable[[], bool], Break]] = {
    coordinates_are_integers: fractions,
    pages_are_in_order: disorder,
    both_partial_statuses_count: one_partial_status,
    the_image_is_the_original: another_variant,
}
"""Each check, and the mistake of the client that it has to see."""


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_client_keeps_a_fact_and_its_mistake_is_seen(
    check: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check()
    CHECKS[check](monkeypatch)
    assert not check()
