"""Run the command: every error becomes a line or two on standard error, and an exit status."""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING

from nanonets_sdk.cli.output.streams import discard_stdout
from nanonets_sdk.cli.running.exit_codes import DEFECT, FINE, USAGE, UsageProblem, code_of
from nanonets_sdk.cli.running.state import State

if TYPE_CHECKING:
    import typer


def run(app: typer.Typer) -> int:
    """Run the command and return its exit status."""
    state = State()
    try:
        app(obj=state, prog_name="nanonets")
    except SystemExit as end:
        # typer turns a BrokenPipeError into exit status 1, but a reader that has seen enough, such as `head`, is fine.
        if not isinstance(end.__context__, BrokenPipeError):
            if _is_interrupted(end):
                print("nanonets: stopped by Ctrl-C", file=sys.stderr)
            return end.code if isinstance(end.code, int) else FINE if end.code is None else 1
        discard_stdout()
    except BrokenPipeError:
        discard_stdout()
    except Exception as error:  # noqa: BLE001 - people are shown a line, not a traceback
        return _report(error, debug=state.debug)
    return FINE


def _is_interrupted(end: SystemExit) -> bool:
    """Return whether Ctrl-C ended a command that has no end of its own for it."""
    return end.__context__ is not None and isinstance(end.__context__.__cause__, KeyboardInterrupt)


def _report(error: Exception, *, debug: bool) -> int:
    from nanonets_sdk.cli.output.wording import in_options
    from nanonets_sdk.errors import NanonetsError
    from nanonets_sdk.transport.settings import Secret

    lines = ["".join(traceback.format_exception(error)).rstrip()] if debug else []
    match error:
        case NanonetsError():
            status = code_of(error)
            lines.append(f"nanonets: {in_options(str(error))}")
        case UsageProblem() | ValueError():
            status = USAGE
            lines.append(f"nanonets: {error}")
        case OSError():
            status = USAGE
            lines.append(f"nanonets: {error.strerror or error}" + (f": {error.filename}" if error.filename else ""))
        case _:
            status = DEFECT
            lines.append(f"nanonets: internal error: {type(error).__name__}: {error}")
            if not debug:
                lines.append("Run `nanonets --debug …` to see where it came from.")
    # Errors of this package never hold the key; those of other libraries, and tracebacks, may.
    key = Secret(os.environ.get("NANONETS_API_KEY", "").strip())
    for line in lines:
        print(key.redact(line), file=sys.stderr)
    return status
