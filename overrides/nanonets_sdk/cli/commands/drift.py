"""`nanonets drift`: gates between the service, the spec, the generated code and the public surface.

Exit status of every gate: 0 nothing moved, 10 something did, 20 it could not compare.
"""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from nanonets_sdk._openapi import DEVIATIONS, GENERATOR_CONFIG, LOCK, SPEC, locate
from nanonets_sdk.cli.running.options import HELP_MARKUP
from nanonets_sdk.drift.report.outcome import NOT_COMPARABLE, NotComparable, Outcome, Severity
from nanonets_sdk.drift.report.rendering import Format, print_to_console, render, render_failure

SERVICE = "https://app.nanonets.com/api/v2"

# `nanonets_sdk.cli.app` loads this module only when a gate is named, since the gates' own enums are its choices.
app = typer.Typer(no_args_is_help=True, rich_markup_mode=HELP_MARKUP)

FormatOption = Annotated[Format, typer.Option("--format", help="How to write the findings.")]
FailOnOption = Annotated[Severity, typer.Option("--fail-on", help="The mildest kind of finding that fails.")]
SpecOption = Annotated[Path | None, typer.Option("--spec", help="Our API description; by default the packaged one.")]
LockOption = Annotated[Path | None, typer.Option("--lock", help="The lock; by default the packaged one.")]


@app.command()
def upstream(
    document: Annotated[str, typer.Argument(metavar="FILE_OR_URL", help="The published description.")],
    *,
    write_lock: Annotated[
        bool, typer.Option("--write-lock", help="Write the lock from it, and compare nothing.")
    ] = False,
    lock: LockOption = None,
    fail_on: FailOnOption = Severity.ADDITIVE,
    form: FormatOption = Format.TEXT,
) -> None:
    """Compare a published API description with the one that ours was made from."""

    def work() -> Outcome | str:
        from nanonets_sdk.drift.facts.lock import dumped, read_lock
        from nanonets_sdk.drift.gates import upstream as gate

        place = lock or locate(LOCK)
        if not write_lock:
            return gate.compare(read_lock(place), gate.read_published(document), fail_on)
        published = gate.read_published(document)
        place.write_text(dumped(published), encoding="utf-8", newline="\n")
        return f"{place}: {published.size} facts of {published.name}, version {published.version}"

    _run("upstream", work, form)


@app.command()
def generated(
    *,
    spec: SpecOption = None,
    config: Annotated[Path | None, typer.Option(help="The generator's settings.")] = None,
    package: Annotated[Path | None, typer.Option(help="The folder of the generated package.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the package instead of comparing it.")] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Generate the low-level package again, and compare it byte for byte."""

    def work() -> Outcome | str:
        from nanonets_sdk.drift.gates import generated as gate

        source, settings = spec or locate(SPEC), config or locate(GENERATOR_CONFIG)
        folder = package or _folder_of("nanonets_api")
        if not write:
            return gate.check(source, settings, folder)
        gate.regenerate(source, settings, folder)
        return f"{folder}: written from {source}"

    _run("generated", work, form)


@app.command()
def deviations(
    *,
    spec: SpecOption = None,
    lock: LockOption = None,
    declared: Annotated[Path | None, typer.Option("--deviations", help="The declared differences.")] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Compare our description with the published one, and the differences with the declared ones."""

    def work() -> Outcome:
        from nanonets_sdk.drift.facts.lock import read_lock
        from nanonets_sdk.drift.gates import deviations as gate

        published, ours = read_lock(lock or locate(LOCK)), spec or locate(SPEC)
        comparison = gate.compare(published, _parsed(ours), ours.name)
        return gate.check(comparison, gate.read_deviations(declared or locate(DEVIATIONS)), published)

    _run("deviations", work, form)


@app.command()
def surface(
    *,
    source: Annotated[
        Path | None, typer.Option(help="The folder of nanonets_sdk; by default the installed one.")
    ] = None,
    agreed: Annotated[
        Path | None, typer.Option("--agreed", help="The recorded surface; by default the packaged one.")
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Record the surface as it is.")] = False,
    fail_on: FailOnOption = Severity.ADDITIVE,
    form: FormatOption = Format.TEXT,
) -> None:
    """Compare the public Python names, calls and types with the recorded ones."""

    def work() -> Outcome:
        from nanonets_sdk.drift.gates import surface as gate

        recorded, present = agreed or gate.AGREED, gate.surface_of(source or _folder_of("nanonets_sdk"))
        if update:
            recorded.write_text(gate.dumped(present), encoding="utf-8", newline="\n")
        return gate.compare(gate.read_surface(recorded), present, fail_on)

    _run("surface", work, form)


@app.command()
def traffic(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An HTTP archive (HAR), or a file of a TrafficRecorder.")
    ],
    *,
    spec: SpecOption = None,
    base_url: Annotated[str, typer.Option(help="The address of the service in an archive.")] = SERVICE,
    fail_on: FailOnOption = Severity.ADDITIVE,
    form: FormatOption = Format.TEXT,
) -> None:
    """Compare recorded traffic with our description."""

    def work() -> Outcome:
        from nanonets_sdk.drift.gates import traffic as gate

        return gate.compare(gate.read_traffic(file, base_url), _parsed(spec or locate(SPEC)), file.name, fail_on)

    _run("traffic", work, form)


@app.command()
def skeleton(*, lock: LockOption = None) -> None:
    """Print an OpenAPI document with the facts of the lock and without its prose, to try the gates on."""
    import yaml

    from nanonets_sdk.drift.facts.lock import read_lock
    from nanonets_sdk.drift.facts.skeleton import skeleton as document_with

    try:
        document = document_with(read_lock(lock or locate(LOCK)).facts)
    except (NotComparable, OSError) as error:
        typer.echo(f"drift skeleton: {error}", err=True)
        raise typer.Exit(NOT_COMPARABLE) from error
    typer.echo(yaml.safe_dump(document, sort_keys=False, width=120), nl=False)


def _run(gate: str, work: Callable[[], Outcome | str], form: Format) -> None:
    """Print what a gate found, or what it wrote, and exit."""
    try:
        outcome = work()
    except (NotComparable, OSError) as error:
        failure = error if isinstance(error, NotComparable) else NotComparable(str(error))
        typer.echo(render_failure(gate, failure, form), err=form is Format.TEXT)
        raise typer.Exit(NOT_COMPARABLE) from error
    except ModuleNotFoundError as error:
        typer.echo(f"drift {gate} needs {error.name}: pip install 'nanonets-sdk[drift]'", err=True)
        raise typer.Exit(NOT_COMPARABLE) from error
    if isinstance(outcome, str):
        typer.echo(outcome)
        raise typer.Exit
    if form is Format.TEXT:
        print_to_console(render(outcome, form))
    else:
        typer.echo(render(outcome, form))
    raise typer.Exit(outcome.exit_status)


def _parsed(spec: Path) -> dict[str, object]:
    from nanonets_sdk.drift.facts.parsing import parse

    return parse(spec.read_bytes(), spec.name)


def _folder_of(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise NotComparable(f"The package {package} is not installed.")
    return Path(found.origin).parent
