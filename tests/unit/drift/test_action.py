"""The action at the top of the repository: one `uses:` line compares, annotates, and keeps one comment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import nanonets_sdk
from nanonets_sdk.drift.report.rendering import MARKER
from samples import ROOT

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}
DOCUMENT = (
    'openapi: 3.1.0\ninfo: {title: a, version: "1"}\npaths: {/a: {get: {responses: {"200": {description: a}}}}}\n'
)


def run(name: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does, with the commands of `folder/bin` before all others."""
    given = {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(str(nanonets_sdk.__file__)).parents[1]),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "GITHUB_REPOSITORY": "o/r",
        **environment,
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]],
        cwd=folder,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )


def compared(folder: Path, **inputs: str) -> tuple[str, dict[str, str]]:
    """What the step that compares prints, and its outputs."""
    defaults = {name.upper().replace("-", "_"): str(one.get("default", "")) for name, one in ACTION["inputs"].items()}
    done = run("compare", folder, **{**defaults, "PYTHON": sys.executable, **inputs})
    assert done.returncode == 0, done.stderr
    return done.stdout, dict(line.split("=") for line in (folder / "output").read_text("utf-8").splitlines())


def test_two_documents_are_compared_and_annotated(tmp_path: Path) -> None:
    (tmp_path / "old api.yaml").write_text(DOCUMENT, "utf-8")
    (tmp_path / "new.yaml").write_text(DOCUMENT.replace("/a:", "/b:"), "utf-8")

    printed, outputs = compared(tmp_path, BEFORE="old api.yaml", DOCUMENT="new.yaml")

    assert outputs == {"state": "drift", "status": "10"}
    assert "::error file=new.yaml,line=" in printed
    names = sorted(path.name for path in (tmp_path / "nanonets-drift").iterdir())
    assert names == ["comment.md", "report.json", "report.sarif", "report.xml"]
    assert json.loads((tmp_path / "nanonets-drift/report.json").read_text("utf-8"))["state"] == "drift"
    assert (tmp_path / "summary").read_text("utf-8").startswith(MARKER)


def test_what_cannot_be_compared_fails_with_its_own_status(tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text("<html>", "utf-8")

    printed, outputs = compared(tmp_path, DOCUMENT="new.yaml", LOCK="--help")

    assert outputs == {"state": "not-comparable", "status": "20"}
    assert printed.startswith("::error title=drift upstream ")
    assert run("result", tmp_path, STATUS=outputs["status"]).returncode == 20


@pytest.mark.parametrize(
    ("state", "found", "called"),
    [
        ("drift", "", "--silent --method POST repos/o/r/issues/3/comments --field body=@comment.md"),
        ("drift", "7", "--silent --method PATCH repos/o/r/issues/comments/7 --field body=@comment.md"),
        ("clean", "7", "--silent --method PATCH repos/o/r/issues/comments/7 --field body=@comment.md"),
        ("clean", "", None),
    ],
)
def test_a_pull_request_has_at_most_one_comment(state: str, found: str, called: str | None, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "comment.md").write_text(MARKER, "utf-8")
    gh = f'case "$*" in *--paginate*) echo "{found}";; *) shift; echo "$*" >> calls;; esac'
    (tmp_path / "bin" / "gh").write_text(f"#!/bin/sh\n{gh}\n", "utf-8")
    (tmp_path / "bin" / "gh").chmod(0o755)

    done = run("keep one comment", tmp_path, STATE=state, COMMENT="comment.md", PULL_REQUEST="3")

    assert done.returncode == 0, done.stderr
    calls = tmp_path / "calls"
    assert (calls.read_text("utf-8").splitlines() if calls.exists() else []) == ([called] if called else [])


def test_a_comment_that_may_not_be_written_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "comment.md").write_text(MARKER, "utf-8")
    (tmp_path / "bin" / "gh").write_text("#!/bin/sh\nexit 1\n", "utf-8")
    (tmp_path / "bin" / "gh").chmod(0o755)

    done = run("keep one comment", tmp_path, STATE="drift", COMMENT="comment.md", PULL_REQUEST="3")

    assert (done.returncode, done.stdout.startswith("::warning::")) == (0, True)


def test_the_comment_is_found_by_the_marker_that_reports_begin_with() -> None:
    assert f'startswith("{MARKER}")' in STEPS["keep one comment"]["run"]
    used = [step["uses"].partition("@")[2] for step in ACTION["runs"]["steps"] if "uses" in step]
    assert [len(commit) for commit in used] == [40], "an action is pinned by its commit"
