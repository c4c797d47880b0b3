"""Faults that schemathesis once found, each as the smallest request that shows it."""

from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest

from harness.contract_mock import CONTRACT_KEY, ContractMock

BEYOND_64_BITS: Final = 10**20
NO_BOUNDARY: Final = {"Content-Type": "multipart/form-data"}


@pytest.fixture(scope="module")
def mock() -> Iterator[ContractMock]:
    with ContractMock() as mock:
        yield mock


@pytest.fixture
def http(mock: ContractMock) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=mock.base_url, auth=(CONTRACT_KEY, "")) as client:
        yield client


@pytest.mark.parametrize(
    "interval",
    [
        {"start_day_interval": BEYOND_64_BITS},
        {"start_day_interval": -BEYOND_64_BITS},
        {"current_batch_day": BEYOND_64_BITS},
    ],
)
def test_a_very_large_day_number_is_accepted(mock: ContractMock, http: httpx.Client, interval: dict[str, Any]) -> None:
    reply = http.get(f"/Inferences/Model/{mock.model_id}/ImageLevelInferences", params=interval)
    assert (reply.status_code, mock.alarms) == (200, [])


def test_a_strange_content_type_without_a_body_raises_no_alarm(mock: ContractMock, http: httpx.Client) -> None:
    assert http.get("/ImageCategorization/Models", headers=NO_BOUNDARY).status_code == 200
    assert mock.alarms == []


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/ImageCategorization/Model", {"GET", "POST"}),
        ("/ImageCategorization/Models", {"GET"}),
        ("/OCR/Model", {"POST"}),
    ],
)
def test_an_unknown_method_gets_405_with_the_allowed_ones(http: httpx.Client, path: str, allowed: set[str]) -> None:
    reply = http.request("TRACE", path)
    assert reply.status_code == 405
    assert set(reply.headers["allow"].replace(" ", "").split(",")) - {"HEAD"} == allowed


def test_an_empty_language_is_rejected(mock: ContractMock, http: httpx.Client) -> None:
    files = {"file": b"%PDF-"}
    reply = http.post(f"/OCR/Model/{mock.model_id}/LabelFile", params={"l": ""}, files=files)
    assert (reply.status_code, "/query/l" in reply.text) == (400, True)
