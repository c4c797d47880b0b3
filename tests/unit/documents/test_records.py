"""Records, long and wide."""

from nanonets_sdk.documents.document import document_cells
from reply_bodies import cell, field_box, predicted, table_box

PLACES = ("page_index", "table_index", "row_index", "column_index")


def test_a_long_record_is_a_field_with_page_score_and_box() -> None:
    document = predicted([field_box("a", "1", (1, 2, 3, 4), score=0.5)], [field_box("a", "2", score=None)])
    about = {"file_name": "sample.pdf", "request_file_id": document.request_file_id}
    assert document.to_records() == [
        {**about, "page_index": 0, "label": "a", "text": "1", "score": 0.5, "xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4},
        {
            **about,
            "page_index": 1,
            "label": "a",
            "text": "2",
            "score": None,
            "xmin": None,
            "ymin": None,
            "xmax": None,
            "ymax": None,
        },
    ]


def test_a_wide_record_loses_no_repeat_and_has_the_best_one_first() -> None:
    document = predicted([field_box("a", "poor", score=0.1), field_box("b", "x")], [field_box("a", "good", score=0.8)])
    (record,) = document.to_records("wide")
    assert {name: record[name] for name in ("a", "a (2)", "b")} == {"a": "good", "a (2)": "poor", "b": "x"}
    assert (record["pages"], record["is_moderated"], record["error"]) == (2, False, None)


def test_a_label_named_like_one_of_our_columns_keeps_both() -> None:
    (record,) = predicted([field_box("file_name", "x"), field_box("pages", "y")]).to_records("wide")
    assert (record["file_name"], record["field: file_name"], record["field: pages"]) == ("sample.pdf", "x", "y")


def test_a_cell_record_names_its_table_row_and_column() -> None:
    document = predicted([table_box([cell(2, 3, "t", "Head")])], [table_box([cell(1, 1, "u")])])
    found = [
        (*(record[name] for name in PLACES), record["header"], record["text"]) for record in document_cells(document)
    ]
    assert found == [(0, 0, 1, 2, "Head", "t"), (1, 1, 0, 0, "", "u")]
