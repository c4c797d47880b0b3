"""The check with plain schemathesis fails if the mock breaks, and if an exclusion is not needed."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

STRANGERS = Path(__file__).parents[2] / "strangers"
ONLY = ("--phases", "examples", "--include-operation-id", "ocr_get_model")
BROKEN = "ocr_get_model:answer,status=500"
ENTRY = {
    "operations": ["GET /OCR/Model/{model_id}"],
    "check": "not_a_server_error",
    "failure": "ServerError",
    "signature": "500",
    "reason": "A test breaks it.",
}
EMPTY = ENTRY | {
    "check": "response_schema_conformance",
    "failure": "MalformedJson",
    "signature": "JSON deserialization error",
}

pytestmark = pytest.mark.slow


@pytest.fixture
def strangers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The module of the checks, which works in an empty folder."""
    monkeypatch.setattr(sys, "path", [str(STRANGERS), *sys.path])
    module = importlib.import_module("strangers")
    monkeypatch.setattr(module, "TOOLS", tmp_path)
    return module


def test_a_broken_route_fails_the_check(strangers: Any) -> None:
    with (
        strangers.mock_serving("--fault", BROKEN) as address,
        pytest.raises(strangers.Finding, match="Server error"),
    ):
        strangers.schemathesis_run(address, [], *ONLY)


def test_an_exclusion_covers_one_failure_of_one_operation(strangers: Any) -> None:
    with strangers.mock_serving("--fault", BROKEN) as address:
        assert strangers.schemathesis_run(address, [ENTRY, EMPTY], *ONLY) == set()
        other = ENTRY | {"operations": ["POST /OCR/Model"]}
        with pytest.raises(strangers.Finding, match="Server error"):
            strangers.schemathesis_run(address, [other, EMPTY], *ONLY)


def test_an_exclusion_that_nothing_needs_is_reported(strangers: Any) -> None:
    with strangers.mock_serving() as address:
        stale = strangers.schemathesis_run(address, [ENTRY], *ONLY)
    assert stale == {("GET /OCR/Model/{model_id}", "not_a_server_error")}


def test_every_exclusion_has_its_reason_and_is_listed_once(strangers: Any) -> None:
    groups = strangers.groups()
    listed = [(operation, group["check"]) for group in groups for operation in group["operations"]]
    assert len({*listed}) == len(listed)
    assert all(len(group["reason"]) > 30 for group in groups)
    (of_made_models,) = (group for group in groups if group.get("only_of_made_models"))
    assert [group for group in groups if group != of_made_models] == strangers.groups("only_of_made_models")
    assert len(of_made_models["operations"]) == 10
