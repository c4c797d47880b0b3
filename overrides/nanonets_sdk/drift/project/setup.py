"""Sets a repository up: a lock, a policy, and a job or a hook that runs the gate."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final

from attrs import frozen

from nanonets_sdk._version import __version__
from nanonets_sdk.drift.facts.lock import Lock, dumped
from nanonets_sdk.drift.project.checkout import LOCK
from nanonets_sdk.drift.project.policy import POLICY
from nanonets_sdk.drift.report.outcome import NotComparable

PUBLISHED: Final = "https://raw.githubusercontent.com/NanoNets/api-docs/main/nanonets_openapi_3.1.0.yaml"
"""Where the service publishes its description."""
TEMPLATES: Final = Path(__file__).with_name("templates")
# Placeholders in the templates, which are valid files themselves, so that they are linted like all others.
_PUBLISHED: Final = "https://example.org/published.yaml"
_VERSION: Final = "0.0.0"


class Runner(StrEnum):
    """What runs the gate."""

    GITHUB = "github"
    GITLAB = "gitlab"
    PRE_COMMIT = "pre-commit"
    NONE = "none"


# Template, the file that it becomes, and the file to use if that one holds more than this job.
_FILES: Final = {
    Runner.GITHUB: ("github.yml", ".github/workflows/nanonets-drift.yml", ""),
    Runner.GITLAB: ("gitlab.yml", ".gitlab-ci.yml", ".gitlab/nanonets-drift.yml"),
    Runner.PRE_COMMIT: ("pre-commit.yaml", ".pre-commit-config.yaml", ""),
}


@frozen
class Written:
    """What was set up.

    Attributes:
        files: The files written, in order.
        hint: What is left to do by hand; empty if nothing is.
    """

    files: tuple[Path, ...]
    hint: str = ""


def detected(folder: Path) -> Runner:
    """Return what runs jobs in a repository already; GitHub where nothing does."""
    signs = {Runner.GITHUB: ".github", Runner.GITLAB: ".gitlab-ci.yml", Runner.PRE_COMMIT: ".pre-commit-config.yaml"}
    return next((runner for runner, sign in signs.items() if (folder / sign).exists()), Runner.GITHUB)


def set_up(folder: Path, lock: Lock, runner: Runner, published: str = PUBLISHED, *, force: bool = False) -> Written:
    """Write a lock, a policy and a job into a repository.

    Args:
        folder: The root of the repository.
        lock: The facts of the description that the repository relies on.
        runner: What runs the gate.
        published: Where the job finds the present description.
        force: Whether files that exist are overwritten. One that holds other jobs too never is.

    Raises:
        NotComparable: A file exists. Nothing is written then.
    """
    wanted = {folder / LOCK: dumped(lock), folder / POLICY: _filled("policy.yaml", published)}
    hint = ""
    if runner is not Runner.NONE:
        template, name, beside = _FILES[runner]
        text = _filled(template, published)
        if runner is Runner.GITHUB or not (folder / name).exists():
            wanted[folder / name] = text
        elif (folder / name).read_text(encoding="utf-8") != text:
            hint = f"{name} has other jobs, and was not changed. Add to it:\n\n"
            if beside:
                wanted[folder / beside] = text
                hint += f"include:\n  - local: {beside}\n"
            else:
                hint += text
    existing = [path for path in wanted if path.exists()]
    if existing and not force:
        names = ", ".join(path.relative_to(folder).as_posix() for path in existing)
        verb, them = ("exists", "it") if len(existing) == 1 else ("exist", "them")
        raise NotComparable(f"{names} {verb} already. --force overwrites {them}.")
    return Written(tuple(_write(wanted)), hint)


def _filled(template: str, published: str) -> str:
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    return text.replace(_PUBLISHED, published).replace(_VERSION, __version__)


def _write(wanted: dict[Path, str]) -> Iterator[Path]:
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        yield path
