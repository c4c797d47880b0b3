"""How a batch is run."""

from __future__ import annotations

from typing import Any

import pytest

from nanonets_sdk.batch import BatchOptions


@pytest.mark.parametrize("pages", [[1, 2], range(1, 3), "1,2", " 1,2 "])
def test_pages_are_named_as_for_one_file(pages: Any) -> None:
    assert BatchOptions(pages=pages).pages == "1,2"


@pytest.mark.parametrize("pages", [[], "", " "])
def test_no_page_at_all_is_refused_before_any_file_is_looked_at(pages: Any) -> None:
    with pytest.raises(ValueError, match="leave it out for all pages"):
        BatchOptions(pages=pages)


@pytest.mark.parametrize("wrong", ["x", b"x", [], object(), float("nan"), -1])
@pytest.mark.parametrize(
    "name", ["jobs", "in_flight", "result_timeout", "patience", "give_up_after", "quiet_minutes", "sync", "is_kept"]
)
def test_an_option_of_the_wrong_kind_is_named(name: str, wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=name):
        BatchOptions(**{name: wrong})


@pytest.mark.parametrize("wrong", [1.5, "8"])
@pytest.mark.parametrize("name", ["jobs", "in_flight", "give_up_after"])
def test_a_number_of_files_is_whole(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError, match=name):
        BatchOptions(**{name: wrong})


@pytest.mark.parametrize("wrong", ["unknown", {"unknwon"}, [""], None, 1])
def test_what_to_send_again_is_a_set_of_known_words(wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="resend"):
        BatchOptions(resend=wrong)


def test_what_to_send_again_may_be_any_collection() -> None:
    assert BatchOptions(resend=["failed"]).resend == frozenset({"failed"})
