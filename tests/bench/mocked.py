"""The mock under load: 1,000 uploads of the sample with 32 in flight."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from measuring import Figure
from nanonets_sdk import AsyncNanonets
from nanonets_sdk.mock import MockServer

UPLOADS = 1000
IN_FLIGHT = 32
SAMPLE = Path(__file__).parents[1] / "samples" / "invoice.pdf"


def figures() -> list[Figure]:
    """Throughput of submissions; each one must be there afterwards."""
    with MockServer(api_key="bench-key") as server:
        began = time.perf_counter()
        ids = asyncio.run(_submit_all(server.base_url, server.model_id))
        seconds = time.perf_counter() - began
    if len(set(ids)) != UPLOADS:
        raise RuntimeError(f"{UPLOADS - len(set(ids))} of {UPLOADS} uploads are lost")
    rate = UPLOADS / seconds
    return [
        Figure(
            name=f"mock: {UPLOADS} submissions of the sample, {IN_FLIGHT} in flight",
            unit="submissions a second",
            values={"nanonets_sdk on the mock": rate},
            ratio=1.0,
            reference="itself",
            more_is_better=True,
        )
    ]


async def _submit_all(base_url: str, model_id: str) -> list[str]:
    content = SAMPLE.read_bytes()
    remaining = iter(range(UPLOADS))
    ids: list[str] = []

    async with AsyncNanonets("bench-key", base_url=base_url, timeout=300) as client:

        async def worker() -> None:
            for number in remaining:
                job = await client.ocr.submit_file(model_id, (f"invoice-{number}.pdf", content))
                ids.append(job.request_file_id)

        await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    return ids
