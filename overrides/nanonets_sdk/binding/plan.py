"""How a class is read: each attribute with its labels and the way from text to its type."""

# A class is inspected once, before any document is looked at, so that a type that cannot be read is refused at once:
#
#     Shape Invoice
#     ├── total   Scalar Decimal       one label; repeats must agree
#     ├── vat_ids Many   list[str]     every repeat of a label
#     ├── seller  Group  Company       more labels of the same document
#     └── lines   Rows   list[Line]    a table; the attributes of Line are its columns

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, Flag
from functools import lru_cache
from typing import Annotated, Any, Final, ForwardRef, Literal, NewType, TypeAlias, TypeVar, Union, get_args, get_origin

import msgspec
from attrs import frozen

from nanonets_sdk.binding.classes import OWN_TYPES, Declared, declared_in, family_of, is_generic, shown
from nanonets_sdk.binding.marks import Label, MinScore
from nanonets_sdk.binding.values import SCALARS, Reader, member_of, one_of

# Type checkers refuse a variable between the brackets of special forms.
_ANNOTATED: Final[Any] = Annotated
_LITERAL: Final[Any] = Literal
_READABLE: Final = (
    "use str, int, Decimal, float, date, datetime, bool, an Enum, a Literal, a list or tuple of these, a list of a "
    "class for the rows of a table, or one of them | None"
)


@frozen
class Scalar:
    """One value of one text.

    Attributes:
        name: The type, for people.
        read: Returns the value of a text.
        constraint: What msgspec checks the value against; None without constraints.
    """

    name: str
    read: Reader
    constraint: Any = None


@frozen
class Many:
    """A value for each repeat of a label.

    Attributes:
        name: The type, for people.
        items: The types of the values: one for any number of them, or one for each.
        build: `list` or `tuple`.
        is_open: Whether there may be any number.
        constraint: As for `Scalar`.
    """

    name: str
    items: tuple[Scalar, ...]
    build: Callable[[list[Any]], Any]
    is_open: bool
    constraint: Any = None


@frozen
class Group:
    """An object of its own from labels of the same document."""

    name: str
    shape: Shape


@frozen
class Rows:
    """An object for each row of a table."""

    name: str
    shape: Shape
    build: Callable[[list[Any]], Any]
    constraint: Any = None


Target: TypeAlias = Scalar | Many | Group | Rows


@frozen
class Attribute:
    """An attribute and what it is read from.

    Attributes:
        name: Its name.
        key: The name under which the value is passed when the class is built.
        labels: Its labels or column headers.
        has_own_labels: Whether the class names the labels.
        target: The way from text to its type.
        is_required: Whether it has no default.
        is_optional: Whether it may be None.
        min_score: The score that its values should have; None to take that of the call.
    """

    name: str
    key: str
    labels: tuple[str, ...]
    has_own_labels: bool
    target: Target
    is_required: bool
    is_optional: bool
    min_score: float | None


@frozen
class Shape:
    """A class and its attributes."""

    kind: Any
    attributes: tuple[Attribute, ...]
    build: Callable[[Any, Mapping[str, Any]], Any]

    @property
    def name(self) -> str:
        """The name of the class."""
        return str(self.kind.__qualname__)


@frozen
class _Hint:
    """A type without what surrounds it."""

    bare: Any
    marks: tuple[Any, ...]
    is_optional: bool

    @classmethod
    def of(cls, hint: Any, marks: tuple[Any, ...] = ()) -> _Hint:
        is_optional = False
        while True:
            origin: Any = get_origin(hint)
            options: tuple[Any, ...] = get_args(hint)
            others: Any = tuple(option for option in options if option not in {None, types.NoneType})
            if origin is Annotated:
                hint, marks = options[0], (*marks, *options[1:])
            elif origin is Final:
                hint = options[0]
            elif isinstance(hint, NewType):
                hint = hint.__supertype__
            elif type(hint).__name__ == "TypeAliasType":
                hint = hint.__value__
            elif origin is Literal and others and len(others) < len(options):
                hint, is_optional = _LITERAL[others], True
            elif origin in {Union, types.UnionType} and len(others) == 1 < len(options):
                hint, is_optional = others[0], True
            else:
                return cls(hint, marks, is_optional)


def shape_of(kind: Any) -> Shape:
    """Return how a class is read.

    Raises:
        TypeError: It, or the type of one of its attributes, cannot be read from a document.
    """
    # What is not a class may not be hashable either; it is refused.
    return _shape_of_class(kind) if isinstance(kind, type) else _shape(kind, ())


