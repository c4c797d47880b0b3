"""The figures of an evaluation against those worked out by hand, on a small set of documents."""

import json
import math
from collections.abc import Sequence
from typing import Any, Final

import attrs
import pytest

from nanonets_sdk import Document
from nanonets_sdk.documents import Page
from nanonets_sdk.evaluation import Evaluation, Performance, Threshold, evaluate
from reply_bodies import cell, field_box, grid, moderated, table_box

PLACES: Final = [(10, 30 * row, 110, 30 * row + 20) for row in range(12)]


def approved(name: str, predicted: Sequence[dict[str, Any]], final: Sequence[dict[str, Any]]) -> Document:
    """A document that a person approved."""
    return attrs.evolve(moderated(predicted, final), request_file_id=name)


def field(label: str, text: str, row: int, score: float | None = 0.9, **members: Any) -> dict[str, Any]:
    """A field on a row of the page."""
    return field_box(label, text, PLACES[row], score=score, **members)


# label    predicted              a person's                       by hand
# total    1,234.50 EUR  0.95     1234.50 EUR                      right, not exact
# number   INV-1         0.99     INV-1                            right, exact
# seller   Acme          0.80     ACME Ltd                         wrong
# item     a 0.90, b 0.60, c 0.30 a, B (elsewhere), d (elsewhere)  a exact, b right by its text, c extra, d missed
# total    7             0.35     8                                wrong
# number                          INV-2                            missed
# date     2021-03-04    0.85     4 March 2021                     right, not exact
FIRST: Final = approved(
    "first",
    [
        field("total", "1,234.50 EUR", 0, 0.95),
        field("number", "INV-1", 1, 0.99),
        field("seller", "Acme", 2, 0.8),
        field("item", "a", 3, 0.9),
        field("item", "b", 4, 0.6),
        field("item", "c", 5, 0.3),
    ],
    [
        field("total", "1234.50 EUR", 0),
        field("number", "INV-1", 1),
        field("seller", "ACME Ltd", 2),
        field("item", "d", 7),
        field("item", "B", 8),
        field("item", "a", 3),
    ],
)
SECOND: Final = approved(
    "second",
    [field("total", "7", 0, 0.35), field("date", "2021-03-04", 2, 0.85)],
    [field("total", "8", 0), field("number", "INV-2", 1), field("date", "4 March 2021", 2)],
)
REJECTED: Final = attrs.evolve(FIRST, pages=(attrs.evolve(FIRST.pages[0], is_moderated=False),))
UNKNOWN: Final = approved("unknown", [field("total", "1", 0)], [])


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    # The reply says that the page is approved, but not what the person approved.
    without_boxes = attrs.evolve(UNKNOWN.pages[0], is_emptied=False)
    others = [REJECTED, FIRST, attrs.evolve(UNKNOWN, pages=(without_boxes,))]
    return evaluate([FIRST, SECOND, *others])


def test_what_is_left_out_is_counted(evaluation: Evaluation) -> None:
    assert (evaluation.documents, evaluation.pages) == (2, 2)
    assert (evaluation.not_approved, evaluation.repeated, evaluation.without_boxes) == (1, 1, 1)


@pytest.mark.parametrize(
    ("label", "counts", "precision", "recall", "exact", "normalised"),
    [
        ("date", (1, 1, 1, 0, 1), 1, 1, 0, 1),
        ("item", (3, 3, 2, 1, 2), 2 / 3, 2 / 3, 1 / 2, 1),
        ("number", (1, 2, 1, 1, 1), 1, 1 / 2, 1, 1),
        ("seller", (1, 1, 1, 0, 0), 0, 0, 0, 0),
        ("total", (2, 2, 2, 0, 1), 1 / 2, 1 / 2, 0, 1 / 2),
        ("", (8, 9, 7, 2, 5), 5 / 8, 5 / 9, 2 / 7, 5 / 7),
    ],
)
def test_each_label_has_the_figures_worked_out_by_hand(
    evaluation: Evaluation,
    label: str,
    counts: tuple[int, ...],
    precision: float,
    recall: float,
    exact: float,
    normalised: float,
) -> None:
    one = evaluation.labels[label] if label else evaluation.fields
    assert (one.found, one.expected, one.paired, one.exact, one.right) == counts
    assert (one.precision, one.recall, one.exact_match, one.normalised_match) == (precision, recall, exact, normalised)
    assert one.f1 == pytest.approx(2 * counts[4] / (counts[0] + counts[1]))


