"""Gate on traffic: does the service reply as our description says?

Only shapes are compared. A finding counts exchanges: in how many of those that could show a difference it was seen.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from nanonets_sdk.drift.facts.document import Document
from nanonets_sdk.drift.facts.extract import METHODS
from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.parsing import decoded
from nanonets_sdk.drift.facts.pointers import join
from nanonets_sdk.drift.facts.shapes import Shape, shape_from
from nanonets_sdk.drift.report.outcome import Finding, NotComparable, Outcome, Severity
from nanonets_sdk.drift.traffic.har import Notice, records_in_har
from nanonets_sdk.drift.traffic.recording import NOT_JSON, NOT_KEPT, Record
from nanonets_sdk.drift.traffic.redaction import ANY, ID

_ADVICE: Final = (
    "The service changed, or was never as described: correct openapi/nanonets.yaml and then the reply types, with the "
    "traffic as evidence; declare in openapi/deviations.yaml where the published description says otherwise."
)
_ARCHIVE: Final = re.compile(r'\s*\{\s*"log"\s*:')
_ASYNC: Final = "async"
_MAX_NUMBERS: Final = 10
_EVERY_TYPE: Final = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


@frozen
class Operation:
    """An operation of our description.

    Attributes:
        id: Its operationId.
        method: In capitals.
        segments: The segments of its path, with `{}` for parameters.
        node: Its description.
        query: Names of its query parameters.
    """

    id: str
    method: str
    segments: tuple[str, ...]
    node: Tree = field(repr=False)
    query: frozenset[str]

    @property
    def ends_in_a_slash(self) -> bool:
        """Whether its path ends in a slash."""
        return not self.segments[-1]

    def serves(self, record: Record) -> bool:
        """Return whether a record may belong to this operation; a slash at the end makes no difference."""
        own = self.segments[:-1] if self.ends_in_a_slash else self.segments
        parts = tuple(record.path.rstrip("/").split("/"))
        return (
            record.method == self.method
            and len(parts) == len(own)
            and all(one == part or (one == ID and part != "") for one, part in zip(own, parts, strict=True))
        )


def read_traffic(path: Path, base_url: str) -> list[Record | Notice]:
    """Return the exchanges in a file, and notices of what else is in an archive.

    Args:
        path: An HTTP archive, or a file written by `TrafficRecorder`, whose last line may be cut off.
        base_url: The address of the service, for archives.

    Raises:
        NotComparable: The file cannot be read, is neither, or contains no exchange.
    """
    try:
        text = decoded(path.read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        raise NotComparable(f"{path} cannot be read: {error}.") from error
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        if _ARCHIVE.match(text):
            raise NotComparable(f"The HTTP archive {path} is cut off or damaged: {error}.") from error
        data = None
    is_archive = is_tree(data) and "log" in data
    found = list(records_in_har(data, base_url) if is_archive else _records_in_lines(text, path))
    if not any(isinstance(one, Record) for one in found):
        raise NotComparable(" ".join([f"{path} contains no exchange with {base_url}.", *_notes(found)]))
    return found


def compare(
    traffic: Iterable[Record | Notice], spec: Tree, name: str, fail_on: Severity = Severity.ADDITIVE
) -> Outcome:
    """Return where traffic and our description disagree.

    Args:
        traffic: The exchanges, and notices to pass on.
        spec: Our description.
        name: What the traffic is called.
        fail_on: The lowest severity that fails.

    Raises:
        NotComparable: Our description is malformed.
    """
    given = list(traffic)
    every = [one for one in given if isinstance(one, Record)]
    found: Counter[Finding] = Counter()
    seen: set[str] = set()
    too_deep = 0
    try:
        comparison = _Comparison(Document(spec))
        operations = list(comparison.operations())
        for record in every:
            operation = _meant(record, operations)
            if operation is None:
                where, said = f"{record.method} {record.path}", "Our description has no such operation."
                found[Finding(Severity.WIRE, "unknown-operation", where, said)] += 1
                continue
            seen.add(operation.id)
            try:
                # Once per exchange, however many items of a list show it.
                found.update(dict.fromkeys(comparison.exchange(record, operation), 1))
            except RecursionError:
                too_deep += 1
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotComparable(f"Our description is malformed: {type(error).__name__} at {error}.") from error
    notes = [f"{len(seen)} of {len(operations)} operations were used.", *_notes(given)]
    if too_deep:
        notes.append(f"{too_deep} answers are nested too deeply to be compared.")
    return Outcome(
        gate="traffic",
        subject=f"{len(every)} exchanges in {name}",
        findings=tuple(evolve(finding, count=count) for finding, count in found.items()),
        notes=tuple(notes),
        advice=_ADVICE,
        fail_on=fail_on,
        operations={operation.id: operation.id in seen for operation in operations},
    )


def _meant(record: Record, operations: Iterable[Operation]) -> Operation | None:
    """Return the operation that a record belongs to."""
    fitting = sorted((one for one in operations if one.serves(record)), key=lambda one: one.segments.count(ID))
    # A parameter takes any word: the path with fewer parameters is meant. Two are left for one endpoint whose two
    # spellings are described as two ways of working; there the flag decides, not the slash.
    spellings = [one for one in fitting if one.segments.count(ID) == fitting[0].segments.count(ID)]
    by_flag = record.flags is not None and all(_ASYNC in one.query for one in spellings)
    slash = _ASYNC in (record.flags or ()) if by_flag else record.path.endswith("/")
    return next((one for one in spellings if one.ends_in_a_slash == slash), next(iter(spellings), None))


def _notes(traffic: Iterable[Record | Notice]) -> list[str]:
    """Return what was not compared, in sentences."""
    every = list(traffic)
    notices: dict[tuple[bool, str], list[int]] = {}
    for one in every:
        if isinstance(one, Notice):
            notices.setdefault((one.has_record, one.reason), []).append(one.entry)
    notes: list[str] = []
    without_body = sum(isinstance(one, Record) and one.body == NOT_KEPT for one in every)
    without_body -= sum(len(entries) for (has_record, _), entries in notices.items() if has_record)
    if without_body:
        notes.append(f"{without_body} answers were saved without their bodies, which are not compared.")
    for (has_record, reason), entries in notices.items():
        which = ", ".join(map(str, entries[:_MAX_NUMBERS])) + ", …" * (len(entries) > _MAX_NUMBERS)
        notes.append(f"{'Body not' if has_record else 'Not'} compared, {reason}: entry {which}.")
    return notes


def _records_in_lines(text: str, path: Path) -> Iterator[Record]:
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield Record.from_json(json.loads(line))
        except (KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
            # No newline follows: the process was stopped in the middle of this line.
            if number == len(lines):
                return
            raise NotComparable(f"{path} is not recorded traffic: line {number} is not a record.") from error


@frozen
class _Comparison:
    """Compares exchanges with one description; each method yields findings for one part of an exchange."""

    document: Document

    def operations(self) -> Iterator[Operation]:
        for path, item in self.document.mapping(self.document.root, "paths").items():
            for method, node in item.items():
                if method not in METHODS:
                    continue
                segments = tuple(ID if part.startswith("{") else part for part in path.split("/"))
                parameters = [self.document.follow(parameter)[0] for parameter in node.get("parameters", [])]
                query = frozenset(parameter["name"] for parameter in parameters if parameter["in"] == "query")
                yield Operation(node["operationId"], method.upper(), segments, node, query)

    def exchange(self, record: Record, operation: Operation) -> Iterator[Finding]:
        yield from self.request(record, operation)
        responses = operation.node["responses"]
        if str(record.status) in responses:
            response, _ = self.document.follow(responses[str(record.status)])
            yield from self.reply(record, operation, response)
        else:
            said = f"It answered {record.status}, which is not described."
            yield Finding(Severity.WIRE, "undocumented-status", operation.id, said, "/responses", after=record.status)

    def request(self, record: Record, operation: Operation) -> Iterator[Finding]:
        for name in record.query:
            if name not in operation.query:
                said, place = f"It was called with the parameter {name}, which is not described.", f"query:{name}"
                yield Finding(Severity.ADDITIVE, "unknown-parameter", operation.id, said, join(("parameters", place)))
        body, _ = self.document.follow(operation.node.get("requestBody", {}))
        media = record.request_content_type
        if media and media not in self.document.mapping(body, "content"):
            rule, said = "undocumented-request-media-type", f"It was called with {media}, which is not described."
            yield Finding(Severity.WIRE, rule, operation.id, said, "/requestBody/content", after=media)

    def reply(self, record: Record, operation: Operation, response: Tree) -> Iterator[Finding]:
        content = self.document.mapping(response, "content")
        pointer = ("responses", str(record.status), "content")
        if not content:
            return
        # Of plain text nothing is kept that could be compared, so its media type is all that counts.
        is_json = record.content_type.endswith("json")
        if record.content_type not in content or (is_json and record.body in ("", NOT_JSON)):
            got = f"{record.content_type or 'nothing'}{' that is no JSON' if record.body == NOT_JSON else ''}"
            said = f"It answered {record.status} with {got}."
            yield Finding(Severity.WIRE, "undocumented-media-type", operation.id, said, join(pointer), after=got)
        elif is_json and record.body != NOT_KEPT:
            schema = content[record.content_type].get("schema", {})
            for finding in self.schema(shape_from(record.body), schema, (*pointer, record.content_type, "schema")):
                yield evolve(finding, where=operation.id)

    def schema(self, shape: Shape, node: Any, pointer: tuple[str, ...]) -> Iterator[Finding]:
        schema, _ = self.document.follow(node, *node)
        declared: Any = schema.get("type")
        types = _EVERY_TYPE if declared is None else frozenset([declared] if isinstance(declared, str) else declared)
        # JSON Schema accepts 1 as a number.
        types = types | {"integer"} if "number" in types else types
        strange = sorted(shape.types - types)
        if strange:
            expected, got = "|".join(sorted(types)), "|".join(strange)
            rule = "unexpected-null" if strange == ["null"] else "wrong-type"
            said = f"It is {got} instead of {expected}."
            yield Finding(Severity.CALLERS, rule, "", said, join(pointer), expected, got)
        elif "object" in shape.types:
            yield from self.fields(shape, schema, pointer)
        if shape.items is not None and "array" in shape.types and "items" in schema:
            yield from self.schema(shape.items, schema["items"], (*pointer, "items"))

    def fields(self, shape: Shape, schema: Tree, pointer: tuple[str, ...]) -> Iterator[Finding]:
        described = self.document.mapping(schema, "properties")
        others: Any = schema.get("additionalProperties")
        for name in schema.get("required", []):
            if name not in shape.fields or name in shape.optional:
                place, said = join((*pointer, "properties", name)), f"The field {name} is missing."
                yield Finding(Severity.CALLERS, "missing-field", "", said, place)
        for name, member in shape.fields.items():
            if name in described:
                yield from self.schema(member, described[name], (*pointer, "properties", name))
            elif is_tree(others):
                yield from self.schema(member, others, (*pointer, "additionalProperties"))
            # An object without any described property is an open one; its fields are not compared.
            elif described:
                named = "a field whose name is data" if name == ANY else f"the field {name}"
                place, said = join((*pointer, "properties", name)), f"It has {named}, which is not described."
                yield Finding(Severity.ADDITIVE, "unknown-field", "", said, place)
