"""Running the command: errors become a line or two on standard error, and an exit status."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

from nanonets_sdk.cli.output.streams import lead_stdout_nowhere
from nanonets_sdk.cli.running.state import State

if TYPE_CHECKING:
    import typer


class UsageProblem(Exception):
    """What was asked for cannot be done as it was asked for."""


def run(app: typer.Typer) -> int:
    """Run the command.

    Returns:
        The exit status.
    """
    state = State()
    try:
        app(obj=state, prog_name="nanonets")
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # which typer calls a failure
            return _nobody_reads()
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BrokenPipeError:
        return _nobody_reads()
    except Exception as error:  # noqa: BLE001 - a person is shown a line, not a traceback
        return _explained(error, debug=state.debug)
    return 0


def _nobody_reads() -> int:
    """Whoever read our output has seen enough, as `head` does."""
    with suppress(OSError):
        lead_stdout_nowhere()
    return 0


def _explained(error: Exception, *, debug: bool) -> int:
    from nanonets_sdk.cli.running.exit_codes import DEFECT, USAGE, code_of
    from nanonets_sdk.errors import NanonetsError

    if debug:
        _say("".join(traceback.format_exception(error)).rstrip())
    if isinstance(error, NanonetsError):
        _say(f"nanonets: {error}")
        return code_of(error)
    if isinstance(error, UsageProblem | ValueError):
        _say(f"nanonets: {error}")
        return USAGE
    if isinstance(error, OSError):
        _say(f"nanonets: {error.strerror or error}" + (f": {error.filename}" if error.filename else ""))
        return USAGE
    _say(f"nanonets: this should not have happened: {type(error).__name__}: {error}")
    if not debug:
        _say("`nanonets --debug …` shows where it came from.")
    return DEFECT


def _say(text: str) -> None:
    print(_without_key(text), file=sys.stderr)


def _without_key(text: str) -> str:
    """The text without the API key, whatever an error of another library may have put into it."""
    from nanonets_sdk.transport.settings import Secret

    key = os.environ.get("NANONETS_API_KEY", "").strip()
    return Secret(key).strike(text)
