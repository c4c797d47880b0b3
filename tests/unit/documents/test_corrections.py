"""What a person changed, added and removed."""

from nanonets_sdk.documents import Document
from reply_bodies import cell, field_box, grid, moderated, predicted, table_box


def corrections(document: Document) -> list[tuple[str, str | None, str | None, str]]:
    return [
        (
            correction.label,
            correction.predicted.text if correction.predicted else None,
            correction.moderated.text if correction.moderated else None,
            correction.kind,
        )
        for correction in document.corrected
    ]


def test_a_page_that_was_not_reviewed_has_no_corrections() -> None:
    assert predicted([field_box("a", "1")]).corrected == ()


def test_an_approval_without_changes_has_no_corrections() -> None:
    boxes = [field_box("a", "1", id="x"), table_box(grid([["1", "2"]], ["n", "m"]))]
    assert moderated(boxes, boxes).corrected == ()


def test_a_changed_text_is_found_by_id_and_without_one_by_label() -> None:
    before = [field_box("a", "7", id="x"), field_box("b", "8")]
    after = [field_box("a", "1", id="x"), field_box("b", "9")]
    assert corrections(moderated(before, after)) == [("a", "7", "1", "changed"), ("b", "8", "9", "changed")]


def test_a_changed_label_is_a_change_where_ids_tell() -> None:
    before, after = [field_box("net", "7", id="x")], [field_box("gross", "7", id="x")]
    assert corrections(moderated(before, after)) == [("gross", "7", "7", "changed")]


def test_added_and_removed_fields_are_told_apart() -> None:
    before = [field_box("a", "1"), field_box("old", "2")]
    after = [field_box("a", "1"), field_box("new", "3")]
    assert corrections(moderated(before, after)) == [("new", None, "3", "added"), ("old", "2", None, "removed")]


def test_only_the_changed_one_of_repeated_fields_is_a_correction() -> None:
    before = [field_box("a", text) for text in ("1", "2", "3")]
    after = [field_box("a", text) for text in ("3", "9", "1")]
    assert corrections(moderated(before, after)) == [("a", "2", "9", "changed")]


def test_cells_are_compared_by_place_and_by_id_where_rows_moved() -> None:
    before = [table_box([cell(1, 1, "x", "n", id="c1"), cell(2, 1, "y", "n", id="c2")])]
    after = [table_box([cell(1, 1, "w", "n"), cell(2, 1, "x", "n", id="c1"), cell(3, 1, "z", "n", id="c2")])]
    assert corrections(moderated(before, after)) == [("n", None, "w", "added"), ("n", "y", "z", "changed")]


def test_a_correction_reads_as_a_line() -> None:
    (correction,) = moderated([field_box("a", "7")], [field_box("a", "1")]).corrected
    assert str(correction) == "page 1, a changed: '7' → '1'"
