"""Gate on traffic: does the service reply as our description says?

Only shapes are compared. A finding counts exchanges: in how many of those that could show a difference it was seen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from nanonets_sdk.drift.facts.document import Document
from nanonets_sdk.drift.facts.extract import METHODS
from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.pointers import join
from nanonets_sdk.drift.facts.shapes import Shape, shape_from
from nanonets_sdk.drift.report.outcome import Finding, NotComparable, Outcome, Severity
from nanonets_sdk.drift.traffic.har import records_in_har
from nanonets_sdk.drift.traffic.recording import NOT_JSON, NOT_KEPT, Record
from nanonets_sdk.drift.traffic.redaction import ANY, ID

_ADVICE: Final = (
    "The service changed, or was never as described: correct openapi/nanonets.yaml and then the reply types, with the "
    "traffic as evidence; declare in openapi/deviations.yaml where the published description says otherwise."
)
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

    def serves(self, record: Record, *, exactly: bool) -> bool:
        """Return whether a record belongs to this operation; unless `exactly`, a trailing slash is ignored."""
        path = record.path if exactly else record.path.rstrip("/")
        own = self.segments if exactly or self.segments[-1] else self.segments[:-1]
        parts = tuple(path.split("/"))
        return (
            record.method == self.method
            and len(parts) == len(own)
            and all(one == part or (one == ID and part != "") for one, part in zip(own, parts, strict=True))
        )


def read_traffic(path: Path, base_url: str) -> list[Record]:
    """Return the exchanges in a file.

    Args:
        path: An HTTP archive, or a file written by `TrafficRecorder`, whose last line may be cut off.
        base_url: The address of the service, for archives.

    Raises:
        NotComparable: The file cannot be read, is neither, or contains no exchange.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotComparable(f"{path} cannot be read: {error}.") from error
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    is_archive = is_tree(data) and "log" in data
    records = list(records_in_har(data, base_url) if is_archive else _records_in_lines(text, path))
    if not records:
        raise NotComparable(f"{path} contains no exchange with {base_url}.")
    return records


def compare(records: Iterable[Record], spec: Tree, name: str, fail_on: Severity = Severity.ADDITIVE) -> Outcome:
    """Return where traffic and our description disagree.

    Raises:
        NotComparable: Our description is malformed.
    """
    every = list(records)
    found: Counter[Finding] = Counter()
    seen: set[str] = set()
    try:
        comparison = _Comparison(Document(spec))
        operations = list(comparison.operations())
        for record in every:
            # A path may fit two operations, as a parameter takes any word: the one with fewer parameters is meant.
            exact = [one for one in operations if one.serves(record, exactly=True)]
            loose = exact or [one for one in operations if one.serves(record, exactly=False)]
            operation = min(loose, key=lambda one: one.segments.count(ID), default=None)
            if operation is None:
                where, said = f"{record.method} {record.path}", "Our description has no such operation."
                found[Finding(Severity.WIRE, "unknown-operation", where, said)] += 1
                continue
            seen.add(operation.id)
            # Once per exchange, however many items of a list show it.
            found.update(dict.fromkeys(comparison.exchange(record, operation), 1))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotComparable(f"Our description is malformed: {type(error).__name__} at {error}.") from error
    notes = [f"{len(seen)} of {len(operations)} operations were used."]
    without_body = sum(record.body == NOT_KEPT for record in every)
    if without_body:
        notes.append(f"{without_body} answers were saved without their bodies, which are not compared.")
    return Outcome(
        gate="traffic",
        subject=f"{len(every)} exchanges in {name}",
        findings=tuple(evolve(finding, count=count) for finding, count in found.items()),
        notes=tuple(notes),
        advice=_ADVICE,
        fail_on=fail_on,
    )


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
        schema, _ = self.document.follow(node)
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
