"""Under many simultaneous uploads nothing fails or is lost, and the memory of the mock does not grow."""

import hashlib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx
import pytest

from samples import INVOICE
from served_mock import ServedMock, serving

CONTENT = INVOICE.read_bytes()
IN_FLIGHT = 32
PAGES = 2
MEGABYTE = 2**20


def upload(client: httpx.Client, mock: ServedMock, number: int) -> str:
    """Send the invoice under a name of its own; return the id of the file."""
    reply = client.post(f"/OCR/Model/{mock.model_id}/LabelFile/?async=true", files={"file": (f"{number}.pdf", CONTENT)})
    assert reply.status_code == 200, reply.text
    return str(reply.json()["result"][0]["request_file_id"])


def upload_many(client: httpx.Client, mock: ServedMock, numbers: range) -> set[str]:
    with ThreadPoolExecutor(IN_FLIGHT) as threads:
        return set(threads.map(partial(upload, client, mock), numbers))


def listed(client: httpx.Client, mock: ServedMock) -> dict[str, int]:
    """Return how many pages of each file are there."""
    images = client.get(f"/Inferences/Model/{mock.model_id}/ImageLevelInferences").json()["unmoderated_images"]
    return Counter(image["request_file_id"] for image in images)


def arrived(mock: ServedMock) -> Counter[tuple[str, str]]:
    """Return how often each file, by name and hash, is in the request log."""
    log = httpx.get(mock.base_url.removesuffix("/api/v2") + "/_mock/requests", timeout=60).json()
    return Counter((part["filename"], part["sha256"]) for request in log for part in request["parts"])


def run_load(count: int) -> tuple[int, int]:
    """Upload so many files, and return the memory after the first fifth and at the end."""
    limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    with (
        serving() as mock,
        httpx.Client(base_url=mock.base_url, auth=("any", ""), timeout=120, limits=limits) as client,
    ):
        start = time.monotonic()
        ids = upload_many(client, mock, range(count // 5))
        early = mock.memory()
        ids |= upload_many(client, mock, range(count // 5, count))
        late = mock.memory()
        print(f"{count} uploads, {IN_FLIGHT} in flight: {count / (time.monotonic() - start):.0f} a second")
        assert len(ids) == count
        sha256 = hashlib.sha256(CONTENT).hexdigest()
        assert arrived(mock) == {(f"{number}.pdf", sha256): 1 for number in range(count)}
        assert listed(client, mock) == dict.fromkeys(ids, PAGES)
    return early, late


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")


@needs_proc
def test_a_hundred_uploads_arrive() -> None:
    run_load(100)


@pytest.mark.slow
@needs_proc
def test_a_thousand_uploads_arrive_and_the_memory_stays() -> None:
    early, late = run_load(1_000)
    print(f"{early / MEGABYTE:.0f} MB after 200, {late / MEGABYTE:.0f} MB after 1,000")
    assert late - early < 32 * MEGABYTE
