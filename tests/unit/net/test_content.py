"""The body of a response is decoded in small steps, whatever pieces it comes in."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk._net.content import Decoder, NotDecodable, UnknownCoding, coding_of

STEP: Final = 1 << 16
CONTENT: Final = bytes(range(256)) * 64 + b" " * 1_000_000


def raw_deflate(content: bytes) -> bytes:
    """Deflate without zlib's header, as some servers send it."""
    return zlib.compress(content)[2:-4]


def two_members(content: bytes) -> bytes:
    """Two gzip files, one after the other, which are one by RFC 1952."""
    return gzip.compress(content[: len(content) // 2]) + gzip.compress(content[len(content) // 2 :])


def padded(content: bytes) -> bytes:
    """A gzip file with zeros behind it."""
    return gzip.compress(content) + b"\0" * 512


FORMS: Final[list[tuple[str, Callable[[bytes], bytes]]]] = [
    ("", bytes),
    ("gzip", gzip.compress),
    ("gzip", two_members),
    ("gzip", padded),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
]


@pytest.mark.parametrize("size", [1, 1000, STEP, 1 << 24])
@pytest.mark.parametrize(("coding", "encode"), FORMS, ids=lambda value: getattr(value, "__name__", value))
def test_a_body_is_decoded_in_whatever_pieces_it_comes(
    coding: str, encode: Callable[[bytes], bytes], size: int
) -> None:
    content = CONTENT if size > 1 else CONTENT[:20_000]
    body, decoder = encode(content), Decoder(coding)
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    assert b"".join(step for piece in pieces for step in decoder.decode(piece)) == content


@given(content=st.binary(max_size=200), cuts=st.lists(st.integers(0, 250), max_size=5))
@pytest.mark.parametrize(("coding", "encode"), FORMS[1:], ids=lambda value: getattr(value, "__name__", value))
def test_any_body_is_decoded(coding: str, encode: Callable[[bytes], bytes], content: bytes, cuts: list[int]) -> None:
    body, decoder = encode(content), Decoder(coding)
    ends = sorted({0, len(body), *(min(cut, len(body)) for cut in cuts)})
    pieces = [body[start:end] for start, end in pairwise(ends)]
    assert b"".join(step for piece in pieces for step in decoder.decode(piece)) == content


@pytest.mark.parametrize(("coding", "encode"), FORMS[1:], ids=lambda value: getattr(value, "__name__", value))
def test_a_bomb_is_decoded_in_steps_of_64_kib(coding: str, encode: Callable[[bytes], bytes]) -> None:
    bomb = encode(b" " * (16 << 20))
    assert len(bomb) < 1 << 18
    tracemalloc.start()
    try:
        steps = Decoder(coding).decode(bomb)
        assert {len(step) for step in (next(steps) for _ in range(20))} == {STEP}
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"{}"),
        ("gzip", gzip.compress(b"a" * 100)[:20] + b"\xff" * 40),
        ("gzip", gzip.compress(b"a" * 100)[:-8] + b"12345678"),
        ("deflate", b"{}"),
        ("deflate", b"\xff\xff\xff\xff"),
    ],
    ids=["not gzip", "damaged inside", "damaged checksum", "not deflate", "damaged deflate"],
)
def test_a_damaged_body_is_an_error(coding: str, body: bytes) -> None:
    def decode() -> None:
        decoder = Decoder(coding)
        list(decoder.decode(body))
        decoder.finish()

    with pytest.raises(NotDecodable):
        decode()


@pytest.mark.parametrize(
    ("coding", "encode", "count"),
    # Anything in front of the end of the padding is complete too.
    [("gzip", gzip.compress, 2), ("gzip", padded, 514), ("deflate", zlib.compress, 2), ("deflate", raw_deflate, 2)],
)
def test_only_a_whole_body_is_complete(coding: str, encode: Callable[[bytes], bytes], count: int) -> None:
    body = encode(b"some content of a body")
    lengths: list[int] = []
    for length in range(len(body) + 1):
        decoder = Decoder(coding)
        assert b"some content of a body".startswith(b"".join(decoder.decode(body[:length])))
        try:
            decoder.finish()
        except NotDecodable:
            continue
        lengths.append(length)
    assert (lengths[0], lengths[-1], len(lengths)) == (0, len(body), count)


def test_a_damaged_second_member_is_an_error() -> None:
    second = gzip.compress(bytes(range(256)) * 1024)
    with pytest.raises(NotDecodable):
        list(Decoder("gzip").decode(gzip.compress(b"one") + second[:-8] + b"12345678"))


@pytest.mark.parametrize(
    ("headers", "coding"),
    [
        ([], ""),
        ([""], ""),
        (["identity"], ""),
        (["gzip"], "gzip"),
        ([" GZip "], "gzip"),
        (["x-gzip"], "gzip"),
        (["deflate"], "deflate"),
        (["identity, gzip"], "gzip"),
        (["identity", "gzip"], "gzip"),
    ],
)
def test_the_coding_of_a_body_is_named_by_its_headers(headers: list[str], coding: str) -> None:
    assert coding_of(headers) == coding


@pytest.mark.parametrize(
    "headers", [["gzip, gzip"], ["gzip", "gzip"], ["deflate,gzip"], ["br"], ["zstd"], ["gzip; q=1"]]
)
def test_nested_and_unknown_codings_are_refused(headers: list[str]) -> None:
    with pytest.raises(UnknownCoding):
        coding_of(headers)
