"""Fixtures of the tests of uploads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nanonets_sdk.mock import MockServer
from raw_server import API_KEY


@pytest.fixture(scope="module")
def mock() -> Iterator[MockServer]:
    """A mock that the tests of a module share."""
    with MockServer(api_key=API_KEY) as server:
        yield server
