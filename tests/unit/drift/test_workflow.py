"""The nightly job tells drift from everything else, and keeps one issue."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from nanonets_sdk._openapi import LOCK, locate
from nanonets_sdk.drift.facts.lock import read_lock
from nanonets_sdk.drift.facts.skeleton import skeleton
from samples import ROOT

JOBS = yaml.safe_load((ROOT / ".github/workflows/drift.yml").read_text(encoding="utf-8"))["jobs"]
DOCUMENT = "nanonets_openapi_3.1.0.yaml"


def step(job: str, name: str) -> str:
    (script,) = [step["run"] for step in JOBS[job]["steps"] if step.get("name") == name]
    return str(script)


def command(folder: Path, name: str, script: str) -> None:
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "bin" / name).chmod(0o755)


def run(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does, with the commands of `folder/bin` before all others."""
    path = f"{folder / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def compared(folder: Path, text: str) -> tuple[int, dict[str, str], str]:
    """The exit status of the step that compares, its outputs, and what it printed."""
    (folder / DOCUMENT).write_text(text, encoding="utf-8")
    command(
        folder,
        "nanonets",
        f'shift\nexec "{sys.executable}" -c "from nanonets_sdk.cli.commands.drift import app; app()" "$@"',
    )
    output = folder / "output"
    output.touch()
    done = run(
        step("compare", "compare"), folder, GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(folder / "summary")
    )
    state, _, rest = output.read_text(encoding="utf-8").partition("\n")
    delimiter, _, report = rest.partition("\n")
    outputs = {
        "state": state.removeprefix("state="),
        "report": report.partition(f"\n{delimiter.removeprefix('report<<')}")[0],
    }
    return done.returncode, outputs if state else {}, done.stdout


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    return skeleton(read_lock(locate(LOCK)).facts)


def test_changed_prose_alone_does_not_fail_the_workflow(published: dict[str, Any], tmp_path: Path) -> None:
    status, outputs, _ = compared(tmp_path, yaml.safe_dump(published))

    assert (status, outputs["state"]) == (0, "clean")


def test_drift_is_an_output_with_a_report(published: dict[str, Any], tmp_path: Path) -> None:
    status, outputs, _ = compared(
        tmp_path, yaml.safe_dump({**published, "servers": [{"url": "https://b.example.org"}]})
    )

    assert (status, outputs["state"]) == (0, "drift")
    assert outputs["report"].startswith("## Drift gate `upstream`: 1 breaking on the wire, 1 additive")


def test_an_unusable_document_fails_the_job_and_leaves_the_issue_alone(tmp_path: Path) -> None:
    status, outputs, printed = compared(tmp_path, "<html>Sorry</html>")

    assert (status, outputs) == (20, {})
    assert printed.startswith("::error title=drift upstream unreachable::")


def test_a_source_that_is_unreachable_says_so(tmp_path: Path) -> None:
    command(tmp_path, "curl", "exit 6")

    done = run(step("compare", "fetch what is published"), tmp_path, PUBLISHED="https://example.org/")

    assert done.returncode == 20
    assert done.stdout.startswith("::error title=source unreachable::")


@pytest.mark.parametrize(
    ("state", "issue", "called"),
    [
        ("drift", "", "issue create --title T --label L --body-file report.md"),
        ("drift", "7", "issue edit 7 --title T --body-file report.md"),
        ("clean", "7", "issue close 7 --comment The lock and the published description agree again."),
        ("clean", "", None),
    ],
)
def test_the_workflow_opens_at_most_one_issue(state: str, issue: str, called: str | None, tmp_path: Path) -> None:
    command(tmp_path, "gh", f'echo "$*" >> calls\ncase "$1 $2" in "issue list") echo "{issue}";; esac')

    done = run(step("report", "open, update or close it"), tmp_path, STATE=state, REPORT="$(id)", TITLE="T", LABEL="L")
    calls = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()[2:]

    assert done.returncode == 0, done.stderr
    assert calls == ([called] if called else [])
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == "$(id)\n"
