"""`nanonets drift`: gates between the service, the spec, the generated code and the public surface.

Exit status of every gate: 0 nothing moved, 10 something did, 20 it could not compare.
"""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve

from nanonets_sdk._openapi import DEVIATIONS, GENERATOR_CONFIG, LOCK, SPEC, locate
from nanonets_sdk.cli.running.gates import Delivery, Found, attempt, deliver, run, write
from nanonets_sdk.cli.running.options import HELP_MARKUP
from nanonets_sdk.drift.project import checkout
from nanonets_sdk.drift.report.outcome import DRIFT, NOT_COMPARABLE, NotComparable, Result, Severity
from nanonets_sdk.drift.report.programs import SCHEMA
from nanonets_sdk.drift.report.rendering import Format

SERVICE = "https://app.nanonets.com/api/v2"

# `drift_group` loads this module only when a gate is named, since the gates' own enums are its choices.
app = typer.Typer(no_args_is_help=True, rich_markup_mode=HELP_MARKUP)

FormatOption = Annotated[
    Format | None, typer.Option("--format", help="How to write the findings; text by default.", show_default=False)
]
OutputOption = Annotated[
    list[str] | None,
    typer.Option("--output", metavar="[FORMAT=]FILE", help="Write the findings to a file, too; several are possible."),
]
PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", help="Severities and accepted findings; by default nanonets-drift.yaml, if it is here."),
]
FailOnOption = Annotated[Severity, typer.Option("--fail-on", help="The mildest kind of finding that fails.")]
SpecOption = Annotated[Path | None, typer.Option("--spec", help="Our API description; by default the packaged one.")]
LockOption = Annotated[
    Path | None,
    typer.Option("--lock", help="The lock; by default nanonets.lock.yaml, or the packaged one."),
]


@app.command()
def upstream(
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help="The published description: a file, URL, git revision or -.")
    ],
    *,
    write_lock: Annotated[
        bool, typer.Option("--write-lock", help="Write the lock from it, and compare nothing.")
    ] = False,
    lock: LockOption = None,
    fail_on: FailOnOption = Severity.ADDITIVE,
    form: FormatOption = None,
    output: OutputOption = None,
    policy: PolicyOption = None,
) -> None:
    """Compare a published API description with the one that the lock was made from."""
    delivery = Delivery(form, tuple(output or ()), policy)
    if not write_lock:
        run("upstream", lambda: _upstream(document, lock, fail_on), delivery)

    def work() -> str:
        from nanonets_sdk.drift.facts.lock import dumped
        from nanonets_sdk.drift.project.reading import read_facts

        place = _lock(lock)
        instead = f"Name a lock of your own with --lock, or begin with one: nanonets drift init {document}"
        checkout.refuse_installed(place, instead)
        published, _ = read_facts(document)
        place.write_text(dumped(published), encoding="utf-8", newline="\n")
        return f"{place}: {published.size} facts of {published.name}, version {published.version}"

    write("upstream", work, delivery)


@app.command()
def compare(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="A file, URL, git revision (main:api.yaml) or -.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="The same; or a lock (*.lock.yaml).")],
    *,
    fail_on: FailOnOption = Severity.ADDITIVE,
    form: FormatOption = None,
    output: OutputOption = None,
    policy: PolicyOption = None,
) -> None:
    """Compare two API descriptions."""

    def work() -> Found:
        from nanonets_sdk.drift.gates import upstream as gate
        from nanonets_sdk.drift.project.locating import in_document
        from nanonets_sdk.drift.project.reading import read_facts

        if before == after == "-":
            message = "Standard input can be only one of the two documents."
            raise NotComparable(message)
        (old, _), (new, given) = read_facts(before), read_facts(after)
        found = gate.compare(old, new, fail_on)
        subject = f"{new.name}, version {new.version}, against {old.name}, version {old.version}"
        notes = (f"{old.size} facts before, {new.size} after.",)
        found = evolve(found, gate="compare", subject=subject, notes=notes, advice="")
        return found, in_document(given.content, given.file)

    run("compare", work, Delivery(form, tuple(output or ()), policy))


