"""Gate on the generated package: is it what the generator makes of the spec?"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from nanonets_sdk.drift.facts.json_types import Tree
from nanonets_sdk.drift.facts.parsing import parse
from nanonets_sdk.drift.facts.reply_schemas import reply_schemas
from nanonets_sdk.drift.report.outcome import Finding, NotComparable, Outcome, Severity

PROVENANCE: Final = "PROVENANCE.json"
_ADVICE: Final = "Run `nox -s regenerate`, and fix in the spec what is wrong; generated files are never edited."
_MESSAGES: Final = {
    "changed": "The file is not what the spec gives.",
    "missing": "The spec gives this file, and the package lacks it.",
    "unexpected": "The spec does not give this file.",
}
# The generator's own template imports every model with the first one, which takes longer than a whole client otherwise.
_TEMPLATES: Final = Path(__file__).with_name("templates")
# Reply types by schema, where the schema has the name of a class that callers get.
REPLY_NAMES: Final = {
    "Box": "BoxReply",
    "Category": "CategoryReply",
    "Cell": "CellReply",
    "Listing": "ListingReply",
    "Model": "ModelReply",
    "OcrText": "TextReply",
    "UploadedFile": "UploadedFileReply",
}
# The header replaces one with a time stamp. The generator's own formatters read the settings of a project around the
# file, so ruff formats it instead. Replies are trees, so the garbage collector can leave them alone.
_REPLY_OPTIONS: Final = (
    "--ignore-pyproject",
    "--no-formatters",
    '--custom-file-header="""Replies of the service, as structs for msgspec; written from the spec, never edited."""',
    "--input-file-type=openapi",
    "--output-model-type=msgspec.Struct",
    '--extra-template-data={"#all#": {"base_class_kwargs": {"frozen": true, "gc": false}}}',
    f"--model-name-map={json.dumps(REPLY_NAMES)}",
    "--target-python-version=3.11",
    "--strict-nullable",
    "--collapse-root-models",
    "--keep-model-order",
    "--use-schema-description",
    "--use-single-line-docstring",
    "--use-double-quotes",
)


class GenerationFailed(NotComparable):
    """The generator is missing, failed or warned; the message is its output."""


def regenerate(spec: Path, config: Path, package: Path) -> None:
    """Replace a generated package.

    Raises:
        GenerationFailed: The generator or the formatter is not installed, failed, or printed a warning.
        NotComparable: The spec is not an OpenAPI document.
    """
    document = parse(spec.read_bytes(), spec.name)
    provenance = {
        "generator": f"openapi-python-client {_installed('openapi-python-client')}",
        "formatter": f"ruff {_installed('ruff')}",
        "reply_generator": f"datamodel-code-generator {_installed('datamodel-code-generator')}",
        "spec_sha256": hashlib.sha256(spec.read_bytes()).hexdigest(),
        "config_sha256": hashlib.sha256(config.read_bytes()).hexdigest(),
    }
    # Generated elsewhere first, so that a failure leaves the package as it was.
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch, package.name)
        paths = ["--path", str(spec.resolve()), "--config", str(config.resolve()), "--output-path", str(fresh)]
        options = ["--meta", "none", "--fail-on-warning", "--custom-template-path", str(_TEMPLATES)]
        _run("openapi_python_client", "generate", *options, *paths, package=fresh)
        _generate_replies(document, fresh / "replies.py")
        (fresh / "py.typed").touch()
        (fresh / PROVENANCE).write_text(json.dumps(provenance, indent=2) + "\n", encoding="utf-8")
        shutil.rmtree(package, ignore_errors=True)
        shutil.copytree(fresh, package)


def check(spec: Path, config: Path, package: Path) -> Outcome:
    """Generate into a temporary folder and compare byte for byte; the package is not touched.

    Raises:
        GenerationFailed: As for `regenerate`, or there is no package.
        NotComparable: As for `regenerate`.
    """
    if not package.is_dir():
        raise GenerationFailed(f"There is no generated package at {package}.")
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch, package.name)
        regenerate(spec, config, fresh)
        wanted, present = _contents(fresh), _contents(package)
    findings: list[Finding] = []
    for path in sorted(wanted | present):
        if wanted.get(path) != present.get(path):
            kind = "missing" if path not in present else "unexpected" if path not in wanted else "changed"
            where = f"{package.name}/{path}"
            findings.append(Finding(Severity.AGREEMENT, f"file-{kind}", where, _MESSAGES[kind]))
    return Outcome(
        gate="generated",
        subject=f"{package.name} against {spec.name}",
        findings=tuple(findings),
        notes=(f"{len(present)} files, byte for byte.",),
        advice=_ADVICE,
    )


def _installed(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        raise GenerationFailed(
            f"{distribution} is not installed. In a checkout `nox -s regenerate` installs the pinned version; "
            f"elsewhere install the one named by {PROVENANCE} in the package."
        ) from None


def _generate_replies(document: Tree, module: Path) -> None:
    schemas = module.parent.with_name("replies.json")
    schemas.write_text(json.dumps(reply_schemas(document)), encoding="utf-8")
    paths = ["--input", str(schemas), "--output", str(module)]
    _run("datamodel_code_generator", *_REPLY_OPTIONS, *paths, package=module.parent)
    # The generator has no option for arrays of any length as tuples, and a frozen reply holds no lists.
    text = re.sub(r"\blist\[(\w+)\]", r"tuple[\1, ...]", module.read_text(encoding="utf-8"))
    module.write_text(text, encoding="utf-8", newline="\n")
    isolated = ["--isolated", "--no-cache", "--quiet", str(module)]
    _run("ruff", "check", "--select=I", "--fix", *isolated, package=module.parent)
    _run("ruff", "format", *isolated, package=module.parent)


def _run(tool: str, *arguments: str, package: Path) -> None:
    # The generators call ruff by name. They have to find the one of this interpreter, whose version is recorded.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(  # noqa: S603 - a fixed command; the paths are the caller's own
        [sys.executable, "-m", tool, *arguments],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    # The output names the folder of the package, whose path may contain the word that is looked for.
    output = f"{done.stdout}\n{done.stderr}".replace(str(package), package.name)
    if done.returncode != 0 or "warning" in output.lower():
        raise GenerationFailed(output.strip())


def _contents(package: Path) -> dict[str, bytes]:
    files = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in files}
