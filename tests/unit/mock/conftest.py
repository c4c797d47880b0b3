"""Fixtures of the tests of the mock's parts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nanonets_sdk.mock.reading import Reader


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """A reader with one worker process; modules about workers and limits have their own."""
    with Reader(workers=1) as shared:
        yield shared
