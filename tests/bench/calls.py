"""One call after another, against raw httpx, requests and http.client."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from functools import partial
from statistics import median
from urllib.parse import urlsplit

import httpx
import requests

from loopback import loopback
from measuring import Figure, by_turns, ratio_of
from nanonets_sdk import Nanonets

CALLS = 300
ROUNDS = 9
PDF = b"%PDF-1.7\n" + b"x" * 100_000


def figures() -> list[Figure]:
    """A read and an upload."""
    with (
        loopback() as base_url,
        Nanonets("bench-key", base_url=base_url) as client,
        httpx.Client() as raw,
        requests.Session() as session,
    ):
        session.trust_env = False
        return [
            _figure("get_model, one after another", _reads(base_url, client, raw, session)),
            _figure("predict_file of 100 kB, one after another", _uploads(base_url, client, raw, session)),
        ]


def _figure(name: str, candidates: dict[str, Callable[[], object]]) -> Figure:
    work = {candidate: partial(_repeat, call) for candidate, call in candidates.items()}
    seconds = by_turns(work, ROUNDS)
    return Figure(
        name=name,
        unit="ms a call",
        values={candidate: median(taken) / CALLS * 1000 for candidate, taken in seconds.items()},
        ratio=ratio_of(seconds["nanonets_sdk"], seconds["httpx.Client"]),
        reference="httpx.Client",
        bound=1.15,
    )


def _repeat(call: Callable[[], object]) -> None:
    for _ in range(CALLS):
        call()


def _reads(
    base_url: str, client: Nanonets, raw: httpx.Client, session: requests.Session
) -> dict[str, Callable[[], object]]:
    url, auth = f"{base_url}/OCR/Model/m", ("bench-key", "")
    parts = urlsplit(base_url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port)

    def plain() -> bytes:
        connection.request("GET", f"{parts.path}/OCR/Model/m", headers={"Authorization": "Basic YmVuY2gta2V5Og=="})
        return connection.getresponse().read()

    return {
        "nanonets_sdk": lambda: client.ocr.get_model("m"),
        "httpx.Client": lambda: raw.get(url, auth=auth).json(),
        "requests.Session": lambda: session.get(url, auth=auth, timeout=60).json(),
        "http.client": plain,
    }


def _uploads(
    base_url: str, client: Nanonets, raw: httpx.Client, session: requests.Session
) -> dict[str, Callable[[], object]]:
    url, auth, part = f"{base_url}/OCR/Model/m/LabelFile", ("bench-key", ""), ("a.pdf", PDF, "application/pdf")
    return {
        "nanonets_sdk": lambda: client.ocr.predict_file("m", ("a.pdf", PDF)),
        "httpx.Client": lambda: raw.post(url, auth=auth, files={"file": part}).json(),
        "requests.Session": lambda: session.post(url, auth=auth, files={"file": part}, timeout=60).json(),
    }
