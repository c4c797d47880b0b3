"""The command `nanonets`."""

import sys
from typing import Final

from nanonets_sdk.cli.output.streams import let_pipes_carry_any_text, open_closed_streams

_INTERRUPTED: Final = 130


def main() -> None:
    """Run the command, or say what to install if typer is missing."""
    open_closed_streams()
    let_pipes_carry_any_text()
    status: int | str
    try:
        from nanonets_sdk.cli.app import app
        from nanonets_sdk.cli.running.main import run

        status = run(app)
    except KeyboardInterrupt:  # while the command was loading
        status = _INTERRUPTED
        print("nanonets: stopped by Ctrl-C", file=sys.stderr)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"typer", "rich", "click"}:
            raise
        status = "The command needs typer and rich: pip install 'nanonets-sdk[cli]'"
    sys.exit(status)
