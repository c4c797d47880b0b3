"""`nanonets contract` against a mock, against fakes that lie, and through the proxy, over real sockets."""

from __future__ import annotations

import gzip
import json
import re
import signal
import socket
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

import lying_mock
from command_line import KEY, environment, run, started
from early_answer import posted
from lying_mock import lying
from nanonets_sdk import ApiError, Nanonets
from nanonets_sdk.contract.description.portable import portable
from nanonets_sdk.contract.judging.seen import Seen
from nanonets_sdk.contract.proxy import Proxy
from nanonets_sdk.mock import MockServer
from raw_server import RawServer, answering
from samples import INVOICE, ROOT, from_yaml

THREE_LIES: Final = (
    lying_mock.one_route_has_no_slash,
    lying_mock.classes_are_not_sorted,
    lying_mock.a_page_that_does_not_exist_is_found,
)


@pytest.fixture(scope="module")
def server() -> Generator[MockServer]:
    with MockServer(KEY) as mock:
        yield mock


def test_the_description_is_printed_in_its_portable_form_and_as_json() -> None:
    place = Path(run("contract", "path").out.strip())
    shown_as_yaml = from_yaml(run("contract", "show").out)
    assert shown_as_yaml == portable(from_yaml(place))
    shown = json.loads(run("contract", "show", "--format", "json").out)
    assert shown == shown_as_yaml
    assert len(shown["paths"]) > 40


