"""The gates in a repository of one's own: set-up, git revisions, accepted findings, outputs, and what is refused."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner, Result

from nanonets_sdk._openapi import LOCK, locate
from nanonets_sdk.cli.commands.drift import app
from nanonets_sdk.drift.facts.lock import read_lock
from nanonets_sdk.drift.facts.skeleton import skeleton
from nanonets_sdk.drift.project import checkout, setup
from nanonets_sdk.drift.project.places import Places
from nanonets_sdk.drift.project.policy import read_policy
from nanonets_sdk.drift.report.outcome import Finding, Outcome, Severity
from nanonets_sdk.drift.report.programs import SCHEMA

SMALL = """\
openapi: 3.1.0
info: {title: Small, version: "1"}
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: x, in: query, schema: {type: string}}
      responses:
        "200":
          description: fine
          content:
            application/json:
              schema: {$ref: "#/components/schemas/A"}
components:
  schemas:
    A:
      type: object
      properties:
        one: {type: string}
        two: {type: integer}
"""
NEW = SMALL.replace("        two: {type: integer}\n", "").replace(
    "        - {name: x, in: query, schema: {type: string}}\n",
    "        - {name: x, in: query, schema: {type: string}}\n        - {name: y, in: query, schema: {type: string}}\n",
)


def drift(*arguments: object, given: str | None = None) -> Result:
    result = CliRunner().invoke(app, [*map(str, arguments)], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def report(*arguments: object, given: str | None = None) -> Any:
    """What a gate says as JSON, which keeps to its schema."""
    found = json.loads(drift(*arguments, "--format", "json", given=given).stdout)
    assert breaks_schema(found) == []
    return found


def breaks_schema(found: Any, schema: str = SCHEMA.read_text("utf-8")) -> list[str]:
    """Where a report breaks the schema."""
    validator: Any = jsonschema.Draft202012Validator(json.loads(schema))
    return [error.json_path for error in validator.iter_errors(found)]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with an old and a new description."""
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(SMALL, "utf-8")
    Path("new.yaml").write_text(NEW, "utf-8")
    return tmp_path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package as it is in somebody's environment."""

    def no_checkout() -> Path | None:
        return None

    monkeypatch.setattr(checkout, "checkout", no_checkout)


@pytest.mark.usefixtures("here")
def test_two_files_are_compared() -> None:
    found = report("compare", "old.yaml", "new.yaml")

    assert (found["gate"], found["state"], found["exit_status"]) == ("compare", "drift", 10)
    assert {finding["where"] for finding in found["findings"]} == {"GET /a"}
    assert {finding["file"] for finding in found["findings"]} == {"new.yaml"}
    lines = {finding["pointer"].rpartition("/")[2]: finding["line"] for finding in found["findings"]}
    assert lines["query:y"] == 9
    assert lines["two"] == 20, "the properties that it is gone from"


@pytest.mark.usefixtures("here")
def test_standard_input_is_a_document() -> None:
    found = report("compare", "old.yaml", "-", given=NEW)

    assert found["state"] == "drift"
    assert "standard input" in found["subject"]
    assert "file" not in found["findings"][0]


@pytest.mark.usefixtures("here")
def test_standard_input_cannot_be_both_documents() -> None:
    assert report("compare", "-", "-", given=NEW)["exit_status"] == 20


def test_a_git_revision_is_a_document(here: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=here, check=True, capture_output=True)

    (here / "api.yaml").write_text(SMALL, "utf-8")
    git("init", "--initial-branch", "main")
    git("add", "api.yaml")
    git("commit", "--message", "first")
    (here / "api.yaml").write_text(NEW, "utf-8")

    found = report("compare", "main:api.yaml", "api.yaml")
    assert (found["exit_status"], len(found["findings"])) == (10, 2)
    assert report("compare", "main:api.yaml", "HEAD:./api.yaml")["findings"] == []
    assert report("upstream", "main:api.yaml", "--lock", "no.lock.yaml")["exit_status"] == 20
    missing = report("compare", "main:other.yaml", "api.yaml")
    assert missing["state"] == "unreachable"
    assert "neither a file nor a git revision" in missing["reason"]
    option = drift("compare", "--", "--batch-all-objects:a", "api.yaml")
    assert (option.exit_code, "not a revision" in option.stderr) == (20, True)


