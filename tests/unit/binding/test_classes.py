"""Every way to declare a class, every type of an attribute, and the types that are refused before any reading."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, Flag, IntEnum
from typing import (
    Annotated,
    Any,
    Final,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Optional,
    Protocol,
    Required,
    TypedDict,
    TypeVar,
    Union,
)

import attrs
import msgspec
import pydantic
import pytest
from typing_extensions import TypeAliasType

from nanonets_sdk import Document, Label, MinScore, ReadAsError
from reply_bodies import field_box, predicted

T = TypeVar("T")
Sku = NewType("Sku", str)
Amount = TypeAliasType("Amount", Decimal)


def document(**texts: str) -> Document:
    return predicted([field_box(label, text) for label, text in texts.items()])


def of(hint: Any, name: str = "x") -> Any:
    """Return a class with one attribute."""
    return attrs.make_class("Made", {name: attrs.field(type=hint)})


def value(hint: Any, *texts: str, **options: Any) -> Any:
    """Return what the text of one attribute becomes."""
    return predicted([field_box("x", text) for text in texts]).read_as(of(hint), **options).x


class Kind(Enum):
    INVOICE = "Invoice"
    CREDIT_NOTE = 2


class Level(IntEnum):
    LOW = 1
    HIGH = 2


READ: Final[list[tuple[Any, str, object]]] = [
    (str, " as it is ", " as it is "),
    (int, "12", 12),
    (int, "12.00", 12),
    (Decimal, "USD 1,234.50", Decimal("1234.50")),
    (float, "0.10", 0.1),
    (date, "12 March 2026", date(2026, 3, 12)),
    (datetime, "2026-03-12T10:15:00Z", datetime(2026, 3, 12, 10, 15, tzinfo=UTC)),
    (bool, "Yes", True),
    (bool, "☐", False),
    (Kind, "invoice", Kind.INVOICE),
    (Kind, "2", Kind.CREDIT_NOTE),
    (Kind, "Credit  note", Kind.CREDIT_NOTE),
    (Level, "High", Level.HIGH),
    (Literal["net 30", 14], "NET  30", "net 30"),
    (Literal["net 30", 14], "14", 14),
    (Literal["a", None], "A", "a"),  # noqa: PYI061 - the other spelling is the one under test
    (Optional[int], "3", 3),  # noqa: UP045 - the older spelling is the one under test
    (int | None, "3", 3),
    (Optional[Annotated[int, "other"]], "3", 3),  # noqa: UP045 - in Python 3.11 pyright refuses the newer spelling
    (Sku, "A-1", "A-1"),
    (Amount, "1.50", Decimal("1.50")),
    (Annotated[str, msgspec.Meta(pattern="^A")], "A-1", "A-1"),
    (list[int], "3", [3]),
    (tuple[int, ...], "3", (3,)),
]


@pytest.mark.parametrize(("hint", "text", "expected"), READ, ids=str)
def test_a_text_becomes_the_type(hint: Any, text: str, expected: object) -> None:
    found = value(hint, text)
    assert (found, type(found)) == (expected, type(expected))


UNREAD: Final[list[tuple[Any, str, str]]] = [
    (int, "1.5", "not a whole number"),
    (int, "1,200", "an amount with two readings"),
    (Decimal, "about 5", "not an amount"),
    (float, "1234567890123456789", "an amount with more digits than a float keeps"),
    (date, "May 2026", "not a complete date"),
    (date, "31/02/2026", "not a complete date"),
    (date, "25/12/26", "a date with more than one reading"),
    (datetime, "12 March 2026", "a date without a readable time"),
    (datetime, "2026-03-12 10:15 EST", "a date without a readable time"),
    (datetime, "03/04/2026 10:15", "a datetime with more than one reading"),
    (bool, "x", "not one of yes, true, y, on, 1 and checked, or their opposites"),
    (Kind, "Receipt", "not one of 'Invoice', '2'"),
    (Literal["A", "a"], "b", "not one of 'A', 'a'"),
    (Literal["net 30", "NET 30"], "Net 30", "several of the choices fit"),
    (Annotated[str, msgspec.Meta(pattern="^A")], "B-1", "Expected `str` matching regex '^A'"),
    (tuple[int, int], "3", "1 values instead of 2"),
]


@pytest.mark.parametrize(("hint", "text", "reason"), UNREAD, ids=str)
def test_a_text_that_is_not_surely_of_the_type_is_a_problem(hint: Any, text: str, reason: str) -> None:
    with pytest.raises(ReadAsError) as caught:
        value(hint, text)
    (problem,) = caught.value.problems
    assert (problem.reason, problem.text) == (reason, text)


def test_a_mark_that_does_not_fit_the_amount_is_named() -> None:
    with pytest.raises(ReadAsError, match="not an amount with ',' as decimal mark"):
        value(Decimal, "1,234.56", decimal_mark=",")


def test_repeats_fill_lists_and_tuples_in_reading_order() -> None:
    assert value(list[str], "b", "", "a") == ["b", "a"]
    assert value(tuple[int, str], "1", "b") == (1, "b")
    with pytest.raises(ReadAsError) as caught:
        value(list[int], "1", "b", "c")
    assert [one.attribute for one in caught.value.problems] == ["x[1]", "x[2]"]


def test_repeats_with_the_same_value_are_one() -> None:
    assert value(Decimal, "1.00", "USD 1.0") == 1


def test_a_required_list_needs_a_value_and_its_constraint_holds() -> None:
    with pytest.raises(ReadAsError, match="no label 'x'"):
        document().read_as(of(list[str]))
    with pytest.raises(ReadAsError, match="length <= 1"):
        value(Annotated[list[str], msgspec.Meta(max_length=1)], "a", "b")


REFUSED: Final[list[tuple[Any, str]]] = [
    (int | str, "a union other than with None is a guess"),
    (Union[date, str, None], "a union other than with None is a guess"),  # noqa: UP007 - the older spelling
    (dict[str, str], "dict[str, str] cannot be read"),
    (bytes, "bytes cannot be read"),
    (Any, "Any cannot be read"),
    (list, "list cannot be read"),
    (list[list[int]], "list[list[int]] cannot be read"),
    (set[str], "set[str] cannot be read"),
    (complex | None, "complex cannot be read"),
    (T, "cannot be read"),
    (Flag("Flags", ["A"]), "Flags cannot be read"),
    (Enum("Empty", []), "Empty cannot be read"),
    (Literal[True], "Literal[True] cannot be read"),
    (Annotated[Decimal, msgspec.Meta(ge=0)], "Can only set `ge` on a numeric type"),
    (tuple[()], "cannot be read"),
]


@pytest.mark.parametrize(("hint", "message"), REFUSED, ids=str)
def test_a_type_that_cannot_be_read_is_refused_with_class_attribute_and_type(hint: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        document().read_as(of(hint, "bad"))
    assert str(caught.value).startswith("Made.bad: ")
    assert message in str(caught.value)


@dataclasses.dataclass
class Loop:
    again: "Loop | None" = None


@dataclasses.dataclass
class Unresolved:
    x: "Nowhere"  # type: ignore[name-defined]  # noqa: F821 - the mistake under test


class Pair(NamedTuple):
    x: str


class Path(pydantic.BaseModel):
    x: str = pydantic.Field(validation_alias=pydantic.AliasPath("a", 0))


class Deep(msgspec.Struct):
    x: list[str]


@attrs.frozen
class Parametrised(Generic[T]):
    x: T


class ParametrisedModel(pydantic.BaseModel, Generic[T]):
    x: T


class WithForwardReference(pydantic.BaseModel):
    x: "Nowhere"  # type: ignore[name-defined]  # noqa: F821 - the mistake under test


@dataclasses.dataclass
class Abstract(ABC):
    x: str

    @abstractmethod
    def total(self) -> int: ...


@attrs.frozen
class Described(Protocol):
    x: str


def of_text(annotation: str) -> Any:
    return dataclasses.make_dataclass("Made", [("x", annotation)])


WithInstance: Final = Parametrised("an instance")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (Loop, "Loop contains itself"),
        (Unresolved, "an annotation of Unresolved cannot be resolved: name 'Nowhere' is not defined"),
        (of_text("list["), "an annotation of Made is not a type: SyntaxError"),
        (of_text("int | 3"), "an annotation of Made is not a type: TypeError"),
        (of_text(""), "an annotation of Made is not a type: "),
        (WithForwardReference, "ForwardReference.x: ForwardRef('Nowhere') cannot be read from a document; the name is"),
        (Abstract, "Abstract has no objects, because it is abstract (total)"),
        (Described, "Described has no objects, because it is a protocol"),
        (Pair, "Pair cannot be read from a document; use one of attrs, dataclasses"),
        (Path, "Path.x: its alias is a path"),
        (of(list[Deep]), "Deep.x: a cell of a table holds one value, not list[str]"),
        (Parametrised, "Parametrised.x: ~T cannot be read from a document; it is generic"),
        (Parametrised[int], "Parametrised[int] is generic, and only pydantic fills types in; write a class"),
        (of(Parametrised[int]), "Parametrised[int] cannot be read from a document; it is generic"),
        (of(list[Parametrised[int]]), "Parametrised[int] cannot be read from a document; it is generic"),
        (int, "int cannot be read from a document"),
        ([], r"[] cannot be read from a document"),
        (WithInstance, "cannot be read from a document"),
        (attrs.make_class("Empty", []), "Empty has no attributes"),
    ],
    ids=str,
)
def test_a_class_that_cannot_be_read_is_refused(kind: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        document(x="1").read_as(kind)
    assert message in str(caught.value)


@attrs.define
class WithAttrs:
    number: str
    _order: int = attrs.field(converter=int)
    total: Decimal = attrs.field(factory=Decimal)
    derived: str = attrs.field(init=False, default="d")


@dataclasses.dataclass(slots=True)
class WithDataclass:
    number: str
    order: int
    total: Decimal = dataclasses.field(default_factory=Decimal)
    derived: str = dataclasses.field(init=False, default="d")


class WithStruct(msgspec.Struct, rename={"number": "Invoice No"}, kw_only=True):
    number: str
    order: Annotated[int, msgspec.Meta(ge=0)]
    total: Decimal = msgspec.field(default_factory=Decimal)


class WithTypedDict(TypedDict, total=False):
    number: Required[str]
    order: Annotated[int, Label("order")]
    total: NotRequired[Decimal]


class WithPydantic(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")

    number: str = pydantic.Field(validation_alias=pydantic.AliasChoices("inv", "Invoice No"))
    order: Annotated[int, pydantic.Field(ge=0), MinScore(0.1)]
    total: Decimal = pydantic.Field(default=Decimal(), alias="Sum")


@pytest.mark.parametrize(
    ("kind", "labels", "expected"),
    [
        (WithAttrs, ("number", "_order", "total"), WithAttrs("7", 4, Decimal(5))),
        (WithDataclass, ("number", "order", "total"), WithDataclass("7", 4, Decimal(5))),
        (WithStruct, ("Invoice No", "order", "total"), WithStruct(number="7", order=4, total=Decimal(5))),
        (WithTypedDict, ("number", "order", "total"), {"number": "7", "order": 4, "total": Decimal(5)}),
        (WithPydantic, ("Invoice No", "order", "Sum"), WithPydantic.model_validate({"inv": "7", "order": 4, "Sum": 5})),
    ],
    ids=str,
)  # fmt: skip
def test_every_kind_of_class_is_filled(kind: Any, labels: tuple[str, str, str], expected: object) -> None:
    texts = dict(zip(labels, ("7", "4", "5"), strict=True))
    assert document(**texts).read_as(kind) == expected


def test_pydantic_fills_in_the_types_of_a_generic_model() -> None:
    assert document(x="5").read_as(ParametrisedModel[int]).x == 5


@dataclasses.dataclass
class WithInitVar:
    number: str
    rate: dataclasses.InitVar[Decimal]
    currency: dataclasses.InitVar[str] = "EUR"
    shown: str = dataclasses.field(init=False, default="")

    def __post_init__(self, rate: Decimal, currency: str) -> None:
        self.shown = f"{currency} {rate + 1}"


def test_what_a_dataclass_passes_to_post_init_is_read() -> None:
    assert document(number="7", rate="4").read_as(WithInitVar).shown == "EUR 5"
    assert document(number="7", rate="4", currency="USD").read_as(WithInitVar).shown == "USD 5"
    with pytest.raises(ReadAsError, match="rate: no label 'rate'"):
        document(number="7").read_as(WithInitVar)


@pytest.mark.parametrize("kind", [WithAttrs, WithDataclass, WithStruct])
def test_an_attribute_with_a_default_may_be_missing_but_not_wrong(kind: Any) -> None:
    assert document(number="7", order="4").read_as(kind).total == 0
    with pytest.raises(ReadAsError, match="not an amount"):
        document(number="7", order="4", total="much").read_as(kind)


def test_a_key_that_is_not_required_is_left_out() -> None:
    assert document(number="7").read_as(WithTypedDict) == {"number": "7"}
    with pytest.raises(ReadAsError, match="number: no label 'number'"):
        document(order="7").read_as(WithTypedDict)


@attrs.define
class Company:
    name: Annotated[str, Label("seller")]
    vat_id: str | None


@attrs.define
class Grouped:
    total: Decimal
    seller: Company
    buyer: Annotated[Company | None, "other"] = None


def test_a_class_inside_a_class_is_filled_from_the_same_labels() -> None:
    read = document(total="5", seller="Lindenhof").read_as(Grouped, labels={"buyer.name": "buyer"})
    assert read == Grouped(Decimal(5), Company("Lindenhof", None))
    with pytest.raises(ReadAsError, match=r"seller\.name: no label 'seller'"):
        document(total="5").read_as(Grouped)


class Strict(pydantic.BaseModel):
    a: int = pydantic.Field(ge=10)
    b: str = pydantic.Field(alias="Beta", max_length=2)

    @pydantic.model_validator(mode="after")
    def _never(self) -> "Strict":
        raise ValueError("never")


def test_every_refusal_of_a_pydantic_model_is_a_problem_of_its_attribute() -> None:
    with pytest.raises(ReadAsError) as caught:
        document(a="5", Beta="Secret").read_as(Strict)
    assert [(one.kind, one.attribute, one.label, one.text) for one in caught.value.problems] == [
        ("refused", "a", "a", "5"), ("refused", "b", "Beta", "Secret"),
    ]  # fmt: skip
    assert caught.value.__cause__ is None
    with pytest.raises(ReadAsError) as caught:
        document(a="50", Beta="S").read_as(Strict)
    assert [(one.attribute, one.detail) for one in caught.value.problems] == [("", "Value error, never")]


def check(_: object, __: object, value: int) -> None:
    if value > 5:
        raise ValueError("too large")


def test_the_error_of_a_validator_is_the_cause() -> None:
    checked = attrs.make_class("Checked", {"x": attrs.field(type=int, validator=check)})
    with pytest.raises(ReadAsError) as caught:
        document(x="6").read_as(checked)
    assert str(caught.value.__cause__) == "too large"


@pytest.mark.parametrize("error", [KeyError("rate"), ZeroDivisionError(), AttributeError("sum")], ids=repr)
def test_what_a_class_raises_is_a_problem_and_the_cause(error: Exception) -> None:
    def post(_: object) -> None:
        raise error

    broken: Callable[..., Any] = dataclasses.make_dataclass("Broken", [("x", int)], namespace={"__post_init__": post})
    with pytest.raises(ReadAsError, match=f"refused by Broken with {type(error).__name__}") as caught:
        document(x="6").read_as(broken)  # type: ignore[arg-type]  # a class, which make_dataclass does not say
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": {"y": "z"}}, "Made has no attribute 'y' to label; it has x"),
        ({"labels": {"x": []}}, r"labels of 'x' must be one name or several, got \[\]"),
        ({"labels": {"x": ["a", ""]}}, "labels of 'x' must be one name or several"),
        ({"labels": "x"}, r'labels must be names by attribute, as in \{"number": "Invoice No"\}, got .x'),
        ({"labels": [("x", "y")]}, "labels must be names by attribute"),
        ({"labels": {"x": 5}}, "labels of 'x' must be one name or several, got 5"),
        ({"dayfirst": "yes"}, "dayfirst must be True, False or None, got 'yes'"),
        ({"partial": "no"}, "partial must be True or False, got 'no'"),
        ({"min_score": True}, "min_score must be between 0 and 1, got True"),
        ({"min_score": "0.5"}, "min_score must be between 0 and 1, got '0.5'"),
        ({"min_score": 80}, "min_score must be between 0 and 1, got 80"),
        ({"decimal_mark": ";"}, "decimal_mark must be"),
        ({"repeats": "first"}, "repeats must be 'equal' or 'best', got 'first'"),
    ],
)
def test_an_option_that_does_not_exist_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        document(x="1").read_as(of(str), **options)


def test_marks_refuse_what_they_cannot_mean() -> None:
    with pytest.raises(ValueError, match="MinScore must be between 0 and 1"):
        MinScore(80)
    with pytest.raises(ValueError, match="Label needs one name"):
        Label()
    with pytest.raises(ValueError, match="Label needs one name"):
        Label("a", " ")
