"""SARIF, JUnit and annotations hold what the records say, and no text breaks their form."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from nanonets_sdk._reports.github import escaped, github
from nanonets_sdk._reports.junit import junit
from nanonets_sdk._reports.records import Case, Problem
from nanonets_sdk._reports.sarif import sarif

GONE = Problem("field-removed", "error", "It has no field a.", "GET /a /b", "api docs/100%.yaml", 7)
NEW = Problem("parameter-added", "warning", "It takes b.", "GET /b")
KNOWN = Problem("field-removed", "error", "It has no field c.", "GET /c", accepted="Nobody reads it.")
HOSTILE = '\x1b[2J\n::error::x\x00\ud800 100% <a&"b">'


def test_sarif_names_rule_level_file_and_line_of_each_problem() -> None:
    (run,) = json.loads(sarif([GONE, NEW], tool="nanonets drift", version="1.2"))["runs"]
    gone, new = run["results"]
    driver = run["tool"]["driver"]

    assert (driver["name"], driver["version"]) == ("nanonets drift", "1.2")
    assert [driver["rules"][one["ruleIndex"]]["id"] for one in run["results"]] == ["field-removed", "parameter-added"]
    assert (gone["level"], new["level"]) == ("error", "warning")
    assert gone["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "api%20docs/100%25.yaml"},
        "region": {"startLine": 7},
    }
    assert "physicalLocation" not in new["locations"][0]
    assert new["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "GET /b"}]


def test_sarif_shows_problems_without_a_file_where_the_caller_says() -> None:
    (run,) = json.loads(sarif([NEW], tool="t", version="1", file="nanonets.lock.yaml"))["runs"]

    (location,) = run["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "nanonets.lock.yaml"


def test_an_alert_stays_the_same_if_its_line_moves_and_not_if_its_place_does() -> None:
    moved = Problem(GONE.rule, GONE.level, GONE.message, GONE.place, GONE.file, 99)
    other = Problem(GONE.rule, GONE.level, GONE.message, "GET /z", GONE.file, 7)
    (run,) = json.loads(sarif([GONE, moved, other], tool="t", version="1"))["runs"]

    one, same, different = (result["partialFingerprints"]["nanonets/v1"] for result in run["results"])
    assert one == same
    assert one != different


def test_an_accepted_problem_is_suppressed_in_sarif_and_no_annotation() -> None:
    (run,) = json.loads(sarif([KNOWN], tool="t", version="1"))["runs"]

    assert run["results"][0]["suppressions"] == [{"kind": "external", "justification": "Nobody reads it."}]
    assert github([KNOWN], title="drift") == []


def test_sarif_of_a_failure_is_a_run_that_did_not_succeed() -> None:
    (run,) = json.loads(sarif([], tool="t", version="1", failure="It is gone."))["runs"]

    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "It is gone."


def test_junit_counts_each_state_by_group() -> None:
    cases = [
        Case("a", "one", seconds=0.25),
        Case("b", "two", "failed", "It broke.", "line 1\nline 2", file="x.yaml", line=3),
        Case("c", "one", "skipped", "Not asked for."),
        Case("d", "one", "error", "No connection."),
    ]
    root = ET.fromstring(junit(cases, name="all"))
    one, two = root

    assert root.attrib == {
        "name": "all", "tests": "4", "failures": "1", "errors": "1", "skipped": "1", "time": "0.250",
    }  # fmt: skip
    assert (one.get("name"), one.get("tests"), one.get("failures")) == ("one", "3", "0")
    assert [[child.tag for child in case] for case in one] == [[], ["skipped"], ["error"]]
    (case,) = two
    assert (case.get("file"), case.get("line")) == ("x.yaml", "3")
    assert (case[0].get("message"), case[0].text) == ("It broke.", "line 1\nline 2")


def test_any_text_gives_xml_that_can_be_read() -> None:
    root = ET.fromstring(junit([Case(HOSTILE, HOSTILE, "failed", HOSTILE, HOSTILE)], name=HOSTILE))

    text = root[0][0][0].text or ""
    assert "\x1b" not in text
    assert text.endswith('100% <a&"b">')


def test_an_annotation_names_file_and_line() -> None:
    assert github([GONE, NEW], title="drift upstream") == [
        "::error file=api docs/100%25.yaml,line=7,title=drift upstream field-removed::GET /a /b: It has no field a.",
        "::warning title=drift upstream parameter-added::GET /b: It takes b.",
    ]


def test_an_annotation_is_one_line_and_cannot_add_properties() -> None:
    (line,) = github([Problem("a,line=1::b", "note", HOSTILE, HOSTILE, "x,title=y:z")], title="t")

    assert len(line.splitlines()) == 1
    assert line.startswith("::notice file=x%2Ctitle=y%3Az,line=1,title=t a%2Cline=1%3A%3Ab::")
    assert "\x1b" not in line


def test_escapes_are_those_of_github() -> None:
    assert escaped("50%\r\na,b:c") == "50%25%0D%0Aa,b:c"
    assert escaped("a,b:c", in_property=True) == "a%2Cb%3Ac"
