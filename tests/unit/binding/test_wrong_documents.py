"""Twelve wrong documents: each problem has its label, text, page, box, expected type, and what to do."""

import logging
import pickle
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Final, Literal

import attrs
import msgspec
import pytest
from attrs import frozen

from nanonets_sdk import Box, Document, Label, MinScore, ReadAsError, ReadProblem
from reply_bodies import cell, field_box, grid, predicted, table_box

PLACE: Final = (10, 20, 110, 40)
HEADER: Final = ("Item", "Quantity", "Amount")


class Currency(Enum):
    EURO = "EUR"
    POUND = "GBP"


@frozen
class Line:
    """A row of the table."""

    item: str
    quantity: Annotated[int, Label("Quantity", "Qty"), msgspec.Meta(ge=1)]
    amount: Decimal


def _positive(_: object, attribute: object, value: Decimal) -> None:
    if value < 0:
        raise ValueError(f"{attribute} must not be negative: {value}")


@frozen
class Invoice:
    """What is read."""

    number: Annotated[str, Label("Invoice No", "invoice_number")]
    date: Annotated[date, Label("invoice_date")]
    total: Annotated[Decimal, MinScore(0.5)] = attrs.field(validator=_positive)
    currency: Currency
    terms: Literal["net", "prepaid"]
    paid: bool
    lines: list[Line]
    order: str | None = None


GOOD: Final = {
    "invoice_number": "INV-7", "invoice_date": "12 March 2026", "total": "1,234.50", "currency": "EUR", "terms": "Net",
    "paid": "no",
}  # fmt: skip
ROWS: Final = (("Pump", "2", "1,000.50"), ("Hose", "1", "234.00"))


def invoice(*more: dict[str, Any], rows: Sequence[Sequence[str]] = ROWS, **texts: str | None) -> Document:
    """Return a document with some of the good fields replaced, or left out with None, and more boxes on page 1."""
    fields = [field_box(label, text, PLACE) for label, text in {**GOOD, **texts}.items() if text is not None]
    return predicted([*fields, table_box(grid(rows, HEADER))], [*more])


def problems(document: Document, **options: Any) -> tuple[ReadProblem, ...]:
    with pytest.raises(ReadAsError) as caught:
        document.read_as(Invoice, **options)
    return caught.value.problems


def told(document: Document, **options: Any) -> list[tuple[str, str, str, str | None, int | None]]:
    """What the problems say about the place of each."""
    return [(one.kind, one.attribute, one.label, one.text, one.page) for one in problems(document, **options)]


def test_the_right_document_has_no_problem() -> None:
    read = invoice().read_as(Invoice)
    assert read == Invoice(
        "INV-7", date(2026, 3, 12), Decimal("1234.50"), Currency.EURO, "net", False,
        [Line("Pump", 2, Decimal("1000.50")), Line("Hose", 1, Decimal("234.00"))],
    )  # fmt: skip


def test_1_an_ambiguous_amount() -> None:
    document = invoice(total="1,200")
    (problem,) = problems(document)
    assert problem == ReadProblem(
        "ambiguous", "total", "Decimal", "an amount with two readings", 'pass decimal_mark="." or decimal_mark=","',
        "total", "1,200", 0.9, 0, Box(*PLACE),
    )  # fmt: skip
    assert document.read_as(Invoice, decimal_mark=".").total == 1200


def test_2_an_ambiguous_date() -> None:
    document = invoice(invoice_date="03/04/2026")
    assert told(document) == [("ambiguous", "date", "invoice_date", "03/04/2026", 0)]
    assert document.read_as(Invoice, dayfirst=True).date == date(2026, 4, 3)
    assert document.read_as(Invoice, dayfirst=False).date == date(2026, 3, 4)


def test_3_a_missing_label_lists_the_labels_that_are_there_closest_first() -> None:
    (problem,) = problems(invoice(field_box("Invoice Numbr", "INV-7"), invoice_number=None))
    assert (problem.kind, problem.attribute, problem.text, problem.expected) == ("missing", "number", None, "str")
    assert "closest first: 'Invoice Numbr', 'invoice_date'" in problem.reason


def test_4_a_label_without_text() -> None:
    assert told(invoice(currency=" ")) == [("empty", "currency", "currency", " ", 0)]


def test_5_a_choice_that_does_not_exist() -> None:
    first, second = problems(invoice(currency="USD", terms="cash"))
    assert (first.kind, first.attribute, first.text) == ("unreadable", "currency", "USD")
    assert (first.reason, second.reason) == ("not one of 'EUR', 'GBP'", "not one of 'net', 'prepaid'")


def test_6_repeats_that_differ() -> None:
    document = invoice(field_box("total", "9.99", (1, 2, 3, 4), score=0.4))
    assert told(document) == [
        ("repeated", "total", "total", "1,234.50", 0),
        ("repeated", "total", "total", "9.99", 1),
    ]
    assert document.read_as(Invoice, repeats="best").total == Decimal("1234.50")


