"""The sample invoice, read by the mock over a real socket, as objects of every kind of class."""

import dataclasses
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypedDict

import attrs
import msgspec
import pydantic
import pytest

from nanonets_sdk import Document, Label, Nanonets, ReadAsError
from nanonets_sdk.mock import MockServer
from samples import INVOICE


class Currency(Enum):
    EURO = "EUR"


@attrs.frozen
class AttrsLine:
    item: int
    description: str
    quantity: int
    price: Annotated[Decimal, Label("Price", "Unit price")]
    amount: Decimal


@attrs.frozen
class AttrsInvoice:
    number: Annotated[str, Label("Invoice No", "invoice_number")]
    invoice_date: date
    currency: Currency
    total: Decimal
    vat_id: list[str]
    lines: list[AttrsLine]
    discount: Decimal | None = None


@dataclasses.dataclass
class DataclassLine:
    item: int
    amount: Decimal


@dataclasses.dataclass
class DataclassInvoice:
    invoice_number: str
    due_date: date
    total: Decimal
    lines: list[DataclassLine]


class StructLine(msgspec.Struct, rename={"price": "Unit price"}):
    item: int
    price: Annotated[float, msgspec.Meta(gt=0)]
    amount: Decimal


class StructInvoice(msgspec.Struct, rename={"number": "Invoice Number"}):
    number: str
    total: Decimal
    vat_id: tuple[str, str]
    lines: tuple[StructLine, ...]


class DictLine(TypedDict):
    item: int
    amount: Decimal


class DictInvoice(TypedDict):
    invoice_number: str
    total: Decimal
    lines: list[DictLine]


class PydanticLine(pydantic.BaseModel):
    item: int
    unit_price: Decimal = pydantic.Field(gt=0)
    amount: Decimal


class PydanticInvoice(pydantic.BaseModel):
    number: str = pydantic.Field(alias="invoice_number", pattern=r"^INV-\d{4}-\d{5}$")
    currency: Currency
    total: Decimal = pydantic.Field(decimal_places=2)
    lines: list[PydanticLine]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """The invoice, read once."""
    copy = Path(tmp_path_factory.mktemp("sample"), "invoice.pdf")
    copy.write_bytes(INVOICE.read_bytes())
    with MockServer(api_key="key") as server, Nanonets("key", base_url=server.base_url) as client:
        return client.ocr.predict_file(server.model_id, copy)


def member(of: Any, name: str) -> Any:
    """Return an attribute of an object, or a member of a dict."""
    try:
        return of[name]
    except TypeError:
        return getattr(of, name)


@pytest.mark.parametrize("kind", [AttrsInvoice, DataclassInvoice, StructInvoice, DictInvoice, PydanticInvoice])
def test_line_items_of_both_pages_add_up(document: Document, kind: type[Any]) -> None:
    invoice = document.read_as(kind)
    lines = member(invoice, "lines")
    assert [member(line, "item") for line in lines] == [*range(1, 25)]
    assert sum(member(line, "amount") for line in lines) == Decimal("7704.35")
    assert member(invoice, "total") == Decimal("9245.22")


def test_every_value_says_where_it_was_read(document: Document) -> None:
    reading = document.reading(AttrsInvoice, min_score=0.82)
    assert reading.value.number == "INV-2026-00417"
    assert reading.value.invoice_date == date(2026, 3, 12)
    assert reading.value.currency is Currency.EURO
    assert reading.value.vat_id == ["GB 482 7719 03", "DE 318 554 902"]
    assert reading.value.lines[0].price == Decimal("86.50")
    assert reading.value.discount is None
    assert [one.attribute for one in reading.below_score] == ["currency", "vat_id[1]", "total"]
    assert {one.page for one in reading.values if one.attribute.startswith("lines[")} == {0, 1}
    assert all(one.box for one in reading.values)


def test_a_class_for_another_kind_of_document_names_each_problem(document: Document) -> None:
    @attrs.frozen
    class Receipt:
        receipt_number: str
        vat_id: str
        total: int
        lines: list[DataclassLine]

    with pytest.raises(ReadAsError) as caught:
        document.read_as(Receipt, labels={"lines.amount": "Description"})
    kinds = [one.kind for one in caught.value.problems]
    assert kinds == ["missing", "repeated", "repeated", "unreadable", *["unreadable"] * 24]
    assert all(one.box for one in caught.value.problems[1:])
