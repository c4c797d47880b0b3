"""`nanonets drift`: the gates, which are loaded if one of them is named or listed."""

from typing import Any

import typer
import typer.core
import typer.main


class DriftGroup(typer.core.TyperGroup):
    """The gates. Their options take the gates' own enums, so they are loaded only if one is named or listed."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the gates."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a gate by its name."""
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if not self.commands:
            from nanonets_sdk.cli.commands import drift

            self.commands = typer.main.get_group(drift.app).commands


app = typer.Typer(
    cls=DriftGroup,
    no_args_is_help=True,
    help="Gates that show what changed; exit status 0 nothing, 10 drift, 20 not comparable.",
)
