"""Taking a new published description over: the lock, renames, proposed edits, and the way in CONTRIBUTING.md."""

from __future__ import annotations

import copy
import difflib
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from nanonets_sdk._openapi import DEVIATIONS, LOCK, SPEC, locate
from nanonets_sdk.cli.commands.drift import app
from nanonets_sdk.drift.facts.lock import Lock, lock_of, read_lock
from nanonets_sdk.drift.facts.skeleton import skeleton
from nanonets_sdk.drift.gates import upstream
from nanonets_sdk.drift.project import takeover
from nanonets_sdk.drift.project.renames import with_renames
from samples import ROOT

TRAIN = "/OCR/Model/{model_id}/Train"
PREDICT = "/OCR/Model/{model_id}/LabelFile"
URLS = "/OCR/Model/{model_id}/LabelUrls"
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SMALL = """\
openapi: 3.1.0
info: {title: Small, version: "1"}
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
      responses:
        "200":
          description: fine
          content:
            application/json:
              schema:
                type: object
                properties:
                  state: {type: string}
"""
Document = dict[str, Any]


@pytest.fixture(scope="module")
def published() -> Document:
    return skeleton(read_lock(locate(LOCK)).facts)


def checkout_in(folder: Path) -> Path:
    """Copy the files of a checkout that are taken over into."""
    (folder / "openapi").mkdir()
    for name in (LOCK, SPEC, DEVIATIONS):
        shutil.copy(locate(name), folder / "openapi" / name)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout_in(tmp_path)


def reply(document: Document, path: str) -> Document:
    """The example of a reply, from which its fields are known."""
    media: Document = document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]
    example: Document = media["examples"]["example1"]["value"]
    return example


def parameters(document: Document, path: str) -> list[Document]:
    found: list[Document] = document["paths"][path]["post"]["parameters"]
    return found


def as_lock(document: Document) -> Lock:
    return lock_of(yaml.safe_dump(document).encode(), "published.yaml")


