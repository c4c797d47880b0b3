"""JSON and JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nanonets_sdk.formats.safe_text import json_text
from nanonets_sdk.formats.targets import TextTarget, text_target, write_text


def write_json(path: TextTarget, values: Iterable[Any], *, indent: int | None) -> None:
    """Write values as one JSON array."""
    write_text(path, json_text([*values], indent=indent) + "\n")


def write_jsonl(path: TextTarget, values: Iterable[Any]) -> None:
    """Write values as JSON Lines, with one value in memory at a time."""
    with text_target(path) as file:
        for line in jsonl_lines(values):
            file.write(line)


def jsonl_lines(values: Iterable[Any]) -> Iterator[str]:
    """Return a line of JSON for each value, with its line feed."""
    return (json_text(value) + "\n" for value in values)
