"""Fixtures for pytest: `nanonets_mock`, a mock that is clean for each test, and `nanonets_client`, a client for it.

This is the only module of the mock that knows the client, and it uses the public name alone, as a user would. Nothing
that serves a request imports this module.
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
    """A mock that runs for the whole session. Use `nanonets_mock`, which is clean for each test."""
    from nanonets_sdk.mock import MockServer  # pytest loads this module in every session

    with MockServer(api_key=API_KEY) as server:
        yield server


@pytest.fixture
def nanonets_mock(nanonets_mock_server: MockServer) -> Iterator[MockServer]:
    """A running mock without models, files and requests. A mistake of the mock itself fails the test."""
    nanonets_mock_server.reset()
    yield nanonets_mock_server
    alarms = nanonets_mock_server.alarms
    nanonets_mock_server.reset()
    if alarms:
        pytest.fail("\n".join(["The mock made a mistake:", *alarms]), pytrace=False)


@pytest.fixture
def nanonets_client(nanonets_mock: MockServer) -> Iterator[Nanonets]:
    """A client for the mock."""
    from nanonets_sdk import Nanonets  # pytest loads this module in every session

    with Nanonets(api_key=API_KEY, base_url=nanonets_mock.base_url) as client:
        yield client
