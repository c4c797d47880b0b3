"""Tools of others on the API description: `strangers.py TOOLS-FOLDER [NAME …]`; see docs/contract-tests.md.

Each check is a function that returns the version of the tool and raises `Finding` if the tool objects. A tool that
cannot be run here is skipped, with the reason in the table; a check that was skipped is never counted as passed.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from importlib.metadata import version
from json import dumps, loads
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import yaml

from nanonets_sdk._openapi import SPEC, locate
from nanonets_sdk.contract.description.portable import portable

HERE: Final = Path(__file__).parent
OPENAPI: Final = HERE.parents[1] / "openapi"
TOOLS: Final = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path.cwd()
_TSC: Final = ("--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext",
               "--moduleResolution", "bundler", "--lib", "es2022,dom,dom.iterable")  # fmt: skip
_USE_MODELS: Final = """
import models
made = models.BaseModel.__subclasses__()
assert models.Model.model_fields and len(made) > 50, len(made)
assert all(kind.model_rebuild(force=True) for kind in made)
"""
_SECONDS: Final = 600
_SECONDS_OF_MANY: Final = 3600
_OPERATIONS: Final = 45
_MANY: Final = "thorough st run"
"""The check that runs only if it is named: plain schemathesis with as many examples as it takes by itself."""


class Finding(Exception):
    """A tool objects to the description, or what it made of it does not compile."""


class Skipped(Exception):
    """The tool cannot be run here."""


def description() -> Path:
    """Return the path of the description."""
    return locate(SPEC).resolve()


def node(name: str) -> str:
    """Return the version of an npm package that is installed in the folder of the tools."""
    package = TOOLS / "node_modules" / name / "package.json"
    if not package.is_file():
        raise Skipped(f"{name} is not installed; npm could not fetch it")
    return str(loads(package.read_text(encoding="utf-8"))["version"])


def run(*command: str | Path, codes: Iterable[int] = (0,), errors: bool = False, **environment: str) -> str:
    """Run a command in the folder of the tools, and return what it wrote, on standard error too if `errors`."""
    done = subprocess.run(
        [str(part) for part in command], cwd=TOOLS, capture_output=True, text=True, timeout=_SECONDS, check=False,
        encoding="utf-8", env=os.environ | environment,
    )  # fmt: skip
    if done.returncode not in codes:
        said = (done.stdout + done.stderr)[-3000:]
        raise Finding(f"{Path(str(command[0])).name} ended with {done.returncode}:\n{said}")
    return done.stdout + (done.stderr if errors else "")


def program(name: str) -> Path:
    """Return the path of a program of an npm package."""
    return TOOLS / "node_modules" / ".bin" / name


def fresh(name: str) -> Path:
    """Return an empty folder for what a generator writes."""
    folder = TOOLS / "made" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def portable_file() -> Path:
    """Write the portable form of the description, and return its path."""
    made = TOOLS / "portable.yaml"
    document = portable(yaml.safe_load(description().read_text(encoding="utf-8")))
    made.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return made


def compile_typescript(*sources: Path) -> None:
    """Check the types of a TypeScript client."""
    for source in sources:
        if not source.is_file():
            raise Finding(f"{source} was not written")
    run(program("tsc"), *_TSC, *sources)


def openapi_generator(generator: str, folder: Path) -> str:
    """Make a client with openapi-generator."""
    if shutil.which("java") is None:
        raise Skipped("java is not installed")
    command = shutil.which("openapi-generator-cli", path=str(Path(sys.executable).parent))
    if command is None:
        raise Skipped("the Python package openapi-generator-cli is not installed")
    options = ("--additional-properties", "packageName=generated_client") if generator == "python" else ()
    run(
        command,
        "generate",
        "--input-spec",
        portable_file(),
        "--generator-name",
        generator,
        "--output",
        folder,
        *options,
    )
    return version("openapi-generator-cli")


def openapi_generator_python() -> str:
    """Make a Python client, compile it, import every module and send the URLs of a form."""
    folder = fresh("openapi-generator-python")
    made = openapi_generator("python", folder)
    run(sys.executable, "-m", "compileall", "-q", folder)
    lines = run(sys.executable, HERE / "form_of_a_generated_client.py", PYTHONPATH=str(folder))
    if lines.split() != ["urls=a", "urls=b"]:
        raise Finding(f"the generated Python client writes two URLs as {lines!r}")
    return made


def openapi_generator_typescript() -> str:
    """Make a TypeScript client for fetch, and check its types."""
    node("typescript")
    folder = fresh("openapi-generator-typescript")
    made = openapi_generator("typescript-fetch", folder)
    compile_typescript(folder / "index.ts")
    return made


def openapi_typescript() -> str:
    """Make TypeScript types, and check them."""
    made = node("openapi-typescript")
    target = fresh("openapi-typescript") / "types.ts"
    run(program("openapi-typescript"), description(), "--output", target)
    compile_typescript(target)
    return made


def hey_api() -> str:
    """Make a TypeScript client, and check its types."""
    made = node("@hey-api/openapi-ts")
    folder = fresh("hey-api")
    run(program("openapi-ts"), "--input", description(), "--output", folder)
    compile_typescript(folder / "index.ts")
    return made


def orval() -> str:
    """Make a TypeScript client for fetch, and check its types."""
    made = node("orval")
    target = fresh("orval") / "client.ts"
    run(program("orval"), "--input", description(), "--output", target, "--client", "fetch")
    compile_typescript(target)
    return made


def datamodel_code_generator() -> str:
    """Make pydantic models, and import them."""
    folder = fresh("datamodel-code-generator")
    run(
        sys.executable, "-m", "datamodel_code_generator", "--input", description(), "--input-file-type", "openapi",
        "--output", folder / "models.py", "--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin",
        "--strict-refs",
    )  # fmt: skip
    # Names in annotations are looked up when a model is first used.
    run(sys.executable, "-c", _USE_MODELS, PYTHONPATH=str(folder))
    return version("datamodel-code-generator")


def specmatic() -> str:
    """Let Specmatic read the description and its examples."""
    made = node("specmatic")
    if shutil.which("java") is None:
        raise Skipped("java is not installed")
    jar = TOOLS / "node_modules" / "specmatic" / "specmatic.jar"
    validating = ("java", "-jar", jar, "examples", "validate", f"--spec-file={portable_file().name}")
    said = run(*validating, codes=(0, 1), errors=True)
    # It ends with 1 where there is no folder of examples, so that its summary decides.
    if f"API Operations: {_OPERATIONS}" not in said or "Error" in said:
        raise Finding(said[-2000:])
    return made


def exceptions(config: Path) -> tuple[dict[str, Any], set[str]]:
    """Return the content of a file of rules and the rules that it switches off; each must have its reason above it."""
    text = config.read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    for rule, severity in content["rules"].items():
        # YAML 1.1 reads a plain `off` as false.
        if severity not in {"off", False}:
            raise Finding(f"{config.name}: {rule} is {severity}; only exceptions belong here")
        if not re.search(rf"^  # .{{10,}}\n  {re.escape(rule)}:", text, re.MULTILINE):
            raise Finding(f"{config.name}: {rule} has no reason on the line above it")
    return content, set(content["rules"])


def compare(config: Path, excepted: set[str], found: set[str]) -> None:
    """Hold the findings of a tool without exceptions against the exceptions."""
    problems = [f"{rule}: a finding without a recorded reason" for rule in sorted(found - excepted)]
    problems += [f"{rule}: nothing is found; delete the exception" for rule in sorted(excepted - found)]
    if problems:
        raise Finding("\n".join((config.name, *problems)))


def spectral(config: Path) -> str:
    """Lint with the whole ruleset, and compare the findings with the exceptions."""
    made = node("@stoplight/spectral-cli")
    content, excepted = exceptions(config)
    whole = TOOLS / f"whole-{config.name}"
    whole.write_text(yaml.safe_dump({"extends": content["extends"]}), encoding="utf-8")
    command = (program("spectral"), "lint", "--ruleset", whole, "--format", "json", "--quiet", description())
    compare(config, excepted, {finding["code"] for finding in loads(run(*command, codes=(0, 1)))})
    return made


def redocly() -> str:
    """Lint with the recommended rules, and compare the findings with the exceptions."""
    made = node("@redocly/cli")
    content, excepted = exceptions(OPENAPI / "redocly.yaml")
    whole = TOOLS / "whole-redocly.yaml"
    whole.write_text(yaml.safe_dump({"extends": content["extends"]}), encoding="utf-8")
    said = run(
        program("redocly"), "lint", "--config", whole, "--format", "json", "--max-problems", "10000", description(),
        codes=(0, 1), REDOCLY_TELEMETRY="off", REDOCLY_SUPPRESS_UPDATE_NOTICE="true",
    )  # fmt: skip
    compare(OPENAPI / "redocly.yaml", excepted, {problem["ruleId"] for problem in loads(said)["problems"]})
    return made


@contextmanager
def prism_serving(document: Path) -> Any:
    """Serve a description with Prism, and yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = TOOLS / "prism.log"
    with log.open("w", encoding="utf-8") as output:
        command = [str(program("prism")), "mock", "--errors", "--port", str(port), str(document)]
        serving = subprocess.Popen(command, cwd=TOOLS, stdout=output, stderr=subprocess.STDOUT)
    try:
        ends = time.monotonic() + 120
        while "Prism is listening" not in log.read_text(encoding="utf-8", errors="replace"):
            if serving.poll() is not None or time.monotonic() > ends:
                raise Finding(f"Prism does not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.terminate()
        serving.wait(30)


def prism_on_forms() -> None:
    """Send forms that were written by hand to Prism, which refuses arrays in them whoever sends them.

    Its parser keeps the last of the parts that share a name, as text: https://github.com/stoplightio/prism/pull/2654.

    Raises:
        Finding: It answers otherwise; see `FAULTS_OF_PRISM` in `call_every_operation.py`.
    """
    with prism_serving(HERE / "forms.yaml") as address:
        for name, parts, refusal in (
            ("text", ['"one"'], None),
            ("files", ['"files"; filename="a.png"\r\nContent-Type: image/png'], "must be array"),
            ("words", ['"words"', '"words"'], "must NOT have fewer than 2 items"),
        ):
            form = "".join(f"--x\r\nContent-Disposition: form-data; name={part}\r\n\r\nx\r\n" for part in parts)
            sent = Request(f"{address}/{name}", f"{form}--x--\r\n".encode(), method="POST")
            sent.add_header("Content-Type", "multipart/form-data; boundary=x")
            try:
                with urlopen(sent, timeout=30) as reply:
                    said = f"{reply.status}"
            except HTTPError as error:
                said = error.read().decode()
            if (refusal or "204") not in said:
                raise Finding(f"Prism answers /{name} of forms.yaml with {said}")


def prism() -> str:
    """Let both clients call every operation of a server that Prism makes from the description."""
    made = node("@stoplight/prism-cli")
    prism_on_forms()
    with prism_serving(description()) as address:
        run(sys.executable, HERE / "call_every_operation.py", address)
    return made


@contextmanager
def mock_serving(*options: str) -> Any:
    """Serve the mock with what the examples of the description name, and yield its address."""
    command = [sys.executable, "-m", "nanonets_sdk.cli", "mock", "serve", "--quiet", "--contract", "--port", "0",
               "--jobs", "at once", "--trainings", "at once", *options]  # fmt: skip
    with subprocess.Popen(command, cwd=TOOLS, stdout=subprocess.PIPE, text=True, encoding="utf-8") as serving:
        try:
            assert serving.stdout is not None
            said = ""
            while "can be sent as they are" not in said:
                line = serving.stdout.readline()
                if not line:
                    raise Finding(f"the mock does not start:\n{said}")
                said += line
            yield said.partition("export NANONETS_BASE_URL=")[2].partition("\n")[0]
        finally:
            serving.terminate()
            serving.communicate(timeout=30)


def groups(*without: str) -> list[dict[str, Any]]:
    """Return the groups of `schemathesis.yaml` that have none of the given marks."""
    every = yaml.safe_load((HERE / "schemathesis.yaml").read_text(encoding="utf-8"))
    return [group for group in every if not any(group.get(mark) for mark in without)]


def schemathesis_run(address: str, accepted: list[dict[str, Any]], *options: str) -> set[tuple[str, str]]:
    """Run schemathesis from an empty folder; return the operation and the check of each entry that it did not need.

    Raises:
        Finding: It found something that is no entry, or the mock refused a request for another reason than its entry's.
    """
    # As the baseline of schemathesis has it: one entry for each operation.
    entries = [
        {name: group[name] for name in ("check", "failure", "signature", "reason")} | {"operation": operation}
        for group in accepted
        for operation in group["operations"]
    ]
    baseline, folder = TOOLS / "schemathesis-baseline.json", fresh("schemathesis")
    baseline.write_text(dumps({"format_version": 1, "entries": entries}), encoding="utf-8")
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", str(description()), "--url", address, "--auth", "any-key:",
        "--seed", "1", "--generation-database", "none", "--continue-on-failure", "--report", "vcr",
        "--report-vcr-path", str(folder / "sent.yaml"), "--baseline", str(baseline), "--baseline-prune", *options,
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=_SECONDS_OF_MANY, check=False,
        env=os.environ | {"PYTHONHASHSEED": "0"},
    )  # fmt: skip
    if done.returncode:
        raise Finding(f"schemathesis ended with {done.returncode}:\n{(done.stdout + done.stderr)[-6000:]}")
    if others := sorted(set(refusals_for_other_reasons(folder / "sent.yaml", accepted))):
        raise Finding("\n".join(("schemathesis.yaml", *others)))
    print(*re.findall(r"\d+ generated.*", done.stdout), *options, sep="; ", file=sys.stderr)
    kept = loads(baseline.read_text(encoding="utf-8"))["entries"]
    found = {(entry["operation"], entry["check"]) for entry in kept}
    return {(entry["operation"], entry["check"]) for entry in entries} - found


