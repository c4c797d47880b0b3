"""The fixture `nanonets_contract` in a project of somebody else: pytest runs their tests in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from samples import INVOICE

SUITE: Final = """
import asyncio
import urllib.request
from urllib.error import HTTPError

import httpx
import requests
from nanonets_sdk import AsyncNanonets
from nanonets_sdk.mock.plugin import API_KEY

INVOICE = {invoice!r}


def right(request):
    return httpx.Response(200, json={{"model_id": "m", "model_type": "ocr", "state": 5, "categories": []}})


def test_the_sdk(nanonets_contract, nanonets_mock, nanonets_client):
    nanonets_client.ocr.predict_file(nanonets_mock.model_id, INVOICE)
    assert nanonets_contract.operations == ["ocr_predict_file"]


def test_the_async_sdk(nanonets_contract, nanonets_mock):
    async def use():
        async with AsyncNanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
            await client.ocr.submit_file(nanonets_mock.model_id, INVOICE)

    asyncio.run(use())
    assert nanonets_contract.operations == ["ocr_submit_file"]


def test_a_fake_of_their_own(nanonets_contract):
    nanonets_contract.add_base_url("http://fake.invalid/mine")
    nanonets_contract.check_replies = True
    with httpx.Client(transport=httpx.MockTransport(right), auth=("k", "")) as http:
        http.get("http://fake.invalid/mine/OCR/Model/m/")
        http.get("http://elsewhere.invalid/OCR/Model/m?x=1")
    assert nanonets_contract.operations == ["ocr_get_model"]


def test_a_wrong_form_through_httpx_fails(nanonets_contract):
    with httpx.Client(transport=httpx.MockTransport(right), auth=("secret-key", "")) as http:
        http.post("https://app.nanonets.com/api/v2/OCR/Model/m/LabelFile/", files={{"fil": b"%PDF-1.7"}})


def test_a_wrong_flag_through_requests_fails(nanonets_contract, nanonets_mock):
    url = nanonets_mock.base_url + "/OCR/Model/m/LabelUrls/?async=yes"
    requests.post(url, data={{"urls": "https://a.example/x.pdf"}}, auth=("secret-key", ""))


def test_a_fake_that_lies_fails(nanonets_contract):
    nanonets_contract.check_replies = True
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json={{}})), auth=("k", "")) as http:
        http.get("https://app.nanonets.com/api/v2/OCR/Model/m")


def test_a_client_without_either_library_fails(nanonets_contract, nanonets_mock):
    base_url = nanonets_contract.proxy(nanonets_mock.base_url)
    try:
        urllib.request.urlopen(base_url + "/OCR/Model/m")
    except HTTPError as error:
        assert error.code == 401


def test_a_wrong_request_on_purpose(nanonets_contract, nanonets_mock):
    requests.get(nanonets_mock.base_url + "/OCR/Models", auth=("k", ""))
    assert len(nanonets_contract.problems) == 1
    nanonets_contract.clear()
"""
FAILING: Final = {
    "test_a_wrong_form_through_httpx_fails": "ocr_predict_file (request): schema: body: the member file is missing",
    "test_a_wrong_flag_through_requests_fails": "ocr_predict_urls (request): schema: query/async",
    "test_a_fake_that_lies_fails": "ocr_get_model (reply): schema: /",
    "test_a_client_without_either_library_fails": "ocr_get_model (request): authentication",
}
PLUGINS: Final = ("nanonets_sdk.mock.plugin", "nanonets_sdk.contract.plugin")


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"-p{name}" for name in PLUGINS)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_wrong_request_fails_the_test_that_sent_it_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(SUITE.format(invoice=str(INVOICE)), encoding="utf-8")
    done = pytest_in(tmp_path)
    failed = {line.split("::")[1].split(" ")[0] for line in done.stdout.splitlines() if line.startswith("FAILED")}
    assert (done.returncode, failed) == (1, {*FAILING}), done.stdout
    assert f"{len(FAILING)} failed, 4 passed" in done.stdout
    for said in FAILING.values():
        assert said in done.stdout
    assert "secret-key" not in done.stdout


def test_the_plugin_loads_nothing_until_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(
        "import sys\n\n\ndef test_nothing_is_loaded():\n"
        "    heavy = {'httpx', 'jsonschema', 'yaml', 'requests', 'nanonets_sdk.contract.judging'}\n"
        "    assert heavy & {*sys.modules} == set()\n"
    )
    done = pytest_in(tmp_path)
    assert done.returncode == 0, done.stdout
