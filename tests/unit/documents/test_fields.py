"""Fields: reading order by lines, the best of a label, confidence."""

import copy
import pickle

import pytest

from nanonets_sdk.documents import Document, Field, Fields
from reply_bodies import field_box, grid, moderated, predicted, table_box


def texts(document: Document) -> list[str]:
    return [field.text for field in document.fields.all()]


def test_words_of_a_line_stay_in_their_order_where_one_stands_a_little_higher() -> None:
    line = [field_box("a", "first", (10, 104, 60, 116)), field_box("a", "second", (80, 100, 140, 112))]
    assert texts(predicted([*reversed(line)])) == ["first", "second"]


def test_lines_that_touch_are_not_one_line() -> None:
    lines = [field_box("a", "right, above", (300, 100, 400, 112)), field_box("a", "left, below", (10, 110, 90, 122))]
    assert texts(predicted(lines)) == ["right, above", "left, below"]


def test_a_block_beside_lines_does_not_swallow_them() -> None:
    block = field_box("block", "block", (10, 100, 200, 160))
    beside = [field_box("b", f"line {at}", (300, 101 + 20 * at, 400, 113 + 20 * at)) for at in range(3)]
    assert texts(predicted([*beside, block])) == ["block", "line 0", "line 1", "line 2"]


def test_a_field_without_a_location_comes_last_on_its_page() -> None:
    document = predicted([field_box("a", "nowhere"), field_box("a", "there", (5, 5, 9, 9))], [field_box("a", "next")])
    assert texts(document) == ["there", "nowhere", "next"]


def test_a_repeated_label_is_represented_by_its_best_field() -> None:
    document = predicted([field_box("n", "poor", score=0.2)], [field_box("n", "good", score=0.9)])
    assert document.fields["n"].text == "good"
    assert [field.page for field in document.fields.all("n")] == [0, 1]


def test_above_and_below_partition_the_fields() -> None:
    boxes = [field_box("a", "sure", score=0.9), field_box("b", "unsure", score=0.5), field_box("c", "?", score=None)]
    fields = predicted(boxes).fields
    assert list(fields.above(0.8)) == ["a"]
    assert list(fields.below(0.8)) == ["b", "c"]
    assert [field.label for field in fields.doubtful(0.8)] == ["c", "b"]


def test_a_page_has_its_own_fields_and_is_found_by_number() -> None:
    document = predicted([field_box("a", "0")], [field_box("a", "1")])
    assert document.page(1).fields["a"].text == "1"
    assert list(document.fields.on_page(1)) == ["a"]
    with pytest.raises(LookupError, match="no page with index 7; indexes of the pages of this document: 0, 1"):
        document.page(7)


def test_moderated_fields_win_and_predicted_ones_stay_reachable() -> None:
    document = moderated([field_box("a", "7")], [field_box("a", "1")])
    assert document.fields["a"].text == "1"
    assert document.predicted.fields["a"].text == "7"
    assert document.moderated.fields["a"].text == "1"


def test_the_repr_of_fields_shows_labels_texts_and_repeats() -> None:
    document = predicted([field_box("a", "1"), field_box("a", "2"), field_box("b", "3")])
    assert repr(document.fields) == "Fields(a='1' (best of 2), b='3')"
    assert "… 10 more labels" in repr(Fields(Field(f"l{at}", "", None, None, 0) for at in range(50)))


def test_a_document_survives_pickling_whether_used_or_not() -> None:
    document = predicted([field_box("a", "1", (1, 2, 3, 4))])
    fresh = pickle.loads(pickle.dumps(document))
    assert texts(fresh) == texts(document)
    assert pickle.loads(pickle.dumps(document)) == document


def test_a_field_or_table_that_is_pickled_alone_leaves_the_rest_of_the_reply_behind() -> None:
    document = predicted(
        [*(field_box(f"l{at}", "x" * 100) for at in range(300)), table_box(grid([["1"]]), new=[1.5, None, "\ud83d"])]
    )
    for part in (document.fields["l7"], document.tables[0]):
        pickled = pickle.dumps(part)
        assert len(pickled) < 2000 < len(document.raw_bytes)
        assert pickle.loads(pickled) == part
        assert pickle.loads(pickled).raw == copy.deepcopy(part).raw == part.raw
    assert pickle.loads(pickle.dumps(document)).raw_bytes == document.raw_bytes


def test_documents_are_the_same_only_when_repeats_are_too() -> None:
    one, same, other = (predicted([field_box("a", "1"), field_box("a", text, score=0.1)]) for text in ("2", "2", "3"))
    assert one == same
    assert one != other
    assert {one: "kept"}[same] == "kept"
    assert one.fields == {"a": one.fields["a"]}
    assert one.fields != {}


def test_a_text_of_any_length_has_a_short_representation() -> None:
    assert len(repr(predicted([field_box("a", "x" * 10_000)]).fields)) < 300