@app.command()
def generated(
    *,
    spec: SpecOption = None,
    config: Annotated[Path | None, typer.Option(help="The generator's settings.")] = None,
    package: Annotated[Path | None, typer.Option(help="The folder of the generated package.")] = None,
    write_package: Annotated[bool, typer.Option("--write", help="Write the package instead of comparing it.")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
    policy: PolicyOption = None,
) -> None:
    """Generate the low-level package again, and compare it byte for byte."""
    delivery = Delivery(form, tuple(output or ()), policy)
    if not write_package:
        run("generated", lambda: _generated(spec, config, package), delivery)

    def work() -> str:
        from nanonets_sdk.drift.gates import generated as gate

        folder, source = package or _folder_of("nanonets_api"), spec or locate(SPEC)
        checkout.refuse_installed(folder, "Name another folder with --package.")
        gate.regenerate(source, config or locate(GENERATOR_CONFIG), folder)
        return f"{folder}: written from {source}"

    write("generated", work, delivery)


@app.command()
def deviations(
    *,
    spec: SpecOption = None,
    lock: Annotated[Path | None, typer.Option("--lock", help="The lock; by default the packaged one.")] = None,
    declared: Annotated[Path | None, typer.Option("--deviations", help="The declared differences.")] = None,
    write_seals: Annotated[bool, typer.Option("--write-seals", help="Confirm what the entries do not name.")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
    policy: PolicyOption = None,
) -> None:
    """Compare our description with the published one, and the differences with the declared ones."""

    def work() -> Found:
        if write_seals:
            from nanonets_sdk.drift.facts.lock import read_lock
            from nanonets_sdk.drift.gates import deviations as gate

            file, ours = declared or locate(DEVIATIONS), spec or locate(SPEC)
            checkout.refuse_installed(file, "Name another file with --deviations.")
            comparison = gate.compare(read_lock(lock or locate(LOCK)), _parsed(ours), ours.name)
            text = gate.with_seals(file.read_text(encoding="utf-8"), comparison, gate.read_deviations(file))
            file.write_text(text, encoding="utf-8", newline="\n")
        return _deviations(spec, lock, declared)

    run("deviations", work, Delivery(form, tuple(output or ()), policy))


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
    form: FormatOption = None,
    output: OutputOption = None,
    policy: PolicyOption = None,
) -> None:
    """Compare the public Python names, calls and types with the recorded ones."""

    def work() -> Found:
        if update:
            from nanonets_sdk.drift.gates import surface as gate

            recorded = agreed or gate.AGREED
            checkout.refuse_installed(recorded, "Name another file with --agreed.")
            present = gate.surface_of(source or _folder_of("nanonets_sdk"))
            recorded.write_text(gate.dumped(present), encoding="utf-8", newline="\n")
        return _surface(source, agreed, fail_on)

    run("surface", work, Delivery(form, tuple(output or ()), policy))


@app.command()
def traffic(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An HTTP archive (HAR), or a file of a TrafficRecorder.")
    ],
    *,
    spec: SpecOption = None,
    base_url: Annotated[str, typer.Option(help="The address of the service in an archive.")] = SERVICE,
    min_coverage: Annotated[
        str | None,
        typer.Option("--min-coverage", metavar="N|N%", help="Fail if fewer operations were used; a number or a share."),
    ] = None,
    fail_on: FailOnOption = Severity.ADDITIVE,
    form: FormatOption = None,
    output: OutputOption = None,
    policy: PolicyOption = None,
) -> None:
    """Compare recorded traffic with our description."""
    from nanonets_sdk.drift.project.coverage import Minimum

    try:
        minimum = Minimum.read(min_coverage or "0")
    except ValueError as error:
        raise typer.BadParameter(f"{error}.", param_hint="--min-coverage") from error

    def work() -> Found:
        outcome, found = _traffic(file, spec, base_url, fail_on)
        return minimum.held(outcome), found

    run("traffic", work, Delivery(form, tuple(output or ()), policy))


