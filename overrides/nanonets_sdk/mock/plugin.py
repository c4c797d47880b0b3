"""Fixtures for pytest: `nanonets_mock`, a mock that is clean for each test, and `nanonets_client`, a client of it.

This is the one module of the mock that knows the client, and it takes it by its public name alone: whoever asks for the
client fixture has a client that a user would have. Nothing that serves a request imports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nanonets_sdk import Nanonets
    from nanonets_sdk.mock import MockServer

API_KEY: Final = "nanonets-mock-key"


@pytest.fixture(scope="session")
def nanonets_mock_server() -> Iterator[MockServer]:
    """One running mock for the whole session; ask for `nanonets_mock`, which is clean for each test."""
    from nanonets_sdk.mock import MockServer  # pytest loads this module in every session

    with MockServer(api_key=API_KEY) as server:
        yield server


@pytest.fixture
def nanonets_mock(nanonets_mock_server: MockServer) -> Iterator[MockServer]:
    """A running mock that has forgotten everything; a mistake of the mock itself fails the test."""
    nanonets_mock_server.reset()
    yield nanonets_mock_server
    alarms = nanonets_mock_server.alarms
    nanonets_mock_server.reset()
    if alarms:
        pytest.fail("\n".join(["The mock made a mistake:", *alarms]), pytrace=False)


@pytest.fixture
def nanonets_client(nanonets_mock: MockServer) -> Iterator[Nanonets]:
    """A client of the mock."""
    from nanonets_sdk import Nanonets  # pytest loads this module in every session

    with Nanonets(api_key=API_KEY, base_url=nanonets_mock.base_url) as client:
        yield client
