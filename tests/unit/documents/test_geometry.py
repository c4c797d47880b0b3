"""Boxes on a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk.documents import Box, RelativeBox
from reply_bodies import field_box, predicted

coordinates = st.integers(-100, 1000)
boxes = st.builds(Box, coordinates, coordinates, coordinates, coordinates)


def test_two_boxes_share_what_lies_in_both() -> None:
    assert Box(0, 0, 40, 10).intersection(Box(30, 5, 90, 50)) == Box(30, 5, 40, 10)
    assert Box(0, 0, 40, 10).intersection(Box(40, 0, 90, 10)) is None


def test_the_union_contains_both_and_area_is_width_by_height() -> None:
    one, other = Box(0, 0, 40, 10), Box(30, 5, 90, 50)
    assert one.union(other) == Box(0, 0, 90, 50)
    assert one.union(other).contains(one)
    assert not one.contains(other)
    assert (one.area, Box(40, 0, 0, 10).area) == (400, 0)


def test_overlap_is_intersection_over_union() -> None:
    assert Box(0, 0, 10, 10).overlap(Box(5, 0, 15, 10)) == pytest.approx(50 / 150)
    assert Box(0, 0, 10, 10).overlap(Box(50, 50, 60, 60)) == 0


def test_a_relative_box_is_a_fraction_of_its_page() -> None:
    page = predicted([field_box("a", "x", (60, 84, 300, 420))]).pages[0]
    box = page.fields["a"].box
    assert box is not None
    assert page.relative(box) == RelativeBox(0.1, 0.1, 0.5, 0.5)
    assert box.relative(0, 0) is None


def test_turning_against_the_clock_brings_the_right_edge_to_the_top() -> None:
    at_the_right = Box(90, 50, 100, 60)
    assert at_the_right.rotated(90, width=100, height=200) == Box(50, 0, 60, 10)


@given(boxes, st.sampled_from([0, 90, 180, 270, -90, 450]))
def test_turning_there_and_back_changes_nothing(box: Box, degrees: int) -> None:
    lying = degrees % 180 == 90
    there = box.rotated(degrees, 300, 500)
    assert there.rotated(-degrees, *((500, 300) if lying else (300, 500))) == box


def test_only_quarter_turns_are_possible() -> None:
    with pytest.raises(ValueError, match="multiple of 90"):
        Box(0, 0, 1, 1).rotated(45, 10, 10)