@pytest.fixture(scope="module")
def taken(published: Document, tmp_path_factory: pytest.TempPathFactory) -> takeover.TakeOver:
    """A description in which a field, a tree of fields and parameters are new, and two values changed."""
    new = copy.deepcopy(published)
    reply(new, TRAIN).update({"queue_position": 3, "queue": {"length": 3, "others": [{"name": "a"}]}})
    reply(new, TRAIN)["state"] = "queued"
    parameters(new, PREDICT).append({"name": "priority", "in": "query", "schema": {"type": "integer"}})
    language = {"name": "l", "in": "query", "schema": {"type": "string", "minLength": 1}}
    for path in (PREDICT, f"{PREDICT}/", f"{URLS}/"):
        parameters(new, path).append(language)
    form = new["paths"][f"{URLS}/"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    form["schema"]["properties"]["urls"]["type"] = "object"
    return takeover.take_over(checkout_in(tmp_path_factory.mktemp("checkout")), as_lock(new))


@pytest.fixture(scope="module")
def spec(taken: takeover.TakeOver) -> Document:
    edited: Document = yaml.load(taken.texts["openapi/nanonets.yaml"], Loader=LOADER)
    return edited


@pytest.fixture(scope="module")
def entries(taken: takeover.TakeOver) -> dict[str, Document]:
    return {one["id"]: one for one in yaml.load(taken.texts["openapi/deviations.yaml"], Loader=LOADER)["deviations"]}


def test_a_field_of_a_reply_is_added_where_ours_describes_it(spec: Document) -> None:
    assert spec["components"]["schemas"]["Model"]["properties"]["queue_position"] == {
        "x-evidence": "documented",
        "x-evidence-source": "The published description.",
        "type": "integer",
    }


def test_a_tree_of_fields_is_added_with_its_members(spec: Document) -> None:
    queue = spec["components"]["schemas"]["Model"]["properties"]["queue"]

    assert queue["properties"]["length"] == {"type": "integer"}
    assert queue["properties"]["others"]["items"]["properties"] == {"name": {"type": "string"}}


def test_a_parameter_is_added_to_the_operation(spec: Document) -> None:
    (priority,) = (one for one in spec["paths"][PREDICT]["post"]["parameters"] if one.get("name") == "priority")

    assert (priority["in"], priority["schema"]) == ("query", {"type": "integer"})


def test_every_other_line_stays_as_it_was(taken: takeover.TakeOver) -> None:
    before = locate(SPEC).read_text("utf-8").splitlines()
    after = taken.texts["openapi/nanonets.yaml"].splitlines()

    removed = [line for line in difflib.ndiff(before[2400:], after[2400:]) if line.startswith("-")]
    assert len(after) > len(before)
    assert set(before) <= set(after)
    assert len(removed) <= 12, "those that the first new lines pushed down"


def test_an_entry_whose_difference_is_gone_is_removed_or_narrowed(entries: dict[str, Document]) -> None:
    assert "language-of-a-submission" not in entries
    assert entries["language-of-the-file"]["operations"] == ["ocr/predict/url"]
    assert "covers" not in entries["language-of-the-file"]


def test_an_entry_for_another_published_value_gets_the_new_one(entries: dict[str, Document]) -> None:
    assert entries["urls-are-a-list"]["published"] == {"one_of": ["string", "object"]}


def test_a_contradiction_is_an_entry_without_a_reason(taken: takeover.TakeOver) -> None:
    (entry,) = yaml.safe_load(taken.entries)

    assert entry["operations"] == ["ocr/train"]
    assert entry["pointer"].endswith("/properties/state/type")
    assert (entry["ours"], entry["reason"]) == ("integer", "")
    assert [finding.rule for finding in taken.left.findings] == ["undeclared"]
    assert "deviations.yaml with its reason" in taken.checklist[0]


def test_without_apply_the_lock_alone_is_written(taken: takeover.TakeOver, root: Path) -> None:
    assert takeover.write(root, taken, apply=False) == ["openapi/upstream.lock.yaml"]
    assert read_lock(root / "openapi" / LOCK).name == "published.yaml"
    assert takeover.write(root, taken, apply=True) == ["openapi/nanonets.yaml", "openapi/deviations.yaml"]


def test_a_dry_run_writes_nothing_and_shows_everything(
    taken: takeover.TakeOver, root: Path, published: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given(*_: object) -> takeover.TakeOver:
        return taken

    monkeypatch.setattr(takeover, "take_over", given)
    files = {name: (root / "openapi" / name).read_bytes() for name in (LOCK, SPEC, DEVIATIONS)}
    (root / "published.yaml").write_text(yaml.safe_dump(published), "utf-8")

    status, said = run("take-over", root / "published.yaml", "--root", root, "--dry-run")

    assert status == 10
    assert {name: (root / "openapi" / name).read_bytes() for name in files} == files
    assert "Proposed edits; --apply writes them:" in said
    assert "+        queue_position:" in said
    assert "  [ ] python -m nox -s regenerate" in said


def test_nothing_moved_leaves_nothing_to_do(root: Path) -> None:
    taken = takeover.take_over(root, read_lock(root / "openapi" / LOCK))

    assert (taken.differences, taken.entries, taken.checklist) == ((), "", ())
    assert takeover.write(root, taken, apply=True) == []


def renamed(before: str, after: str) -> list[tuple[str, str, str]]:
    """The findings of a changed description, with renames as one: rule, operation, message."""
    old, new = (lock_of(text.encode(), "a") for text in (before, after))
    findings = with_renames(upstream.compare(old, new).findings, old.facts["operations"], new.facts["operations"])
    return sorted((one.rule, one.where, one.message) for one in findings if one.severity != "documentation")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"state:": "phase:"}, ("GET /a", "state is now called phase.")),
        ({"name: limit": "name: size"}, ("GET /a", "query:limit is now called query:size.")),
        ({"/a:": "/b/a:", "operationId: a": "operationId: b"}, ("GET /a", "It is now GET /b/a.")),
    ],
)
def test_what_was_renamed_is_one_finding(changes: dict[str, str], message: tuple[str, str]) -> None:
    changed = SMALL
    for old, new in changes.items():
        changed = changed.replace(old, new)

    assert renamed(SMALL, changed) == [("renamed", *message)]


