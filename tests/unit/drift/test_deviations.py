"""The file of deviations is strict about itself, and the gate about the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nanonets_sdk._openapi import DEVIATIONS, LOCK, SPEC, locate
from nanonets_sdk.drift.changes.diff import Change
from nanonets_sdk.drift.facts.lock import Lock, read_lock
from nanonets_sdk.drift.facts.parsing import parse
from nanonets_sdk.drift.gates.deviations import (
    Comparison,
    Deviation,
    Difference,
    check,
    compare,
    read_deviations,
)
from nanonets_sdk.drift.report.outcome import NOTHING, NotComparable

ENTRY = {
    "id": "one",
    "operations": ["train"],
    "pointer": "/parameters/query:x",
    "published": {"required": True},
    "ours": None,
    "reason": "It is so.",
    "evidence": "captured",
}
DIFFERENCE = Difference("train", Change("/parameters/query:x", {"required": True}, NOTHING))
LOCK_OF_NOTHING = Lock("published.yaml", "", {"version": "1"})


def written(tmp_path: Path, *entries: dict[str, Any]) -> Path:
    path = tmp_path / "deviations.yaml"
    path.write_text(yaml.safe_dump({"deviations": list(entries)}), encoding="utf-8")
    return path


def rules(entries: tuple[Deviation, ...], *differences: Difference) -> list[str]:
    return [finding.rule for finding in check(Comparison(differences), entries, LOCK_OF_NOTHING).findings]


def test_each_entry_of_the_project_covers_something() -> None:
    comparison = compare(read_lock(locate(LOCK)), parse(locate(SPEC).read_bytes(), SPEC))

    for entry in read_deviations(locate(DEVIATIONS)):
        assert sum(map(entry.covers_place_of, comparison.differences)) == entry.covers > 0, entry.id


@pytest.mark.parametrize("missing", ["id", "operations", "pointer", "published", "ours", "reason", "evidence"])
def test_an_entry_has_every_member(missing: str, tmp_path: Path) -> None:
    entry = {name: value for name, value in ENTRY.items() if name != missing}

    with pytest.raises(NotComparable, match=missing if missing not in ("reason", "evidence") else "reason|evidence"):
        read_deviations(written(tmp_path, entry))


@pytest.mark.parametrize("emptied", ["reason", "evidence"])
def test_an_entry_has_a_reason_and_evidence(emptied: str, tmp_path: Path) -> None:
    with pytest.raises(NotComparable, match="why"):
        read_deviations(written(tmp_path, {**ENTRY, emptied: ""}))


def test_an_entry_has_no_unknown_member(tmp_path: Path) -> None:
    with pytest.raises(NotComparable, match="an entry has more than"):
        read_deviations(written(tmp_path, {**ENTRY, "severity": "low"}))


def test_entry_names_are_unique(tmp_path: Path) -> None:
    with pytest.raises(NotComparable, match="declares one twice"):
        read_deviations(written(tmp_path, ENTRY, ENTRY))


def test_a_difference_as_declared_is_no_finding(tmp_path: Path) -> None:
    assert rules(read_deviations(written(tmp_path, ENTRY)), DIFFERENCE) == []


def test_two_entries_for_one_difference_are_found(tmp_path: Path) -> None:
    entries = read_deviations(written(tmp_path, ENTRY, {**ENTRY, "id": "two"}))

    assert rules(entries, DIFFERENCE) == ["declared-twice"]


def test_a_pattern_that_covers_more_than_it_says_is_found(tmp_path: Path) -> None:
    entries = read_deviations(written(tmp_path, {**ENTRY, "pointer": "/parameters/*", "covers": 1}))
    other = Difference("train", Change("/parameters/query:y", {"required": True}, NOTHING))

    assert rules(entries, DIFFERENCE, other) == ["too-wide"]


def test_a_published_value_of_a_family_that_vanished_is_found(tmp_path: Path) -> None:
    published = {"one_of": [{"required": True}, {"required": False}]}

    assert rules(read_deviations(written(tmp_path, {**ENTRY, "published": published})), DIFFERENCE) == ["gone"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": "  "}, "does not say why"),
        ({"evidence": "hearsay"}, "does not begin with one of captured"),
        ({"operations": "train"}, "has no list of `operations`"),
        ({"operations": []}, "has no list of `operations`"),
        ({"covers": "many"}, "not a number of differences"),
        ({"covers": True}, "not a number of differences"),
    ],
)
def test_an_entry_with_a_wrong_value_is_refused(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(NotComparable, match=said):
        read_deviations(written(tmp_path, {**ENTRY, **change}))


def test_true_and_one_are_different_values(tmp_path: Path) -> None:
    entries = read_deviations(written(tmp_path, {**ENTRY, "published": {"required": 1}}))

    assert rules(entries, DIFFERENCE) == ["published-changed"]


def test_an_operation_of_a_family_that_does_not_differ_is_found(tmp_path: Path) -> None:
    entries = read_deviations(written(tmp_path, {**ENTRY, "operations": ["train", "predict"], "covers": 1}))

    assert rules(entries, DIFFERENCE) == ["gone"]


def test_an_entry_of_another_operation_declares_nothing(tmp_path: Path) -> None:
    entries = read_deviations(written(tmp_path, {**ENTRY, "operations": ["predict"]}))

    assert sorted(rules(entries, DIFFERENCE)) == ["gone", "undeclared"]
