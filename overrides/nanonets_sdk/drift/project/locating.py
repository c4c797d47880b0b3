"""Gives findings the file and line that show them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Final

from attrs import evolve

from nanonets_sdk.drift.project.checkout import shown
from nanonets_sdk.drift.project.places import Places
from nanonets_sdk.drift.report.outcome import Accepted, Finding, Outcome

Locator = Callable[[Finding], tuple[str, int]]

_NAMED: Final = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def located(outcome: Outcome, locate: Locator) -> Outcome:
    """Return an outcome whose findings have files and lines."""

    def found(finding: Finding) -> Finding:
        if finding.file:
            return finding
        file, line = locate(finding)
        return evolve(finding, file=file, line=line)

    return evolve(
        outcome,
        findings=tuple(map(found, outcome.findings)),
        accepted=tuple(Accepted(found(one.finding), one.reason, one.until) for one in outcome.accepted),
    )


def in_document(content: bytes, file: Path | None) -> Locator:
    """Return a locator for an API description or a lock."""
    if file is None:
        return lambda _: ("", 0)
    places, name = Places(content), shown(file)
    return lambda finding: (name, places.line_of(finding.where, finding.pointer))


def in_deviations(spec: Path, declared: Path) -> Locator:
    """Return a locator for our description and its declared differences.

    A finding about an entry, whose message begins with the id of the entry, is in the file of the entries.
    """
    in_spec = in_document(spec.read_bytes(), spec)
    lines = declared.read_text(encoding="utf-8").splitlines()
    entries = {line.partition("id:")[2].strip(): number for number, line in enumerate(lines, 1) if "id:" in line}

    def locate(finding: Finding) -> tuple[str, int]:
        entry = entries.get(finding.message.partition(" ")[0])
        return (shown(declared), entry) if entry else in_spec(finding)

    return locate


def in_folder(folder: Path) -> Locator:
    """Return a locator for findings whose place is a file below a folder, which they begin with."""
    return lambda finding: (shown(folder.parent / finding.where), 1)


def in_package(root: Path) -> Locator:
    """Return a locator for public names of a Python package."""

    def locate(finding: Finding) -> tuple[str, int]:
        path, names = root, finding.where.split(".")[1:]
        while names and (path / names[0]).is_dir():
            path /= names.pop(0)
        if names and (path / f"{names[0]}.py").is_file():
            path /= f"{names.pop(0)}.py"
        file = path if path.is_file() else path / "__init__.py"
        return (shown(file), _line_of(file, names)) if file.is_file() else ("", 0)

    return locate


def _line_of(file: Path, names: list[str]) -> int:
    """Return the line on which a name is defined or imported; the first one if it is not there any more."""
    try:
        body: list[ast.stmt] = ast.parse(file.read_bytes()).body
    except (SyntaxError, ValueError):
        return 1
    line = 1
    for name in names:
        for node in body:
            is_it = isinstance(node, _NAMED) and node.name == name
            if is_it or (isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name):
                line = node.lineno
                body = getattr(node, "body", [])
                break
            if isinstance(node, ast.ImportFrom) and any((alias.asname or alias.name) == name for alias in node.names):
                return node.lineno
        else:
            break
    return line
