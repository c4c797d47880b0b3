"""The gate on traffic: does the service answer as our description says?

Only shapes are looked at. What is counted is exchanges: in how many of those that could show it something was seen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from nanonets_sdk.drift.facts.document import Document
from nanonets_sdk.drift.facts.facts import METHODS
from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.pointers import join
from nanonets_sdk.drift.facts.shapes import Notation, Shape, shape_from
from nanonets_sdk.drift.report.outcome import (
    Finding,
    Kind,
    NotComparable,
    Outcome,
)
from nanonets_sdk.drift.traffic.har import records_in_har
from nanonets_sdk.drift.traffic.recording import NOT_JSON, NOT_KEPT, Record
from nanonets_sdk.drift.traffic.redaction import ANY, ID

_ADVICE: Final = (
    "The service changed, or was never as described: correct openapi/nanonets.yaml and the reply types after it, with "
    "the traffic as evidence; what the published description says otherwise goes into openapi/deviations.yaml."
)


@frozen
class Operation:
    """An operation of our description.

    Attributes:
        id: Its operationId.
        method: In capitals.
        segments: Of its path, `{}` for a parameter.
        node: Its description.
        query: Names of its query parameters.
    """

    id: str
    method: str
    segments: tuple[str, ...]
    node: Tree = field(repr=False)
    query: frozenset[str]

    def serves(self, record: Record, *, exactly: bool) -> bool:
        """Return whether a record is of this operation; if not exactly, whatever the slash at its end."""
        path = record.path if exactly else record.path.rstrip("/")
        own = self.segments if exactly or self.segments[-1] else self.segments[:-1]
        parts = tuple(path.split("/"))
        return record.method == self.method and len(parts) == len(own) and all(map(_fits, own, parts))


def read_traffic(path: Path, base_url: str) -> list[Record]:
    """Return the exchanges that a file holds.

    Args:
        path: A HTTP archive, or the lines of a `TrafficRecorder`; a last line that was cut off is left out.
        base_url: The address of the service, for archives.

    Raises:
        NotComparable: It cannot be read, is neither, or holds no exchange.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotComparable(f"{path} cannot be read: {error}.") from error
    archive = _archive(text)
    records = list(_lines(text, path)) if archive is None else list(records_in_har(archive, base_url))
    if not records:
        raise NotComparable(f"{path} holds no exchange with {base_url}.")
    return records


def compare(records: Iterable[Record], spec: Tree, name: str, fail_on: Kind = Kind.ADDITIVE) -> Outcome:
    """Return where traffic and our description disagree.

    Args:
        records: The exchanges.
        spec: Our description, as plain data.
        name: What the traffic is called.
        fail_on: The least kind of finding that fails.

    Raises:
        NotComparable: Our description is malformed.
    """
    try:
        return _compared(list(records), Document(spec), name, fail_on)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotComparable(f"Our description is malformed: {type(error).__name__} at {error}.") from error


def _compared(every: list[Record], document: Document, name: str, fail_on: Kind) -> Outcome:
    operations = _operations(document)
    found: Counter[Finding] = Counter()
    seen: set[str] = set()
    for record in every:
        operation = _operation_of(record, operations)
        seen.update([operation.id] if operation else [])
        found.update(dict.fromkeys(_unlike(record, operation, document), 1))
    return Outcome(
        gate="traffic",
        subject=f"{len(every)} exchanges in {name}",
        findings=tuple(evolve(finding, count=count) for finding, count in found.items()),
        notes=(f"{len(seen)} of {len(operations)} operations were used.", *_unread_bodies(every)),
        advice=_ADVICE,
        fail_on=fail_on,
    )


def _unread_bodies(every: list[Record]) -> list[str]:
    count = sum(record.body == NOT_KEPT for record in every)
    return [f"{count} answers were saved without their bodies, which are not compared."] if count else []


def _archive(text: str) -> Tree | None:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if is_tree(data) and "log" in data else None


