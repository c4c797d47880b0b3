"""The messages in the sources of the package, and those of them that name something of Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from samples import ROOT

PACKAGE: Final = ROOT / "overrides" / "nanonets_sdk"
PYTHON: Final = re.compile(
    r"\b\w+=(?:…|True|False|None|\[|\()|\bclient\.|\berror\.|\bocr\.\w+|\b[a-z_]+\(\)|`raw`|`document`|`decimal_mark`"
    r"|\bmax_\w+|\b(?:upload|predict|submit)_(?:file|urls)\b|\bapi_key\b|\blist_predictions\b"
)
REPORTS: Final = ("contract", "drift")
"""Packages whose reports have words of their own."""


@cache
def in_python() -> tuple[tuple[str, str], ...]:
    """Return the messages that name something of Python, each with the module that it is in."""
    return tuple(
        (path.relative_to(PACKAGE).as_posix(), text)
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in REPORTS
        for text in _literals(path)
        if " " in text and PYTHON.search(text)
    )


def _literals(path: Path) -> Iterator[str]:
    """Yield the strings of a module that are not docstrings, with X in the place of values."""
    tree = ast.parse(path.read_text("utf-8"))
    passed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in ast.walk(node)}
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