def test_of_several_new_fields_the_one_with_a_name_much_alike_is_the_renamed_one() -> None:
    changed = SMALL.replace("state:", "position: {type: string}\n                  model_state:")

    assert [(rule, message) for rule, _, message in renamed(SMALL, changed) if rule == "renamed"] == [
        ("renamed", "state is now called model_state.")
    ]
    assert len(renamed(SMALL, changed)) == 2


def test_a_field_of_another_type_is_not_the_same_one_renamed() -> None:
    changed = SMALL.replace("state: {type: string}", "phase: {type: integer}")

    assert "renamed" not in {rule for rule, _, _ in renamed(SMALL, changed)}
    assert len(renamed(SMALL, changed)) == 2


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_elsewhere_than_in_a_checkout_it_says_which_command_to_use(tmp_path: Path) -> None:
    status, said = run("take-over", "published.yaml", "--root", tmp_path)

    assert status == 20
    assert "drift upstream published.yaml --write-lock --lock nanonets.lock.yaml" in said


def commands() -> list[list[str]]:
    """The words of the four commands in CONTRIBUTING.md that take an optional field of a reply over."""
    section = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## A new published description")[2]
    block = re.search(r"```console\n(.*?)```", section, re.DOTALL)
    assert block is not None
    return [line.partition("#")[0].split() for line in block[1].splitlines()]


def take_a_field_over(root: Path, published: Document) -> list[object]:
    """Run the first command in a copy of the checkout, and return the options that name its files."""
    new = copy.deepcopy(published)
    reply(new, TRAIN)["queue_position"] = 3
    (root / "published.yaml").write_text(yaml.safe_dump(new), "utf-8")
    words = [str(root / word) if word == "published.yaml" else word for word in commands()[0][6:]]
    assert run(*words, "--root", root)[0] == 0
    return ["--spec", root / "openapi" / SPEC]


def agrees(root: Path) -> bool:
    """Whether the second gate of `nox -s drift` passes in a copy of the checkout."""
    files = {"--spec": SPEC, "--lock": LOCK, "--deviations": DEVIATIONS}
    named = [word for option, name in files.items() for word in (option, root / "openapi" / name)]
    return run("deviations", *named)[0] == 0


def test_the_page_has_four_commands_and_the_first_takes_a_field_over(root: Path, published: Document) -> None:
    first, *others = commands()
    assert first[:6] == ["python", "-m", "nox", "-s", "drift", "--"]
    assert [words[4:] for words in others] == [["regenerate"], ["drift"], ["tests", "contract"]]

    started = time.process_time()
    take_a_field_over(root, published)
    assert time.process_time() - started < 10
    assert agrees(root)


@pytest.mark.slow
def test_after_the_commands_of_the_page_the_generated_code_has_the_field(root: Path, published: Document) -> None:
    spec = take_a_field_over(root, published)
    package = root / "nanonets_api"
    shutil.copytree(ROOT / "generated" / "nanonets_api", package)
    options = [*spec, "--config", ROOT / "generator-config.yaml", "--package", package]

    assert run("generated", *options)[0] == 10
    assert run("generated", "--write", *options)[0] == 0
    assert "queue_position" in (package / "replies.py").read_text("utf-8")
    assert run("generated", *options)[0] == 0
    assert agrees(root)


def test_no_page_and_no_test_holds_the_version_of_the_published_description() -> None:
    version = read_lock(locate(LOCK)).version
    patterns = ("README.md", "docs/*.md", "tests/**/test_*.py", "tests/contract/*.yaml")
    files = [path for pattern in patterns for path in ROOT.glob(pattern)]
    said = re.compile(rf"(version:? |version == [\"'])v?{re.escape(version)}\b")

    assert len(files) > 100
    assert [path.relative_to(ROOT).as_posix() for path in files if said.search(path.read_text("utf-8"))] == []