def test_a_file_whose_name_has_a_colon_is_a_file(here: Path) -> None:
    (here / "main:api.yaml").write_text(SMALL, "utf-8")

    assert report("compare", "main:api.yaml", "old.yaml")["findings"] == []


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "arguments",
    [
        ("upstream", "no.yaml"),
        ("compare", "no.yaml", "old.yaml"),
        ("deviations", "--spec", "no.yaml"),
        ("deviations", "--deviations", "no.yaml"),
        ("generated", "--spec", "no.yaml"),
        ("surface", "--agreed", "no.json"),
        ("traffic", "no.har"),
        ("compare", "old.yaml", "new.yaml", "--policy", "no.yaml"),
        ("upstream", "old.yaml", "--write-lock", "--lock", "no/such/folder.yaml"),
    ],
)
def test_what_cannot_run_is_json_on_standard_output_too(arguments: tuple[str, ...]) -> None:
    found = report(*arguments)

    assert found["exit_status"] == 20
    assert found["state"] in {"unreachable", "not-comparable"}
    assert found["reason"]


@pytest.mark.usefixtures("here")
def test_a_missing_package_is_json_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise ModuleNotFoundError(name="yaml")

    monkeypatch.setattr("nanonets_sdk.drift.project.reading.read_facts", missing)

    found = report("compare", "old.yaml", "new.yaml")
    assert found["exit_status"] == 20
    assert "pip install 'nanonets-sdk[drift]'" in found["reason"]


def test_the_printed_schema_is_the_one_that_reports_keep(here: Path) -> None:
    printed = drift("schema").stdout

    jsonschema.Draft202012Validator.check_schema(json.loads(printed))
    broken = report("compare", here / "old.yaml", here / "new.yaml")
    del broken["findings"][0]["rule"]
    assert breaks_schema(broken, printed) == ["$"]


def test_a_report_goes_to_files_in_the_forms_of_their_names(here: Path) -> None:
    files = ["out/a.json", "out/a.sarif", "out/a.xml", "out/a.md", "comment=out/b.md"]
    result = drift("compare", "old.yaml", "new.yaml", *(one for file in files for one in ("--output", file)))
    texts = {path.name: path.read_text("utf-8") for path in (here / "out").iterdir()}

    assert (result.exit_code, result.stdout.splitlines()[0]) == (
        10,
        "drift compare: 1 breaking for callers, 1 additive",
    )
    assert json.loads(texts["a.json"])["state"] == "drift"
    assert len(json.loads(texts["a.sarif"])["runs"][0]["results"]) == 2
    assert ET.fromstring(texts["a.xml"]).get("failures") == "2"
    assert texts["a.md"].startswith("## Drift gate `compare`")
    assert texts["b.md"].startswith("<!-- nanonets drift -->\n## Drift gate `compare`")


def test_the_form_that_was_asked_for_goes_to_the_file(here: Path) -> None:
    result = drift("compare", "old.yaml", "new.yaml", "--format", "sarif", "--output", "scan.json")

    assert json.loads((here / "scan.json").read_text("utf-8"))["version"] == "2.1.0"
    assert result.stdout.startswith("drift compare: ")


def test_annotations_are_printed_beside_files(here: Path) -> None:
    result = drift("compare", "old.yaml", "new.yaml", "--format", "github", "--output", "markdown=summary")

    assert "::error file=new.yaml,line=20,title=drift compare " in result.stdout
    assert "::warning file=new.yaml,line=9,title=drift compare " in result.stdout
    assert (here / "summary").read_text("utf-8").startswith("## ")


POLICY = """\
severities:
  - {rule: parameter-*, severity: documentation}
accepted:
  - where: GET /a
    pointer: /responses/**
    until: 2999-01-31
    reason: Nobody reads it.
"""


def test_a_policy_gives_severities_and_accepts_by_place(here: Path) -> None:
    (here / "nanonets-drift.yaml").write_text(POLICY, "utf-8")
    found = report("compare", "old.yaml", "new.yaml")

    assert (found["exit_status"], found["counts"]) == (0, {"documentation": 1})
    (accepted,) = found["accepted"]
    assert (accepted["reason"], accepted["until"]) == ("Nobody reads it.", "2999-01-31")
    text = drift("compare", "old.yaml", "new.yaml").stdout
    assert "until 2999-01-31: Nobody reads it." in text
    assert "(1 accepted)" in text
    scan = json.loads(drift("compare", "old.yaml", "new.yaml", "--format", "sarif").stdout)
    assert [bool(one.get("suppressions")) for one in scan["runs"][0]["results"]] == [False, True]


def test_an_acceptance_that_is_over_fails_whatever_else_is_found(here: Path) -> None:
    (here / "policy.yaml").write_text(POLICY.replace("2999-01-31", "2020-01-31"), "utf-8")
    moved = report("compare", "old.yaml", "new.yaml", "--policy", "policy.yaml")
    unmoved = report("compare", "old.yaml", "old.yaml", "--policy", "policy.yaml", "--fail-on", "callers")

    assert sorted(finding["kind"] for finding in moved["findings"]) == ["agreement", "callers", "documentation"]
    assert unmoved["exit_status"] == 10
    (over,) = unmoved["findings"]
    assert (over["rule"], over["file"], over["line"]) == ("acceptance-expired", "policy.yaml", 4)


