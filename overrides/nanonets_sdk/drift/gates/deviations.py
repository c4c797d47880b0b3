"""The gate on our own description: it differs from the published one only where, and as, `deviations.yaml` says.

The differences are computed, never read from that file. What merely says more (see `refinements`) is counted; texts,
examples, links and components that nothing uses are ours alone, and not compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from nanonets_sdk.drift.changes.changes import Change, changes, without_words
from nanonets_sdk.drift.changes.inferred import expectations
from nanonets_sdk.drift.changes.matching import pairs
from nanonets_sdk.drift.changes.refinements import refinement_of
from nanonets_sdk.drift.changes.rule import brief
from nanonets_sdk.drift.facts.facts import METHODS, facts_of
from nanonets_sdk.drift.facts.json_types import (
    Tree,
    is_list,
    is_same,
    is_tree,
)
from nanonets_sdk.drift.facts.lock import Lock
from nanonets_sdk.drift.facts.parsing import load_yaml
from nanonets_sdk.drift.facts.pointers import matches
from nanonets_sdk.drift.report.outcome import (
    NOTHING,
    Finding,
    Kind,
    NotComparable,
    Outcome,
)

PUBLISHED_ID: Final = "x-published-operation-id"
_KINDS_OF_EVIDENCE: Final = ("captured", "documentation", "samples", "ours")
_EVIDENCE: Final = re.compile(rf"({'|'.join(_KINDS_OF_EVIDENCE)})\b")
_ENTRY: Final = frozenset({"id", "operations", "pointer", "covers", "published", "ours", "reason", "evidence"})
_ADVICE: Final = (
    "Undeclared: mend openapi/nanonets.yaml, or declare the difference in openapi/deviations.yaml with its reason and "
    "evidence. Gone: the two agree now, so take the entry away. Changed: read what moved, and decide anew."
)


@frozen
class Difference:
    """A fact of which the two descriptions say different things.

    Attributes:
        operation: The published operationId; of an operation that is not published its method and path.
        change: The published fact first, ours second.
    """

    operation: str
    change: Change


@frozen
class Deviation:
    """One declared difference, or a family of them with one reason.

    Attributes:
        id: Its name.
        operations: Patterns of the operations, as `Difference.operation` names them.
        pointer: Pattern of the pointers inside an operation.
        covers: How many differences it stands for.
        published: The published value; with several `{"one_of": […]}`, all of which must occur; None for none.
        ours: Our value, of an object as much as matters; None for none.
        reason: Why we differ.
        evidence: How we know.
    """

    id: str
    operations: tuple[str, ...]
    pointer: str
    covers: int
    published: Any
    ours: Any
    reason: str
    evidence: str

    def covers_place_of(self, difference: Difference) -> bool:
        """Return whether it speaks of the place of a difference."""
        named = any(matches(pattern, difference.operation) for pattern in self.operations)
        return named and matches(self.pointer, difference.change.pointer)


@frozen
class Comparison:
    """Two descriptions, compared.

    Attributes:
        differences: What they contradict each other in.
        refinements: How often ours says more, by what it says.
    """

    differences: tuple[Difference, ...]
    refinements: dict[str, int] = field(factory=dict[str, int])


def compare(lock: Lock, spec: Tree, name: str = "nanonets.yaml") -> Comparison:
    """Return how our description differs from the published one.

    Args:
        lock: The facts of the published one.
        spec: Ours, as plain data.
        name: What ours is called in messages.

    Raises:
        NotComparable: Ours is malformed.
    """
    every = list(_differences(_comparable(lock.facts), _comparable(_published_ids(facts_of(spec, name), spec))))
    said = [refinement_of(difference.change) for difference in every]
    return Comparison(
        differences=tuple(difference for difference, more in zip(every, said, strict=True) if not more),
        refinements={more: said.count(more) for more in sorted(set(said) - {""})},
    )


def read_deviations(path: Path) -> tuple[Deviation, ...]:
    """Return what a file declares.

    Raises:
        NotComparable: It cannot be read, or an entry lacks something.
    """
    try:
        data: Any = load_yaml(path.read_text(encoding="utf-8"), path.name)
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
    """Return where the computed differences are not the declared ones.

    Args:
        comparison: What `compare` found.
        declared: What `read_deviations` read.
        lock: The facts of the published description.
    """
    more = ", ".join(f"{name} {count} times" for name, count in comparison.refinements.items())
    return Outcome(
        gate="deviations",
        subject=f"our description against the published one, version {lock.version}",
        findings=(*_undeclared(comparison, declared), *_astray(comparison, declared)),
        notes=(
            f"{len(comparison.differences)} differences, {len(declared)} entries that declare them.",
            f"{sum(comparison.refinements.values())} refinements, which contradict nothing: {more or 'none'}.",
        ),
        advice=_ADVICE,
    )


def _differences(published: Tree, ours: Tree) -> Iterator[Difference]:
    for change in changes({**published, "operations": {}}, {**ours, "operations": {}}):
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
        yield from (Difference(name, change) for change in changes(one[pair.before], other[pair.after]))


def _comparable(facts: Tree) -> Tree:
    kept = ("servers", "securitySchemes", "operations", "webhooks", "jsonSchemaDialect", "other")
    comparable: Tree = without_words(expectations({name: facts[name] for name in kept if name in facts}))
    for operation in comparable["operations"].values():
        for response in operation.get("responses", {}).values():
            response.pop("links", None)
    return comparable


def _published_ids(facts: Tree, spec: Tree) -> Tree:
    """Our facts without our examples, and with the published operationIds that ours keep."""
    operations = {
        f"{method.upper()} {path}": item[method]
        for path, item in spec["paths"].items()
        for method in METHODS
        if method in item
    }
    named = {
        name: {**_without_examples(operation), "operationId": operations.get(name, {}).get(PUBLISHED_ID, "")}
        for name, operation in facts["operations"].items()
    }
    return {**facts, "operations": named}


def _without_examples(facts: Any) -> Any:
    if not is_tree(facts):
        return facts
    members = facts.items()
    return {name: _without_examples(part) for name, part in members if not (name == "examples" and is_list(part))}


def _deviation(entry: Any, path: Path) -> Deviation:
    if not is_tree(entry) or not set(entry) <= _ENTRY:
        raise NotComparable(f"{path}: an entry has more than {', '.join(sorted(_ENTRY))}: {entry!r:.80}.")
    given = entry
    name = given.get("id", "an entry")
    missing = sorted(_ENTRY - {"covers"} - set(given))
    if missing or not all(str(given[text] or "").strip() for text in ("reason", "evidence")):
        raise NotComparable(f"{path}: {name} does not say {', '.join(missing) or 'why'}.")
    if _EVIDENCE.match(str(given["evidence"])) is None:
        raise NotComparable(f"{path}: the evidence of {name} begins with none of {', '.join(_KINDS_OF_EVIDENCE)}.")
    operations: Any = given["operations"]
    if not is_list(operations) or not operations:
        raise NotComparable(f"{path}: {name} has no list of `operations`.")
    covers = given.get("covers", len(operations))
    if type(covers) is not int:
        raise NotComparable(f"{path}: {name} covers {covers!r}, which is no number of differences.")
    return Deviation(
        id=str(given["id"]),
        operations=tuple(map(str, operations)),
        pointer=str(given["pointer"]),
        covers=covers,
        published=given["published"],
        ours=given["ours"],
        reason=str(given["reason"]),
        evidence=str(given["evidence"]),
    )


def _undeclared(comparison: Comparison, declared: tuple[Deviation, ...]) -> Iterator[Finding]:
    for difference in comparison.differences:
        entries = [entry.id for entry in declared if entry.covers_place_of(difference)]
        if not entries:
            yield _finding("undeclared", difference, "Nothing declares this difference")
        if len(entries) > 1:
            yield _finding("declared-twice", difference, f"{' and '.join(entries)} declare the same difference")


def _astray(comparison: Comparison, declared: tuple[Deviation, ...]) -> Iterator[Finding]:
    for entry in declared:
        found = [difference for difference in comparison.differences if entry.covers_place_of(difference)]
        if len(found) != entry.covers:
            rule = "gone" if len(found) < entry.covers else "too-wide"
            said = f"{entry.id} declares {entry.covers} differences, and there are {len(found)}."
            yield Finding(Kind.AGREEMENT, rule, _places(entry), said, entry.pointer, entry.published, entry.ours)
        yield from _changed(entry, found)
        yield from _nowhere(entry, found)


def _changed(entry: Deviation, found: list[Difference]) -> Iterator[Finding]:
    for difference in found:
        if not any(is_same(_value(difference.change.before), value) for value in _alternatives(entry.published)):
            yield _finding("published-changed", difference, f"{entry.id} was declared for another published value")
        if not any(_holds(value, _value(difference.change.after)) for value in _alternatives(entry.ours)):
            yield _finding("ours-changed", difference, f"{entry.id} was declared for another value of ours")


def _nowhere(entry: Deviation, found: list[Difference]) -> Iterator[Finding]:
    """What an entry with several operations or values names, and no difference has."""
    named = [difference.operation for difference in found]
    before = [_value(difference.change.before) for difference in found]
    after = [_value(difference.change.after) for difference in found]
    idle = [
        *(f"the operation {name}" for name in entry.operations if not any(matches(name, one) for one in named)),
        *(f"the published value {brief(value)}" for value in _idle(entry.published, before, is_same)),
        *(f"our value {brief(value)}" for value in _idle(entry.ours, after, _holds)),
    ]
    for name in idle if found else ():
        said = f"{entry.id} names {name}, of which there is no such difference."
        yield Finding(Kind.AGREEMENT, "gone", _places(entry), said, entry.pointer)


def _idle(declared: Any, found: Iterable[Any], fits: Callable[[Any, Any], bool]) -> list[Any]:
    alternatives = _alternatives(declared)
    return [value for value in alternatives if len(alternatives) > 1 and not any(fits(value, one) for one in found)]


def _alternatives(value: Any) -> list[Any]:
    if is_tree(value) and set(value) == {"one_of"} and is_list(value["one_of"]):
        alternatives: list[Any] = value["one_of"]
        return alternatives
    return [value]


def _value(fact: Any) -> Any:
    return None if fact is NOTHING else fact


def _holds(declared: Any, actual: Any) -> bool:
    """Whether a value is as declared; of an object, the members that are declared."""
    if is_tree(declared) and is_tree(actual):
        members = declared.items()
        return all(name in actual and _holds(value, actual[name]) for name, value in members)
    return is_same(declared, actual)


def _finding(rule: str, difference: Difference, said: str) -> Finding:
    change = difference.change
    message = f"{said}: published {brief(change.before)}, ours {brief(change.after)}."
    where = difference.operation or "the description"
    return Finding(Kind.AGREEMENT, rule, where, message, change.pointer, change.before, change.after)


def _places(entry: Deviation) -> str:
    return ", ".join(entry.operations)
