"""Many uploads at a time, against raw httpx.AsyncClient and aiohttp."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from statistics import median

import aiohttp
import httpx

from loopback import loopback
from measuring import Figure, by_turns, ratio_of
from nanonets_sdk import AsyncNanonets

UPLOADS = 500
IN_FLIGHT = 32
ROUNDS = 5
OURS = "nanonets_sdk (aiohttp extra)"
PDF = b"%PDF-1.7\n" + b"x" * 100_000


def figures() -> list[Figure]:
    """Throughput with the aiohttp extra."""
    with loopback() as base_url:
        made = {OURS: _ours, "httpx.AsyncClient": _httpx, "aiohttp": _aiohttp}
        seconds = by_turns({name: partial(_run, make, base_url) for name, make in made.items()}, ROUNDS)
    return [
        Figure(
            name=f"{UPLOADS} uploads of 100 kB, {IN_FLIGHT} in flight",
            unit="uploads a second",
            values={name: UPLOADS / median(taken) for name, taken in seconds.items()},
            ratio=1 / ratio_of(seconds[OURS], seconds["httpx.AsyncClient"]),
            reference="httpx.AsyncClient",
            bound=4.0,
            more_is_better=True,
        )
    ]


def _run(work: Callable[[str], Coroutine[object, object, None]], base_url: str) -> None:
    asyncio.run(work(base_url))


async def _all(upload: Callable[[], Awaitable[object]]) -> None:
    remaining = iter(range(UPLOADS))

    async def worker() -> None:
        for _ in remaining:
            await upload()

    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))


async def _ours(base_url: str) -> None:
    async with AsyncNanonets("bench-key", base_url=base_url) as client:
        await _all(lambda: client.ocr.predict_file("m", ("a.pdf", PDF)))


async def _httpx(base_url: str) -> None:
    async with httpx.AsyncClient() as client:
        url, part = f"{base_url}/OCR/Model/m/LabelFile", ("a.pdf", PDF, "application/pdf")

        async def upload() -> None:
            (await client.post(url, auth=("bench-key", ""), files={"file": part}, timeout=60)).json()

        await _all(upload)


async def _aiohttp(base_url: str) -> None:
    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth("bench-key", "")) as session:
        url = f"{base_url}/OCR/Model/m/LabelFile"

        async def upload() -> None:
            form = aiohttp.FormData()
            form.add_field("file", PDF, filename="a.pdf", content_type="application/pdf")
            async with session.post(url, data=form) as response:
                await response.json()

        await _all(upload)