def test_7_labels_that_are_alike() -> None:
    document = invoice(field_box("PAID", "yes"), field_box("Paid", "no"), paid=None)
    (problem,) = problems(document)
    assert (problem.kind, problem.attribute) == ("ambiguous", "paid")
    assert "'PAID', 'Paid' all fit 'paid'" in problem.reason
    assert document.read_as(Invoice, labels={"paid": "PAID"}).paid is True


def test_8_cells_of_the_wrong_type_by_row_and_column() -> None:
    rows = [("Pump", "two", "1,000.50"), ("", "1", "234.00"), ("Hose", "0", "1,234")]
    document = invoice(rows=rows)
    assert told(document) == [
        ("unreadable", "lines[0].quantity", "Quantity", "two", 0),
        ("empty", "lines[1].item", "Item", "", 0),
        ("refused", "lines[2].quantity", "Quantity", "0", 0),
        ("ambiguous", "lines[2].amount", "Amount", "1,234", 0),
    ]
    boxes = [one.box for one in problems(document)]
    cells = {(found.row, found.col): found.box for found in document.tables[0].cells}
    assert boxes == [cells[1, 2], cells[2, 1], cells[3, 2], cells[3, 3]]


def test_9_a_table_without_a_column() -> None:
    cells = [cell(1, 1, "Pump", "Item"), cell(1, 2, "2", "Quantity"), cell(1, 3, "1.00", "Sum")]
    fields = [field_box(label, text) for label, text in GOOD.items()]
    (problem,) = problems(predicted([*fields, table_box(cells)]))
    assert (problem.kind, problem.attribute, problem.page) == ("missing", "lines[].amount", 0)
    assert "columns of the table: " in problem.reason
    assert "'Sum'" in problem.reason
    assert predicted([*fields, table_box(cells)]).read_as(Invoice, labels={"lines.amount": "Sum"}).lines[0].amount == 1


def test_10_two_tables_that_fit() -> None:
    document = invoice(table_box(grid(ROWS, HEADER), label="returns"))
    (problem,) = problems(document)
    assert (problem.kind, problem.attribute, problem.reason) == ("ambiguous", "lines", "2 tables fit, on pages 1, 2")
    assert len(document.read_as(Invoice, labels={"lines": "returns"}).lines) == 2


def test_11_a_value_that_the_class_refuses() -> None:
    (problem,) = problems(invoice(total="-5.00"))
    assert (problem.kind, problem.attribute, problem.reason) == ("refused", "", "refused by Invoice with ValueError")
    assert "must not be negative: -5.00" in problem.detail


def test_12_a_page_that_failed_and_a_score_that_is_too_low() -> None:
    document = invoice(field_box("order", "PO-1", score=0.3), total=None)
    failed = attrs.evolve(document.pages[1], status="failure", error="blurred")
    document = attrs.evolve(document, pages=(document.pages[0], failed))
    assert told(document, min_score=0.5) == [
        ("incomplete", "", "", None, 1),
        ("missing", "total", "", None, None),
        ("low_score", "order", "order", "PO-1", 1),
    ]
    assert [one.kind for one in problems(document, min_score=0.5, partial=True)] == ["missing", "low_score"]


def everything_wrong() -> Document:
    return invoice(
        rows=[("Secret pump", "two", "1,234")],
        invoice_number=None, invoice_date="Secret date", total="Secret sum", currency="Secret", terms="Secret",
        paid="Secret",
    )  # fmt: skip


def test_all_problems_are_in_one_error_and_each_says_what_to_do() -> None:
    found = problems(everything_wrong())
    assert [one.attribute for one in found] == [
        "number", "date", "total", "currency", "terms", "paid", "lines[0].quantity", "lines[0].amount",
    ]  # fmt: skip
    assert all(one.hint and one.reason and one.expected for one in found)


def test_the_text_of_the_document_is_in_the_report_and_never_in_the_message(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ReadAsError) as caught:
        everything_wrong().read_as(Invoice)
    logging.getLogger("a.user").error("%s %r", caught.value, caught.value)
    assert "Secret" not in caplog.text
    assert "date (label 'invoice_date', page 1): not a complete date" in caplog.text
    assert "expected Decimal, read 'Secret sum' at Box(xmin=10, ymin=20, xmax=110, ymax=40)" in caught.value.report()


def test_a_long_list_of_problems_is_cut_in_the_message_alone() -> None:
    with pytest.raises(ReadAsError) as caught:
        invoice(rows=[("Pump", "two", "1.00")] * 50).read_as(Invoice)
    assert str(caught.value).startswith("50 problems in reading Invoice")
    assert len(str(caught.value).splitlines()) == 22
    assert len(caught.value.problems) == len(caught.value.report().splitlines()) / 2 == 50


def test_the_error_crosses_processes_with_its_problems() -> None:
    with pytest.raises(ReadAsError) as caught:
        everything_wrong().read_as(Invoice)
    other = pickle.loads(pickle.dumps(caught.value))
    assert (other.problems, str(other)) == (caught.value.problems, str(caught.value))
    assert isinstance(other, ValueError)
