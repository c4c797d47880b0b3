"""`nanonets mock serve`, as one types it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

COMMAND = [sys.executable, "-m", "nanonets_sdk.cli", "mock", "serve"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "NO_COLOR": "1"}


@contextmanager
def serving(*options: str, lines: int = 5) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Start the command; give the process and what it printed first."""
    command = [*COMMAND, "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None
        try:
            yield process, "".join(process.stdout.readline() for _ in range(lines))
        finally:
            process.kill()


def exported(printed: str) -> dict[str, str]:
    return dict(re.findall(r"^export (\w+)=(\S+)", printed, re.MULTILINE))


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options], capture_output=True, text=True, env=ENVIRONMENT, timeout=60, check=False
    )


def test_it_prints_what_a_client_needs() -> None:
    with serving("--api-key", "my-key", "--model", "my invoices=invoice_number,total", lines=6) as (_, printed):
        variables = exported(printed)
        auth = (variables["NANONETS_API_KEY"], "")
        url = f"{variables['NANONETS_BASE_URL']}/OCR/Model"
        built_in = httpx.get(f"{url}/{variables['NANONETS_MODEL_ID']}", auth=auth, timeout=60)
        own = httpx.get(f"{url}/{variables['NANONETS_MODEL_ID_MY_INVOICES']}", auth=auth, timeout=60)
    assert auth == ("my-key", "")
    assert built_in.status_code == 200
    assert [category["name"] for category in own.json()["categories"]] == ["invoice_number", "total"]


def test_a_fault_is_armed() -> None:
    with serving("--fault", "ocr_get_model:answer,status=503,every=2") as (_, printed):
        variables = exported(printed)
        url = f"{variables['NANONETS_BASE_URL']}/OCR/Model/{variables['NANONETS_MODEL_ID']}"
        statuses = [httpx.get(url, auth=("any", ""), timeout=60).status_code for _ in range(4)]
    assert statuses == [200, 503, 200, 503]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    with serving() as (process, _):
        process.send_signal(number)
        _, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints) == (0, "")


def test_a_state_file_is_kept(tmp_path: Path) -> None:
    state = str(tmp_path / "state.sqlite")
    printed: list[str] = []
    for _ in range(2):
        with serving("--state", state) as (_process, lines):
            printed.append(exported(lines)["NANONETS_MODEL_ID"])
    assert printed[0] == printed[1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "other machines"),
        (["--port", "0", "--jobs", "soon"], "not a progression"),
        (["--port", "0", "--fault", "ocr_get_model:meltdown"], "not a kind of fault"),
        (["--port", "0", "--fault", "nothing:reset"], "no operation"),
        (["--port", "0", "--model", "invoices"], "needs labels"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(options: list[str], said: str) -> None:
    result = run(*options)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_without_typer_the_command_says_what_to_install() -> None:
    program = "import sys; sys.modules['typer'] = None; from nanonets_sdk.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=ENVIRONMENT, timeout=60, check=False
    )
    assert result.returncode == 1
    assert "pip install 'nanonets-sdk[cli]'" in result.stderr
    assert "Traceback" not in result.stderr
