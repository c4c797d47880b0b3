"""One call per id; one that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from attrs import define, field

from nanonets_sdk.cli.output.again import Command
from nanonets_sdk.cli.output.messages import command_line
from nanonets_sdk.cli.output.terminal import print_json, say, shown
from nanonets_sdk.cli.output.wording import in_options
from nanonets_sdk.cli.running.exit_codes import FINE, SOME_FILES_FAILED
from nanonets_sdk.cli.running.interrupts import Stopped
from nanonets_sdk.cli.running.state import state_of
from nanonets_sdk.errors import NanonetsError

if TYPE_CHECKING:
    from nanonets_sdk import Nanonets


@define(eq=False)
class Failures:
    """What failed so far.

    Attributes:
        reasons: The reason of each failure, by its id.
    """

    reasons: dict[str, str] = field(factory=dict[str, str], init=False)

    @property
    def status(self) -> int:
        """The exit status."""
        return SOME_FILES_FAILED if self.reasons else FINE

    def add(self, name: str, reason: str, *, named: bool = False) -> None:
        """Note a failure and write it to standard error; `named` if the reason says what failed."""
        self.reasons[name] = in_options(reason)
        say(f"nanonets: {'' if named else f'{shown(name)}: '}{self.reasons[name]}")

    @contextmanager
    def noted(self, name: str) -> Generator[None]:
        """Note an error of a block.

        Raises:
            NanonetsError: It would meet every other call too.
        """
        try:
            yield
        except NanonetsError as error:
            if error.meets_every_call:
                raise
            self.add(name, str(error))


def stopped_at(
    context: typer.Context, left: Sequence[str], interruption: KeyboardInterrupt, outcome: str = ""
) -> Stopped:
    """Return what is raised for Ctrl-C: what is known of the next id, and the command for what is left.

    Args:
        context: The context of the command.
        left: The ids that are not finished.
        interruption: What was raised, with the client's note on the call that it cut off.
        outcome: What a file is after the call.
    """
    if not left:
        return Stopped("Stopped.")
    notes: list[str] = getattr(interruption, "__notes__", [])
    said = ""
    if made := [in_options(note) for note in notes if "the reading that confirms it was interrupted" in note]:
        said = f" {made[0][0].upper()}{made[0][1:]}"
        # To delete a file twice is an error, and so may be to approve it twice.
        left = left[1:]
    elif outcome and any("may have been carried out" in note for note in notes):
        said = f" {left[0]} may be {outcome} already."
    rest = f"\nGo on with: {command_line(Command.of(context).again(files=left))}" if left else ""
    return Stopped(f"Stopped.{said}{rest}")


def for_each_id(
    context: typer.Context,
    ids: Iterable[str],
    call: Callable[[Nanonets, str], object],
    outcome: str,
    *,
    as_json: bool,
) -> None:
    """Make a call for each id, write those that succeeded to standard output, and exit.

    Args:
        context: The options before the command.
        ids: The ids; one that is repeated counts once.
        call: Makes the call.
        outcome: What a file is after the call, for JSON.
        as_json: Whether to write JSON.
    """
    failures, records, wanted = Failures(), list[dict[str, Any]](), list(dict.fromkeys(ids))
    try:
        with state_of(context).client() as client:
            for one in wanted:
                with failures.noted(one):
                    call(client, one)
                failed = one in failures.reasons
                records.append(
                    {"id": one, "outcome": "failed" if failed else outcome, "reason": failures.reasons.get(one)}
                )
                if not failed and not as_json:
                    print(shown(one), flush=True)
    except KeyboardInterrupt as interruption:
        raise stopped_at(context, wanted[len(records) :], interruption, outcome) from None
    finally:
        # Also after an error: what was done before it is done.
        if as_json:
            print_json(records)
    raise typer.Exit(failures.status)
