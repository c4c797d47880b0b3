"""Fixtures of the tests of batches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nanonets_sdk import Nanonets
from nanonets_sdk.mock import MockServer, Progression


@pytest.fixture(scope="module")
def one_server() -> Iterator[MockServer]:
    """The mock that all tests of a module share; ask for `server`."""
    with MockServer() as running:
        yield running


@pytest.fixture
def server(one_server: MockServer) -> MockServer:
    """The shared mock, empty again, with files that are read at once."""
    one_server.reset()
    one_server.jobs = Progression.immediate()
    return one_server


@pytest.fixture
def own_server() -> Iterator[MockServer]:
    """A mock for one test alone: an upload that is cut off may arrive after its test has ended."""
    with MockServer(jobs=Progression.immediate()) as running:
        yield running


@pytest.fixture
def client(server: MockServer) -> Iterator[Nanonets]:
    """A client of `server`."""
    with Nanonets("any-key", base_url=server.base_url) as opened:
        yield opened
