"""A dependency with a known vulnerability fails the audit, and the floors are above the known ones."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from packaging.requirements import Requirement

from raw_server import Connection, RawServer, reply

ROOT: Final = Path(__file__).parents[3]
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# The last vulnerable version of each, by the advisories of the Python Packaging Authority.
VULNERABLE: Final = {
    "aiohttp": "3.14.3",
    "certifi": "2024.6.2",
    "cryptography": "46.0.6",
    "httpcore": "1.0.8",
    "idna": "3.14",
    "lxml": "6.0.4",
    "pdfplumber": "0.11.8",
    "Pillow": "12.3.0",
    "pyarrow": "23.0.0",
    "pygments": "2.19.2",
    "starlette": "1.3.0",
}
ADVISORY: Final[dict[str, Any]] = {
    "id": "GHSA-wf5f-4jwr-ppcp",
    "aliases": ["CVE-2025-64512"],
    "summary": "Code runs from a PDF",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "pdfminer-six"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "20251107"}]}],
        }
    ],
}


def requirements() -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"]
    return [Requirement(line) for lines in (PROJECT["project"]["dependencies"], *extras.values()) for line in lines]


@pytest.mark.parametrize("name", VULNERABLE)
def test_no_vulnerable_version_is_allowed(name: str) -> None:
    found = [requirement for requirement in requirements() if requirement.name == name]
    assert found
    assert not any(requirement.specifier.contains(VULNERABLE[name]) for requirement in found)


def answer_from_the_database(connection: Connection) -> None:
    """Answer as OSV does: the advisories of one package, whatever its version."""
    received = connection.head()
    connection.body(received)
    asked = json.loads(received.body)
    known = asked["package"]["name"].replace(".", "-") == "pdfminer-six" and asked["version"] < "20251107"
    connection.send(reply(200, json.dumps({"vulns": [ADVISORY] if known else []}).encode(), "Connection: close"))


def test_a_vulnerable_pin_fails_the_audit(tmp_path: Path) -> None:
    (tmp_path / "pins.txt").write_text("pdfminer.six==20250506\nlxml==6.1.0\n")
    with RawServer(answer_from_the_database) as server:
        options = ["--strict", "--disable-pip", "--no-deps", "--aliases", "--progress-spinner", "off"]
        source = ["--vulnerability-service", "osv", "--osv-url", f"{server.base_url}/v1/query"]
        command = [sys.executable, "-m", "pip_audit", *options, *source, "--requirement", "pins.txt"]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr.count("Found 1 known vulnerability in 1 package")) == (1, 1)
    assert "CVE-2025-64512" in ended.stdout
