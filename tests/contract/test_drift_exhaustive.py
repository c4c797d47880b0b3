"""Removing anything from the published document, at any place, is noticed or refused."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from nanonets_sdk._openapi import LOCK, locate
from nanonets_sdk.drift.facts.extract import facts_of
from nanonets_sdk.drift.facts.json_types import is_list, is_tree
from nanonets_sdk.drift.facts.lock import read_lock
from nanonets_sdk.drift.facts.skeleton import skeleton
from nanonets_sdk.drift.gates.upstream import differences
from nanonets_sdk.drift.report.outcome import NotComparable

# One operation of each kind: JSON replies, files, forms, queries, a table in an example.
OPERATIONS = (
    "POST /OCR/Model/{model_id}/LabelFile",
    "POST /ImageCategorization/UploadUrls",
    "GET /Inferences/Model/{model_id}/ImageLevelInferences",
)


def places(node: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = list(node.items()) if is_tree(node) else list(enumerate(node)) if is_list(node) else []
    return [place for key, value in pairs for place in [(*way, key), *places(value, (*way, key))]]


def without(document: Any, place: tuple[Any, ...]) -> Any:
    changed = deepcopy(document)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    del holder[place[-1]]
    return changed


def is_one_of_several_alike(place: tuple[Any, ...]) -> bool:
    """Return whether a place is an item of a list in an example, where fewer items of the same kind mean the same."""
    return "examples" in place and isinstance(place[-1], int)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_deletion_is_silent(operation: str) -> None:
    facts = read_lock(locate(LOCK)).facts
    document = skeleton({**facts, "operations": {operation: facts["operations"][operation]}})
    before = facts_of(document)
    silent: list[tuple[Any, ...]] = []
    for place in places(document):
        try:
            seen = any(differences(before, facts_of(without(document, place))))
        except NotComparable:
            seen = True
        if not seen and not is_one_of_several_alike(place):
            silent.append(place)

    assert silent == []
