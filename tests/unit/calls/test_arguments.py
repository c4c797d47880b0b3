"""Arguments that callers may pass, and how they are sent."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk import Annotation, Box
from nanonets_sdk.calls.arguments import (
    Day,
    PredictOptions,
    annotations_by_url,
    checked_categories,
    checked_id,
    checked_language,
    checked_urls,
    day_number,
    interval,
    page_numbers,
)

NOW = datetime(2021, 5, 4, 23, 59, 59, tzinfo=UTC)
TODAY = 18751
URL, OTHER = "https://files.example.org/a.pdf", "https://files.example.org/b.pdf"
TOTAL = Annotation("total", "1,234.50", Box(401, 655, 480, 671))


@pytest.mark.parametrize("value", ["5b1c7a86-3a9e-4f0e-9a65-1f2d3c4b5a69", "a", "a/b", "...", "naïve id"])
def test_an_id_is_any_text_except_a_path_step(value: str) -> None:
    assert checked_id(value, "model_id") == value


@pytest.mark.parametrize("value", ["", " ", "\t\n", ".", ".."])
def test_an_id_that_would_change_the_path_is_refused_by_its_name(value: str) -> None:
    with pytest.raises(ValueError, match="model_id"):
        checked_id(value, "model_id")


@pytest.mark.parametrize("value", [None, 7, b"id", ["id"]])
def test_an_id_that_is_not_text_is_refused_by_its_name(value: object) -> None:
    with pytest.raises(TypeError, match=f"model_id must be a str, got {type(value).__name__}"):
        checked_id(cast("str", value), "model_id")


@pytest.mark.parametrize("urls", [[OTHER, URL], (OTHER, URL), iter([OTHER, URL]), {OTHER: 1, URL: 2}])
def test_urls_may_be_any_iterable_and_keep_their_order(urls: Iterable[str]) -> None:
    assert checked_urls(urls) == [OTHER, URL]


def test_the_same_url_may_stand_twice() -> None:
    assert checked_urls([URL, URL]) == [URL, URL]


@pytest.mark.parametrize("urls", [URL, URL.encode()])
def test_one_url_where_a_list_belongs_is_refused_with_the_way_out(urls: object) -> None:
    with pytest.raises(TypeError, match=r"\[url\]"):
        checked_urls(cast("list[str]", urls))


@pytest.mark.parametrize(("urls", "error"), [([], ValueError), ([URL, ""], ValueError), ([URL, None], TypeError)])
def test_no_url_and_an_empty_one_are_refused(urls: list[Any], error: type[Exception]) -> None:
    with pytest.raises(error, match="urls"):
        checked_urls(urls)


@pytest.mark.parametrize("at_least", [1, 2])
def test_as_many_categories_as_the_model_needs_are_enough(at_least: int) -> None:
    names = ["receipt", "passport"][:at_least]
    assert checked_categories(iter(names), at_least) == names


@pytest.mark.parametrize(
    ("categories", "error", "told"),
    [
        ([], ValueError, "2 or more categories, not 0"),
        (["receipt"], ValueError, "2 or more categories, not 1"),
        (["receipt", ""], ValueError, "each of categories"),
        (["receipt", "passport", "receipt"], ValueError, "repeated"),
        (["receipt", 7], TypeError, "each of categories"),
        ("receipt", TypeError, r"\[name\]"),
    ],
)
def test_too_few_or_repeated_categories_are_refused(categories: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        checked_categories(categories, at_least=2)


@pytest.mark.parametrize(
    ("pages", "sent"),
    [
        (None, None),
        ([1], "1"),
        ((2, 1), "2,1"),
        (range(1, 4), "1,2,3"),
        (iter([1, 2]), "1,2"),
        ({3: "c"}, "3"),
        ("1-2", "1-2"),
    ],
)
def test_page_numbers_are_sent_with_commas_and_a_text_as_it_stands(pages: Any, sent: str | None) -> None:
    assert page_numbers(pages) == sent


@pytest.mark.parametrize("pages", [[], "", " "])
def test_no_page_at_all_is_refused_with_the_way_out(pages: Any) -> None:
    with pytest.raises(ValueError, match="leave it out for all pages"):
        page_numbers(pages)


@pytest.mark.parametrize("pages", [[1.5], [True], ["1"], [None], b"1,2", 1, 2.0])
def test_invalid_page_numbers_are_refused_rather_than_billed(pages: Any) -> None:
    with pytest.raises(TypeError, match="pages"):
        page_numbers(pages)


def test_a_negative_page_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        page_numbers([1, -1])


@pytest.mark.parametrize("language", [None, "en", "zh-Hant"])
def test_a_language_is_any_text_or_none(language: str | None) -> None:
    assert checked_language(language) == language


@pytest.mark.parametrize("language", ["", " "])
def test_an_empty_language_is_refused(language: str) -> None:
    with pytest.raises(ValueError, match="language"):
        checked_language(language)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (0, 0),
        (18751, 18751),
        (-1, -1),
        (date(1970, 1, 1), 0),
        (date(2021, 5, 4), TODAY),
        (datetime(2021, 5, 4), TODAY),  # noqa: DTZ001 - without a time zone is the case
        (datetime(2021, 5, 4, 23, 59, 59), TODAY),  # noqa: DTZ001 - without a time zone is the case
        (datetime(2021, 5, 5, 1, 0, tzinfo=timezone(timedelta(hours=2))), TODAY),
        (datetime(2021, 5, 3, 23, 0, tzinfo=timezone(timedelta(hours=-5))), TODAY),
        (timedelta(0), TODAY),
        (timedelta(days=7), TODAY - 7),
        (timedelta(hours=23), TODAY),
        (timedelta(hours=24), TODAY - 1),
        (timedelta(days=-1), TODAY + 1),
    ],
)
def test_a_day_is_counted_in_gmt(day: Day, number: int) -> None:
    assert day_number(day, NOW) == number


@pytest.mark.parametrize("day", [True, False, 1.0, "2021-05-04", None])
def test_a_value_that_is_not_a_day_is_refused(day: Any) -> None:
    with pytest.raises(TypeError, match="a day must be a date"):
        day_number(day, NOW)


@given(day=st.dates())
def test_a_date_and_every_moment_of_it_are_the_same_day(day: date) -> None:
    last_moment = datetime.combine(day, datetime.max.time(), tzinfo=UTC)
    assert day_number(day, NOW) == day_number(last_moment, NOW) == (day - date(1970, 1, 1)).days


@pytest.mark.parametrize(
    ("start", "end", "sent"),
    [
        (None, None, (None, None)),
        (0, None, (0, None)),
        (None, 0, (None, 0)),
        (0, 0, (0, 0)),
        (date(2021, 5, 3), timedelta(0), (TODAY - 1, TODAY)),
        (timedelta(days=7), NOW, (TODAY - 7, TODAY)),
    ],
)
def test_both_ends_of_an_interval_may_be_left_out_or_the_same(
    start: Day | None, end: Day | None, sent: tuple[int | None, int | None]
) -> None:
    assert interval(start, end, NOW) == sent


def test_an_interval_that_ends_before_it_starts_is_refused_with_its_days() -> None:
    with pytest.raises(ValueError, match=r"ends \(day 18750\) before it starts \(day 18751\)"):
        interval(date(2021, 5, 4), date(2021, 5, 3), NOW)


def test_annotations_of_one_url_need_no_key() -> None:
    assert annotations_by_url([URL], [TOTAL]) == {URL: [TOTAL]}


def test_annotations_of_several_urls_are_found_by_url() -> None:
    assert annotations_by_url([URL, OTHER], {OTHER: [TOTAL]}) == {OTHER: [TOTAL]}


@pytest.mark.parametrize("none", [(), [], {}])
def test_there_may_be_no_annotations(none: Any) -> None:
    assert annotations_by_url([URL, OTHER], none) == {}


def test_annotations_of_several_urls_without_keys_are_refused() -> None:
    with pytest.raises(ValueError, match="dict with the URLs as keys"):
        annotations_by_url([URL, OTHER], [TOTAL])


def test_annotations_of_a_url_that_is_not_sent_are_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match=OTHER):
        annotations_by_url([URL], {OTHER: [TOTAL]})


@pytest.mark.parametrize("day", [1767312000000, 1767312000, -(10**9), timedelta.max, timedelta.min])
def test_a_day_that_does_not_exist_is_refused_by_the_name_of_its_argument(day: Day) -> None:
    with pytest.raises(ValueError, match="start"):
        interval(day, None, NOW)
    with pytest.raises(ValueError, match="end"):
        interval(None, day, NOW)


@pytest.mark.parametrize("value", [{"a": 1}, b"x", ["a"], 5])
def test_metadata_that_is_not_text_is_refused_by_its_name(value: Any) -> None:
    with pytest.raises(TypeError, match=f"request_metadata must be a str, got {type(value).__name__}"):
        PredictOptions(None, value, None)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (("\ud83d", None, None), "language"),
        ((None, "\ud83d", None), "request_metadata"),
        ((None, None, "\ud83d"), "pages"),
    ],
)
def test_half_a_surrogate_pair_is_refused_by_the_name_of_its_argument(options: Any, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        PredictOptions(*options)
    with pytest.raises(ValueError, match="model_id"):
        checked_id("\ud83d", "model_id")


@pytest.mark.parametrize("annotations", [5, ["total"], [{"label": "total"}]])
def test_annotations_of_another_type_are_refused_by_name(annotations: Any) -> None:
    with pytest.raises(TypeError, match="annotations"):
        annotations_by_url([URL], annotations)
