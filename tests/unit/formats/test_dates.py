"""Dates: read in exactly one way, or not at all."""
# ruff: noqa: RUF001 - printed dates hold characters that look like others

from __future__ import annotations

from datetime import date, datetime

import pytest
from babel.dates import format_date, format_datetime
from hypothesis import example, given
from hypothesis import strategies as st

from nanonets_sdk import Field
from nanonets_sdk.formats.dates import parse_date, parse_datetime
from printed_locales import LOCALES

DAY = date(2026, 3, 12)
READ = (
    "2026-03-12", "2026/3/12", "2026.03.12", "2026. 3. 12.", "20260312", "2026-03-12T10:15:00+02:00",
    "2026-03-12 10:15:00.123456", "20260312T101500Z", "2026-03-12T10:15Z", "2026 03 12",
    "12 March 2026", "12th of March, 2026", "12 Mar. 2026", "12-MAR-2026", "12/Mar/2026", "12MAR2026", "12. Mar 2026",
    "March 12, 2026", "Mar 12 2026", "Mar. 12th, 2026", "Mar 12, '26", "March 12, 2026 at 5:30 PM", "2026-Mar-12",
    "Thursday, 12 March 2026", "Thu, Mar 12, 2026 17:30 UTC", "  12   March  2026\n", "12\u00a0March\u00a02026",
    "２０２６－０３－１２", "2026年3月12日", "2026년 3월 12일",
)  # fmt: skip

NOT_READ = {
    "nothing": "",
    "a number with a letter": "M98910813",
    "a measure": "201080m3",
    "numbers": "6.2 . . . 6.5 6.6",
    "three digits": "1,1,1",
    "an address": "10.10.10.10",
    "a version": "1.2.3",
    "a month": "May",
    "a month and a year": "May 2026",
    "a day and a month": "12 March",
    "a year": "2024",
    "a time": "12:30",
    "six digits": "120326",
    "eight digits that are no date": "98910813",
    "eight digits of another century": "10101010",
    "a day of the year": "2026-071",
    "a week": "2026-W11-4",
    "April or March": "03/04/2021",
    "the year first or last": "25/12/26",
    "the day or the year before the month": "12-Mar-26",
    "a day that no February has": "31/02/2021",
    "a day that no April has, though the year might come first": "31/04/26",
    "a day that this February does not have": "29 February 2026",
    "a month that does not exist": "13.13.2026",
    "a year of three digits": "12/03/126",
    "a year of five digits": "12/03/20260",
    "year 0": "0000-01-01",
    "two separators": "12/03-2026",
    "two lines": "12\nMarch 2026",
    "tabs": "25\t12\t2026",
    "a footnote": "12 March 2026¹",
    "a footnote as the year's last digit": "12 March 202⁶",
    "digits of two scripts": "١٢/03/2026",
    "text before it": "dated 12 March 2026",
    "text behind it": "12 March 2026 or later",
    "two dates": "12 March 2026 - 13 March 2026",
    "an hour that does not exist": "2026-03-12 25:00",
    "an hour after midnight by two clocks": "2026-03-12 17:30 PM",
    "a month in another language": "12. März 2026",
    "longer than any date": "12 March 2026" + " " * 64 + ".",
    "an enormous number": "9" * 64,
}


@pytest.mark.parametrize("text", READ)
@pytest.mark.parametrize("dayfirst", [None, True, False])
def test_a_date_with_one_reading_is_read_whatever_order_is_expected(text: str, dayfirst: bool | None) -> None:
    assert parse_date(text, dayfirst=dayfirst) == DAY


@pytest.mark.parametrize("case", NOT_READ)
def test_a_text_that_is_not_one_date_is_not_read(case: str) -> None:
    assert parse_date(NOT_READ[case]) is None


