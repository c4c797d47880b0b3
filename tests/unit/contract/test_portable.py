"""The portable form of the description, and the exceptions of the linters of others."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest
import yaml

from nanonets_sdk._openapi import SPEC, locate
from nanonets_sdk.contract.description.portable import portable
from samples import from_yaml


@pytest.fixture(scope="module")
def description() -> Any:
    return from_yaml(locate(SPEC))


def test_the_portable_form_leaves_out_the_bodies_of_links_alone(description: Any) -> None:
    before = deepcopy(description)
    made = portable(description)
    assert description == before
    assert "$response.body#/result/0/predicted_boxes" in str(description)
    assert "$response.body#/result/0/predicted_boxes" not in str(made)
    link = made["components"]["links"]["OcrUpdatePage"]
    assert link == {"operationId": "ocr_update_page", "parameters": {"model_id": "$request.path.model_id"}}
    for part in ("schemas", "parameters", "requestBodies", "examples", "securitySchemes"):
        assert made["components"][part] == description["components"][part]


def test_the_portable_form_has_no_aliases() -> None:
    shared = {"a": [1]}
    assert "&" not in yaml.safe_dump(portable({"one": shared, "two": [shared]}))
    assert "&" in yaml.safe_dump({"one": shared, "two": [shared]})


def test_the_description_itself_has_no_aliases() -> None:
    events = yaml.parse(locate(SPEC).read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    assert not [event for event in events if isinstance(event, yaml.AliasEvent)]


def test_each_list_of_a_form_is_said_to_be_repeated() -> None:
    text = locate(SPEC).read_text(encoding="utf-8")
    forms = re.findall(r"application/x-www-form-urlencoded:\n +schema:\n.*\n( +encoding:\n.*)?", text)
    assert len(forms) == 8
    assert all("{style: form, explode: true}" in encoding for encoding in forms)
