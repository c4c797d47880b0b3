"""When a prediction counts as right."""

import pytest

from nanonets_sdk.evaluation.agreement import Agreement


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Total Due", " total  due "),
        ("ﬁnal", "final"),
        ("1.234,50", "1,234.50"),
        ("EUR 5.00", "5"),
        ("5.00 €", "EUR 5.00"),
        ("(12.00)", "-12"),
        ("Rs. 1,200/-", "Rs 1200"),
        ("2021-03-04", "March 4, 2021"),
        ("$5", "$ 5.00"),
    ],
)
def test_texts_that_mean_the_same_agree(one: str, other: str) -> None:
    assert Agreement().same(one, other)
    assert Agreement().same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("00417", "417"),
        ("0042", "00042"),
        ("USD 5.00", "EUR 5.00"),
        ("$5", "£5"),
        ("03/04/2021", "3 April 2021"),
        ("1,200", "1200"),
        ("100¹", "1001"),
        ("INV-1", "INV 1"),
        ("-5", "5"),
        ("5", ""),
    ],
)
def test_texts_that_may_mean_something_else_do_not_agree(one: str, other: str) -> None:
    assert not Agreement().same(one, other)
    assert not Agreement().same(other, one)
