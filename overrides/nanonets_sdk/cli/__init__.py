"""The command `nanonets`."""

import sys


def main() -> None:
    """Run the command; says what to install where typer is missing."""
    try:
        from nanonets_sdk.cli.commands import app  # typer is an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"typer", "rich", "click"}:
            raise
        sys.exit("The command needs typer and rich: pip install 'nanonets-sdk[cli]'")
    from nanonets_sdk.cli.running import run

    sys.exit(run(app))
