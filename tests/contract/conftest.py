"""Fixtures of the contract tests."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def running_mock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the mock that a module has prepared as `HERE`; its tests are collected from the schema before it runs."""
    with request.module.HERE.running():
        yield
