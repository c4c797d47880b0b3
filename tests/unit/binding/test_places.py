"""Which label, column, row and table a value comes from, and how sure it is."""

import time
from decimal import Decimal
from typing import Annotated, Any

import pytest
from attrs import field, frozen, make_class

from nanonets_sdk import Document, Label, MinScore, ReadAsError
from nanonets_sdk.binding.labels import matching
from nanonets_sdk.binding.reasons import Unreadable
from reply_bodies import cell, field_box, grid, moderated, predicted, table_box

HEADER = ("Item", "Qty", "Amount")


@frozen
class Line:
    item: str
    quantity: Annotated[int, Label("Quantity", "Qty")]
    amount: Decimal | None


@frozen
class Sheet:
    lines: list[Line]


def table(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER, **members: Any) -> dict[str, Any]:
    return table_box(grid(rows, header), **members)


def items(document: Document) -> list[str]:
    return [line.item for line in document.read_as(Sheet).lines]


@pytest.mark.parametrize(
    ("names", "known", "meant"),
    [
        (["invoice_number"], ["Invoice-Number", "invoice_number"], ["invoice_number"]),
        (["invoice_number"], ["Invoice No", "INVOICE NUMBER"], ["INVOICE NUMBER"]),
        (["Invoice No.", "number"], ["invoice_no"], ["invoice_no"]),
        (["a", "b"], ["b", "a", "a"], ["b", "a"]),
        (["total"], ["Total %", "Subtotal", ""], []),
    ],
)
def test_labels_are_compared_exactly_then_without_case_and_separators(
    names: list[str], known: list[str], meant: list[str]
) -> None:
    assert matching(names, known) == meant


def test_two_labels_that_differ_in_case_alone_are_ambiguous() -> None:
    with pytest.raises(Unreadable, match="'TOTAL', 'Total' all fit 'total'"):
        matching(["total"], ["TOTAL", "Total"])


def test_a_class_of_many_attributes_and_a_document_of_many_labels_do_not_multiply() -> None:
    document = predicted([field_box(f"label {number}", "5") for number in range(500)])
    wide = make_class("Wide", {f"missing_{number}": field(type=int) for number in range(50)})
    begin = time.process_time()
    with pytest.raises(ReadAsError, match="50 problems"):
        document.read_as(wide)
    assert time.process_time() - begin < 5


def test_rows_of_a_table_over_pages_are_one_list_without_its_repeated_header() -> None:
    document = predicted(
        [table(("a", "1", "2.00"))], [table(HEADER, ("b", "2", "3.00"))], [table(("", "", ""), ("c", "3", ""))]
    )
    assert items(document) == ["a", "b", "c"]


def test_a_table_goes_on_under_another_spelling_of_a_header_that_the_class_names() -> None:
    renamed = ("Item", "Quantity", "Amount")
    document = predicted([table(("a", "1", "2.00"))], [table(renamed, ("b", "2", "3.00"), header=renamed)])
    assert items(document) == ["a", "b"]


def test_a_table_on_a_later_page_under_another_spelling_is_another_table() -> None:
    renamed = ("Item", "Quantity", "Amount")
    apart = predicted([table(("a", "1", ""))], [field_box("x", "y")], [table(("b", "2", ""), header=renamed)])
    with pytest.raises(ReadAsError, match="2 tables fit, on pages 1, 3"):
        items(apart)


def test_other_tables_are_left_alone() -> None:
    taxes = table(("20 %", "4.00"), header=("Rate", "Amount"), ymin=500, ymax=600)
    assert items(predicted([table(("a", "1", "2.00"), ymin=10, ymax=90), taxes])) == ["a"]


def test_the_name_of_the_attribute_may_be_the_label_of_the_table() -> None:
    document = predicted([table(("a", "1", "")), table(("b", "2", ""), label="Lines")])
    assert items(document) == ["b"]


