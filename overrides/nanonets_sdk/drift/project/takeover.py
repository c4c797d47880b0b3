"""Takes a new published description over into a checkout, as far as no decision is needed.

    DOCUMENT --> lock        written
             |-> upstream    what moved, with renames as one finding
             |-> deviations  against the new lock
                   |-- published has more    lines for nanonets.yaml
                   |-- an entry is outdated  lines for deviations.yaml
                   |-- a contradiction       an entry to paste; only a person knows its reason

Lines are proposed as a difference. With `apply` they are written, and what is left is compared once more.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from nanonets_sdk.drift.facts.json_types import is_same, is_tree
from nanonets_sdk.drift.facts.lock import Lock, dumped, read_lock
from nanonets_sdk.drift.facts.parsing import parse
from nanonets_sdk.drift.facts.pointers import join, matches, split
from nanonets_sdk.drift.gates import deviations, upstream
from nanonets_sdk.drift.project.edits import (
    Edit,
    add_item,
    add_member,
    applied,
    difference,
    in_flow,
    is_block,
    remove_item,
    schema_from,
    set_member,
)  # fmt: skip
from nanonets_sdk.drift.project.places import Places, child
from nanonets_sdk.drift.project.renames import with_renames
from nanonets_sdk.drift.report.outcome import NOTHING, Finding, Outcome
from nanonets_sdk.drift.report.rendering import Format, render

LOCK: Final = "openapi/upstream.lock.yaml"
SPEC: Final = "openapi/nanonets.yaml"
DEVIATIONS: Final = "openapi/deviations.yaml"
_EVIDENCE: Final = {"x-evidence": "documented", "x-evidence-source": "The published description."}


@frozen
class TakeOver:
    """A published description that was taken over, as far as no decision is needed.

    Attributes:
        moved: What moved between the lock and the document.
        left: Where our description is not as agreed with the new lock, after the edits.
        texts: The edited files, by their path in the checkout.
        differences: The edits, as `diff -u` writes them.
        entries: Entries for deviations.yaml that lack their reason.
        checklist: What is left to do, in order.
    """

    moved: Outcome
    left: Outcome
    texts: dict[str, str] = field(repr=False)
    differences: tuple[str, ...]
    entries: str
    checklist: tuple[str, ...]


def take_over(root: Path, published: Lock) -> TakeOver:
    """Return what taking a description over would write, and what it would leave to do. Nothing is written.

    Args:
        root: The checkout.
        published: The facts of the new description.

    Raises:
        NotComparable: A file of the checkout cannot be read.
    """
    agreed = read_lock(root / LOCK)
    moved = upstream.compare(agreed, published)
    findings = with_renames(moved.findings, agreed.facts["operations"], published.facts["operations"])
    moved = evolve(moved, gate="take-over", findings=findings, advice="")
    texts = {name: (root / name).read_text(encoding="utf-8") for name in (SPEC, DEVIATIONS)}
    edited = dict(texts)
    before = _compared(texts[SPEC], published)
    entries = _declared(root, texts[DEVIATIONS])
    undeclared = deviations.check(before, entries, published).findings
    edited[SPEC] = applied(texts[SPEC], _additions(Places(texts[SPEC].encode()), undeclared))
    after = before if edited[SPEC] == texts[SPEC] else _compared(edited[SPEC], published)
    edited[DEVIATIONS] = applied(texts[DEVIATIONS], _outdated(texts[DEVIATIONS], entries, after.differences))
    if edited != texts:
        # The edits are what the seals have to confirm now; they are shown with them.
        declared = _declared(root, edited[DEVIATIONS])
        edited[DEVIATIONS] = deviations.with_seals(edited[DEVIATIONS], after, declared)
    left = deviations.check(after, _declared(root, edited[DEVIATIONS]), published)
    changes = [difference(texts[name], edited[name], name) for name in texts if texts[name] != edited[name]]
    return TakeOver(
        moved=moved,
        left=left,
        texts={LOCK: dumped(published), **edited},
        differences=tuple(changes),
        entries=_entries(left.findings),
        checklist=tuple(_checklist(moved, left, texts[SPEC] != edited[SPEC])),
    )


def write(root: Path, taken: TakeOver, *, apply: bool) -> list[str]:
    """Write the lock, and with `apply` the edits too; return the names of the files written."""
    names = [LOCK, *(name for name in (SPEC, DEVIATIONS) if apply)]
    written: list[str] = []
    for name in names:
        if (root / name).read_text(encoding="utf-8") != taken.texts[name]:
            (root / name).write_text(taken.texts[name], encoding="utf-8", newline="\n")
            written.append(name)
    return written


def report(taken: TakeOver, written: list[str], *, apply: bool) -> str:
    """Return what was done and what is left, for people.

    Args:
        taken: The result of `take_over`.
        written: The files that were written.
        apply: Whether the edits are among them.
    """
    parts = [render(taken.moved, Format.TEXT), "\n".join(f"{name}: written" for name in written)]
    if taken.differences:
        parts += ["Edits:" if apply else "Proposed edits; --apply writes them:", *taken.differences]
    parts.append(render(evolve(taken.left, advice=""), Format.TEXT))
    if taken.entries:
        parts.append(f"For {DEVIATIONS}, where ours is right:\n{taken.entries}")
    steps = "\n".join(f"  [ ] {step}" for step in taken.checklist)
    parts.append(f"Left to do:\n{steps}" if steps else "Nothing is left to do.")
    return "\n\n".join(part for part in parts if part)


def _compared(spec: str, published: Lock) -> deviations.Comparison:
    return deviations.compare(published, parse(spec.encode(), SPEC), SPEC)


def _declared(root: Path, text: str) -> tuple[deviations.Deviation, ...]:
    """Return the entries in a text that may not have been written yet."""
    if (root / DEVIATIONS).read_text(encoding="utf-8") == text:
        return deviations.read_deviations(root / DEVIATIONS)
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "deviations.yaml")
        path.write_text(text, encoding="utf-8")
        return deviations.read_deviations(path)


def _additions(places: Places, findings: Iterable[Finding]) -> Iterator[Edit]:
    """Yield the lines for what the published description has and ours lacks."""
    seen: set[tuple[int, str]] = set()
    for finding in findings:
        *holder, name = split(finding.pointer) or ("",)
        if finding.rule != "undeclared" or finding.after is not NOTHING or not is_tree(finding.before):
            continue
        node = places.node_of(finding.where, join(holder))
        # Replies share schemas: one line serves all operations that lack the same field.
        if not is_block(node) or (id(node), name) in seen:
            continue
        seen.add((id(node), name))
        if holder[-1] == "properties" and "responses" in holder:
            yield add_member(node, name, {**_EVIDENCE, **schema_from(finding.before)})
        elif holder == ["parameters"]:
            place, _, label = name.partition(":")
            required = {"required": True} if finding.before.get("required") else {}
            schema = schema_from(finding.before.get("schema", {}))
            yield add_item(node, {"name": label, "in": place, **_EVIDENCE, **required, "schema": schema})


def _outdated(
    text: str, entries: Iterable[deviations.Deviation], found: Iterable[deviations.Difference]
) -> Iterator[Edit]:
    """Yield the lines for entries whose differences are gone, or have become more or others."""
    nodes = {child(node, "id").value: node for node in Places(text.encode()).entries("deviations")}
    every = list(found)
    for entry in entries:
        there = [one for one in every if entry.covers_place_of(one)]
        node = nodes[entry.id]
        if not there:
            yield remove_item(node)
            continue
        operations = [name for name in entry.operations if any(matches(name, one.operation) for one in there)]
        if len(operations) != len(entry.operations):
            yield set_member(node, "operations", operations, after="id")
        covers = len(operations) if child(node, "covers") is None else entry.covers
        if len(there) != covers:
            yield set_member(node, "covers", len(there), after="pointer")
        values = _distinct(None if one.change.before is NOTHING else one.change.before for one in there)
        declared = entry.published
        alternatives = declared["one_of"] if is_tree(declared) and set(declared) == {"one_of"} else [declared]
        is_idle = len(alternatives) > 1 and len(alternatives) != len(values)
        if is_idle or any(not any(is_same(value, one) for one in alternatives) for value in values):
            value = values[0] if len(values) == 1 else {"one_of": values}
            yield set_member(node, "published", value, after="pointer")


def _entries(findings: Iterable[Finding]) -> str:
    """Return an entry for each place where the descriptions contradict each other."""
    places: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.rule == "undeclared":
            places[finding.pointer].append(finding)
    lines: list[str] = []
    for pointer, found in places.items():
        sides: list[Any] = []
        for side in ("before", "after"):
            values = _distinct(None if (v := getattr(one, side)) is NOTHING else v for one in found)
            sides.append(values[0] if len(values) == 1 else {"one_of": values})
        where = sorted({one.where for one in found})
        words = [word for word in (*where[0].replace(" ", "/").split("/"), *split(pointer)[-1:]) if word.isidentifier()]
        lines += [f"  - id: {'-'.join(words).lower()}", f"    operations: {in_flow(where)}"]
        lines += [f"    pointer: {in_flow(pointer)}"]
        lines += [f"    covers: {len(found)}"] if len(found) != len(where) else []
        lines += [f"    published: {in_flow(sides[0])}", f"    ours: {in_flow(sides[1])}"]
        lines += ["    reason: ''  # why ours is right", "    evidence: ''  # captured, documentation, samples or ours"]
    return "\n".join(lines)


def _distinct(values: Iterable[Any]) -> list[Any]:
    return [*{json.dumps(value, sort_keys=True, default=str): value for value in values}.values()]


def _checklist(moved: Outcome, left: Outcome, spec_changed: bool) -> Iterator[str]:
    """Yield what is left to do, in the order in which a mistake costs least."""
    for finding in moved.findings:
        if finding.rule == "renamed":
            yield f"{finding.place}: {finding.message} Rename it in {SPEC}, in the client and in the mock."
    undeclared = [finding for finding in left.findings if finding.rule == "undeclared"]
    for finding in undeclared:
        yield f"{finding.place}: {finding.message} Correct {SPEC}, or declare it in {DEVIATIONS} with its reason."
    for finding in left.findings:
        if finding not in undeclared:
            yield f"{finding.place}: {finding.message}"
    if spec_changed or undeclared:
        yield "python -m nox -s regenerate"
        yield "python -m nox -s drift"
        yield "python -m nox -s tests contract"
        yield "If callers should use what is new: calls/ or documents/, mock/replies/, and CHANGELOG.md."
    elif moved.findings:
        yield "python -m nox -s drift"