@pytest.mark.parametrize(
    ("text", "dayfirst", "day"),
    [
        ("03/04/2021", True, date(2021, 4, 3)),
        ("03/04/2021", False, date(2021, 3, 4)),
        ("03/25/2021", True, date(2021, 3, 25)),
        ("12 03 2026", True, DAY),
        ("12/03/26", True, DAY),
        ("12-Mar-26", True, DAY),
        ("12.03.2026.", True, DAY),
        ("2026.03.12", True, DAY),
        ("١٢/٠٣/٢٠٢٦", True, DAY),
        ("31/04/26", True, None),
        ("01/02/68", True, date(2068, 2, 1)),
        ("01/02/69", True, date(1969, 2, 1)),
    ],
)
def test_a_known_order_decides_what_the_text_leaves_open(text: str, dayfirst: bool, day: date | None) -> None:
    assert parse_date(text, dayfirst=dayfirst) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/04/2021", date(2021, 4, 25)),
        ("04/25/2021", date(2021, 4, 25)),
        ("04/04/2021", date(2021, 4, 4)),
        ("98-11-25", date(1998, 11, 25)),
        ("12/25/26", date(2026, 12, 25)),
        ("0001-01-01", date.min),
        ("9999-12-31", date.max),
        ("29 February 2024", date(2024, 2, 29)),
    ],
)
def test_numbers_that_can_be_a_date_in_one_order_only_are_read(text: str, day: date) -> None:
    assert parse_date(text) == day


def test_a_strict_field_says_what_it_holds() -> None:
    with pytest.raises(ValueError, match=r"field 'due' is not a date, or ambiguous: '10\.10\.10\.10'"):
        Field("due", "10.10.10.10", None, None, 0).as_date(strict=True)


@given(
    st.datetimes(datetime(1969, 1, 1), datetime(2068, 12, 31)),  # noqa: DTZ001 - printed dates have no time zone
    st.sampled_from(LOCALES),
    st.sampled_from(["short", "medium", "long", "full"]),
    st.booleans(),
)
@example(datetime(2026, 3, 4), "en", "short", False)  # noqa: DTZ001 - printed dates have no time zone
def test_a_date_of_any_locale_is_read_as_itself_or_not_at_all(
    moment: datetime, locale: str, length: str, with_time: bool
) -> None:
    text = (format_datetime if with_time else format_date)(moment, length, locale=locale)
    assert parse_date(text) in {None, moment.date()}


@given(st.text(st.sampled_from("0123456789٣१²½①.,/-: \u00a0TZ年월MmaryapPEl'\t\n"), max_size=14))
@example("9999999999999999")
def test_no_text_of_digits_and_marks_raises(text: str) -> None:
    for dayfirst in (None, True, False):
        day = parse_date(text, dayfirst=dayfirst)
        # A day, a month and a year take five characters at the least; nothing is filled in.
        assert day is None or sum(map(str.isalnum, text)) >= 5


@given(st.text(max_size=24))
def test_no_text_at_all_raises(text: str) -> None:
    day = parse_date(text)
    assert day is None or any(map(str.isdecimal, text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-12T10:15:00Z", "2026-03-12T10:15:00+00:00"),
        ("12 March 2026, 10:15", "2026-03-12T10:15:00"),
        ("Mar 12, 2026 at 12:05 a.m.", "2026-03-12T00:05:00"),
        ("2026-03-12 10:15:30.5", "2026-03-12T10:15:30.500000"),
        ("2026-03-12 10:15 GMT-5", "2026-03-12T10:15:00-05:00"),
        ("2026-03-12T101530", "2026-03-12T10:15:30"),
        ("12 March 2026", None),
        ("03/04/2026 10:15", None),
        ("2026-03-12 10:15 IST", None),
        ("2026-03-12 23:59:60", None),
        ("2026-03-12 10:15 +99", None),
        ("2026-03-12T10:15:00.123456789Z", None),
        ("10:15", None),
    ],
)
def test_a_time_is_read_only_with_a_date_and_an_unambiguous_zone(text: str, expected: str | None) -> None:
    found = parse_datetime(text)
    assert (found and found.isoformat()) == expected
