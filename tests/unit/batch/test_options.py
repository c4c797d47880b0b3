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
