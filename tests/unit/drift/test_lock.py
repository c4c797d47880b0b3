"""The lock is complete and stable, and contains only facts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml
from typer.testing import CliRunner

from nanonets_sdk._openapi import LOCK, locate
from nanonets_sdk.cli.commands.drift import app
from nanonets_sdk.drift.facts.extract import facts_of
from nanonets_sdk.drift.facts.json_types import is_list, is_tree
from nanonets_sdk.drift.facts.lock import dumped, lock_of, read_lock
from nanonets_sdk.drift.facts.skeleton import skeleton
from nanonets_sdk.drift.report.outcome import NotComparable
from samples import from_yaml

COMMITTED = locate(LOCK)


def texts(node: Any) -> list[str]:
    if is_tree(node):
        return [text for key, value in node.items() for text in [str(key), *texts(value)]]
    return [text for part in node for text in texts(part)] if is_list(node) else [str(node)]


def test_the_lock_holds_every_published_operation() -> None:
    operations = read_lock(COMMITTED).facts["operations"]

    assert len(operations) == 17
    assert len({operation["operationId"] for operation in operations.values()}) == 17


def test_the_lock_holds_no_prose() -> None:
    long = [text for text in texts(from_yaml(COMMITTED)) if " " in text]

    # Method and path of an operation, and the media types of a part, are the only values with a space.
    assert all(re.fullmatch(r"(GET|POST) /\S*|image/png, image/jpeg, application/pdf", text) for text in long)


def test_the_lock_says_what_it_was_made_from() -> None:
    lock = read_lock(COMMITTED)

    assert lock.name.endswith(".yaml")
    assert re.fullmatch(r"\d+(\.\d+)+", lock.version)
    assert re.fullmatch("[0-9a-f]{64}", lock.sha256)


def test_the_lock_is_written_as_it_is_committed() -> None:
    assert dumped(read_lock(COMMITTED)).encode() == COMMITTED.read_bytes()


def test_a_document_in_another_order_gives_the_same_facts_in_the_same_bytes() -> None:
    document = skeleton(read_lock(COMMITTED).facts)
    one = lock_of(yaml.safe_dump(document, sort_keys=False).encode(), "one.yaml")
    other = lock_of(yaml.safe_dump(document, sort_keys=True).encode(), "one.yaml")

    assert one.sha256 != other.sha256
    assert dumped(one) == dumped(attrs.evolve(other, sha256=one.sha256))


def test_a_new_version_is_taken_over_in_one_command(tmp_path: Path) -> None:
    document = skeleton(read_lock(COMMITTED).facts)
    document["paths"]["/New"] = {"get": {"responses": {"200": {"description": ""}}}}
    published, lock = tmp_path / "published.yaml", tmp_path / "upstream.lock.yaml"
    published.write_text(yaml.safe_dump(document), encoding="utf-8")
    lock.write_bytes(COMMITTED.read_bytes())

    def upstream(*options: str) -> int:
        return CliRunner().invoke(app, ["upstream", str(published), "--lock", str(lock), *options]).exit_code

    assert [upstream(), upstream("--write-lock"), upstream()] == [10, 0, 0]
    assert "GET /New" in read_lock(lock).facts["operations"]


@pytest.mark.parametrize("text", ["", "a: 1\n", "lock: 2\n", "lock: 1\n", "lock: 1\ndocument: 5\nfacts: {}\n"])
def test_a_file_that_is_no_lock_is_not_comparable(text: str, tmp_path: Path) -> None:
    (tmp_path / "upstream.lock.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(NotComparable):
        read_lock(tmp_path / "upstream.lock.yaml")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  version: ", "  version: 9"),
        ("operationId: ocr/train", "operationId: ocr/training"),
        ("'402':", "'403':"),
    ],
)
def test_a_lock_that_was_edited_is_not_comparable(old: str, new: str, tmp_path: Path) -> None:
    text = COMMITTED.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "upstream.lock.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(NotComparable, match="was edited since it was written"):
        read_lock(tmp_path / "upstream.lock.yaml")


def test_a_recursive_schema_has_facts() -> None:
    page = {
        "type": "object",
        "properties": {"pages": {"type": "array", "items": {"$ref": "#/components/schemas/Page"}}},
    }
    reply = {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"version": "1"},
        "paths": {"/page": {"get": {"responses": {"200": reply}}}},
        "components": {"schemas": {"Page": page}},
    }

    schema = facts_of(document)["operations"]["GET /page"]["responses"]["200"]["content"]["application/json"]["schema"]
    inner = schema["properties"]["pages"]["items"]["properties"]["pages"]["items"]

    assert inner == {"recursive": 1}
