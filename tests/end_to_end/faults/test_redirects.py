"""A redirect leads nowhere: not to another host, not with the key, and not to a second bill."""

from __future__ import annotations

import asyncio
from typing import Final

import httpx
import pytest

from client_doors import BLOCKING, DOORS, Door, Use
from nanonets_sdk import ApiError, AsyncNanonets
from raw_server import API_KEY, RawServer, answering

PDF: Final = b"%PDF-1.7\n"
USES: Final[dict[str, Use]] = {
    "read": lambda client: client.ocr.get_model("m-1"),
    "bill": lambda client: client.ocr.predict_file("m-1", PDF),
    "change": lambda client: client.ocr.train("m-1"),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_redirect_to_another_host_is_an_error_and_that_host_hears_nothing(door: Door, status: int, use: str) -> None:
    with RawServer(answering(200, b"{}")) as stranger:
        location = f"Location: {stranger.base_url}/OCR/Model/m-1?key={API_KEY}"
        with RawServer(answering(status, b"moved", location)) as server:
            ended = door.end(server.base_url, USES[use])

    assert type(ended.error) is ApiError
    assert ended.error.status_code == status
    assert "never redirects" in str(ended.error)
    assert API_KEY not in str(dict(ended.error.response.headers))
    assert len(server.received) == 1
    assert stranger.connections == 0


@pytest.mark.parametrize("location", ["/elsewhere", "//[::1", "http://", "ftp://a/b", "\x80\xff", ""])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_redirect_to_the_same_host_or_to_nonsense_is_not_followed_either(door: Door, location: str) -> None:
    with RawServer(answering(302, b"", f"Location: {location}")) as server:
        ended = door.end(server.base_url, USES["bill"])

    assert ended.error is not None
    assert len(server.received) == 1


def test_a_pool_of_the_callers_that_follows_redirects_does_not_follow_them_for_us() -> None:
    with (
        RawServer(answering(200, b"{}")) as stranger,
        RawServer(answering(302, b"", f"Location: {stranger.base_url}")) as server,
        httpx.Client(follow_redirects=True) as pool,
    ):
        ended = BLOCKING.end(server.base_url, USES["read"], http_client=pool)

    assert type(ended.error) is ApiError
    assert stranger.connections == 0


def test_an_asynchronous_pool_of_the_callers_does_not_follow_redirects_for_us() -> None:
    async def call(base_url: str) -> None:
        async with httpx.AsyncClient(follow_redirects=True) as pool:
            client = AsyncNanonets(API_KEY, base_url=base_url, http_client=pool)
            with pytest.raises(ApiError, match="never redirects"):
                await client.ocr.get_model("m-1")

    with (
        RawServer(answering(200, b"{}")) as stranger,
        RawServer(answering(302, b"", f"Location: {stranger.base_url}")) as server,
    ):
        asyncio.run(call(server.base_url))

    assert stranger.connections == 0
