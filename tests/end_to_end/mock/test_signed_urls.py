"""Signed URLs give the stored page to anyone who has them, until they expire."""

import io
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from nanonets_sdk.mock import MockServer
from nanonets_sdk.mock.plugin import API_KEY
from samples import INVOICE

HOUR = 3_600


@pytest.fixture
def signed(nanonets_mock: MockServer) -> dict[str, Any]:
    with httpx.Client(base_url=nanonets_mock.base_url, auth=(API_KEY, ""), timeout=60) as client:
        reply = client.post(f"/OCR/Model/{nanonets_mock.model_id}/LabelFile", files={"file": INVOICE.read_bytes()})
    page = reply.json()["result"][1]
    addresses: dict[str, Any] = reply.json()["signed_urls"][page["filepath"]]
    return addresses | {"size": page["size"]}


def picture(url: str) -> Image.Image:
    reply = httpx.get(url, timeout=60)
    assert reply.status_code == 200, reply.text
    return Image.open(io.BytesIO(reply.content))


def test_the_page_comes_as_png_in_its_size_without_the_key(nanonets_mock: MockServer, signed: dict[str, Any]) -> None:
    image = picture(signed["original"])
    assert image.format == "PNG"
    assert image.size == (signed["size"]["width"], signed["size"]["height"])
    assert nanonets_mock.requests[-1].header("Authorization") is None


def test_variants_are_turned_and_smaller(signed: dict[str, Any]) -> None:
    width, height = picture(signed["original"]).size
    assert picture(signed["acw_rotate_90"]).size == (height, width)
    assert picture(signed["acw_rotate_180"]).size == (width, height)
    assert max(picture(signed["thumbnail"]).size) == 200
    assert len(httpx.get(signed["original_compressed"], timeout=60).content) < len(
        httpx.get(signed["original"], timeout=60).content
    )


def test_a_quarter_turn_goes_against_the_clock(signed: dict[str, Any]) -> None:
    upright, turned = (picture(signed[name]).convert("L") for name in ("original", "acw_rotate_90"))
    assert upright.transpose(Image.Transpose.ROTATE_90).tobytes() == turned.tobytes()


def test_an_address_runs_out_after_four_hours_and_the_long_one_later(
    nanonets_mock: MockServer, signed: dict[str, Any]
) -> None:
    nanonets_mock.clock.advance(4 * HOUR + 1)
    assert httpx.get(signed["original"], timeout=60).status_code == 403
    assert httpx.get(signed["original_with_long_expiry"], timeout=60).status_code == 200
    nanonets_mock.clock.advance(180 * 24 * HOUR)
    assert httpx.get(signed["original_with_long_expiry"], timeout=60).status_code == 403


@pytest.mark.parametrize(
    "change", [("variant=original", "variant=thumbnail"), ("expires=", "expires=9"), (".png", "x.png")]
)
def test_an_address_that_was_changed_is_refused(signed: dict[str, Any], change: tuple[str, str]) -> None:
    assert httpx.get(signed["original"].replace(*change), timeout=60).status_code == 403


def test_a_mistake_outside_the_operations_is_an_alarm_too(tmp_path: Path) -> None:
    with MockServer(state=tmp_path / "state") as server:
        url = f"{server.base_url}/OCR/Model/{server.model_id}/LabelFile"
        reply = httpx.post(url, files={"file": INVOICE.read_bytes()}, auth=("any", ""), timeout=60).json()
        for upload in (tmp_path / "state.uploads").iterdir():
            upload.unlink()

        address = reply["signed_urls"][reply["result"][0]["filepath"]]["original"]
        assert httpx.get(address, timeout=60).status_code == 500
        assert "FileNotFoundError" in server.alarms[0]
        server.clear_alarms()
