"""Checks as JUnit XML, which the test reports of CI systems read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final
from xml.etree import ElementTree as ET

from nanonets_sdk._reports.records import REPLACEMENT, Case

# XML 1.0 has no way to write these characters.
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENTS: Final = {"failed": "failure", "error": "error", "skipped": "skipped"}


def junit(cases: Iterable[Case], *, name: str) -> str:
    """Return checks as a JUnit report, with a suite for each group.

    Args:
        cases: The checks. Those of one group need not follow each other.
        name: The name of the whole report, e.g. `nanonets drift`.
    """
    every = sorted(cases, key=lambda case: case.group)
    root = ET.Element("testsuites", _counts(every, name))
    for group, members in groupby(every, key=lambda case: case.group):
        suite = [*members]
        element = ET.SubElement(root, "testsuite", _counts(suite, group))
        for case in suite:
            _add(element, case)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode")


def _add(suite: ET.Element, case: Case) -> None:
    given = {"name": _printable(case.name), "classname": _printable(case.group), "time": f"{case.seconds:.3f}"}
    if case.file:
        given["file"] = _printable(case.file)
        given |= {"line": str(case.line)} if case.line else {}
    element = ET.SubElement(suite, "testcase", given)
    if case.state in _ELEMENTS:
        result = ET.SubElement(element, _ELEMENTS[case.state], {"message": _printable(case.message)})
        result.text = _printable(case.detail) or None


def _counts(cases: list[Case], name: str) -> dict[str, str]:
    states = [case.state for case in cases]
    return {
        "name": _printable(name),
        "tests": str(len(cases)),
        "failures": str(states.count("failed")),
        "errors": str(states.count("error")),
        "skipped": str(states.count("skipped")),
        "time": f"{sum(case.seconds for case in cases):.3f}",
    }


def _printable(text: str) -> str:
    return _NOT_IN_XML.sub(REPLACEMENT, text)
