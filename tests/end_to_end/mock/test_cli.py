"""`nanonets mock serve` as a user runs it."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from command_line import run
from nanonets_sdk.mock import MockServer
from served_mock import ENVIRONMENT, ServedMock, serving


@pytest.fixture(scope="module")
def mock() -> Iterator[ServedMock]:
    options = ("--api-key", "my-key", "--model", "my invoices=invoice_number,total")
    with serving(*options, "--fault", "ocr_list_predictions:answer,status=503,every=2", lines=13) as served:
        yield served


def test_it_prints_what_a_client_needs(mock: ServedMock) -> None:
    variables = mock.variables
    auth = (variables["NANONETS_API_KEY"], "")
    url = f"{variables['NANONETS_BASE_URL']}/OCR/Model"
    built_in = httpx.get(f"{url}/{variables['NANONETS_MODEL_ID']}", auth=auth, timeout=60)
    own = httpx.get(f"{url}/{variables['NANONETS_MODEL_ID_MY_INVOICES']}", auth=auth, timeout=60)
    assert auth == ("my-key", "")
    assert built_in.status_code == 200
    assert [category["name"] for category in own.json()["categories"]] == ["invoice_number", "total"]


def test_it_says_which_operations_rest_on_what(mock: ServedMock) -> None:
    printed = mock.printed
    review_host = mock.base_url.removesuffix("/api/v2")
    assert f"Review links come from {review_host}," in printed
    levels = dict(re.findall(r"^  (\w+) +(\d+)", printed, re.MULTILINE))
    assert levels.keys() == {"captured", "documented", "assumed"}
    assert sum(map(int, levels.values())) == 45
    assert re.search(r"^  documented .*\bocr_approve_file\b", printed, re.MULTILINE)
    assert re.search(r"^  assumed .*\bod_upload_urls\b", printed, re.MULTILINE)
    assert re.search(r"^  replies that no source shows: .*\bocr_delete_file\b", printed, re.MULTILINE)


def test_a_fault_is_armed(mock: ServedMock) -> None:
    url = f"/Inferences/Model/{mock.model_id}/ImageLevelInferences"
    with mock.client() as client:
        statuses = [client.get(url).status_code for _ in range(4)]
    assert statuses == [200, 503, 200, 503]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    with serving() as mock:
        mock.process.send_signal(number)
        _, complaints = mock.process.communicate(timeout=60)
    assert (mock.process.returncode, complaints) == (0, "")


def test_a_state_file_is_kept(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    with serving("--state", state) as first:
        model_id = first.model_id
    with MockServer(state=state) as second:
        assert second.model_id == model_id


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
    ended = run("mock", "serve", "--quiet", *options)
    assert (ended.status, said in ended.err) == (2, True)
    assert "Traceback" not in ended.err


def test_without_typer_the_command_says_what_to_install() -> None:
    program = "import sys; sys.modules['typer'] = None; from nanonets_sdk.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=ENVIRONMENT, timeout=60, check=False
    )
    assert result.returncode == 1
    assert "pip install 'nanonets-sdk[cli]'" in result.stderr
    assert "Traceback" not in result.stderr
