"""Documents as files and data frames that other programs read."""

from nanonets_sdk.errors import ExportError, MissingExtra
from nanonets_sdk.formats.arrow import (
    arrow_to_pandas,
    arrow_to_polars,
    cells_to_arrow,
    table_to_arrow,
    to_arrow,
    to_pandas,
    to_polars,
    write_arrow_as_parquet,
    write_parquet,
)
from nanonets_sdk.formats.csv_files import csv_text, write_csv, write_table_csv
from nanonets_sdk.formats.json_files import jsonl_lines, write_json, write_jsonl
from nanonets_sdk.formats.markdown import document_markdown, table_markdown, write_markdown
from nanonets_sdk.formats.xlsx import write_xlsx

__all__ = [
    "ExportError",
    "MissingExtra",
    "arrow_to_pandas",
    "arrow_to_polars",
    "cells_to_arrow",
    "csv_text",
    "document_markdown",
    "jsonl_lines",
    "table_markdown",
    "table_to_arrow",
    "to_arrow",
    "to_pandas",
    "to_polars",
    "write_arrow_as_parquet",
    "write_csv",
    "write_json",
    "write_jsonl",
    "write_markdown",
    "write_parquet",
    "write_table_csv",
    "write_xlsx",
]
