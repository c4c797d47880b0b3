"""Fixtures of the tests that call the mock without the client."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from nanonets_sdk.mock import MockServer
from nanonets_sdk.mock.plugin import API_KEY


@pytest.fixture
def http(nanonets_mock: MockServer) -> Iterator[httpx.Client]:
    """A plain HTTP client of the mock that has its API key."""
    with httpx.Client(base_url=nanonets_mock.base_url, auth=(API_KEY, ""), timeout=60) as client:
        yield client
