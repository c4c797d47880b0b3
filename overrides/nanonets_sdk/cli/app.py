"""The commands and groups of commands.

The options of a command are loaded when it is named or listed; what it works with is loaded when it runs.
"""

import signal
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any, Final

import typer
import typer.core
import typer.main

from nanonets_sdk.cli.running.exit_codes import SIGNAL
from nanonets_sdk.cli.running.options import HELP_MARKUP
from nanonets_sdk.cli.running.state import State

# The module and the function of each command, then those of the groups.
_PLACES: Final = {
    "predict": "predict.predict",
    "text": "text.text",
    "classify": "classify.classify",
    "tag": "classify.tag",
    "detect": "classify.detect",
    "upload": "training.upload",
    "train": "training.train",
    "export": "export.export",
    "convert": "convert.convert",
    "evaluate": "evaluate.evaluate",
    "edit": "edit.edit",
    "review": "review_page.review",
    "approve": "review.approve",
    "unapprove": "review.unapprove",
    "flag": "review.flag",
    "assign": "review.assign",
    "review-link": "review.review_link",
    "retry": "review.retry",
    "delete": "review.delete",
    "config": "config.config",
    "models": "models.app",
    "results": "results.app",
    "job": "results.job_app",
    "webhook": "webhook.app",
    "mock": "mock.app",
    "contract": "contract.app",
    "drift": "drift_group.app",
}


class _LoadedOnUse(Mapping[str, Any]):
    """The commands by their names. The one that is taken out is loaded, with the types of its options."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            module, _, member = _PLACES[name].partition(".")
            found = getattr(import_module(f"nanonets_sdk.cli.commands.{module}"), member)
            home = typer.Typer(rich_markup_mode=HELP_MARKUP)
            if isinstance(found, typer.Typer):
                home.add_typer(found, name=name)
            else:
                home.command(name)(found)
            self._loaded[name] = typer.main.get_group(home).commands[name]
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


class Commands(typer.core.TyperGroup):
    """All commands. Ctrl-C ends each of them with a line or two and the exit status that shells expect."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        commands: Any = _LoadedOnUse()
        self.commands = commands

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interruption:
            # Here, since typer would write "Aborted!" and exit with 1.
            from nanonets_sdk.cli.output.terminal import say
            from nanonets_sdk.cli.running.interrupts import stopped_lines

            for line in stopped_lines(interruption):
                say(line)
            raise typer.Exit(SIGNAL + signal.SIGINT) from None


app = typer.Typer(
    name="nanonets",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=HELP_MARKUP,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Documents in, fields and tables out.",
    epilog="The API key is read from NANONETS_API_KEY. Exit status: 0 fine, 1 some files failed, 2 usage, 3 API key or "
    "plan, 4 rate limit, 5 service, 130 interrupted.",
)


def _show_version(value: bool) -> None:
    if value:
        from nanonets_sdk import __version__

        typer.echo(f"nanonets {__version__}")
        raise typer.Exit


@app.callback()
def nanonets(
    context: typer.Context,
    *,
    base_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The service's URL; else NANONETS_BASE_URL, else the public service."),
    ] = None,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="For one call including its retries; 60 by default.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback does it
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Store the options that come before the command."""
    state: State = context.ensure_object(State)
    state.base_url, state.timeout, state.debug = base_url, timeout, debug