def refusals_for_other_reasons(sent: Path, accepted: list[dict[str, Any]]) -> Iterable[str]:
    """Yield the valid requests that were refused for a reason that no entry of their operation names."""
    reasons: dict[str, list[str]] = {}
    for group in accepted:
        for operation in group["operations"] if "refusal" in group else ():
            reasons.setdefault(operation, []).append(group["refusal"])
    places = {re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(operation))): operation for operation in reasons}
    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for call in yaml.load(sent.read_text(encoding="utf-8"), Loader=fast)["http_interactions"]:
        failed = {check["name"] for check in call["checks"] if check["status"] == "FAILURE"}
        if "positive_data_acceptance" not in failed:
            continue
        uri: str = call["request"]["uri"]
        name = f"{call['request']['method']} {urlsplit(uri).path.partition('/api/v2')[2]}"
        said: str = loads(call["response"]["body"]["string"])["errors"][0]["reason"]
        known = [operation for place, operation in places.items() if place.fullmatch(name)]
        if not any(re.search(pattern, said) for operation in known for pattern in reasons[operation]):
            yield f"{name} was refused for another reason: {said}"


def schemathesis(*options: str) -> str:
    """Run schemathesis without settings and hooks on the mock: the examples on hosted models, and then all phases."""
    made = ("ocr_create_model", "ic_create_model", "od_create_model", "ml_create_model")
    without = [part for operation_id in made for part in ("--exclude-operation-id", operation_id)]
    with mock_serving() as address:
        of_hosted = groups("only_of_made_models", "only_of_many_examples")
        schemathesis_run(address, of_hosted, "--phases", "examples", *without)
    with mock_serving() as address:
        marks = () if options == () else ("only_of_many_examples",)
        stale = schemathesis_run(address, groups(*marks), *options)
    if stale:
        lines = (f"{operation}: {check} is not needed; delete it" for operation, check in sorted(stale))
        raise Finding("\n".join(("schemathesis.yaml", *lines)))
    return version("schemathesis")


