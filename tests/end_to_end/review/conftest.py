"""Fixtures of the tests of the review: a mock, a client, and the review in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from browser import browser
from nanonets_sdk import Nanonets
from nanonets_sdk.mock import MockServer, Progression
from review_desk import KEY, Desk
from samples import INVOICE


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    """The browser that the tests of a module share."""
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def one_mock() -> Iterator[MockServer]:
    """The mock that the tests of a module share; ask for `mock`."""
    with MockServer(api_key=KEY, jobs=Progression.immediate()) as running:
        yield running


@pytest.fixture
def mock(one_mock: MockServer) -> MockServer:
    """The shared mock, empty again."""
    one_mock.reset()
    one_mock.jobs = Progression.immediate()
    return one_mock


@pytest.fixture
def client(mock: MockServer) -> Iterator[Nanonets]:
    """A client of the mock."""
    with Nanonets(KEY, base_url=mock.base_url) as opened:
        yield opened


@pytest.fixture
def file(mock: MockServer, client: Nanonets) -> str:
    """The id of an invoice of two pages that was read."""
    return client.ocr.submit_file(mock.model_id, INVOICE).request_file_id


@pytest.fixture
def at_desk(driver: Any, mock: MockServer, client: Nanonets) -> Iterator[Callable[..., Desk]]:
    """Returns a function that opens the review of files in the browser."""
    from selenium.common.exceptions import NoAlertPresentException

    with ExitStack() as stack:
        yield lambda *ids, **options: Desk.opened(stack, driver, mock, client, ids, **options)
        # The page asks before it is left with unsaved edits.
        driver.execute_cdp_cmd("Page.navigate", {"url": "about:blank"})
        with suppress(NoAlertPresentException):
            driver.switch_to.alert.accept()