def test_labels_are_in_alphabetical_order(evaluation: Evaluation) -> None:
    assert list(evaluation.labels) == ["date", "item", "number", "seller", "total"]


def test_scores_are_sorted_into_ten_bins(evaluation: Evaluation) -> None:
    bins = evaluation.fields.calibration.bins
    assert [(one.low, one.high) for one in bins] == [(at / 10, (at + 1) / 10) for at in range(10)]
    assert [(one.count, one.right) for one in bins] == [
        (0, 0), (0, 0), (0, 0), (2, 0), (0, 0), (0, 0), (1, 1), (0, 0), (2, 1), (3, 3),
    ]  # fmt: skip
    assert bins[3].mean_score == pytest.approx(0.325)
    assert bins[3].accuracy == 0
    assert (bins[0].mean_score, bins[0].accuracy) == (None, None)


def test_the_calibration_error_is_the_one_worked_out_by_hand(evaluation: Evaluation) -> None:
    # |0.65 - 0| + |0.6 - 1| + |0.8 + 0.85 - 1| + |0.95 + 0.99 + 0.9 - 3| = 1.86, of 8 predictions
    assert evaluation.fields.calibration.error == pytest.approx(0.2325)


@pytest.mark.parametrize(
    ("wanted", "score", "passed", "right"), [(1.0, 0.85, 4, 4), (0.9, 0.85, 4, 4), (0.8, 0.6, 6, 5), (0.6, 0.3, 8, 5)]
)
def test_the_lowest_threshold_that_reaches_a_precision_is_found(
    evaluation: Evaluation, wanted: float, score: float, passed: int, right: int
) -> None:
    found = evaluation.fields.threshold(wanted)
    assert found == Threshold(score, passed, right, 8)
    assert found is not None
    assert found.share == passed / 8
    assert found.precision == right / passed >= wanted


def test_a_threshold_lets_through_what_fields_above_it_have(evaluation: Evaluation) -> None:
    threshold = evaluation.fields.threshold(0.8)
    assert threshold is not None
    passed = [one for document in (FIRST, SECOND) for one in document.predicted.fields.above(threshold.score).all()]
    assert len(passed) == threshold.passed


def test_a_label_that_is_never_right_has_no_threshold(evaluation: Evaluation) -> None:
    thresholds = evaluation.thresholds(0.9)
    assert thresholds["seller"] is None
    assert thresholds["item"] == Threshold(0.6, 2, 2, 3)


def test_few_predictions_prove_little(evaluation: Evaluation) -> None:
    threshold = evaluation.fields.threshold(1.0)
    assert threshold is not None
    # Four of four: n / (n + z²), the lower end of Wilson's interval when all are right.
    assert threshold.precision_at_least == pytest.approx(4 / (4 + 1.959964**2))


@pytest.mark.parametrize("precision", [0.0, -1.0, 1.5, math.nan])
def test_a_precision_out_of_range_is_refused(evaluation: Evaluation, precision: float) -> None:
    with pytest.raises(ValueError, match="above 0 and up to 1"):
        evaluation.thresholds(precision)
    with pytest.raises(ValueError, match="above 0 and up to 1"):
        evaluation.fields.threshold(precision)


