"""Fixtures of the contract tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    # Imports schemathesis, which not every test in this folder needs.
    from harness.in_process import InProcess


@pytest.fixture(scope="module")
def running_mock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the mock that a module has prepared as `HERE`; its tests are collected from the schema before it runs."""
    node: pytest.Module = request.node
    here: InProcess = node.obj.HERE
    with here.running():
        yield
