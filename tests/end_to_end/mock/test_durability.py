"""With a state file no acknowledged upload is lost, whenever the process is killed."""

import hashlib
import itertools
import random
import re
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import field, frozen

from nanonets_sdk.mock import MockServer
from scans import scan
from served_mock import ServedMock, serving

KILL = signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM


@frozen
class Uploads:
    """The acknowledged uploads: hash by file id."""

    acknowledged: dict[str, str] = field(factory=dict)
    numbers: Iterator[int] = field(factory=itertools.count)
    lock: threading.Lock = field(factory=threading.Lock)

    def wait_for_another(self, seconds: float = 30) -> None:
        """Wait for the next acknowledgement; a mock that is killed before it has nothing to lose."""
        before, end = len(self.acknowledged), time.monotonic() + seconds
        while len(self.acknowledged) == before and time.monotonic() < end:
            time.sleep(0.01)

    def send_until_killed(self, mock: ServedMock) -> None:
        with suppress(httpx.TransportError), mock.client() as client:
            while True:
                with self.lock:
                    content = scan(next(self.numbers))
                reply = client.post(f"/OCR/Model/{mock.model_id}/LabelFile/?async=true", files={"file": content})
                if reply.status_code == 200:
                    file_id = reply.json()["result"][0]["request_file_id"]
                    self.acknowledged[file_id] = hashlib.sha256(content).hexdigest()


def kill_and_check(state: Path, rounds: int, seed: int) -> int:
    uploads, delays = Uploads(), random.Random(seed)
    for _ in range(rounds):
        with serving("--state", state) as mock, ThreadPoolExecutor(4) as threads:
            assert missing(mock, state, uploads) == {}
            for _ in range(4):
                threads.submit(uploads.send_until_killed, mock)
            uploads.wait_for_another()
            time.sleep(delays.uniform(0.0, 0.5))
            mock.process.send_signal(KILL)
    with MockServer(state=state) as mock:
        assert missing(mock, state, uploads) == {}
    return len(uploads.acknowledged)


def missing(mock: ServedMock | MockServer, state: Path, uploads: Uploads) -> dict[str, str]:
    url = f"{mock.base_url}/Inferences/Model/{mock.model_id}/ImageLevelInferences"
    listing = httpx.get(url, auth=("any", ""), timeout=120).json()
    listed = {image["request_file_id"] for image in listing["unmoderated_images"]}
    folder = state.with_name(f"{state.name}.uploads")
    return {
        file_id: sha256
        for file_id, sha256 in uploads.acknowledged.items()
        if file_id not in listed or hashlib.sha256((folder / sha256).read_bytes()).hexdigest() != sha256
    }


def test_two_kills_lose_nothing(tmp_path: Path) -> None:
    assert kill_and_check(tmp_path / "state.sqlite", rounds=2, seed=1) >= 2


@pytest.mark.slow
def test_fifty_kills_lose_nothing(tmp_path: Path) -> None:
    assert kill_and_check(tmp_path / "state.sqlite", rounds=50, seed=2) >= 50


def test_the_check_sees_a_lost_upload(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    uploads = Uploads({"no such file": hashlib.sha256(b"").hexdigest()})
    with MockServer(state=state) as mock:
        assert list(missing(mock, state, uploads)) == ["no such file"]


def test_a_restart_finds_models_pages_and_signed_addresses(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    with MockServer(state=state) as first:
        model_id, invoices = first.model_id, first.named_model("invoices", ["total"])
        page = predicted(first)
        address = httpx.URL(page["signed_url"])
    with MockServer(state=state) as second:
        assert (second.model_id, second.named_model("invoices", [])) == (model_id, invoices)
        assert httpx.get(address.copy_with(port=httpx.URL(second.base_url).port), timeout=60).status_code == 200
        url = f"{second.base_url}/Inferences/Model/{model_id}/ImageLevelInferences/{page['id']}"
        read = httpx.get(url, auth=("any", ""), timeout=60)
        assert read.json()["result"][0]["request_file_id"] == page["request_file_id"]


def test_two_mocks_share_a_state_while_a_third_comes_and_goes(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    with MockServer(state=state) as first, MockServer(state=state) as second, ThreadPoolExecutor(4) as threads:
        servers = itertools.cycle([first, second])
        pages = [threads.submit(predicted, next(servers), number) for number in range(60)]
        for _ in range(5):
            with MockServer(state=state) as third:
                assert third.model_id == first.model_id == second.model_id
        ids = {page.result()["id"] for page in pages}
        address = httpx.URL(pages[0].result()["signed_url"]).copy_with(port=httpx.URL(second.base_url).port)
        assert httpx.get(address, timeout=60).status_code == 200
        for server in (first, second):
            url = f"{server.base_url}/Inferences/Model/{server.model_id}/ImageLevelInferences"
            listed = httpx.get(url, auth=("any", ""), timeout=60).json()["unmoderated_images"]
            assert {image["id"] for image in listed} == ids


def test_a_state_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no state" * 1_000)
    for state in (tmp_path, tmp_path / "nowhere" / "state.sqlite", tmp_path / "notes.txt"):
        with pytest.raises(OSError, match=re.escape(str(state))):
            MockServer(state=state).start()


def predicted(server: MockServer, number: int = 1) -> dict[str, Any]:
    url = f"{server.base_url}/OCR/Model/{server.model_id}/LabelFile"
    reply = httpx.post(url, files={"file": scan(number)}, auth=("any", ""), timeout=60).json()
    page: dict[str, Any] = reply["result"][0]
    return page | {"signed_url": reply["signed_urls"][page["filepath"]]["original"]}


def test_without_a_state_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with MockServer() as server:
        predicted(server)
        assert any(tmp_path.rglob("*"))
    assert not any(tmp_path.rglob("*"))
