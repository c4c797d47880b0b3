"""Every job of the project. `python -m nox -l` lists them; each one sets itself up."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["tests"]

# Tests and gates start hundreds of processes, and each would compile all that it imports: half of their time. Images of
# containers set this, and uv does not compile what it installs.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
# Every extra except `ocr`: its models are large, and only one test needs them.
EXTRAS = "aiohttp,arrow,cli,contract,drift,mock,pandas,pictures,polars,review,webhooks,xlsx"
# All tests of a file run in one process, in order: the examples of a page build on each other.
# Tests wait a third of their time, so three processes keep two cores busy.
PARALLEL = ("--numprocesses", "3", "--dist", "loadfile")
# Contract tests have a session of their own, and so have slow tests, which take minutes, and those in a browser. Only
# contract tests use the plugin of schemathesis, which takes each process seconds to import.
MOST = ("--ignore", "tests/contract", "-m", "not slow and not browser", "-p", "no:schemathesis")
REDOCLY = "@redocly/cli@2.77.0"
AXE = "axe-core@4.14.1"
CANARY = "pdfminer.six==20250506\n"


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group in pyproject.toml."""
    return list(nox.project.dependency_groups(PROJECT, name))


def install_wheel(session: nox.Session, extras: str, *requirements: str) -> None:
    """Build the wheel and install it, so that sessions run what users get, not the sources."""
    session.install(*PROJECT["build-system"]["requires"])
    folder = Path(session.create_tmp()).resolve() / "wheel"
    for stale in folder.glob("*.whl"):
        stale.unlink()
    session.run("hatchling", "build", "--target", "wheel", "--directory", str(folder), silent=True)
    (wheel,) = folder.glob("*.whl")
    name = f"nanonets-sdk[{extras}]" if extras else "nanonets-sdk"
    session.install(f"{name} @ {wheel.as_uri()}", *requirements)


def run_most(session: nox.Session, *warnings: str, **options: Any) -> None:
    """Run all tests but the slow ones and those in a browser, or what the command line asks for."""
    if not session.posargs:
        # In a new environment nothing is compiled. Each process would compile the same modules at the same time.
        session.run("pytest", "--collect-only", "-qq", *warnings, *MOST, silent=True, **options)
    session.run("pytest", *warnings, *(session.posargs or (*MOST, *PARALLEL)), **options)


