"""Runs the gates of `nanonets drift`, and delivers what they found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import typer
from attrs import evolve, frozen

from nanonets_sdk.cli.output.places import make_folders_of
from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.drift.project.checkout import advice
from nanonets_sdk.drift.report.outcome import Failure, Finding, NotComparable, Outcome, Result
from nanonets_sdk.drift.report.rendering import Format, print_to_console, render

# An outcome, and what finds the file and line of a finding.
Found = tuple[Outcome, Callable[[Finding], tuple[str, int]]]

_BY_SUFFIX: Final = {
    ".json": Format.JSON,
    ".md": Format.MARKDOWN,
    ".sarif": Format.SARIF,
    ".txt": Format.TEXT,
    ".xml": Format.JUNIT,
}
_WITHOUT_PLACES: Final = frozenset({Format.TEXT, Format.MARKDOWN, Format.COMMENT})


@frozen
class Delivery:
    """Where reports go, and the policy that they follow.

    Attributes:
        form: The form that was asked for; None if the command does not say.
        outputs: Files to write, as `FILE` or `FORMAT=FILE`.
        policy: The file of the policy; None for the one in the current folder, if there is one.
    """

    form: Format | None = None
    outputs: tuple[str, ...] = ()
    policy: Path | None = None

    def __attrs_post_init__(self) -> None:
        for _, path in self.files():
            if path.is_dir():
                raise UsageProblem(f"--output {path} is a folder; name a file in it")

    def files(self) -> list[tuple[Format, Path]]:
        """Return the files to write, with their forms."""
        found: list[tuple[Format, Path]] = []
        for output in self.outputs:
            form, equals, path = output.partition("=")
            if equals and form in [*Format]:
                found.append((Format(form), Path(path)))
            else:
                by_suffix = _BY_SUFFIX.get(Path(output).suffix.lower(), Format.TEXT)
                found.append((self.form or by_suffix, Path(output)))
        return found

    @property
    def printed(self) -> Format:
        """The form on standard output: as asked for, unless it goes to a file that was named without a form."""
        to_a_file = any(form == self.form and str(path) in self.outputs for form, path in self.files())
        return Format.TEXT if to_a_file or self.form is None else self.form


def attempt(gate: str, work: Callable[[], Found], delivery: Delivery) -> Result:
    """Return what a gate found, by the policy, or why it could not compare."""
    try:
        from nanonets_sdk.drift.project.locating import located
        from nanonets_sdk.drift.project.policy import POLICY, read_policy

        path = delivery.policy or Path(POLICY)
        policy = read_policy(path) if delivery.policy or path.is_file() else None
        outcome, locate = work()
        outcome = evolve(outcome, advice=advice(gate, outcome.advice))
        if not {delivery.printed, *(form for form, _ in delivery.files())} <= _WITHOUT_PLACES:
            outcome = located(outcome, locate)
        return policy.applied(outcome) if policy else outcome
    except NotComparable as error:
        return Failure.of(gate, error)
    except OSError as error:
        return Failure(gate, str(error))
    except ModuleNotFoundError as error:
        return Failure(gate, f"{error.name} is not installed: pip install 'nanonets-sdk[drift]'")


def deliver(results: Sequence[Result], delivery: Delivery) -> None:
    """Print the results, write them to files, and exit with the worst status."""
    text, status = render(results, delivery.printed), max(result.exit_status for result in results)
    if delivery.printed is not Format.TEXT:
        typer.echo(text)
    elif len(results) == 1 and isinstance(results[0], Failure):
        typer.echo(text, err=True)
    else:
        print_to_console(text)
    # After it was printed, so that a file that can't be written does not lose the report.
    for form, path in delivery.files():
        make_folders_of(path)
        path.write_text(render(results, form) + "\n", encoding="utf-8", errors="replace", newline="\n")
    raise typer.Exit(status)


def run(gate: str, work: Callable[[], Found], delivery: Delivery) -> None:
    """Run a gate, deliver what it found, and exit."""
    deliver([attempt(gate, work, delivery)], delivery)


def write(gate: str, work: Callable[[], str], delivery: Delivery) -> None:
    """Run what writes files, and say what it wrote; if it can't, deliver why not."""
    try:
        done = work()
    except (NotComparable, OSError) as error:
        failure = Failure.of(gate, error) if isinstance(error, NotComparable) else Failure(gate, str(error))
        deliver([evolve(failure, ended="wrote nothing")], delivery)
    except ModuleNotFoundError as error:
        told = f"{error.name} is not installed: pip install 'nanonets-sdk[drift]'"
        deliver([Failure(gate, told, ended="wrote nothing")], delivery)
    else:
        typer.echo(done)
