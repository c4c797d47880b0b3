"""Gate on our description: it differs from the published one exactly as `deviations.yaml` declares.

The differences are computed, never read from that file. What merely says more (see `changes.refinements`) is counted;
prose, examples, links and unused components are ours alone and are not compared.

An entry need not repeat a whole operation to declare it. It names the members that matter, and a seal, the fingerprint
of all of them, says whether any other one changed since:

    ours: {security: [basicAuth], tags: [ocr]}    what the entry is about
    seal: 4f0c91be77aa                            the bodies, parameters and replies that it does not name
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from nanonets_sdk.drift.changes.change import Change
from nanonets_sdk.drift.changes.diff import diff
from nanonets_sdk.drift.changes.inferred import infer_schemas
from nanonets_sdk.drift.changes.matching import pairs
from nanonets_sdk.drift.changes.refinements import refinement_of
from nanonets_sdk.drift.changes.rules import shorten
from nanonets_sdk.drift.facts.document import fingerprint, without_prose
from nanonets_sdk.drift.facts.extract import facts_of
from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_same, is_tree
from nanonets_sdk.drift.facts.lock import Lock
from nanonets_sdk.drift.facts.parsing import decoded
from nanonets_sdk.drift.facts.pointers import matches
from nanonets_sdk.drift.facts.yaml12 import load_yaml
from nanonets_sdk.drift.report.outcome import NOTHING, Finding, NotComparable, Outcome, Severity

PUBLISHED_ID: Final = "x-published-operation-id"
_COMPARED: Final = ("servers", "securitySchemes", "operations", "webhooks", "jsonSchemaDialect", "other")
_KINDS_OF_EVIDENCE: Final = ("captured", "documentation", "samples", "ours")
_EVIDENCE: Final = re.compile(rf"({'|'.join(_KINDS_OF_EVIDENCE)})\b")
_ENTRY: Final = frozenset({"id", "operations", "pointer", "covers", "published", "ours", "reason", "evidence", "seal"})
_OPTIONAL: Final = frozenset({"covers", "seal"})
_SEAL_LENGTH: Final = 12
_ADVICE: Final = (
    "Undeclared: fix openapi/nanonets.yaml, or declare the difference in openapi/deviations.yaml with its reason and "
    "evidence. Gone: both specs agree now; delete the entry. Changed: check what moved, and decide again; "
    "`nox -s drift -- deviations --write-seals` then confirms what the entries do not name."
)


@frozen
class Difference:
    """A fact on which the two descriptions disagree.

    Attributes:
        operation: The published operationId, or method and path if the operation is not published.
        change: The difference; the published fact is `before`, ours is `after`.
    """

    operation: str
    change: Change


@frozen
class Deviation:
    """A declared difference, or several with one reason.

    Attributes:
        id: Name of the entry.
        operations: Patterns of `Difference.operation`.
        pointer: Pattern of the pointers inside an operation.
        covers: The number of differences it declares.
        published: The published value; for several values `{"one_of": […]}`, each of which must occur; None if absent.
        ours: Our value, in the same form; of an object only the members that matter.
        reason: Why we differ.
        evidence: How we know.
        seal: Fingerprint of all our values, if `ours` does not name all of their members; else empty.
    """

    id: str
    operations: tuple[str, ...]
    pointer: str
    covers: int
    published: Any
    ours: Any
    reason: str
    evidence: str
    seal: str = ""

    def covers_place_of(self, difference: Difference) -> bool:
        """Return whether the entry is about the place of a difference."""
        named = any(matches(pattern, difference.operation) for pattern in self.operations)
        return named and matches(self.pointer, difference.change.pointer)


@frozen
class Comparison:
    """Two descriptions, compared.

    Attributes:
        differences: Where they contradict each other.
        refinements: How often ours says more, by what it says.
    """

    differences: tuple[Difference, ...]
    refinements: dict[str, int] = field(factory=dict[str, int])


def compare(lock: Lock, spec: Tree, name: str = "nanonets.yaml") -> Comparison:
    """Return how our description differs from the published one.

    Raises:
        NotComparable: Our description is malformed.
    """
    ours: Tree = _without_examples(facts_of(spec, name))
    # Our operationIds follow a scheme of our own. What must not drift is the published one that each notes beside it.
    for name_of_operation, operation in ours["operations"].items():
        method, _, path = name_of_operation.partition(" ")
        operation["operationId"] = spec["paths"][path].get(method.lower(), {}).get(PUBLISHED_ID, "")
    every = list(_differences(_comparable(lock.facts), _comparable(ours)))
    said = [refinement_of(difference.change) for difference in every]
    return Comparison(
        differences=tuple(difference for difference, more in zip(every, said, strict=True) if not more),
        refinements={more: said.count(more) for more in sorted(set(said) - {""})},
    )


def read_deviations(path: Path) -> tuple[Deviation, ...]:
    """Return the entries of a file of deviations.

    Raises:
        NotComparable: The file cannot be read, or an entry is incomplete.
    """
    try:
        data: Any = load_yaml(decoded(path.read_bytes()), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise NotComparable(f"The deviations {path} cannot be read: {error}.") from error
    if not is_tree(data) or not is_list(data.get("deviations")):
        raise NotComparable(f"{path} has no list `deviations`.")
    entries = tuple(_deviation(entry, path) for entry in data["deviations"])
    names = [entry.id for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise NotComparable(f"{path} declares {name} twice.")
    return entries


def check(comparison: Comparison, declared: tuple[Deviation, ...], lock: Lock) -> Outcome:
    """Return where the computed differences are not the declared ones."""
    findings: list[Finding] = []
    for difference in comparison.differences:
        entries = [entry.id for entry in declared if entry.covers_place_of(difference)]
        if not entries:
            findings.append(_finding("undeclared", difference, "Nothing declares this difference"))
        if len(entries) > 1:
            said = f"{' and '.join(entries)} declare the same difference"
            findings.append(_finding("declared-twice", difference, said))
    for entry in declared:
        found = [difference for difference in comparison.differences if entry.covers_place_of(difference)]
        findings += _unmatched(entry, found)
    more = ", ".join(f"{name} {count} times" for name, count in comparison.refinements.items())
    return Outcome(
        gate="deviations",
        subject=f"our description against the published one, version {lock.version}",
        findings=tuple(findings),
        notes=(
            f"{len(comparison.differences)} differences, {len(declared)} entries that declare them.",
            f"{sum(comparison.refinements.values())} refinements, which contradict nothing: {more or 'none'}.",
        ),
        advice=_ADVICE,
    )


def _differences(published: Tree, ours: Tree) -> Iterator[Difference]:
    for change in diff({**published, "operations": {}}, {**ours, "operations": {}}):
        yield Difference("", change)
    one, other = published["operations"], ours["operations"]
    for pair in pairs(one, other):
        if pair.before is None:
            yield Difference(str(pair.after), Change("", NOTHING, other[pair.after]))
            continue
        name = str(one[pair.before].get("operationId", pair.before))
        if pair.after is None:
            yield Difference(name, Change("", one[pair.before], NOTHING))
            continue
        if pair.before != pair.after:
            yield Difference(name, Change("/path", pair.before, pair.after))
        yield from (Difference(name, change) for change in diff(one[pair.before], other[pair.after]))


def _comparable(facts: Tree) -> Tree:
    comparable: Tree = without_prose(infer_schemas({name: facts[name] for name in _COMPARED if name in facts}))
    for operation in comparable["operations"].values():
        for response in operation.get("responses", {}).values():
            response.pop("links", None)
    return comparable


def _without_examples(facts: Any) -> Any:
    # Published examples stand in for missing schemas. Ours would only repeat what our schemas declare.
    if not is_tree(facts):
        return facts
    members = facts.items()
    return {name: _without_examples(part) for name, part in members if not (name == "examples" and is_list(part))}


def _deviation(given: Any, path: Path) -> Deviation:
    if not is_tree(given) or not set(given) <= _ENTRY:
        raise NotComparable(f"{path}: an entry has more than {', '.join(sorted(_ENTRY))}: {given!r:.80}.")
    name = given.get("id", "an entry")
    missing = sorted(_ENTRY - _OPTIONAL - set(given))
    if missing or not all(str(given[text] or "").strip() for text in ("reason", "evidence")):
        raise NotComparable(f"{path}: {name} does not say {', '.join(missing) or 'why'}.")
    if _EVIDENCE.match(str(given["evidence"])) is None:
        kinds = ", ".join(_KINDS_OF_EVIDENCE)
        raise NotComparable(f"{path}: the evidence of {name} does not begin with one of {kinds}.")
    operations: Any = given["operations"]
    if not is_list(operations) or not operations:
        raise NotComparable(f"{path}: {name} has no list of `operations`.")
    covers = given.get("covers", len(operations))
    # Not isinstance: True is an int.
    if type(covers) is not int:
        raise NotComparable(f"{path}: {name} covers {covers!r}, which is not a number of differences.")
    return Deviation(
        id=str(given["id"]),
        operations=tuple(map(str, operations)),
        pointer=str(given["pointer"]),
        covers=covers,
        published=given["published"],
        ours=given["ours"],
        reason=str(given["reason"]),
        evidence=str(given["evidence"]),
        seal=str(given.get("seal", "")),
    )


def _unmatched(entry: Deviation, found: list[Difference]) -> Iterator[Finding]:
    """Yield where an entry declares something else than the differences at its place."""
    where = ", ".join(entry.operations)
    if len(found) != entry.covers:
        rule = "gone" if len(found) < entry.covers else "too-wide"
        said = f"{entry.id} declares {entry.covers} differences, and there are {len(found)}."
        yield Finding(Severity.AGREEMENT, rule, where, said, entry.pointer, entry.published, entry.ours)
    elif entry.seal != (seal := seal_of(entry, found)) and all(_is_as_declared(entry, one) for one in found):
        said = f"{entry.id} was declared for other members of our values; if they are right, its seal is {seal}."
        said = said if seal else f"{entry.id} names all members of our values, and needs no seal."
        yield Finding(Severity.AGREEMENT, "ours-changed", where, said, entry.pointer, entry.seal, seal)
    for difference in found:
        if not any(is_same(_value(difference.change.before), value) for value in _alternatives(entry.published)):
            yield _finding("published-changed", difference, f"{entry.id} was declared for another published value")
        if not _is_as_declared(entry, difference):
            yield _finding("ours-changed", difference, f"{entry.id} was declared for another value of ours")
    if not found:
        return
    # An entry with several operations or values must not outlive any one of them.
    before = [_value(difference.change.before) for difference in found]
    after = [_value(difference.change.after) for difference in found]
    idle = [
        f"the operation {name}" for name in entry.operations if not any(matches(name, one.operation) for one in found)
    ]
    idle += [f"the published value {value}" for value in _idle(entry.published, before, is_same)]
    idle += [f"our value {value}" for value in _idle(entry.ours, after, _includes)]
    for name in idle:
        said = f"{entry.id} names {name}, but there is no such difference."
        yield Finding(Severity.AGREEMENT, "gone", where, said, entry.pointer)


def seal_of(entry: Deviation, found: list[Difference]) -> str:
    """Return the seal that an entry needs for its differences; empty if it names all members of our values."""
    values = _alternatives(entry.ours)
    is_whole = all(
        one.change.around is None and any(is_same(_value(one.change.after), value) for value in values) for one in found
    )
    if is_whole:
        return ""
    sealed = [[one.operation, one.change.pointer, _value(one.change.after), one.change.around] for one in found]
    return fingerprint(sorted(sealed, key=fingerprint))[:_SEAL_LENGTH]


def with_seals(text: str, comparison: Comparison, declared: tuple[Deviation, ...]) -> str:
    """Return the text of a file of deviations with the seals that its entries need.

    Args:
        text: The file, with one line for each `- id:` and each `reason:`.
        comparison: The differences.
        declared: The entries of the file.
    """
    seals = {
        entry.id: seal_of(entry, [one for one in comparison.differences if entry.covers_place_of(one)])
        for entry in declared
    }
    lines: list[str] = []
    name = ""
    for line in text.splitlines(keepends=True):
        key, _, value = line.strip().removeprefix("- ").partition(":")
        name = value.strip().strip("'\"") if line.lstrip().startswith("- id:") else name
        if key == "reason" and seals.get(name):
            lines.append(f"{line[: len(line) - len(line.lstrip())]}seal: '{seals[name]}'\n")
        lines += [] if key == "seal" else [line]
    return "".join(lines)


def _is_as_declared(entry: Deviation, difference: Difference) -> bool:
    return any(_includes(_value(difference.change.after), value) for value in _alternatives(entry.ours))


def _idle(declared: Any, found: list[Any], fits: Callable[[Any, Any], bool]) -> list[str]:
    alternatives = _alternatives(declared)
    if len(alternatives) == 1:
        return []
    return [shorten(value) for value in alternatives if not any(fits(one, value) for one in found)]


def _alternatives(value: Any) -> list[Any]:
    if is_tree(value) and set(value) == {"one_of"} and is_list(value["one_of"]):
        alternatives: list[Any] = value["one_of"]
        return alternatives
    return [value]


def _value(fact: Any) -> Any:
    # YAML has no word for an absent value, so that an entry says null.
    return None if fact is NOTHING else fact


def _includes(actual: Any, declared: Any) -> bool:
    """Return whether a value is as declared; an object may have further members."""
    if is_tree(declared) and is_tree(actual):
        return all(name in actual and _includes(actual[name], value) for name, value in declared.items())
    return is_same(declared, actual)


def _finding(rule: str, difference: Difference, said: str) -> Finding:
    change = difference.change
    message = f"{said}: published {shorten(change.before)}, ours {shorten(change.after)}."
    where = difference.operation or "the description"
    return Finding(Severity.AGREEMENT, rule, where, message, change.pointer, change.before, change.after)
