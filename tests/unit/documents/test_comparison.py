"""Documents are compared field by field."""

import pytest

from nanonets_sdk.documents import Tally, total_of
from nanonets_sdk.documents.comparison import Rule
from reply_bodies import field_box, moderated, predicted

FOUND = predicted([field_box("total", "1,234.50 EUR"), field_box("date", "12 March 2026"), field_box("extra", "x")])
TRUTH = predicted([field_box("total", "EUR 1234.50"), field_box("date", "2026-03-12"), field_box("name", "ACME  Ltd")])


def test_a_document_equals_itself() -> None:
    comparison = FOUND.compare(FOUND, equal="exact")
    assert comparison.is_equal
    assert (comparison.total.precision, comparison.total.recall, comparison.total.f1) == (1, 1, 1)


@pytest.mark.parametrize(
    ("equal", "matched"), [("exact", 0), ("normalised", 0), ("values", 2)], ids=["exact", "normalised", "values"]
)
def test_amounts_and_dates_are_equal_by_value_only_when_asked(equal: Rule, matched: int) -> None:
    total = FOUND.compare(TRUTH, equal=equal).total
    assert total == Tally(matched=matched, found=3, expected=3)


def test_case_and_blanks_do_not_matter_unless_exactness_is_asked_for() -> None:
    one, other = predicted([field_box("name", "ACME  Ltd ")]), predicted([field_box("name", "Acme ltd")])
    assert one.compare(other).is_equal
    assert not one.compare(other, equal="exact").is_equal


def test_a_footnote_or_a_fraction_is_not_the_same_as_a_digit() -> None:
    for found, expected in [("1,001", "100¹"), ("102", "10²"), ("121⁄2", "12½")]:  # noqa: RUF001 - what NFKC makes of it
        comparison = predicted([field_box("a", found)]).compare(predicted([field_box("a", expected)]), equal="values")
        assert not comparison.is_equal
    assert predicted([field_box("a", "ＡＣＭＥ ｶﾞ")]).compare(predicted([field_box("a", "acme ガ")])).is_equal  # noqa: RUF001 - width


def test_an_ambiguous_date_is_equal_once_its_order_is_known() -> None:
    one, other = predicted([field_box("d", "03/04/2021")]), predicted([field_box("d", "3 April 2021")])
    assert not one.compare(other, equal="values").is_equal
    assert one.compare(other, equal="values", dayfirst=True).is_equal


def test_each_label_has_its_precision_and_recall() -> None:
    found = predicted([field_box("a", "1"), field_box("a", "2"), field_box("a", "2")])
    truth = predicted([field_box("a", "2"), field_box("b", "3")])
    labels = found.compare(truth).labels
    assert labels["a"].precision == pytest.approx(1 / 3)
    assert labels["a"].recall == 1
    assert labels["b"].recall == 0


def test_differences_name_what_was_found_and_what_was_expected() -> None:
    found = predicted([field_box("a", "7"), field_box("c", "5")])
    truth = predicted([field_box("a", "1"), field_box("b", "3")])
    told = {
        difference.label: (
            difference.found and difference.found.text,
            difference.expected and difference.expected.text,
        )
        for difference in found.compare(truth).differences
    }
    assert told == {"a": ("7", "1"), "b": (None, "3"), "c": ("5", None)}


def test_a_model_is_held_against_the_person_who_approved_what_it_found() -> None:
    approved = moderated([field_box("a", "1"), field_box("b", "2")], [field_box("a", "1"), field_box("b", "3")])
    assert approved.predicted.compare(approved).total == Tally(matched=1, found=2, expected=2)
    assert approved.predicted.compare(approved.moderated).labels["b"].recall == 0
    assert approved.moderated.compare(approved).is_equal


def test_tallies_of_several_documents_add_up() -> None:
    tallies = [FOUND.compare(TRUTH, equal="values").total, FOUND.compare(FOUND).total]
    assert total_of(tallies) == Tally(matched=5, found=6, expected=6)