def test_a_run_says_what_it_proved(server: MockServer, tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    options = ("--no-search", "--junit", junit, "--only", "ml_get_model", "--only", "ml_train")
    done = run("contract", "run", *options, server=server, folder=tmp_path)
    assert done.status == 0, done.out
    *_, proven, verdict = done.out.splitlines()
    assert (proven, verdict) == ("Proven: 2 operations; 2 are needed", "The contract is kept.")
    assert "Never reached: 429, because" in done.out
    suite = ET.parse(junit).getroot()
    assert (suite.get("failures"), int(suite.get("tests", "0")) > 10) == ("0", True)
    assert KEY not in done.out + done.err + junit.read_text()


@pytest.mark.slow
def test_three_lies_are_red_for_exactly_these_three(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    with lying(*THREE_LIES) as base_url:
        options = ("--no-search", "--json", "--junit", junit)
        done = run("contract", "run", "--base-url", base_url, *options, NANONETS_API_KEY=lying_mock.KEY)
    found = json.loads(done.out)
    assert (done.status, found["green"], len(found["proven"])) == (10, False, 42)
    assert {(one["operation"], one["rule"]) for one in found["violations"]} == {
        ("od_list_annotations", "spelling"),
        ("ic_predict_file", "class order"),
        ("ocr_get_page", "expected status"),
    }
    failed = {case.get("classname") for case in ET.parse(junit).iter("testcase") if case.find("failure") is not None}
    assert failed == {"od_list_annotations", "ic_predict_file", "ocr_get_page"}


def test_a_read_only_run_is_red_if_little_exists_and_green_for_what_is_asked() -> None:
    with MockServer(KEY) as empty:
        done = run("contract", "run", "--read-only", "--no-search", server=empty)
        methods = {request.method for request in empty.requests}
        assert (done.status, methods) == (10, {"GET"})
        assert "needs a predicted file" in done.out
        assert run("contract", "run", "--read-only", "--no-search", "--min-proven", "3", server=empty).status == 0


@pytest.mark.parametrize(
    ("arguments", "more", "said"),
    [
        (("--only", "ocr_get_modle"), {}, "did you mean ocr_get_model?"),
        (("--read-only", "--allow-writes"), {}, "--read-only contradicts"),
        (("--base-url", "http://service.example/api/v2"), {}, "use https"),
        (("--base-url", "https://service.example/api/v2", "--allow-writes"), {}, "pass --yes"),
        (("--base-url", "https://service.example/api/v2", "--allow-billing"), {}, "needs --allow-writes"),
        (("--base-url", "https://service.example/api/v2"), {"NANONETS_API_KEY": ""}, "no API key"),
        ((), {"NANONETS_BASE_URL": ""}, "no service is named"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_is_sent(
    server: MockServer, arguments: tuple[str, ...], more: dict[str, str], said: str
) -> None:
    before = len(server.requests)
    settings: dict[str, Any] = {"server": server, **more}
    done = run("contract", "run", *arguments, **settings)
    assert (done.status, len(server.requests)) == (2, before)
    assert said in done.err
    assert KEY not in done.err


def test_changes_elsewhere_are_counted_before_anybody_is_asked(server: MockServer) -> None:
    place = ("--base-url", "https://service.example/api/v2", "--allow-writes", "--allow-billing")
    done = run("contract", "run", *place, server=server)
    assert re.search(r"at most \d+ models, .* at most \d+ requests that change .* at most \d+ that may be b", done.err)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("another-key", "answered the listing of models with 401: it refuses the API key; set NANONETS_API_KEY"),
        (KEY, "http://127.0.0.1:9/api/v2 did not answer: [Errno 111] Connection refused."),
    ],
)
def test_a_run_that_cannot_begin_has_a_status_and_reports_of_its_own(
    server: MockServer, key: str, said: str, tmp_path: Path
) -> None:
    url = server.base_url if key != KEY else "http://127.0.0.1:9/api/v2"
    done = run("contract", "run", "--base-url", url, folder=tmp_path, NANONETS_API_KEY=key)
    assert (done.status, said in done.err, done.out) == (20, True, "")

    reported = run(
        "contract", "run", "--base-url", url, "--json", "--junit", "run.xml", folder=tmp_path, NANONETS_API_KEY=key
    )
    told = json.loads(reported.out)
    assert (reported.status, told["green"], said in told["not_run"]) == (20, False, True)
    suites = ET.parse(tmp_path / "run.xml").getroot()
    (error,) = suites.iter("error")
    assert (suites.get("tests"), suites.get("errors"), error.get("message")) == ("1", "1", told["not_run"])


def test_a_probe_settles_every_question_on_the_mock_and_tells_no_value(tmp_path: Path) -> None:
    report, as_json = tmp_path / "report.md", tmp_path / "report.json"
    with MockServer(KEY) as mock:
        done = run("contract", "probe", "--output", report, server=mock)
        told = run("contract", "probe", "--json", "--read-only", "--output", as_json, server=mock)
        values = {mock.model_id, KEY}
    assert (done.status, told.status) == (0, 0), done.err
    text = report.read_text() + as_json.read_text() + done.err
    assert "Open:" not in report.read_text()
    assert not [value for value in values if value in text]
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-|CT-1001|127\.0\.0\.1", text)
    questions = json.loads(as_json.read_text())["questions"]
    assert {one["id"] for one in questions if one["answer"] is None} == {
        one["id"] for one in questions if one["open_because"]
    }


def test_the_proxy_names_what_breaks_the_contract_and_writes_reports(server: MockServer, tmp_path: Path) -> None:
    junit, sarif, shapes = (tmp_path / name for name in ("junit.xml", "report.sarif", "traffic.jsonl"))
    files = ("--junit", junit, "--sarif", sarif, "--record", shapes)
    with started("contract", "proxy", "--to", server.base_url, "--port", "0", *files, server=server) as proxy:
        assert proxy.stdout is not None
        base_url = proxy.stdout.readline().partition("=")[2].strip()
        with Nanonets(KEY, base_url=base_url) as client:
            document = client.ocr.predict_file(server.model_id, INVOICE)
            assert document.fields["invoice_number"].text == "INV-2026-00417"
        for _ in range(2):
            _raw(base_url, f"GET /api/v2/OCR/Model/{server.model_id}?flag=secret HTTP/1.1")
        proxy.send_signal(signal.SIGINT)
        out, err = proxy.communicate(timeout=60)
    assert proxy.returncode == 10, err
    assert out.count("ocr_get_model (request): unknown parameter: query") == 1
    assert out.splitlines()[-1] == "Exchanges: 3 of 2 operations; violations: 4"
    (results,) = [one["results"] for one in json.loads(sarif.read_text())["runs"]]
    assert {one["ruleId"] for one in results} == {"authentication", "unknown parameter"}
    line = results[0]["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert "ocr_get_model" in (ROOT / "openapi" / "nanonets.yaml").read_text().splitlines()[line - 1]
    assert ET.parse(junit).getroot().get("failures") == "1"
    kept = "".join(file.read_text() for file in (junit, sarif, shapes)) + out + err
    assert len(shapes.read_text().splitlines()) == 3
    assert not [value for value in (KEY, "INV-2026-00417", "secret", server.model_id) if value in kept]


def _raw(base_url: str, line: str, host: str = "localhost") -> bytes:
    """Send the head of a request, and return the status line."""
    address = urlsplit(base_url)
    assert address.hostname is not None
    with socket.create_connection((address.hostname, address.port or 80), timeout=20) as connection:
        connection.sendall(f"{line}\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return connection.makefile("rb").readline().rstrip()


@contextmanager
def proxied(to: str) -> Generator[tuple[Proxy, list[Seen]]]:
    """A proxy in this process, and what it saw."""
    seen: list[Seen] = []
    with Proxy(to, seen.append) as proxy:
        yield proxy, seen


@pytest.mark.parametrize(
    ("line", "host", "status"),
    [
        ("GET http://example.org/api/v2/OCR/Model/m HTTP/1.1", "example.org", 421),
        ("CONNECT example.org:443 HTTP/1.1", "example.org:443", 421),
        ("GET /api/v2/ImageCategorization/Models HTTP/1.1", "rebound.example", 421),
        ("GET /_mock/requests HTTP/1.1", "localhost", 404),
        ("GET /api/v2/../../_mock/requests HTTP/1.1", "localhost", 404),
        ("GET /api/v2/%2e%2e/%2E%2e/_mock/requests HTTP/1.1", "localhost", 404),
        ("GET /api/v2/ImageCategorization/Models HTTP/1.1", "127.0.0.1", 401),
    ],
)
def test_the_proxy_is_no_way_to_anywhere_else(server: MockServer, line: str, host: str, status: int) -> None:
    before = len(server.requests)
    with proxied(server.base_url) as (proxy, _):
        assert _raw(proxy.base_url, line, host).startswith(f"HTTP/1.1 {status} ".encode())
    assert len(server.requests) == before + (status == 401)


def test_a_sender_of_a_large_body_reads_why_the_proxy_refused_it(server: MockServer) -> None:
    with proxied(server.base_url) as (proxy, _):
        assert posted(f"{proxy.base_url.partition('/api')[0]}/nothing").startswith(b"HTTP/1.1 404 ")


def test_the_proxy_passes_codings_and_errors_on_as_they_are(server: MockServer) -> None:
    body = gzip.compress(json.dumps({"model_id": "m", "model_type": "ocr", "state": 5, "categories": 1}).encode())
    with (
        RawServer(answering(200, body, "Content-Encoding: gzip", "Content-Type: application/json")) as fake,
        proxied(fake.base_url) as (proxy, seen),
        Nanonets(KEY, base_url=proxy.base_url, max_retries=0) as client,
    ):
        client.ocr.get_model("m")
        proxy.settle()
        assert [problem.place for one in seen for problem in one.problems] == ["/categories"]
    with proxied(server.base_url) as (proxy, seen), Nanonets(KEY, base_url=proxy.base_url, max_retries=0) as client:
        with pytest.raises(ApiError, match="404"):
            client.ocr.get_model("none")
        proxy.settle()
        assert [(one.operation_id, one.status, one.problems) for one in seen] == [("ocr_get_model", 404, ())]


def test_the_proxy_says_when_the_service_does_not_answer() -> None:
    with proxied("http://127.0.0.1:9/api/v2") as (proxy, seen):
        assert b"502" in _raw(proxy.base_url, "GET /api/v2/OCR/Model/m HTTP/1.1")
        proxy.settle()
        assert seen[0].status is None


LARGE: Final = """
import resource, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import httpx
from nanonets_sdk.contract import proxy as module

class Counting(BaseHTTPRequestHandler):
    def do_POST(self):
        left = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, 65536)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Counting)
threading.Thread(target=server.serve_forever, daemon=True).start()
module.MOST_BYTES = 1 << 20
found = []
with module.Proxy(f"http://127.0.0.1:{server.server_port}/api/v2", found.append) as proxy:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pieces = (b"x" * 65536 for _ in range(1600))
    reply = httpx.post(proxy.base_url + "/OCR/FullText", content=pieces, headers={"Content-Length": str(65536 * 1600)})
    proxy.settle()
    print(reply.status_code, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, len(found))
"""


def test_a_large_file_goes_through_the_proxy_in_pieces(tmp_path: Path) -> None:
    """Memory stays bounded: the copy for the judgement ends at its limit, and nothing else is kept."""
    done = subprocess.run(
        [sys.executable, "-c", LARGE], capture_output=True, text=True, check=True, timeout=120,
        cwd=tmp_path, env=environment(None),
    )  # fmt: skip
    status, grown, exchanges = map(int, done.stdout.split())
    assert (status, exchanges, grown < 50) == (200, 1, True), done.stdout
