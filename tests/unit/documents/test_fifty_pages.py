"""A reply of 50 pages with 40 fields and 2 tables each: nothing is lost or moved, even with missing cells."""

import random
from collections import Counter

import pytest

from nanonets_sdk.documents import Document
from reply_bodies import cell, field_box, prediction_body, read_prediction, table_box

PAGES, FIELDS, TABLES, ROWS, COLUMNS = 50, 40, 2, 12, 6
HEADER = ("Item", "Description", "Quantity", "Unit", "Price", "Amount")


def truth_of_cell(page: int, table: int, row: int, col: int) -> str:
    return f"p{page} t{table} r{row} c{col} ü"


def is_missing(page: int, table: int, row: int, col: int) -> bool:
    """Some cells anywhere, a whole row and a whole column of every third page, never the last row and column."""
    inside = row < ROWS and col < COLUMNS
    return inside and ((page * 7 + table * 5 + row * 3 + col) % 11 == 0 or (page % 3 == 0 and (row == 4 or col == 2)))


def truth_of_table(page: int, table: int) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(
            "" if is_missing(page, table, row, col) else truth_of_cell(page, table, row, col)
            for col in range(1, COLUMNS + 1)
        )
        for row in range(1, ROWS + 1)
    )


def table_body(page: int, table: int, shuffle: random.Random) -> dict[str, object]:
    """Cells in any order, some with spans over cells that exist."""
    cells = [
        cell(
            row,
            col,
            truth_of_cell(page, table, row, col),
            HEADER[col - 1],
            row_span=1 + (row * col) % 3,
            col_span=1 + (row + col) % 4,
        )
        for row in range(1, ROWS + 1)
        for col in range(1, COLUMNS + 1)
        if not is_missing(page, table, row, col)
    ]
    shuffle.shuffle(cells)
    top = 500 if table else 200
    return table_box(cells, xmin=10, ymin=top, xmax=590, ymax=top + 250)


@pytest.fixture(scope="module")
def document() -> Document:
    shuffle = random.Random(6)
    pages = [
        [
            *(
                field_box(f"label_{number % 35}", f"value {page}/{number}", (10, 4 * number, 200, 4 * number + 4))
                for number in range(FIELDS)
            ),
            *(table_body(page, table, shuffle) for table in range(TABLES)),
        ]
        for page in range(PAGES)
    ]
    for boxes in pages:
        shuffle.shuffle(boxes)
    return read_prediction(prediction_body(pages))


def test_every_field_is_there_once_with_its_text_and_page(document: Document) -> None:
    expected = {
        (page, f"label_{number % 35}", f"value {page}/{number}") for page in range(PAGES) for number in range(FIELDS)
    }
    found = [(field.page, field.label, field.text) for field in document.fields.all()]
    assert len(found) == 2000
    assert set(found) == expected


def test_repeated_labels_keep_all_their_fields(document: Document) -> None:
    counts = Counter({label: len(document.fields.all(label)) for label in document.fields})
    assert counts == Counter({f"label_{number}": PAGES * (2 if number < 5 else 1) for number in range(35)})


def test_fields_come_in_reading_order_over_all_pages(document: Document) -> None:
    texts = [field.text for field in document.fields.all()]
    assert texts == [f"value {page}/{number}" for page in range(PAGES) for number in range(FIELDS)]


def test_every_table_is_exact_cell_by_cell(document: Document) -> None:
    found = Counter((table.page, table.rows) for table in document.tables)
    expected = Counter((page, truth_of_table(page, table)) for page in range(PAGES) for table in range(TABLES))
    assert sum(found.values()) == 100
    assert found == expected


def test_every_table_has_its_header(document: Document) -> None:
    assert {table.header for table in document.tables} == {HEADER}


def test_a_text_in_the_wrong_column_is_noticed(document: Document) -> None:
    first = document.tables[0].rows
    shifted = tuple((*row[1:], row[0]) for row in first)
    assert shifted not in {truth_of_table(0, table) for table in range(TABLES)}