def test_a_header_in_the_first_row_is_found() -> None:
    assert items(predicted([table(HEADER, ("a", "1", "2.00"), header=())])) == ["a"]


def test_a_cell_over_rows_is_in_each_and_a_cell_over_columns_in_the_first() -> None:
    cells = [
        cell(1, 1, "a", "Item", row_span=2), cell(1, 2, "1", "Qty"), cell(1, 3, "2.00", "Amount"),
        cell(2, 2, "2", "Qty", col_span=2),
    ]  # fmt: skip
    assert predicted([table_box(cells)]).read_as(Sheet).lines == [Line("a", 1, Decimal(2)), Line("a", 2, None)]


def test_columns_that_repeat_are_ambiguous_once_and_not_for_each_row() -> None:
    header = ("Item", "Qty", "Qty")
    with pytest.raises(ReadAsError) as caught:
        items(predicted([table(("a", "1", "1"), ("b", "2", "2"), header=header)]))
    assert [(one.attribute, one.reason) for one in caught.value.problems] == [
        ("lines[].quantity", "several columns fit: 'Qty', 'Qty'")
    ]


def test_a_missing_table_names_the_columns_that_are_there() -> None:
    with pytest.raises(ReadAsError, match="no table with these columns; columns of the tables: 'Rate'"):
        items(predicted([table(("20 %",), header=("Rate",))]))
    with pytest.raises(ReadAsError, match="there is no table"):
        items(predicted([]))


def test_rows_of_one_table_are_read_by_themselves() -> None:
    (found,) = predicted([table(("a", "1", "2.00"), ("b", "2", ""))]).tables
    assert found.read_as(Line) == [Line("a", 1, Decimal(2)), Line("b", 2, None)]
    with pytest.raises(ReadAsError) as caught:
        found.read_as(Line, min_score=0.95, labels={"amount": "Total"})
    assert {one.kind for one in caught.value.problems} == {"low_score"}
    assert [one.attribute for one in caught.value.problems][-1] == "rows[1].quantity"
    with pytest.raises(TypeError, match="a cell of a table holds one value"):
        found.read_as(Sheet)


@frozen
class Scored:
    a: str
    b: Annotated[str, MinScore(0.2)]
    c: list[str]


def scored(*boxes: dict[str, Any]) -> Document:
    return predicted(boxes)


def test_a_reading_says_which_values_are_below_the_score() -> None:
    document = scored(
        field_box("a", "x", score=0.8), field_box("b", "y", score=0.3), field_box("c", "z", score=None),
        field_box("c", "w", score=0.6),
    )  # fmt: skip
    reading = document.reading(Scored, min_score=0.7)
    assert reading.value == Scored("x", "y", ["z", "w"])
    assert [(one.attribute, one.score, one.min_score) for one in reading.below_score] == [
        ("c[0]", None, 0.7),
        ("c[1]", 0.6, 0.7),
    ]
    first = reading.values[0]
    assert (first.attribute, first.value, first.text, first.page) == ("a", "x", "x", 0)
    with pytest.raises(ReadAsError) as caught:
        document.read_as(Scored, min_score=0.7)
    assert [(one.kind, one.attribute) for one in caught.value.problems] == [
        ("low_score", "c[0]"),
        ("low_score", "c[1]"),
    ]


def test_no_score_is_asked_for_unless_someone_asks() -> None:
    document = scored(field_box("a", "x", score=0.0), field_box("b", "y", score=0.2), field_box("c", "z", score=None))
    assert document.reading(Scored).below_score == ()
    assert document.read_as(Scored) == Scored("x", "y", ["z"])


def test_what_a_person_checked_is_below_no_score() -> None:
    @frozen
    class One:
        a: str

    checked = moderated([field_box("a", "x", score=0.1)], [field_box("a", "y", score=0.1)])
    assert checked.read_as(One, min_score=0.9).a == "y"
    by_status = scored(field_box("a", "x", score=0.1, status="moderated"))
    assert by_status.read_as(One, min_score=0.9).a == "x"
