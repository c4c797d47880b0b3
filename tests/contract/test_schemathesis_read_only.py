"""A live service is tested with GET requests only; here a separate mock plays the live service."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import contract_run
from harness.spec import spec_operations
from harness.world import CONTRACT_KEY, ContractMock, furnish

SCRIPT: Final = Path(contract_run.__file__)
SAFE: Final = {operation.operation_id for operation in spec_operations() if operation.is_safe}


@pytest.fixture
def elsewhere() -> Iterator[ContractMock]:
    with ContractMock() as mock:
        furnish(mock)
        mock.clear_requests()
        yield mock


def test_a_read_only_run_sends_get_requests_alone_and_passes(
    elsewhere: ContractMock, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NANONETS_API_KEY", CONTRACT_KEY)
    assert contract_run.main(["--base-url", elsewhere.base_url, "--read-only"]) == 0, capfd.readouterr().out
    assert {request.method for request in elsewhere.requests} == {"GET"}
    accepted = {request.operation_id for request in elsewhere.requests if request.status == 200}
    assert accepted == SAFE


def test_a_service_elsewhere_is_never_tested_with_other_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NANONETS_API_KEY", CONTRACT_KEY)
    with pytest.raises(SystemExit, match="read-only"):
        contract_run.main(["--base-url", "https://service.example/api/v2"])


def test_the_command_says_what_it_can_do() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--help"], capture_output=True, text=True, check=True, timeout=60
    )
    assert {"--deep", "--base-url", "--read-only"} <= set(done.stdout.replace("[", " ").split())
