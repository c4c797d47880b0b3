"""Tables: gaps stay gaps, spans can be filled, headers come from labels or, when asked for, from the first row."""

from nanonets_sdk.documents import Table
from reply_bodies import cell, grid, predicted, table_box


def table_of(*cells: dict[str, object]) -> Table:
    (table,) = predicted([table_box(cells)]).tables
    return table


def test_a_missing_cell_leaves_a_gap() -> None:
    table = table_of(cell(1, 1, "a"), cell(1, 3, "c"), cell(2, 1, "d"), cell(2, 2, "e"), cell(2, 3, "f"))
    assert table.rows == (("a", "", "c"), ("d", "e", "f"))
    assert table.gaps == ((0, 1),)


def test_a_span_is_written_once_and_filled_on_request() -> None:
    table = table_of(cell(1, 1, "both", col_span=2), cell(2, 1, "x"), cell(2, 2, "y"))
    assert table.rows == (("both", ""), ("x", "y"))
    assert table.filled_rows == (("both", "both"), ("x", "y"))
    assert table.gaps == ()


def test_a_span_hides_no_cell_that_is_there() -> None:
    table = table_of(cell(1, 1, "wide", col_span=3, row_span=2), cell(1, 2, "own"), cell(2, 3, "last"))
    assert table.filled_rows == (("wide", "own", "wide"), ("wide", "wide", "last"))


def test_the_cell_at_a_place_is_the_one_that_covers_it() -> None:
    table = table_of(cell(1, 1, "wide", col_span=2), cell(2, 2, "y"))
    covering, nothing = table.cell(0, 1), table.cell(1, 0)
    assert covering is not None
    assert covering.text == "wide"
    assert nothing is None


def test_rows_numbered_from_zero_are_accepted() -> None:
    assert table_of(cell(0, 0, "a"), cell(1, 1, "b")).rows == (("a", ""), ("", "b"))


def test_the_header_comes_from_the_labels_of_the_cells() -> None:
    assert table_of(*grid([["1", "2"]], ["Item", "Price"])).header == ("Item", "Price")


def test_columns_without_or_with_equal_headers_have_names_of_their_own() -> None:
    table = table_of(*grid([["1", "2", "3"]], ["Price", "", "Price"]))
    assert table.column_names == ("Price", "column 2", "Price (2)")
    assert table.to_records() == [{"Price": "1", "column 2": "2", "Price (2)": "3"}]


def test_a_first_row_becomes_header_only_on_request() -> None:
    table = table_of(*grid([["Item", "Price"], ["Pump", "12.50"]]))
    assert table.header == ()
    assert table.first_row_looks_like_header
    headed = table.with_first_row_as_header()
    assert (headed.header, headed.rows) == (("Item", "Price"), (("Pump", "12.50"),))


def test_a_first_row_with_an_amount_does_not_look_like_a_header() -> None:
    assert not table_of(*grid([["Pump", "12.50"], ["Valve", "3.20"]])).first_row_looks_like_header


def test_a_table_of_words_alone_has_no_row_that_looks_like_a_header() -> None:
    assert not table_of(*grid([["red", "green"], ["blue", "black"]])).first_row_looks_like_header


def test_the_header_of_a_column_is_what_most_of_its_cells_say_wherever_they_are_listed() -> None:
    labels = [("Item", "Price"), ("Item", "Price"), ("Price", "Item")]
    cells = [cell(row, col, f"{row}{col}", labels[row - 1][col - 1]) for row in (1, 2, 3) for col in (1, 2)]
    for listed in (cells, cells[::-1]):
        table = table_of(*listed)
        assert table.header == ("Item", "Price")
        assert table.to_records()[2] == {"Item": "31", "Price": "32"}
        assert {one.text: one.label for one in table.cells if one.row == 3} == {"31": "Price", "32": "Item"}


def test_of_labels_that_are_equally_frequent_the_topmost_is_the_header() -> None:
    assert table_of(cell(2, 1, "b", "Price"), cell(1, 1, "a", "Item")).header == ("Item",)
