"""Fixtures of the tests of the command."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from command_line import KEY
from nanonets_sdk import Nanonets
from nanonets_sdk.mock import MockServer, Progression


@pytest.fixture(scope="module")
def one_server() -> Iterator[MockServer]:
    """The mock that all tests of a module share; ask for `server`."""
    with MockServer(api_key=KEY) as running:
        yield running


@pytest.fixture
def server(one_server: MockServer) -> MockServer:
    """The shared mock, empty again, with files that are read at once."""
    one_server.reset()
    one_server.jobs = Progression.immediate()
    return one_server


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    """What a command that serves does with signals ends with its process, which here is that of the tests."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def client(server: MockServer) -> Iterator[Nanonets]:
    """A client of `server`."""
    with Nanonets(KEY, base_url=server.base_url) as opened:
        yield opened
