"""The attributes of a class, and how it is built: attrs, dataclasses, msgspec.Struct, TypedDict, pydantic."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast, get_args, get_origin, get_type_hints, is_typeddict

import attrs
import msgspec
from attrs import frozen

_KINDS: Final = "attrs, dataclasses, msgspec.Struct, TypedDict and pydantic models"
OWN_TYPES: Final = "write a class whose attributes have types of their own"
_TYPED_DICT_MARKS: Final = {"Required": True, "NotRequired": False}


@frozen
class Declared:
    """An attribute as its class declares it.

    Attributes:
        name: Its name.
        key: The name under which the value is passed when the class is built.
        hint: Its type, with `Annotated`.
        is_required: Whether it has no default.
        aliases: Other names, which the class has for reading data.
        marks: What the class says about it outside its type.
    """

    name: str
    key: str
    hint: Any
    is_required: bool
    aliases: tuple[str, ...] = ()
    marks: tuple[Any, ...] = ()


@frozen
class Family:
    """One way to declare classes.

    Attributes:
        holds: Whether a class is declared in this way.
        declared: Returns the attributes of one.
        build: Builds an object from values by `Declared.key`.
    """

    holds: Callable[[Any], bool]
    declared: Callable[[Any], Iterator[Declared]]
    build: Callable[[Any, Mapping[str, Any]], Any]


def family_of(kind: Any) -> Family | None:
    """Return how a class is declared; None if it is not one that can be filled."""
    # A parametrised generic passes for a class in some versions of Python, but cannot be inspected like one.
    if not isinstance(kind, type) or get_origin(kind) is not None:
        return None
    return next((family for family in _FAMILIES if family.holds(kind)), None)


def is_generic(kind: Any) -> bool:
    """Return whether a type is a class that could be filled, with types for its type variables."""
    return family_of(get_origin(kind)) is not None


def declared_in(kind: Any) -> tuple[Family, tuple[Declared, ...]]:
    """Return the attributes of a class.

    Raises:
        TypeError: It is not a class that can be filled, its annotations cannot be resolved, it has no objects, or it
            cannot be built from its attributes.
    """
    family = family_of(kind)
    name = getattr(kind, "__qualname__", repr(kind))
    if is_generic(kind):
        raise TypeError(f"{shown(kind)} is generic, and only pydantic fills types in; {OWN_TYPES}")
    if family is None:
        raise TypeError(f"{name} cannot be read from a document; use one of {_KINDS}")
    if inspect.isabstract(kind) or getattr(kind, "_is_protocol", False):
        missing = ", ".join(sorted(getattr(kind, "__abstractmethods__", ())))
        why = f"it is abstract ({missing})" if missing else "it is a protocol"
        raise TypeError(f"{name} has no objects, because {why}; read a class that implements it")
    # pydantic resolves the names that were visible where the class was defined, too.
    if not is_pydantic(kind):
        _refuse_unresolved(kind, name)
    found = tuple(family.declared(kind))
    if not found:
        raise TypeError(f"{name} has no attributes to read")
    if family.build is _call:
        try:
            inspect.signature(kind).bind(**dict.fromkeys(one.key for one in found))
        except TypeError as error:
            raise TypeError(f"{name} cannot be built from its attributes: {error}") from None
    return family, found


def shown(kind: Any) -> str:
    """Return a type as people write it."""
    return kind.__name__ if isinstance(kind, type) and not get_args(kind) else str(kind).replace("typing.", "")


def is_pydantic(kind: Any) -> bool:
    """Return whether a class is a pydantic model, without importing pydantic."""
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and isinstance(kind, type) and issubclass(kind, pydantic.BaseModel)


def is_of_pydantic(error: Exception) -> bool:
    """Return whether an error lists what pydantic found, without importing pydantic."""
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and isinstance(error, pydantic.ValidationError)


def refusals(error: Any) -> Iterator[tuple[str, str]]:
    """Return what a class says against its values, each after the key of the attribute that it is about."""
    if not is_of_pydantic(error):
        yield "", f"{type(error).__name__}: {error}"
        return
    for one in error.errors():
        yield str(one["loc"][0]) if one["loc"] else "", str(one["msg"])


def _refuse_unresolved(kind: Any, name: str) -> None:
    try:
        get_type_hints(kind, include_extras=True)
    except NameError as error:
        raise TypeError(
            f"an annotation of {name} cannot be resolved: {error}; define what it names at module level, where "
            "annotations that are text are looked up"
        ) from error
    # An annotation is an expression, which can raise anything.
    except Exception as error:
        message = f"an annotation of {name} is not a type: {type(error).__name__}: {error}"
        raise TypeError(message) from error


def _is_typed_dict(kind: Any) -> bool:
    # The TypedDict of typing_extensions is not known to `is_typeddict`.
    return is_typeddict(kind) or (dict in kind.__mro__ and hasattr(kind, "__required_keys__"))


def _of_attrs(kind: Any) -> Iterator[Declared]:
    hints = get_type_hints(kind, include_extras=True)
    for one in attrs.fields(kind):
        if one.init:
            yield Declared(one.name, one.alias or one.name, hints.get(one.name, one.type), one.default is attrs.NOTHING)


def _of_dataclass(kind: Any) -> Iterator[Declared]:
    hints = get_type_hints(kind, include_extras=True)
    for one in dataclasses.fields(kind):
        if one.init:
            is_required = one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
            yield Declared(one.name, one.name, hints[one.name], is_required)
    # What is only passed to `__post_init__` is an argument as well, but no field.
    for name, hint in hints.items():
        if isinstance(hint, dataclasses.InitVar):
            yield Declared(name, name, cast("Any", hint).type, not hasattr(kind, name))


def _of_struct(kind: Any) -> Iterator[Declared]:
    for one in msgspec.structs.fields(kind):
        aliases = () if one.encode_name == one.name else (one.encode_name,)
        yield Declared(one.name, one.name, one.type, one.required, aliases)


def _of_typed_dict(kind: Any) -> Iterator[Declared]:
    for name, hint in get_type_hints(kind, include_extras=True).items():
        # With postponed annotations, `__required_keys__` misses the marks of single keys, so these come first.
        is_required, bare = name in kind.__required_keys__, hint
        while (mark := getattr(get_origin(bare), "_name", "")) in {*_TYPED_DICT_MARKS, "ReadOnly"}:
            is_required = _TYPED_DICT_MARKS.get(mark, is_required)
            bare = get_args(bare)[0]
        yield Declared(name, name, bare, is_required)


def _of_pydantic(kind: Any) -> Iterator[Declared]:
    for name, one in kind.model_fields.items():
        given = [one.validation_alias, *getattr(one.validation_alias, "choices", ())]
        aliases = tuple(alias for alias in given if isinstance(alias, str))
        if one.validation_alias is not None and not aliases:
            raise TypeError(f"{kind.__qualname__}.{name}: its alias is a path; give it a plain one")
        key = aliases[0] if aliases else name
        yield Declared(name, key, one.annotation, one.is_required(), aliases, tuple(one.metadata))


def _call(kind: Any, values: Mapping[str, Any]) -> Any:
    return kind(**values)


_FAMILIES: Final = (
    Family(is_pydantic, _of_pydantic, lambda kind, values: kind.model_validate(dict(values))),
    Family(attrs.has, _of_attrs, _call),
    Family(dataclasses.is_dataclass, _of_dataclass, _call),
    Family(lambda kind: issubclass(kind, msgspec.Struct), _of_struct, _call),
    Family(_is_typed_dict, _of_typed_dict, lambda _, values: dict(values)),
)
