"""The pytest plugin gives a mock and a client to a project that has nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nanonets_sdk import Nanonets
from nanonets_sdk.mock import Behaviour, MockServer

PLUGIN = "nanonets_sdk.mock.plugin"


def run_pytest(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    """Run a project's tests in a process of their own, with the plugin alone."""
    (folder / "test_project.py").write_text(test)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-p", PLUGIN, "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_client_fixture_talks_to_the_mock(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    assert nanonets_client.ocr.get_model(nanonets_mock.model_id).model_id == nanonets_mock.model_id
    assert nanonets_mock.requests[-1].operation_id == "ocr_get_model"


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_clean_mock(nanonets_mock: MockServer, turn: int) -> None:
    assert nanonets_mock.requests == []
    assert nanonets_mock.behaviour == Behaviour()
    nanonets_mock.behaviour = Behaviour(nested_async=True, free_calls=turn)
    nanonets_mock.create_model(["a"])


def test_a_mistake_of_the_mock_fails_the_test(tmp_path: Path) -> None:
    result = run_pytest(
        tmp_path,
        """
import httpx
from nanonets_sdk.mock import Behaviour

def test_that_meets_a_mistake(nanonets_mock):
    nanonets_mock.behaviour = Behaviour(error_bodies={404: {"text": "no message"}})
    httpx.get(f"{nanonets_mock.base_url}/OCR/Model/none", auth=("nanonets-mock-key", ""), timeout=60)

def test_after_it(nanonets_mock):
    assert nanonets_mock.alarms == []
""",
    )
    assert result.returncode == 1
    assert "The mock made a mistake:" in result.stdout
    assert "1 passed, 1 error" in result.stdout or "2 passed, 1 error" in result.stdout


def test_loading_the_plugin_loads_no_server(tmp_path: Path) -> None:
    result = run_pytest(
        tmp_path,
        """
import sys

def test_modules():
    assert not {"starlette", "uvicorn", "jsonschema_rs", "pdfplumber", "httpx"} & set(sys.modules)
""",
    )
    assert result.returncode == 0, result.stdout


def test_importing_the_sdk_loads_no_mock_and_serving_loads_no_client() -> None:
    program = """
import sys
import nanonets_sdk
assert "nanonets_sdk.mock" not in sys.modules
from nanonets_sdk.mock import MockServer
with MockServer() as server:
    import httpx
    httpx.get(server.base_url, timeout=60)
loaded = {name for name in sys.modules if name.startswith(("nanonets_sdk.", "nanonets_api"))}
print(sorted(name for name in loaded if not name.startswith("nanonets_sdk.mock")))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    # They share leaves only: the location of the contract, decoders, downloads, servers, lazy names. The rest is apart.
    assert result.stdout.split(", ") == [
        "['nanonets_sdk._decoding'",
        "'nanonets_sdk._lazy'",
        "'nanonets_sdk._net'",
        "'nanonets_sdk._net.lingering'",
        "'nanonets_sdk._net.posting'",
        "'nanonets_sdk._net.serving'",
        "'nanonets_sdk._openapi'",
        "'nanonets_sdk._version']\n",
    ]
