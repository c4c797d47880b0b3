"""The fixture `nanonets_contract`: a test fails if the code under test sends a request that breaks the contract.

    def test_invoices_are_read(nanonets_contract, nanonets_mock):
        my_code.read("invoice.pdf", base_url=nanonets_mock.base_url)
        assert nanonets_contract.operations == ["ocr_predict_file"]

pytest loads this module in every session, so it imports nothing until a test asks for the fixture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from nanonets_sdk.contract.watching import Watch

_FIXTURE: Final = "nanonets_contract"


@pytest.fixture
def nanonets_contract() -> Iterator[Watch]:
    """What the test sends to the API through httpx or requests; a wrong request fails the test."""
    from nanonets_sdk.contract.watching import Watch, watching

    watch = Watch()
    with watching(watch):
        yield watch
    watch.close()
    _fail_if_wrong(watch)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Let the test itself fail, and not its teardown."""
    result = yield
    if _FIXTURE in pyfuncitem.funcargs:
        _fail_if_wrong(cast("Watch", pyfuncitem.funcargs[_FIXTURE]))
    return result


def _fail_if_wrong(watch: Watch) -> None:
    watch.settle()
    problems = watch.problems
    if problems:
        watch.clear()
        pytest.fail("\n".join(["The contract of the API was broken:", *problems]), pytrace=False)
