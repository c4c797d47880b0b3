"""The output formats, one row each. Commands and exports take their choices, suffixes and writers from here.

To add a format, write it in this package, export the function from `nanonets_sdk.exports`, and add a row. A format that
can be streamed also needs an entry in `cli/output/result_stream.py`.
"""

from __future__ import annotations

from enum import Flag, auto
from typing import Final, NamedTuple


class Use(Flag):
    """What a format is used for."""

    RESULTS = auto()
    """Results one by one: `nanonets predict`, `nanonets results get` and `nanonets job wait`."""
    EXPORT = auto()
    """Many results in one file: `nanonets export`."""
    CLASSES = auto()
    """Classifications: `nanonets classify`."""
    CONVERT = auto()
    """Stored replies in one file: `nanonets convert`."""


# Not an attrs class: the command needs the choices to show its help, and importing attrs would take longer than that.
class OutputFormat(NamedTuple):
    """A format in which results are written.

    Attributes:
        name: The value of `--format`.
        suffix: The suffix of its files, with the dot; empty if it is only shown.
        writer: The function of `nanonets_sdk.exports` that writes documents to a file; empty if it is only shown.
        uses: What it is used for.
        is_streamed: Whether documents can be written one after another to standard output.
        has_shapes: Whether the writer takes a shape, `long` or `wide`.
        requires: The optional dependency of the writer, by its import name; None if it needs none.
    """

    name: str
    suffix: str
    writer: str
    uses: Use
    is_streamed: bool = True
    has_shapes: bool = False
    requires: str | None = None


_ROWS: Final = (
    OutputFormat("table", "", "", Use.RESULTS | Use.CLASSES),
    OutputFormat("json", ".json", "write_json", Use.RESULTS | Use.EXPORT),
    OutputFormat("jsonl", ".jsonl", "write_jsonl", Use.RESULTS | Use.EXPORT | Use.CLASSES | Use.CONVERT),
    OutputFormat(
        "csv", ".csv", "write_csv", Use.RESULTS | Use.EXPORT | Use.CLASSES | Use.CONVERT, has_shapes=True
    ),
    OutputFormat(
        "xlsx", ".xlsx", "write_xlsx", Use.RESULTS | Use.EXPORT | Use.CONVERT,
        is_streamed=False, has_shapes=True, requires="xlsxwriter",
    ),
    OutputFormat("md", ".md", "write_markdown", Use.RESULTS | Use.EXPORT | Use.CONVERT),
    OutputFormat("html", ".html", "write_html", Use.EXPORT | Use.CONVERT),
    OutputFormat(
        "parquet", ".parquet", "write_parquet", Use.EXPORT | Use.CONVERT,
        is_streamed=False, has_shapes=True, requires="pyarrow",
    ),
)  # fmt: skip

FORMATS: Final = {row.name: row for row in _ROWS}
"""Every format by its name, in the order in which help lists them."""


def formats_for(use: Use) -> list[OutputFormat]:
    """Return the formats with a use, in the order in which help lists them."""
    return [row for row in _ROWS if use in row.uses]
