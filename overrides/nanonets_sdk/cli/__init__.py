"""The command `nanonets`."""

import sys
from typing import Final

from nanonets_sdk.cli.output.streams import let_pipes_carry_any_text, open_closed_streams

_INTERRUPTED: Final = 130


def main() -> None:
    """Run the command; says what to install where typer is missing."""
    open_closed_streams()
    let_pipes_carry_any_text()
    try:
        sys.exit(_run())
    except KeyboardInterrupt:  # while the parts of the command were loaded
        sys.exit(_INTERRUPTED)


def _run() -> int | str:
    try:
        from nanonets_sdk.cli.app import app  # typer is an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"typer", "rich", "click"}:
            raise
        return "The command needs typer and rich: pip install 'nanonets-sdk[cli]'"
    from nanonets_sdk.cli.running.main import run

    return run(app)
