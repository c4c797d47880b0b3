"""A live service is tested with GET requests only; here a separate mock plays the live service."""

from collections.abc import Iterator
from typing import Final

import pytest
from typer.testing import CliRunner

from harness.contract_mock import CONTRACT_KEY, ContractMock, furnish
from nanonets_sdk.cli.app import app
from nanonets_sdk.contract.description.spec import spec_operations

SAFE: Final = {operation.operation_id for operation in spec_operations() if operation.is_safe}


@pytest.fixture
def elsewhere() -> Iterator[ContractMock]:
    with ContractMock() as mock:
        furnish(mock)
        mock.clear_requests()
        yield mock


def test_a_read_only_run_sends_get_requests_alone_and_passes(elsewhere: ContractMock) -> None:
    arguments = ["contract", "run", "--base-url", elsewhere.base_url, "--read-only"]
    done = CliRunner().invoke(app, arguments, env={"NANONETS_API_KEY": CONTRACT_KEY})
    assert done.exit_code == 0, done.output
    assert {request.method for request in elsewhere.requests} == {"GET"}
    accepted = {request.operation_id for request in elsewhere.requests if request.status == 200}
    assert accepted == SAFE
    assert f"Proven: {len(SAFE)} operations; {len(SAFE)} are needed" in done.output