def environment_beside(session: nox.Session, name: str, *requirements: str) -> str:
    """Make a second environment for a session that runs by uv, and return the path of its interpreter."""
    folder = Path(session.create_tmp()).resolve() / name
    python = str(folder / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    version = session.python if isinstance(session.python, str) else sys.executable
    session.run_install("uv", "venv", "--quiet", "--clear", "--python", version, str(folder), external=True)
    session.run_install("uv", "pip", "install", "--quiet", "--python", python, *requirements, external=True)
    return python


def run_gates(session: nox.Session, *gates: list[str]) -> None:
    """Run `nanonets drift` from the sources, so that a gate writes into the checkout."""
    extras = PROJECT["project"]["optional-dependencies"]
    session.install(*PROJECT["project"]["dependencies"], *extras["drift"], *group("generator"))
    here = {"PYTHONPATH": f"{ROOT.resolve() / 'overrides'}{os.pathsep}{ROOT.resolve() / 'generated'}"}
    for gate in gates:
        session.run("python", "-m", "nanonets_sdk.cli", "drift", *gate, env=here)


@nox.session
def demo(session: nox.Session) -> None:
    """Read a PDF on the mock: `nox -s demo [-- FILE.pdf]`. Results go to demo-output/."""
    install_wheel(session, "cli,mock,pictures,xlsx")
    # A relative FILE is relative to the folder in which nox was called, which may be another one.
    with session.chdir(session.invoked_from):
        session.run("python", str(ROOT.resolve() / "docs" / "examples" / "demo.py"), *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests against the built wheel: `nox -s tests [-- PYTEST-ARGUMENTS]`."""
    install_wheel(session, EXTRAS, *group("tests"))
    run_most(session)


@nox.session
def slow(session: nox.Session) -> None:
    """Run the tests that take more than a few seconds each, which no other session runs."""
    install_wheel(session, EXTRAS, *group("tests"))
    session.run("pytest", "-m", "slow", *PARALLEL, *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Use the review pages in Chromium, and hold them to axe-core: `nox -s browser [-- PYTEST-ARGUMENTS]`."""
    install_wheel(session, EXTRAS, *group("tests"), *group("browser"))
    folder = Path(session.create_tmp()).resolve()
    with session.chdir(folder):
        session.run("npm", "pack", "--silent", AXE, external=True)
        (packed,) = folder.glob("axe-core-*.tgz")
        session.run("tar", "xzf", str(packed), "package/axe.min.js", external=True)
    tested = session.posargs or ["-m", "browser", "tests/end_to_end"]
    session.run("pytest", *tested, env={"AXE_CORE": str(folder / "package" / "axe.min.js")})


@nox.session(python=PYTHONS)
def compatibility(session: nox.Session) -> None:
    """Run the tests on every supported Python that is installed."""
    install_wheel(session, EXTRAS, *group("tests"))
    run_most(session)


@nox.session(venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest supported version of every dependency."""
    extras = PROJECT["project"]["optional-dependencies"]
    required = [*PROJECT["project"]["dependencies"], *(name for extra in EXTRAS.split(",") for name in extras[extra])]
    session.install("--resolution", "lowest-direct", *required)
    install_wheel(session, EXTRAS, *group("tests"))
    # Old versions use what has been deprecated since.
    ignoring = {"PYTHONWARNINGS": "ignore::DeprecationWarning"}
    run_most(session, "-W", "ignore::DeprecationWarning", env=ignoring)


@nox.session
def regenerate(session: nox.Session) -> None:
    """Rewrite generated/ from the spec; with `-- --check` compare byte for byte and write nothing."""
    options = [option for option in session.posargs if option != "--check"]
    if "--check" not in session.posargs:
        options.append("--write")
    run_gates(session, ["generated", "--package", str(ROOT / "generated" / "nanonets_api"), *options])


@nox.session
def contract(session: nox.Session) -> None:
    """Test mock and clients by the spec: `nox -s contract [-- --deep | --only ID]`."""
    install_wheel(session, EXTRAS, *group("tests"))
    if session.posargs:
        session.run("python", "tests/contract/contract_run.py", *session.posargs)
    else:
        # All of that file is slow, and collecting it takes each process seconds.
        rest = ("--ignore", "tests/contract/test_schemathesis_in_process.py")
        session.run("pytest", "tests/contract", "-m", "not slow", *rest, *PARALLEL)


@nox.session
def drift(session: nox.Session) -> None:
    """Run the gates, or one of them: `nox -s drift [-- upstream FILE | surface --update | …]`."""
    run_gates(session, *([session.posargs] if session.posargs else [["generated"], ["deviations"], ["surface"]]))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, the floors of the source, the spec and the workflows."""
    session.install(*group("lint"))
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    # The source is parsed, not imported, so none of its dependencies is needed.
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": f"overrides{os.pathsep}generated"})
    session.run("python", "-m", "openapi_spec_validator", "openapi/nanonets.yaml")
    session.run(
        "npx", "--yes", REDOCLY, "lint", "--config", "openapi/redocly.yaml", "openapi/nanonets.yaml",
        env={"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
    )  # fmt: skip
    if any(ROOT.glob(".github/workflows/*.yml")):
        templates = "overrides/nanonets_sdk/drift/project/templates/github.yml"
        session.run("zizmor", "--offline", ".github/workflows", "action.yml", templates)


@nox.session(venv_backend="uv")
def audit(session: nox.Session) -> None:
    """Look up known vulnerabilities of the lowest and the newest versions: `nox -s audit [-- PIP-AUDIT-OPTIONS]`."""
    session.install(*group("audit"))
    folder = Path(session.create_tmp()).resolve()
    looking_up = ("pip-audit", "--strict", "--disable-pip", "--no-deps", "--aliases", *session.posargs, "--requirement")
    # A version that is known to be vulnerable: where it is not reported, no answer means anything.
    canary = folder / "canary.txt"
    canary.write_text(CANARY, encoding="utf-8")
    if "CVE-2025-64512" not in str(session.run(*looking_up, str(canary), silent=True, success_codes=[0, 1])):
        message = "The database of vulnerabilities cannot be reached; the workflow runs this session where it can."
        session.error(message) if os.environ.get("CI") else session.skip(message)
    for resolution in ("lowest-direct", "highest"):
        pins = folder / f"{resolution}.txt"
        session.run(
            "uv", "pip", "compile", "--quiet", "--resolution", resolution, "--python-version", PYTHONS[0],
            "--all-extras", "--output-file", str(pins), "pyproject.toml", external=True,
        )  # fmt: skip
        session.run(*looking_up, str(pins))


def install_types(session: nox.Session) -> None:
    """Install what the sources and tests import, and the type checkers."""
    session.install(*PROJECT["project"]["dependencies"], *group("tests"), *group("types"))
    extras = PROJECT["project"]["optional-dependencies"]
    # Ray is large, and tests/typing/stubs has the types that are used of it.
    session.install(*(name for extra, names in extras.items() if extra != "ray" for name in names))


@nox.session
def typecheck(session: nox.Session) -> None:
    """Check the types of everything with mypy, strictly."""
    install_types(session)
    session.run("mypy")


@nox.session
def basedpyright(session: nox.Session) -> None:
    """Ask basedpyright for a second opinion on the types that users see, strictly."""
    install_types(session)
    session.run("basedpyright")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation into site/; any warning fails."""
    session.install(*group("docs"))
    # Not with --quiet: warnings that are not shown do not count for --strict.
    session.run("properdocs", "build", "--strict", "-f", "mkdocs.yml", *session.posargs)


@nox.session
def site(session: nox.Session) -> None:
    """Build the documentation and use it in headless Chromium: search, copy buttons, widths."""
    install_wheel(session, "cli,drift,mock", *group("docs"), *group("browser"), "pytest")
    folder = str(Path(session.create_tmp()).resolve() / "site")
    session.run("properdocs", "build", "--strict", "-f", "mkdocs.yml", "--site-dir", folder)
    session.run("python", "tests/website/check_site.py", folder, env={"PYTHONPATH": str(ROOT / "tests" / "support")})


@nox.session
def pages(session: nox.Session) -> None:
    """Write docs/cli-options.md from the command."""
    install_wheel(session, "cli,contract,drift")
    session.run("python", "docs/making/options_page.py")


@nox.session
def pictures(session: nox.Session) -> None:
    """Make docs/pictures/ from the product: `nox -s pictures [-- NAME …]`. Needs Chromium, chromedriver and tmux."""
    install_wheel(session, EXTRAS, *group("browser"), "pytest")
    session.run(
        "python", "docs/making/pictures.py", *session.posargs, env={"PYTHONPATH": str(ROOT / "tests" / "support")}
    )


@nox.session
def build(session: nox.Session) -> None:
    """Build wheel and source distribution into dist/."""
    session.install(*PROJECT["build-system"]["requires"])
    session.run("hatchling", "build", "--clean")


@nox.session(venv_backend="uv")
def alone(session: nox.Session) -> None:
    """Use the wheel without a checkout: predict, run contract tests, and run the gates in an empty folder; use Trio."""
    install_wheel(session, "")
    (wheel,) = (Path(session.create_tmp()).resolve() / "wheel").glob("*.whl")
    mock_python = environment_beside(session, "elsewhere", f"{wheel}[contract,mock]", "pytest")
    session.run("python", "tests/alone/predict.py", mock_python)
    session.run("python", "tests/alone/contract.py", mock_python)
    for extra in ("", "[aiohttp]"):
        python = environment_beside(session, "trio", f"{wheel}{extra}", "trio>=0.27")
        session.run(python, "tests/alone/on_trio.py", mock_python, external=True)
    session.run("python", "tests/alone/drift.py", environment_beside(session, "gates", f"{wheel}[drift]"))


# `nanonets` 2.0.5 pins packages that no later Python can import.
@nox.session(python="3.11", venv_backend="uv")
def peers(session: nox.Session) -> None:
    """Run two published clients, unchanged, on the mock, and compare what they read with what ours reads."""
    # Only the wrapper reads text in pictures. Without `ocr`, the hundreds of pictures of the other one are read faster.
    for package, version, extras in (
        ("nanonets", "2.0.5", "mock,pictures"),
        ("ocr-nanonets-wrapper", "1.1", "mock,ocr"),
    ):
        install_wheel(session, extras)
        python = environment_beside(session, package, f"{package}=={version}")
        session.run("python", "tests/peers/compare.py", package, python)


@nox.session
def strangers(session: nox.Session) -> None:
    """Try tools of others on the API description, and on broken ones: `nox -s strangers [-- NAME …]`."""
    install_wheel(session, "cli,contract,mock", *group("strangers"))
    tools = Path(session.create_tmp()).resolve() / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "package.json").write_text((ROOT / "tests" / "strangers" / "package.json").read_text(encoding="utf-8"))
    with session.chdir(tools):
        session.run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", external=True)
    session.run("python", "tests/strangers/strangers.py", str(tools), *session.posargs)
    session.run("python", "tests/strangers/broken.py", str(tools), *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against raw httpx, requests, aiohttp and json: `nox -s bench [-- NAME …]`."""
    install_wheel(session, "aiohttp,cli,mock,pandas,ray", "aiohttp", "requests")
    session.run("python", "tests/bench/bench.py", *session.posargs)


@nox.session
def screens(session: nox.Session) -> None:
    """Capture the command on terminals of three widths: `nox -s screens [-- --write FOLDER] [SCENE …]`. Needs tmux."""
    install_wheel(session, EXTRAS, *group("tests"))
    support = {"PYTHONPATH": str(ROOT / "tests" / "support")}
    session.run("python", "tests/screens/screens.py", *session.posargs, env=support)


@nox.session
def ray(session: nox.Session) -> None:
    """Run batches on a Ray cluster of two nodes, and kill them: `nox -s ray [-- --small | --files N --kills N]`.

    With `--small`, a hundred files, one node and three kills, without the tests of the datasets and of their guide.
    """
    is_small = "--small" in session.posargs
    needed = [name for name in group("tests") if not is_small or name.startswith("fpdf2")]
    install_wheel(session, "cli,mock,ray", *needed)
    session.run("python", "tests/end_to_end/ray/chaos.py", *session.posargs)
    if not is_small:
        # Ray warns of what it does itself.
        session.run("pytest", "-W", "ignore", "tests/end_to_end/ray", "docs/guides/scale.md")


@nox.session
def soak(session: nox.Session) -> None:
    """Run what takes minutes to hours: `nox -s soak [-- NAME …]`; the names are those of the scripts in tests/soak/."""
    install_wheel(session, EXTRAS, *group("tests"))
    scripts = {
        path.stem: path for path in sorted((ROOT / "tests" / "soak").glob("*.py")) if "__main__" in path.read_text()
    }
    # A script that another one starts takes its arguments from there.
    scripts.pop("batch_worker", None)
    for name in session.posargs or scripts:
        if name not in scripts:
            session.error(f"there is no {name!r}; there are {', '.join(scripts)}")
        session.run("python", str(scripts[name]))