@app.command("all")
def every(
    document: Annotated[
        str | None, typer.Argument(metavar="[DOCUMENT]", help="The published description; without it, no upstream.")
    ] = None,
    *,
    traffic_file: Annotated[
        Path | None, typer.Option("--traffic", metavar="FILE", help="Recorded traffic; without it, no traffic.")
    ] = None,
    fail_on: FailOnOption = Severity.ADDITIVE,
    form: FormatOption = None,
    output: OutputOption = None,
    policy: PolicyOption = None,
) -> None:
    """Run every gate, and report all of them; the exit status is the worst."""
    gates: dict[str, Callable[[], Found]] = {
        "deviations": lambda: _deviations(None, None, None),
        "surface": lambda: _surface(None, None, fail_on),
        "generated": lambda: _generated(None, None, None),
    }
    if document:
        gates = {"upstream": lambda: _upstream(document, None, fail_on), **gates}
    if traffic_file:
        gates["traffic"] = lambda: _traffic(traffic_file, None, SERVICE, fail_on)
    delivery = Delivery(form, tuple(output or ()), policy)
    results: list[Result] = [attempt(gate, work, delivery) for gate, work in gates.items()]
    left_out = [
        name
        for name, given in (("upstream: no DOCUMENT", document), ("traffic: no --traffic", traffic_file))
        if not given
    ]
    if left_out:
        typer.echo(f"Not run, {'; '.join(left_out)}.", err=True)
    deliver(results, delivery)


@app.command()
def init(
    document: Annotated[
        str | None,
        typer.Argument(metavar="[DOCUMENT]", help="What to start from; by default the packaged lock."),
    ] = None,
    *,
    ci: Annotated[
        str | None,
        typer.Option("--ci", metavar="github|gitlab|pre-commit|none", help="What runs it; detected by default."),
    ] = None,
    published: Annotated[
        str | None, typer.Option("--published", metavar="URL", help="Where the job finds the current description.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
) -> None:
    """Set up this folder: nanonets.lock.yaml, nanonets-drift.yaml, and a job or a hook that runs the gate."""

    def work() -> str:
        from nanonets_sdk.drift.facts.lock import read_lock
        from nanonets_sdk.drift.project.reading import read_facts
        from nanonets_sdk.drift.project.setup import PUBLISHED, Runner, detected, set_up

        here = Path.cwd()
        if ci is not None and ci not in [*Runner]:
            raise NotComparable(f"--ci is {ci!r}, which is not one of {', '.join(Runner)}.")
        runner = Runner(ci) if ci else detected(here)
        lock = read_facts(document)[0] if document else read_lock(locate(LOCK))
        url = published or (document if document and document.lower().startswith("https://") else PUBLISHED)
        written = set_up(here, lock, runner, url, force=force)
        lines = [f"{path.relative_to(here).as_posix()}: written" for path in written.files]
        return "\n".join([*lines, *([f"\n{written.hint}"] if written.hint else [])])

    write("init", work, Delivery())


@app.command("take-over")
def take_over(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="The new published description.")],
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Write the proposed edits, too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, not even the lock.")] = False,
    root: Annotated[Path | None, typer.Option("--root", help="The checkout; by default this one.")] = None,
) -> None:
    """Adopt a new published description in a checkout: the lock, proposed edits, and a list of what is left."""
    folder = root or checkout.checkout()

    def work() -> str:
        from nanonets_sdk.drift.project import takeover
        from nanonets_sdk.drift.project.reading import read_facts

        if folder is None or not (folder / takeover.LOCK).is_file():
            message = "There is no checkout of the SDK here. In a repository of your own: nanonets drift upstream "
            raise NotComparable(f"{message}{document} --write-lock --lock {checkout.LOCK}")
        taken = takeover.take_over(folder, read_facts(document)[0])
        written = [] if dry_run else takeover.write(folder, taken, apply=apply)
        is_open = bool(taken.differences) and not apply
        remaining.append(max(taken.left.exit_status, DRIFT * is_open))
        return takeover.report(taken, written, apply=apply and not dry_run)

    remaining: list[int] = []
    write("take-over", work, Delivery())
    raise typer.Exit(max(remaining))


