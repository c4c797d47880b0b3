"""The table of output formats agrees with the writers that it names."""

import inspect
import sys

import pytest

from nanonets_sdk import exports
from nanonets_sdk.errors import MissingExtra
from nanonets_sdk.extras import require
from nanonets_sdk.formats.registry import FORMATS, OutputFormat, Use, formats_for

WRITTEN = [row for row in FORMATS.values() if row.writer]


@pytest.mark.parametrize("row", WRITTEN, ids=lambda row: row.name)
def test_a_writer_is_exported_and_takes_a_shape_where_the_table_says_so(row: OutputFormat) -> None:
    assert row.writer in exports.__all__
    parameters = inspect.signature(getattr(exports, row.writer)).parameters
    assert list(parameters)[:2] == ["documents", "path"]
    assert ("shape" in parameters) == row.has_shapes


def test_a_format_has_a_suffix_of_its_own_if_it_has_a_writer() -> None:
    assert [row.name for row in FORMATS.values() if bool(row.suffix) != bool(row.writer)] == []
    assert len({row.suffix for row in WRITTEN}) == len(WRITTEN)


@pytest.mark.parametrize("row", [row for row in WRITTEN if row.requires], ids=lambda row: row.name)
def test_a_missing_dependency_names_the_extra_to_install(row: OutputFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    assert row.requires is not None
    monkeypatch.setitem(sys.modules, row.requires, None)
    with pytest.raises(MissingExtra, match="pip install"):
        require(row.requires)


def test_every_export_has_a_writer() -> None:
    assert all(row.writer for row in formats_for(Use.EXPORT))


def test_formats_are_offered_where_they_were_published() -> None:
    offered = {use: [row.name for row in formats_for(use)] for use in Use}
    assert offered == {
        Use.RESULTS: ["table", "json", "jsonl", "csv", "xlsx", "md"],
        Use.EXPORT: ["json", "jsonl", "csv", "xlsx", "md", "html", "parquet"],
        Use.CLASSES: ["table", "jsonl", "csv"],
        Use.CONVERT: ["jsonl", "csv", "xlsx", "md", "html", "parquet"],
    }