def test_dayfirst_is_true_or_false() -> None:
    with pytest.raises(ValueError, match="dayfirst must be True, False or None, got 'yes'"):
        evaluate([], dayfirst="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - the refusal is tested


def test_an_unknown_decimal_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="decimal_mark"):
        evaluate([], decimal_mark="x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - on purpose


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ("x", "documents must be several documents, got str"),
        (None, "documents must be several documents, got NoneType"),
        (moderated([], []), "documents must be several documents, got Document"),
        (["reply.json"], "document 0 is of type str; stored replies become documents by `load_documents`"),
    ],
)
def test_what_is_no_document_is_refused(documents: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        evaluate(documents)


def test_the_reading_of_dates_and_amounts_can_be_settled() -> None:
    document = approved(
        "d",
        [field("date", "03/04/2021", 0), field("total", "1,200", 1)],
        [field("date", "3 April 2021", 0), field("total", "1200", 1)],
    )
    assert evaluate([document]).fields.right == 0
    assert evaluate([document], dayfirst=True, decimal_mark=".").fields.right == 2


def test_nothing_to_divide_by_is_none() -> None:
    evaluation = evaluate([])
    one = evaluation.fields
    assert (one.precision, one.recall, one.f1, one.exact_match, one.normalised_match) == (None,) * 5
    assert (one.calibration.error, one.threshold(0.5), one.curve) == (None, None, ())


def test_scores_that_are_missing_or_out_of_range_are_not_judged() -> None:
    fields = [field("a", str(row), row, score) for row, score in enumerate([None, -0.1, 1.5, 0.0, 1.0])]
    one = evaluate([approved("d", fields, fields)]).fields
    assert sorted(one.judged) == [(0.0, True), (1.0, True)]
    assert (one.calibration.bins[0].count, one.calibration.bins[9].count) == (1, 1)
    # What has no score never passes a threshold, so it lowers the share.
    assert one.threshold(1.0) == Threshold(0.0, 2, 2, 5)


def test_values_without_text_are_as_good_as_absent() -> None:
    predicted = [field("a", "", 0, id="x"), field("b", "5", 1, id="y")]
    document = approved("d", predicted, [field("a", "1", 0, id="x"), field("b", " ", 1, id="y")])
    evaluation = evaluate([document])
    assert (evaluation.labels["a"].found, evaluation.labels["a"].expected) == (0, 1)
    assert (evaluation.labels["b"].found, evaluation.labels["b"].expected, evaluation.labels["b"].right) == (1, 0, 0)


def test_the_record_is_json_and_has_the_thresholds(evaluation: Evaluation) -> None:
    record = json.loads(evaluation.to_json(0.8))
    assert (record["documents"], record["not_approved"], record["wanted_precision"]) == (2, 1, 0.8)
    threshold = record["fields"]["threshold"]
    assert (threshold["score"], threshold["passed"], threshold["share"]) == (0.6, 6, 0.75)
    assert threshold["precision"] == pytest.approx(5 / 6)
    assert record["labels"]["seller"]["threshold"] is None
    assert record["labels"]["number"]["recall"] == 0.5
    assert len(record["fields"]["calibration"]["bins"]) == 10


HEADER: Final = ("Item", "Price")
ROWS: Final = [["pump", "12.50"], ["hose", "3.20"], ["valve", "7.00"]]


def test_cells_are_counted_by_the_header_of_their_column() -> None:
    seen = grid([["pump", "12.5"], ["hose", "3.70"], ["valve", ""]], HEADER)
    evaluation = evaluate([approved("d", [table_box(seen)], [table_box(grid(ROWS, HEADER))])])
    assert list(evaluation.columns) == ["Item", "Price"]
    price = evaluation.columns["Price"]
    assert (price.found, price.expected, price.paired, price.exact, price.right) == (2, 3, 2, 0, 1)
    assert (evaluation.cells.found, evaluation.cells.right) == (5, 4)
    assert evaluation.labels == {}


def test_a_row_that_was_inserted_moves_nothing_if_cells_have_boxes() -> None:
    moved = [{**one, "row": one["row"] + 1} for one in grid(ROWS, HEADER)]
    inserted = [cell(0, 1, "new", "Item", ymin=-40, ymax=-20) | {"row": 1}]
    evaluation = evaluate([approved("d", [table_box(grid(ROWS, HEADER))], [table_box([*inserted, *moved])])])
    assert (evaluation.columns["Item"].right, evaluation.columns["Item"].expected) == (3, 4)


def test_cells_without_boxes_are_paired_by_their_place_and_not_by_their_text() -> None:
    def unplaced(rows: Sequence[Sequence[str]]) -> dict[str, Any]:
        return table_box({**one, "xmin": 0, "ymin": 0, "xmax": 0, "ymax": 0} for one in grid(rows, HEADER))

    swapped = [ROWS[1], ROWS[0], ROWS[2]]
    evaluation = evaluate([approved("d", [unplaced(swapped)], [unplaced(ROWS)])])
    assert (evaluation.columns["Price"].paired, evaluation.columns["Price"].right) == (3, 1)


def test_a_page_without_anything_does_not_make_its_document_unknown() -> None:
    empty = Page(1, is_moderated=True)
    evaluation = evaluate([attrs.evolve(FIRST, pages=(*FIRST.pages, empty))])
    assert (evaluation.documents, evaluation.pages, evaluation.without_boxes) == (1, 2, 0)


def test_documents_are_looked_at_once_and_not_kept() -> None:
    alive = iter([FIRST, SECOND])
    assert evaluate(alive).documents == 2
    assert next(alive, None) is None


def test_files_without_an_id_all_count() -> None:
    nameless = attrs.evolve(SECOND, request_file_id="")
    assert evaluate([nameless, nameless]).documents == 2


def test_performances_are_plain_values() -> None:
    assert Performance(found=2, right=1).precision == 0.5
    assert "judged" not in repr(Performance(judged=((0.5, True),)))
