"""The generated package: write it anew from the spec, or compare it with what the spec gives.

`python -m nanonets_sdk.drift.gates.generated` rewrites `generated/nanonets_api`; with `--check` it writes nothing,
names every file that differs and exits with status 10, or with 20 when it could not compare.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import frozen

from nanonets_sdk.drift.report.outcome import (
    DRIFT,
    NOT_COMPARABLE,
    Finding,
    Kind,
    NotComparable,
    Outcome,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

PROVENANCE: Final = "PROVENANCE.json"
_ADVICE: Final = "Run `nox -s regenerate`, and mend what is wrong in the spec; generated files are never edited."
_SENTENCES: Final = {
    "changed": "The file is not what the spec gives.",
    "missing": "The spec gives this file, and the package lacks it.",
    "unexpected": "The spec does not give this file.",
}
REPLY_NAMES: Final = {
    "Box": "BoxReply",
    "Category": "CategoryReply",
    "Cell": "CellReply",
    "Listing": "ListingReply",
    "Model": "ModelReply",
    "OcrText": "TextReply",
    "UploadedFile": "UploadedFileReply",
}
"""Names of reply types by their schemas, where the schema has the name of a class that callers get."""

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
    """The generator is missing, failed or warned; the message holds what it said."""


@frozen
class Difference:
    """A file of the generated package that is not what the spec gives.

    Attributes:
        path: Relative to the package, with forward slashes.
        kind: `changed`, `missing` (the spec gives it, the package lacks it) or `unexpected` (the other way round).
    """

    path: str
    kind: str


def regenerate(spec: Path, config: Path, package: Path) -> None:
    """Delete a generated package and write it anew.

    Args:
        spec: The OpenAPI document.
        config: The settings of openapi-python-client.
        package: The folder of the package, e.g. `generated/nanonets_api`.

    Raises:
        GenerationFailed: The generator or the formatter is not installed, or gave an error or a warning.
    """
    provenance = {
        "generator": f"openapi-python-client {_installed('openapi-python-client')}",
        "formatter": f"ruff {_installed('ruff')}",
        "reply_generator": f"datamodel-code-generator {_installed('datamodel-code-generator')}",
        "spec_sha256": hashlib.sha256(spec.read_bytes()).hexdigest(),
        "config_sha256": hashlib.sha256(config.read_bytes()).hexdigest(),
    }
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch, package.name)
        paths = ["--path", str(spec.resolve()), "--config", str(config.resolve()), "--output-path", str(fresh)]
        _run("openapi_python_client", "generate", "--meta", "none", "--fail-on-warning", *paths, package=fresh)
        _generate_replies(spec, fresh / "replies.py")
        (fresh / "py.typed").touch()
        (fresh / PROVENANCE).write_text(json.dumps(provenance, indent=2) + "\n", encoding="utf-8")
        shutil.rmtree(package, ignore_errors=True)
        shutil.copytree(fresh, package)


def compare(spec: Path, config: Path, package: Path) -> list[Difference]:
    """Generate in a temporary folder and compare byte for byte; the package itself stays as it is.

    Args:
        spec: The OpenAPI document.
        config: The settings of openapi-python-client.
        package: The folder of the package to compare.

    Returns:
        The differences, sorted by path; empty when there are none.

    Raises:
        GenerationFailed: As for `regenerate`.
    """
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch, package.name)
        regenerate(spec, config, fresh)
        wanted, present = _contents(fresh), _contents(package)
    kinds = {path: _kind(wanted.get(path), present.get(path)) for path in wanted | present}
    return [Difference(path, kind) for path, kind in sorted(kinds.items()) if kind]


def check(spec: Path, config: Path, package: Path) -> Outcome:
    """Return where a generated package is not what the spec gives.

    Args:
        spec: The OpenAPI document.
        config: The settings of openapi-python-client.
        package: The folder of the package to compare.

    Raises:
        GenerationFailed: As for `regenerate`.
    """
    if not package.is_dir():
        raise GenerationFailed(f"There is no generated package at {package}.")
    found = compare(spec, config, package)
    return Outcome(
        gate="generated",
        subject=f"{package.name} against {spec.name}",
        findings=tuple(map(partial(_finding, package.name), found)),
        notes=(f"{len(_contents(package))} files, byte for byte.",),
        advice=_ADVICE,
    )


def _finding(package: str, difference: Difference) -> Finding:
    where, said = f"{package}/{difference.path}", _SENTENCES[difference.kind]
    return Finding(Kind.AGREEMENT, f"file-{difference.kind}", where, said)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line without the program's name; that of the process when None.

    Returns:
        The exit status: 0 written or equal, 10 different, 20 not comparable.
    """
    options = _parser().parse_args(arguments)
    try:
        if not options.check:
            regenerate(options.spec, options.config, options.package)
            print(f"{options.package}: written from {options.spec}")
            return 0
        found = compare(options.spec, options.config, options.package)
    except (NotComparable, OSError) as error:
        print(f"The generated package could not be made: {error}", file=sys.stderr)
        return NOT_COMPARABLE
    for difference in found:
        print(f"{options.package / difference.path}: {difference.kind}")
    if found:
        print(_ADVICE)
        return DRIFT
    print(f"{options.package} is what {options.spec} gives.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nanonets_sdk.drift.gates.generated", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--spec", type=Path, default=Path("openapi/nanonets.yaml"))
    parser.add_argument("--config", type=Path, default=Path("generator-config.yaml"))
    parser.add_argument("--package", type=Path, default=Path("generated/nanonets_api"))
    return parser


def _installed(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        raise GenerationFailed(
            f"{distribution} is not installed. In a checkout `nox -s regenerate` brings the pinned one; "
            f"elsewhere install the one that {PROVENANCE} of the package names."
        ) from None


def _generate_replies(spec: Path, module: Path) -> None:
    from nanonets_sdk.drift.facts.parsing import parse
    from nanonets_sdk.drift.facts.reply_schemas import reply_schemas

    document = parse(spec.read_bytes(), spec.name)
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


def _run(generator: str, *arguments: str, package: Path) -> None:
    # The generator calls ruff by name: let it find the one of this interpreter, whose version is recorded.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(  # noqa: S603 - a fixed command; the paths are the caller's own
        [sys.executable, "-m", generator, *arguments],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    # The output names the folder of the package, which may have the word "warning" in it.
    said = f"{done.stdout}\n{done.stderr}".replace(str(package), package.name)
    if done.returncode != 0 or "warning" in said.lower():
        raise GenerationFailed(said.strip())


def _contents(package: Path) -> dict[str, bytes]:
    files = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in files}


def _kind(wanted: bytes | None, present: bytes | None) -> str:
    if wanted == present:
        return ""
    if present is None:
        return "missing"
    return "unexpected" if wanted is None else "changed"


if __name__ == "__main__":
    sys.exit(main())
