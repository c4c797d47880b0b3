"""Contract tests with the wheel alone, in an empty folder: `contract.py PYTHON`, whose environment has the wheel.

against `nanonets mock serve`        green, with every operation proven
against a fake with three lies       red for exactly these three
a project's tests with the fixture   the one that sends a wrong request fails, and no other
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FAKE: Final = Path(__file__).parents[1] / "support" / "lying_mock.py"
LIES: Final = ("one_route_has_no_slash", "classes_are_not_sorted", "a_page_that_does_not_exist_is_found")
FOUND: Final = {
    ("od_list_annotations", "spelling"),
    ("ic_predict_file", "class order"),
    ("ocr_get_page", "expected status"),
}
SUITE: Final = """
import httpx

def sent(path):
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200)), auth=("k", "")) as http:
        http.get("https://app.nanonets.com/api/v2" + path)

def test_right(nanonets_contract):
    sent("/OCR/Model/m")

def test_wrong(nanonets_contract):
    sent("/OCR/Model/m?new=1")
"""


def main(python: str) -> None:
    """Fail unless all three come out as they should."""
    with tempfile.TemporaryDirectory(prefix="nanonets-alone-") as folder:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("NANONETS_", "PYTHON"))
        }

        def run(*arguments: str, key: str = "any-key") -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [python, *arguments], cwd=folder, env=environment | {"NANONETS_API_KEY": key}, capture_output=True,
                text=True, check=False,
            )  # fmt: skip

        @contextmanager
        def serving(*command: str) -> Generator[str]:
            options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": folder}
            with subprocess.Popen([python, *command], env=environment, **options) as process:  # type: ignore[call-overload]  # the options are one dict for both readings
                assert process.stdout is not None
                line = process.stdout.readline()
                yield next(word.strip(";") for word in line.split() if word.startswith("http"))
                process.terminate()

        contract = ("-m", "nanonets_sdk.cli", "contract", "run", "--no-search", "--json", "--base-url")
        with serving("-m", "nanonets_sdk.cli", "mock", "serve", "--quiet", "--port", "0") as base_url:
            green = run(*contract, base_url)
        if green.returncode != 0 or len(json.loads(green.stdout)["proven"]) != 45:
            raise SystemExit(f"the mock is not green: {green.stdout}{green.stderr}")
        with serving(str(FAKE), *LIES) as base_url:
            red = run(*contract, base_url, key="lying-mock")
        found = {(one["operation"], one["rule"]) for one in json.loads(red.stdout)["violations"]}
        if (red.returncode, found) != (10, FOUND):
            raise SystemExit(f"the fake is not red for its three lies alone: {red.stdout}{red.stderr}")
        (Path(folder) / "test_theirs.py").write_text(SUITE, encoding="utf-8")
        # nox puts temporary folders below the checkout, whose conftest.py is not the one of a stranger.
        (Path(folder) / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        tests = run("-m", "pytest", "-q", "-p", "no:cacheprovider")
        if tests.returncode != 1 or "1 failed, 1 passed" not in tests.stdout or "unknown parameter" not in tests.stdout:
            raise SystemExit(f"the fixture did not fail the wrong request alone: {tests.stdout}{tests.stderr}")
    print("With the wheel alone: 45 operations proven, three lies found, and a wrong request failed its test.")


if __name__ == "__main__":
    main(sys.argv[1])
