"""Words that choose a form are checked, also before the first document."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Final

import pytest

from nanonets_sdk import Document, exports

EMPTY = Document(file_name="a.pdf", request_file_id="", pages=())


USES: Final[tuple[Callable[[Any], object], ...]] = (
    EMPTY.to_records,
    EMPTY.to_arrow,
    EMPTY.to_pandas,
    EMPTY.to_polars,
    lambda wrong: EMPTY.to_csv(io.StringIO(), wrong),
    lambda wrong: EMPTY.to_xlsx(io.BytesIO(), wrong),
    lambda wrong: EMPTY.to_parquet(io.BytesIO(), wrong),
    lambda wrong: exports.csv_text([], wrong),
    lambda wrong: exports.to_arrow([], wrong),
    lambda wrong: exports.write_xlsx([], io.BytesIO(), wrong),
    lambda wrong: exports.write_parquet([EMPTY], io.BytesIO(), wrong),
)


@pytest.mark.parametrize("wrong", ["x", "", "LONG", None, 1, ["long"]])
@pytest.mark.parametrize("use", USES)
def test_a_shape_that_does_not_exist_is_named(use: Callable[[Any], object], wrong: Any) -> None:
    with pytest.raises(ValueError, match="shape must be 'long' or 'wide'"):
        use(wrong)


@pytest.mark.parametrize("documents", [[], [EMPTY]])
def test_what_a_line_holds_is_named(documents: list[Document]) -> None:
    wrong: Any = "page"
    with pytest.raises(ValueError, match="line must be 'document', 'long' or 'wide', got 'page'"):
        exports.write_jsonl(documents, io.StringIO(), wrong)


def test_a_rule_of_comparison_that_does_not_exist_is_named() -> None:
    wrong: Any = "value"
    with pytest.raises(ValueError, match="equal must be 'exact', 'normalised', 'values', got 'value'"):
        EMPTY.compare(EMPTY, equal=wrong)