def test_an_acceptance_holds_on_its_last_day(here: Path) -> None:
    (here / "policy.yaml").write_text(POLICY, "utf-8")
    policy = read_policy(here / "policy.yaml")
    gone = Finding(Severity.CALLERS, "reply-field-removed", "GET /a", "It is gone.", "/responses/200")
    outcome = Outcome("compare", "a", (gone,))

    assert policy.applied(outcome, date(2999, 1, 31)).exit_status == 0
    assert policy.applied(outcome, date(2999, 2, 1)).exit_status == 10


def test_an_entry_for_another_gate_says_nothing_about_this_one(here: Path) -> None:
    (here / "policy.yaml").write_text(POLICY.replace("where: GET /a", "gate: traffic"), "utf-8")

    assert report("compare", "old.yaml", "new.yaml", "--policy", "policy.yaml")["exit_status"] == 10


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ("- a", "is not a policy"),
        ("acepted: []", "is not a policy"),
        ("accepted: a", "is not a list"),
        ("accepted: [a]", "is not a mapping"),
        ("accepted:\n- {rule: a, reason: b}", "line 2: `until` is None"),
        ("accepted:\n- {rule: a, until: tomorrow, reason: b}", "is not a day"),
        ("accepted:\n- {rule: a, until: 2999-01-01}", "no `reason`"),
        ("accepted:\n- {until: 2999-01-01, reason: b}", "would fit everything"),
        ("accepted:\n- {gate: compare, until: 2999-01-01, reason: b}", "would fit everything"),
        ("accepted:\n- {rules: a, until: 2999-01-01, reason: b}", "has rules"),
        ("severities:\n- {rule: a, severity: bad}", "not one of documentation"),
        ("accepted: [", "nanonets-drift.yaml"),
    ],
)
def test_a_policy_that_is_not_understood_stops_the_gate(policy: str, says: str) -> None:
    Path("nanonets-drift.yaml").write_text(policy, "utf-8")

    found = report("compare", "old.yaml", "old.yaml")
    assert found["exit_status"] == 20
    assert says in found["reason"]


@pytest.mark.parametrize(
    ("runner", "job"),
    [
        ("github", ".github/workflows/nanonets-drift.yml"),
        ("gitlab", ".gitlab-ci.yml"),
        ("pre-commit", ".pre-commit-config.yaml"),
    ],
)
def test_a_repository_is_set_up(here: Path, runner: str, job: str) -> None:
    result = drift("init", "old.yaml", "--ci", runner)

    assert result.exit_code == 0
    assert f"{job}: written" in result.stdout
    text = (here / job).read_text("utf-8")
    assert yaml.safe_load(text)
    assert setup.PUBLISHED in text
    assert "example.org" not in text
    assert "==0.0.0" not in text
    assert read_lock(here / "nanonets.lock.yaml").name == "old.yaml"
    assert read_policy(here / "nanonets-drift.yaml").accepted == ()
    assert report("upstream", "old.yaml")["exit_status"] == 0
    assert report("upstream", "new.yaml")["exit_status"] == 10


def test_setting_up_overwrites_nothing_unless_forced(here: Path) -> None:
    drift("init", "old.yaml", "--ci", "none")
    before = (here / "nanonets.lock.yaml").read_bytes()
    refused = drift("init", "new.yaml", "--ci", "github")

    assert refused.exit_code == 20
    told = "drift init wrote nothing: nanonets.lock.yaml, nanonets-drift.yaml exist already. --force overwrites them."
    assert told in refused.stderr
    assert (here / "nanonets.lock.yaml").read_bytes() == before
    assert not (here / ".github").exists()
    assert drift("init", "new.yaml", "--ci", "github", "--force").exit_code == 0
    assert (here / "nanonets.lock.yaml").read_bytes() != before


@pytest.mark.parametrize(
    ("name", "hint"), [(".gitlab-ci.yml", "- local: .gitlab/nanonets-drift.yml"), (".pre-commit-config.yaml", "- repo")]
)
def test_a_file_with_other_jobs_is_never_overwritten(here: Path, name: str, hint: str) -> None:
    (here / name).write_text("others: {}\n", "utf-8")
    result = drift("init", "old.yaml", "--force")

    assert (here / name).read_text("utf-8") == "others: {}\n"
    assert hint in result.stdout


def test_a_published_address_is_the_one_that_the_job_asks(here: Path) -> None:
    drift("init", "old.yaml", "--published", "https://example.com/api.yaml")

    assert "PUBLISHED: https://example.com/api.yaml" in (here / ".github/workflows/nanonets-drift.yml").read_text(
        "utf-8"
    )


