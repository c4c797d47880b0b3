"""Amounts and dates in printed text, for what is not a `Field`: the text of cells, for example."""

from __future__ import annotations

from nanonets_sdk.formats.amounts import DecimalMark, parse_decimal
from nanonets_sdk.formats.dates import parse_date

__all__ = ["DecimalMark", "parse_date", "parse_decimal"]