@app.command()
def schema() -> None:
    """Print the JSON schema of the reports."""
    typer.echo(SCHEMA.read_text(encoding="utf-8"), nl=False)


@app.command()
def skeleton(*, lock: LockOption = None) -> None:
    """Print an OpenAPI document with the facts of the lock and without its prose, to try the gates on."""
    import yaml

    from nanonets_sdk.drift.facts.lock import read_lock
    from nanonets_sdk.drift.facts.skeleton import skeleton as document_with

    try:
        document = document_with(read_lock(_lock(lock)).facts)
    except (NotComparable, OSError) as error:
        typer.echo(f"drift skeleton: {error}", err=True)
        raise typer.Exit(NOT_COMPARABLE) from error
    typer.echo(yaml.safe_dump(document, sort_keys=False, width=120), nl=False)


def _upstream(document: str, lock: Path | None, fail_on: Severity) -> Found:
    from nanonets_sdk.drift.facts.lock import read_lock
    from nanonets_sdk.drift.gates import upstream as gate
    from nanonets_sdk.drift.project.locating import in_document
    from nanonets_sdk.drift.project.reading import read_facts

    place = _lock(lock)
    agreed, (published, given) = read_lock(place), read_facts(document)
    # Of a document that is no file here, people can see the lock that it differs from.
    shown = (given.content, given.file) if given.file else (place.read_bytes(), place)
    return gate.compare(agreed, published, fail_on), in_document(*shown)


def _generated(spec: Path | None, config: Path | None, package: Path | None) -> Found:
    from nanonets_sdk.drift.gates import generated as gate
    from nanonets_sdk.drift.project.locating import in_folder

    folder = package or _folder_of("nanonets_api")
    return gate.check(spec or locate(SPEC), config or locate(GENERATOR_CONFIG), folder), in_folder(folder)


def _deviations(spec: Path | None, lock: Path | None, declared: Path | None) -> Found:
    from nanonets_sdk.drift.facts.lock import read_lock
    from nanonets_sdk.drift.gates import deviations as gate
    from nanonets_sdk.drift.project.locating import in_deviations

    published, ours, entries = read_lock(lock or locate(LOCK)), spec or locate(SPEC), declared or locate(DEVIATIONS)
    comparison = gate.compare(published, _parsed(ours), ours.name)
    outcome = gate.check(comparison, gate.read_deviations(entries), published)
    return outcome, in_deviations(ours, entries)


def _surface(source: Path | None, agreed: Path | None, fail_on: Severity) -> Found:
    from nanonets_sdk.drift.gates import surface as gate
    from nanonets_sdk.drift.project.locating import in_package

    root = source or _folder_of("nanonets_sdk")
    return gate.compare(gate.read_surface(agreed or gate.AGREED), gate.surface_of(root), fail_on), in_package(root)


def _traffic(file: Path, spec: Path | None, base_url: str, fail_on: Severity) -> Found:
    from nanonets_sdk.drift.gates import traffic as gate
    from nanonets_sdk.drift.project.locating import in_document

    place = spec or locate(SPEC)
    outcome = gate.compare(gate.read_traffic(file, base_url), _parsed(place), file.name, fail_on)
    return outcome, in_document(place.read_bytes(), place)


def _lock(given: Path | None) -> Path:
    """Return the lock that was named, else the one of this folder, else the packaged one."""
    here = Path(checkout.LOCK)
    return given or (here if here.is_file() else locate(LOCK))


def _parsed(spec: Path) -> dict[str, object]:
    from nanonets_sdk.drift.facts.parsing import parse

    return parse(spec.read_bytes(), spec.name)


def _folder_of(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise NotComparable(f"The package {package} is not installed.")
    return Path(found.origin).parent
