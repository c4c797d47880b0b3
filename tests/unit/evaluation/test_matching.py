"""Predictions are paired with a person's values by the surest sign first."""

import time
from collections.abc import Sequence

import pytest

from nanonets_sdk.documents import Box
from nanonets_sdk.documents.comparison import normalised
from nanonets_sdk.evaluation.matching import Value, matched


def value(text: str, box: Box | None = None, page: int = 0, id_: str = "") -> Value:
    return Value(text, 0.9, box, page, id_)


def row(number: int, shift: int = 0) -> Box:
    return Box(10, 30 * number + shift, 110, 30 * number + 20 + shift)


def texts(found: Sequence[Value], expected: Sequence[Value]) -> set[tuple[str, str]]:
    """The texts of the pairs; `-` for no partner."""
    pairs = matched(found, expected, normalised)
    return {(one.text if one else "-", other.text if other else "-") for one, other in pairs}


@pytest.mark.parametrize(
    ("found", "expected", "pairs"),
    [
        ([value("1", row(0), id_="a")], [value("9", row(5), id_="a")], {("1", "9")}),
        ([value("1", row(0), id_="a"), value("2", row(1))], [value("9", row(1), id_="a")], {("1", "9"), ("2", "-")}),
        ([value("1", row(0)), value("2", row(1))], [value("2", row(0, 3))], {("1", "2"), ("2", "-")}),
        ([value("1", row(0)), value("2", row(0, 8))], [value("3", row(0, 6))], {("2", "3"), ("1", "-")}),
        ([value("1", row(0))], [value("1", row(9))], {("1", "1")}),
        ([value("1", row(0))], [value("1", row(0), page=1)], {("1", "1")}),
        ([value("1", row(0))], [value("2", row(0, 12))], {("1", "-"), ("-", "2")}),
        ([value("1"), value("2")], [value("2"), value("3")], {("2", "2"), ("1", "3")}),
        ([value("1")], [value("2", row(0))], {("1", "-"), ("-", "2")}),
        ([value("1")], [value("2", page=1)], {("1", "-"), ("-", "2")}),
        ([value("1", row(0))] * 2, [value("1", row(0))], {("1", "1"), ("1", "-")}),
        ([value("1")], [], {("1", "-")}),
    ],
    ids=[
        "an id outweighs place and text", "an id outweighs an overlap", "an overlap outweighs the text",
        "the larger overlap counts", "a text elsewhere", "a text on another page", "less than half is another place",
        "without boxes, text and then order", "a box on one side only", "order is that of a page",
        "a person's value is used once", "nothing to pair with",
    ],
)  # fmt: skip
def test_the_surest_sign_comes_first(found: list[Value], expected: list[Value], pairs: set[tuple[str, str]]) -> None:
    assert texts(found, expected) == pairs


def test_equal_texts_in_two_rows_are_no_pair() -> None:
    above = Value("1", 0.9, None, 0, "", (0, 0, 2))
    below = Value("1", None, None, 0, "", (0, 1, 2))
    assert texts([above], [below]) == {("1", "-"), ("-", "1")}
    assert texts([above], [above]) == {("1", "1")}


def test_every_value_is_in_one_pair() -> None:
    found = [value(str(at % 7), row(at % 11) if at % 3 else None, at % 2) for at in range(60)]
    expected = [value(str(at % 5), row(at % 13) if at % 4 else None, at % 2) for at in range(50)]
    pairs = matched(found, expected, normalised)
    assert sorted(id(one) for one, _ in pairs if one) == sorted(map(id, found))
    assert sorted(id(other) for _, other in pairs if other) == sorted(map(id, expected))


def test_a_long_column_takes_time_in_proportion_to_its_length() -> None:
    column = [value(str(number), row(number)) for number in range(5_000)]
    began = time.process_time()
    assert len(matched(column, column, normalised)) == 5_000
    # All against all would be 25 million comparisons, which take half a minute.
    assert time.process_time() - began < 3
