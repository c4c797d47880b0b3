"""JSON and JSON Lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any

from nanonets_sdk.formats.atomic import replacing, write_text
from nanonets_sdk.formats.safe_text import encodable


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Return a value as JSON that UTF-8 can hold, not escaped."""
    return encodable(json.dumps(value, indent=indent, ensure_ascii=False))


def write_json(path: str | os.PathLike[str], values: Iterable[Any], *, indent: int | None) -> None:
    """Write values as one JSON array, all at once."""
    write_text(path, json_text([*values], indent=indent) + "\n")


def write_jsonl(path: str | os.PathLike[str], values: Iterable[Any]) -> None:
    """Write values as JSON Lines, all at once, with one value in memory at a time."""
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(jsonl_lines(values))


def jsonl_lines(values: Iterable[Any]) -> Iterator[str]:
    """Return a line of JSON for each value, with its line feed."""
    return (json_text(value) + "\n" for value in values)
