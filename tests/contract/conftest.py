"""Fixtures of the contract tests."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def running_mock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the mock that a module has prepared as `HERE`; its tests are collected from the schema before it runs."""
    module: Any = request.module
    with module.HERE.running():
        yield