CHECKS: Final[dict[str, Callable[[], str]]] = {
    "openapi-generator (python)": openapi_generator_python,
    "openapi-generator (typescript-fetch)": openapi_generator_typescript,
    "openapi-typescript": openapi_typescript,
    "@hey-api/openapi-ts": hey_api,
    "orval": orval,
    "datamodel-code-generator": datamodel_code_generator,
    "Specmatic": specmatic,
    "redocly (recommended)": redocly,
    "spectral (oas)": lambda: spectral(OPENAPI / "spectral.yaml"),
    "spectral (OWASP)": lambda: spectral(OPENAPI / "owasp.yaml"),
    "Prism, with both clients": prism,
    "schemathesis, on the mock": lambda: schemathesis("--max-examples", "5"),
    _MANY: schemathesis,
}


def main(names: list[str]) -> int:
    """Run the checks whose names contain one of the given words, and print a line for each."""
    failed = False
    for name, check in CHECKS.items():
        if not any(word in name for word in names) if names else name == _MANY:
            continue
        try:
            result = f"{check():<10} ok"
        except Skipped as reason:
            result = f"{'':<10} SKIPPED: {reason}"
        except (Finding, subprocess.TimeoutExpired) as finding:
            failed = True
            result = f"{'':<10} FAILED: {finding}"
        print(f"{name:<38} {result}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:]))
