"""Tables that continue on the next page."""

from collections.abc import Sequence

from reply_bodies import field_box, grid, predicted, table_box

HEADER = ("Item", "Price")


def part(*rows: Sequence[str], header: Sequence[str] = HEADER, top: int = 100) -> dict[str, object]:
    return table_box(grid(rows, header), xmin=10, ymin=top, xmax=500, ymax=top + 50)


def test_a_table_over_three_pages_is_one_on_request() -> None:
    document = predicted([part(["a", "1"]), field_box("x", "y")], [part(["b", "2"], ["c", "3"])], [part(["d", "4"])])
    (table,) = document.merged_tables()
    assert table.rows == (("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"))
    assert table.header == HEADER
    assert [piece.page for piece in table.parts] == [0, 1, 2]
    assert [cell.page for cell in table.cells] == [0, 0, 1, 1, 1, 1, 2, 2]
    assert len(document.tables) == 3


def test_a_repeated_header_row_is_dropped() -> None:
    rows = [["Item", "Price"], ["a", "1"]]
    document = predicted([part(*rows, header=())], [part(["ITEM", "Price"], ["b", "2"], header=())])
    (table,) = document.merged_tables()
    assert table.rows == (("Item", "Price"), ("a", "1"), ("b", "2"))


def test_a_header_row_over_labelled_columns_is_dropped_too() -> None:
    document = predicted([part(["a", "1"])], [part(["Item", "Price"], ["b", "2"])])
    assert document.merged_tables()[0].rows == (("a", "1"), ("b", "2"))


def test_a_header_row_that_only_looks_different_is_dropped() -> None:
    document = predicted([part(["a", "1"])], [part(["\N{FULLWIDTH LATIN CAPITAL LETTER I}tem", " PRICE"], ["b", "2"])])
    assert document.merged_tables()[0].rows == (("a", "1"), ("b", "2"))


def test_a_data_row_like_the_first_one_is_kept() -> None:
    document = predicted([part(["a", "1"], header=())], [part(["a", "1"], header=())])
    assert document.merged_tables()[0].rows == (("a", "1"), ("a", "1"))


def test_other_headers_other_widths_and_skipped_pages_end_a_table() -> None:
    other = predicted([part(["a", "1"])], [part(["b", "2"], header=("Tax", "Rate"))])
    wider = predicted([part(["a", "1"])], [part(["b", "2", "3"], header=())])
    skipped = predicted([part(["a", "1"])], [field_box("x", "y")], [part(["b", "2"])])
    headed = predicted([part(["a", "1"], header=())], [part(["Tax", "Rate"], ["b", "2"], header=())])
    assert [len(document.merged_tables()) for document in (other, wider, skipped, headed)] == [2, 2, 2, 2]


def test_only_the_last_table_of_a_page_goes_on_in_the_first_of_the_next() -> None:
    first = [part(["sum", "9"], top=500), part(["a", "1"], top=100)]
    document = predicted(first, [part(["b", "2"])])
    assert [table.rows for table in document.merged_tables()] == [(("a", "1"),), (("sum", "9"), ("b", "2"))]