@pytest.mark.usefixtures("here", "installed")
@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        (("upstream", "old.yaml", "--write-lock"), locate(LOCK)),
        (("surface", "--update"), checkout.PACKAGE / "drift/gates/surface.json"),
        (("generated", "--write"), checkout.PACKAGE.with_name("nanonets_api") / "PROVENANCE.json"),
    ],
)
def test_nothing_is_written_into_an_installed_package(
    arguments: tuple[str, ...], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nanonets_sdk.cli.commands.drift as command

    def packaged(name: str) -> Path:
        return checkout.PACKAGE / "openapi" / name

    monkeypatch.setattr(command, "locate", packaged)
    monkeypatch.setattr(command, "_folder_of", checkout.PACKAGE.with_name)
    before = file.read_bytes() if file.exists() else b""
    result = drift(*arguments)

    assert result.exit_code == 20
    assert "belongs to the installed package" in result.stderr
    assert (file.read_bytes() if file.exists() else b"") == before


def test_advice_fits_where_it_is_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drift("init", "old.yaml", "--ci", "none")
    for root, says in ((here, "nox -s drift"), (None, "--lock nanonets.lock.yaml")):
        monkeypatch.setattr(checkout, "checkout", lambda root=root: root)
        advice = report("upstream", "new.yaml")["advice"]
        assert says in advice
        assert ("nox" in advice) == (root is not None)


@pytest.mark.parametrize("gate", ["upstream", "deviations", "generated", "surface", "traffic"])
@pytest.mark.usefixtures("installed")
def test_advice_for_installed_packages_names_nothing_of_a_checkout(gate: str) -> None:
    said = checkout.advice(gate, "")

    assert said
    assert "nox" not in said
    assert "openapi/" not in said


def test_every_gate_is_run_and_reported_by_all(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nanonets_sdk.cli.commands.drift as command

    for gate in ("generated", "surface"):  # the two that take seconds

        def clean(*_: object, gate: str = gate) -> Any:
            return Outcome(gate, "a", ()), str

        monkeypatch.setattr(command, f"_{gate}", clean)
    (here / "broken.har").write_text("{", "utf-8")
    drift("init", "old.yaml", "--ci", "none")
    found = report("all", "new.yaml", "--traffic", "broken.har")

    assert [gate["gate"] for gate in found["gates"]] == ["upstream", "deviations", "surface", "generated", "traffic"]
    assert [gate["exit_status"] for gate in found["gates"]] == [10, 0, 0, 0, 20]
    assert (found["state"], found["exit_status"]) == ("not-comparable", 20)
    without = drift("all")
    assert without.exit_code == 0
    assert "Not run, upstream: no DOCUMENT; traffic: no --traffic." in without.stderr
    assert [line for line in without.stdout.splitlines() if line.startswith("drift ")] == [
        "drift deviations: nothing moved",
        "drift surface: nothing moved",
        "drift generated: nothing moved",
    ]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("minimum", "status"), [("1", 0), ("2", 10), ("50%", 0), ("51%", 10), ("0", 0)])
def test_traffic_has_to_use_as_many_operations_as_asked(minimum: str, status: int) -> None:
    from nanonets_sdk.drift.project.coverage import Minimum

    outcome = Outcome("traffic", "a", (), operations={"a": True, "b": False}, fail_on=Severity.CALLERS)
    held = Minimum.read(minimum).held(outcome)

    assert held.exit_status == status
    if status:
        assert "Not used: b." in held.findings[0].message


@pytest.mark.parametrize("minimum", ["-1", "1.5", "101%", "many", "", "1e3"])
def test_a_minimum_that_is_no_number_is_a_usage_error(minimum: str) -> None:
    result = CliRunner().invoke(app, ["traffic", "a.har", f"--min-coverage={minimum or ' '}"])

    assert result.exit_code == 2


def test_lines_are_found_in_locks_too() -> None:
    content = locate(LOCK).read_bytes()
    lines = content.decode().splitlines()
    operation = "POST /OCR/Model/{model_id}/Train"

    places = Places(content)
    assert lines[places.line_of(operation, "") - 1].strip() == f"{operation}:"
    assert lines[places.line_of(operation, "/responses/200") - 1].strip() == "'200':"
    assert places.line_of("GET /no/such", "") == 0


def test_lines_are_found_through_circular_references() -> None:
    text = 'paths: {/a: {get: {allOf: [{$ref: "#/x"}]}}}\nx: {allOf: [{$ref: "#/x"}], $ref: "#/x"}\n'

    assert Places(text.encode()).line_of("GET /a", "/b/c") == 1
    assert Places(b"{").line_of("GET /a", "") == 0
    assert Places(b"").line_of("GET /a", "") == 0


def test_every_fact_of_a_skeleton_has_a_line() -> None:
    document = skeleton(read_lock(locate(LOCK)).facts)
    places = Places(yaml.safe_dump(document).encode())
    names = [f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item]

    assert all(places.line_of(name, "/responses") for name in names)