def row_of(kind: Any) -> Shape:
    """Return how a class is read from a row of a table.

    Raises:
        TypeError: It, or the type of one of its attributes, cannot be read from a row.
    """
    return _row(shape_of(kind))


def paths(shape: Shape, before: str = "") -> Iterator[str]:
    """Return the name of each attribute, those of inner classes after a dot."""
    for one in shape.attributes:
        yield before + one.name
        if isinstance(one.target, Group | Rows):
            yield from paths(one.target.shape, f"{before}{one.name}.")


@lru_cache(maxsize=256)
def _shape_of_class(kind: type) -> Shape:
    return _shape(kind, ())


def _shape(kind: Any, outer: tuple[Any, ...]) -> Shape:
    if kind in outer:
        raise TypeError(f"{kind.__qualname__} contains itself, and a document has no such depth")
    family, found = declared_in(kind)
    return Shape(kind, tuple(_attribute(kind, one, (*outer, kind)) for one in found), family.build)


def _row(shape: Shape) -> Shape:
    for one in shape.attributes:
        if not isinstance(one.target, Scalar):
            raise TypeError(f"{shape.name}.{one.name}: a cell of a table holds one value, not {one.target.name}")
    return shape


def _attribute(kind: Any, declared: Declared, outer: tuple[Any, ...]) -> Attribute:
    hint = _Hint.of(declared.hint, declared.marks)
    own = tuple(name for mark in hint.marks if isinstance(mark, Label) for name in mark.names)
    scores = [mark.score for mark in hint.marks if isinstance(mark, MinScore)]
    return Attribute(
        declared.name,
        declared.key,
        own or tuple(dict.fromkeys((*declared.aliases, declared.name))),
        bool(own),
        _target(hint, f"{kind.__qualname__}.{declared.name}", outer),
        declared.is_required,
        hint.is_optional,
        scores[0] if scores else None,
    )


def _target(hint: _Hint, where: str, outer: tuple[Any, ...]) -> Target:
    name = shown(hint.bare)
    if (reader := _reader(hint.bare)) is not None:
        return Scalar(name, reader, _constraint(hint, hint.bare, where))
    if family_of(hint.bare) is not None:
        return Group(name, _shape(hint.bare, outer))
    build, arguments = get_origin(hint.bare), get_args(hint.bare)
    if build not in {list, tuple} or not arguments or arguments == ((),):
        raise TypeError(f"{where}: {name} cannot be read from a document; {_advice(hint.bare)}")
    is_open = build is list or arguments[-1] is Ellipsis
    items = [_Hint.of(item) for item in arguments if item is not Ellipsis]
    constraint = _constraint(hint, build, where)
    if is_open and family_of(items[0].bare) is not None:
        return Rows(name, _row(_shape(items[0].bare, outer)), build, constraint)
    targets = [_target(item, where, outer) for item in items]
    scalars = tuple(target for target in targets if isinstance(target, Scalar))
    if len(scalars) < len(targets):
        wrong = next(one.bare for one, target in zip(items, targets, strict=True) if not isinstance(target, Scalar))
        raise TypeError(f"{where}: {name} cannot be read from a document; {_advice(wrong)}")
    return Many(name, scalars, build, is_open, constraint)


def _advice(kind: Any) -> str:
    """Return what to do about a type that cannot be read."""
    if get_origin(kind) in {Union, types.UnionType}:
        return f"a union other than with None is a guess; {_READABLE}"
    if isinstance(kind, TypeVar) or is_generic(kind):
        return f"it is generic, and only pydantic fills types in; {OWN_TYPES}"
    if isinstance(kind, str | ForwardRef):
        return "the name is not known where the class is defined; define it there, or at module level"
    return _READABLE


def _reader(kind: Any) -> Reader | None:
    if get_origin(kind) is Literal:
        values = get_args(kind)
        return one_of(values) if all(type(value) in {str, int} for value in values) else None
    if isinstance(kind, type) and issubclass(kind, Enum):
        return None if issubclass(kind, Flag) or not len(kind) else member_of(kind)
    return SCALARS.get(kind) if isinstance(kind, type) else None


def _constraint(hint: _Hint, kind: Any, where: str) -> Any:
    """Return a type with the constraints of `msgspec.Meta`; None without any."""
    metas = [mark for mark in hint.marks if isinstance(mark, msgspec.Meta)]
    if not metas:
        return None
    constraint = _ANNOTATED[(kind, *metas)]
    try:
        msgspec.convert(None, constraint)
    except msgspec.ValidationError:
        pass
    except TypeError as error:
        raise TypeError(f"{where}: {error}") from None
    return constraint