def _lines(text: str, path: Path) -> Iterator[Record]:
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            yield _record(data)
        except (KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
            # Nothing follows the last line, not even its end: the process was stopped while it wrote.
            if number == len(lines):
                return
            raise NotComparable(f"{path} is no recorded traffic: line {number} is no record.") from error


def _record(data: Tree) -> Record:
    return Record(
        method=str(data["method"]),
        path=str(data["path"]),
        query=tuple(map(str, data["query"])),
        request_content_type=str(data["request_content_type"]),
        status=int(data["status"]),
        content_type=str(data["content_type"]),
        body=_body(data["body"]),
    )


def _body(text: Notation) -> Notation:
    if text not in ("", NOT_JSON, NOT_KEPT):
        shape_from(text)
    return text


def _operations(document: Document) -> list[Operation]:
    found: list[Operation] = []
    for path, item in document.mapping(document.root, "paths").items():
        for method in METHODS:
            if method in item:
                node = item[method]
                segments = tuple(ID if part.startswith("{") else part for part in path.split("/"))
                found.append(Operation(node["operationId"], method.upper(), segments, node, _query(node, document)))
    return found


def _query(node: Tree, document: Document) -> frozenset[str]:
    parameters = [document.follow(parameter)[0] for parameter in node.get("parameters", [])]
    return frozenset(parameter["name"] for parameter in parameters if parameter["in"] == "query")


def _fits(own: str, part: str) -> bool:
    return own == part or (own == ID and part != "")


def _operation_of(record: Record, operations: list[Operation]) -> Operation | None:
    exact = [operation for operation in operations if operation.serves(record, exactly=True)]
    loose = exact or [operation for operation in operations if operation.serves(record, exactly=False)]
    return min(loose, key=lambda operation: operation.segments.count(ID), default=None)


def _unlike(record: Record, operation: Operation | None, document: Document) -> Iterator[Finding]:
    if operation is None:
        where = f"{record.method} {record.path}"
        yield Finding(Kind.WIRE, "unknown-operation", where, "Our description has no such operation.")
        return
    yield from _unlike_request(record, operation, document)
    responses = operation.node["responses"]
    if str(record.status) not in responses:
        said = f"It answered {record.status}, which is not described."
        yield Finding(Kind.WIRE, "undocumented-status", operation.id, said, "/responses", after=record.status)
        return
    pointer = ("responses", str(record.status))
    response, _ = document.follow(responses[str(record.status)])
    yield from _unlike_reply(record, operation, response, pointer, document)


def _unlike_request(record: Record, operation: Operation, document: Document) -> Iterator[Finding]:
    for name in record.query:
        if name not in operation.query:
            said = f"It was called with the parameter {name}, which is not described."
            yield Finding(Kind.ADDITIVE, "unknown-parameter", operation.id, said, join(("parameters", f"query:{name}")))
    body, _ = document.follow(operation.node.get("requestBody", {}))
    media = record.request_content_type
    if media and media not in document.mapping(body, "content"):
        said = f"It was called with {media}, which is not described."
        yield Finding(
            Kind.WIRE, "undocumented-request-media-type", operation.id, said, "/requestBody/content", after=media
        )


def _unlike_reply(
    record: Record, operation: Operation, response: Tree, pointer: tuple[str, ...], document: Document
) -> Iterator[Finding]:
    content = document.mapping(response, "content")
    if record.content_type not in content or record.body in ("", NOT_JSON):
        if content:
            got = f"{record.content_type or 'nothing'}{' that is no JSON' if record.body == NOT_JSON else ''}"
            said = f"It answered {record.status} with {got}."
            yield Finding(
                Kind.WIRE, "undocumented-media-type", operation.id, said, join((*pointer, "content")), after=got
            )
        return
    if record.body == NOT_KEPT:
        return
    schema = content[record.content_type].get("schema", {})
    place = (*pointer, "content", record.content_type, "schema")
    yield from (
        evolve(finding, where=operation.id)
        for finding in _unlike_schema(shape_from(record.body), schema, place, document)
    )


def _unlike_schema(shape: Shape, node: Any, pointer: tuple[str, ...], document: Document) -> Iterator[Finding]:
    schema, _ = document.follow(node)
    strange = sorted(shape.types - _types(schema))
    if strange:
        expected, got = "|".join(sorted(_types(schema))), "|".join(strange)
        rule = "unexpected-null" if strange == ["null"] else "wrong-type"
        yield Finding(Kind.CALLERS, rule, "", f"It is {got} instead of {expected}.", join(pointer), expected, got)
    if "object" in shape.types and not strange:
        yield from _unlike_fields(shape, schema, pointer, document)
    if "array" in shape.types and shape.items is not None and "items" in schema:
        yield from _unlike_schema(shape.items, schema["items"], (*pointer, "items"), document)


def _unlike_fields(shape: Shape, schema: Tree, pointer: tuple[str, ...], document: Document) -> Iterator[Finding]:
    described = document.mapping(schema, "properties")
    others: Any = schema.get("additionalProperties")
    for name in schema.get("required", []):
        if name not in shape.fields or name in shape.optional:
            place = join((*pointer, "properties", name))
            yield Finding(Kind.CALLERS, "missing-field", "", f"The field {name} is missing.", place)
    for name, member in shape.fields.items():
        if name in described:
            yield from _unlike_schema(member, described[name], (*pointer, "properties", name), document)
        elif is_tree(others):
            yield from _unlike_schema(member, others, (*pointer, "additionalProperties"), document)
        elif described:
            named = "a field whose name is data" if name == ANY else f"the field {name}"
            place = join((*pointer, "properties", name))
            yield Finding(Kind.ADDITIVE, "unknown-field", "", f"It has {named}, which is not described.", place)


def _types(schema: Tree) -> frozenset[str]:
    declared: Any = schema.get("type")
    every = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
    types = every if declared is None else frozenset([declared] if isinstance(declared, str) else declared)
    return types | {"integer"} if "number" in types else types
