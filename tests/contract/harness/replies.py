"""Generates the replies that the spec allows, and compares them with what the client reads."""

import types
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, Union, cast, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from msgspec import Struct

from nanonets_sdk.contract.description.json_values import Path
from nanonets_sdk.contract.description.spec import load_spec, response_schema

_SCALARS: Final = {"string": str, "integer": int, "number": float, "boolean": bool}
_NESTING: Final = 2
"""How often a schema may contain itself; pages within pages are the deepest form known."""


# hypothesis-jsonschema would do this, but its latest release calls functions that hypothesis has removed.
_TEXTS: Final = st.one_of(
    st.text(max_size=12), st.sampled_from(["", "Success", "success", "table", "field", "12", "null"])
)
_INTEGERS: Final = st.one_of(st.integers(-3, 3000), st.integers(-(2**63), 2**64), st.integers())
_NUMBERS: Final = st.one_of(st.integers(0, 1), st.floats(0, 1), st.floats(allow_nan=False, allow_infinity=False))
_UNKNOWN: Final = st.recursive(
    st.one_of(st.none(), st.booleans(), _INTEGERS, _NUMBERS, _TEXTS),
    lambda children: st.one_of(st.lists(children, max_size=2), st.dictionaries(_TEXTS, children, max_size=2)),
    max_leaves=4,
)


@cache
def replies(operation_id: str, status: str) -> st.SearchStrategy[Any]:
    """Return the JSON values that a reply may have, unknown members included."""
    return values(response_schema(operation_id, status))


def values(schema: Mapping[str, Any], seen: tuple[str, ...] = ()) -> st.SearchStrategy[Any]:
    """Return the values that a schema of the spec allows."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return values(load_spec()["components"]["schemas"][name], (*seen, name))
    if "null" in schema.get("type", ""):
        return st.one_of(st.none(), values(_not_null(schema), seen))
    match schema.get("type"):
        case "object" if isinstance(schema.get("additionalProperties"), dict):
            return st.dictionaries(_TEXTS, values(schema["additionalProperties"], seen), max_size=2)
        case "object":
            return _objects(schema, seen)
        case "array":
            return st.lists(values(schema["items"], seen), max_size=3)
        case kind:
            scalars = {"string": _TEXTS, "integer": _INTEGERS, "number": _NUMBERS, "boolean": st.booleans()}
            return scalars.get(str(kind), _UNKNOWN)


def _not_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema without null; every member of a reply type takes null anyway."""
    (kind,) = (kind for kind in schema["type"] if kind != "null")
    return {**schema, "type": kind}


def _objects(schema: Mapping[str, Any], seen: tuple[str, ...]) -> st.SearchStrategy[Any]:
    members = {
        name: values(member, seen) for name, member in schema["properties"].items() if not _is_too_deep(member, seen)
    }
    required = {name: members[name] for name in schema.get("required", [])}
    optional = {name: member for name, member in members.items() if name not in required}
    new = st.dictionaries(st.text(max_size=6).map("new {}".format), _UNKNOWN, max_size=1)
    known: st.SearchStrategy[Any] = st.fixed_dictionaries(required, optional=optional)
    return st.tuples(known, new).map(_merged)


def _merged(members: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    return members[0] | members[1]


def _is_too_deep(member: Mapping[str, Any], seen: tuple[str, ...]) -> bool:
    return any(seen.count(name) >= _NESTING for name in _names(member))


def _names(member: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in member:
        yield member["$ref"].rpartition("/")[2]
    if "items" in member:
        yield from _names(member["items"])


def differences(value: Any, read: Any, kind: Any, path: Path = ()) -> Iterator[str]:
    """Yield each place where a typed reply differs from the JSON value it was read from; ignore unknown members."""
    kind = _without_none(kind)
    if value is None and kind is not Any:
        yield from [f"{path}: {read!r} for null"] if read is not None else []
    elif isinstance(kind, type) and issubclass(cast("type[Any]", kind), Struct):
        yield from _object_differences(value, read, kind, path)
    elif get_origin(kind) is tuple:
        yield from _array_differences(value, read, get_args(kind)[0], path)
    elif get_origin(kind) is dict:
        yield from _mapping_differences(value, read, get_args(kind)[1], path)
    elif read != value or (kind is not Any and type(read) is not kind):
        yield f"{path}: {read!r} ({type(read).__name__}) for {value!r}"


def _array_differences(value: Any, read: Any, kind: Any, path: Path) -> Iterator[str]:
    if len(read) != len(value):
        yield f"{path}: {len(read)} entries for {len(value)}"
    for index, (child, item) in enumerate(zip(value, read, strict=False)):
        yield from differences(child, item, kind, (*path, index))


def _mapping_differences(value: Any, read: Any, kind: Any, path: Path) -> Iterator[str]:
    if read.keys() != value.keys():
        yield f"{path}: other keys"
    for name in read.keys() & value.keys():
        yield from differences(value[name], read[name], kind, (*path, name))


def _object_differences(value: Any, read: Any, kind: Any, path: Path) -> Iterator[str]:
    if type(read) is not kind:
        yield f"{path}: {type(read).__name__} for {kind.__name__}"
        return
    for name, hint in get_type_hints(kind).items():
        item = getattr(read, name)
        if name in value:
            yield from differences(value[name], item, hint, (*path, name))
        elif item is not None:
            yield f"{path}/{name}: {item!r} out of nothing"


def mismatches(schema: Mapping[str, Any], kind: Any, path: str = "", seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield each place where a type of the client and a schema of the spec differ in members or types."""
    kind = _without_none(kind)
    schema = _not_null(schema) if "null" in schema.get("type", "") else schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            yield from mismatches(load_spec()["components"]["schemas"][name], kind, path, (*seen, name))
    elif "type" not in schema:
        if kind is not Any:
            yield f"{path}: {kind} for anything"
    elif schema["type"] in _SCALARS:
        if kind is not _SCALARS[schema["type"]]:
            yield f"{path}: {kind} for {schema['type']}"
    elif schema["type"] == "array":
        yield from mismatches(schema["items"], get_args(kind)[0], f"{path}/0", seen)
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from mismatches(schema["additionalProperties"], get_args(kind)[1], f"{path}/*", seen)
    else:
        hints, members = get_type_hints(kind), schema["properties"]
        yield from (f"{path}: only one side has {name}" for name in hints.keys() ^ members.keys())
        for name in hints.keys() & members.keys():
            yield from mismatches(members[name], hints[name], f"{path}/{name}", seen)


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in {Union, types.UnionType}:
        return next(option for option in get_args(kind) if option is not types.NoneType)
    return kind
