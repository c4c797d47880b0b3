"""Settings for all tests, and the documentation as a test: every Python block of README.md and docs/ is run."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).parent

# In CI every run tries the same examples; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Tests press Ctrl-C on programs that they start; a shell has its background jobs ignore it, and they inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Have the garbage collector pass over what all tests share: it took a tenth of their time to look at it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own key, base URL, proxy or certificates must not reach a test."""
    settings_of_the_client = ("NANONETS_API_KEY", "NANONETS_BASE_URL", "NANONETS_REVIEW_URL", "NANONETS_MODEL_ID")
    names = (*settings_of_the_client, "NANONETS_WEBHOOK_TOKEN", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    for name in (*names, *(name.lower() for name in names)):
        monkeypatch.delenv(name, raising=False)
    # One certificate in place of a machine's: every client that httpx makes loads them all, which takes 50 ms.
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(ROOT / "tests" / "support" / "localhost.pem"))


@pytest.fixture(scope="session")
def documentation_mock() -> Iterator[Any]:
    """The mock that the examples of the documentation talk to."""
    from nanonets_sdk.mock import MockServer

    with MockServer(api_key="example-key") as server:
        yield server


@pytest.fixture(scope="session")
def documentation_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the examples of the documentation run in, with a file to read."""
    folder = tmp_path_factory.mktemp("documentation")
    shutil.copy(ROOT / "tests" / "samples" / "invoice.pdf", folder / "invoice.pdf")
    return folder


@pytest.fixture
def model_id(documentation_mock: Any, documentation_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a reader has who tries an example: a key, a folder with a file, and the id of a model."""
    monkeypatch.chdir(documentation_folder)
    monkeypatch.setenv("NANONETS_API_KEY", "example-key")
    monkeypatch.setenv("NANONETS_BASE_URL", documentation_mock.base_url)
    monkeypatch.setenv("NANONETS_MODEL_ID", documentation_mock.model_id)
    known: str = documentation_mock.model_id
    return known


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser()],
    path=str(ROOT),
    patterns=["README.md", "docs/*.md", "docs/guides/*.md"],
    # `nox -s ray` has Ray, and runs the examples of this guide.
    excludes=[] if find_spec("ray") else ["docs/guides/scale.md"],
    fixtures=["model_id"],
).pytest()
