"""The commands and groups of commands.

Only their options are loaded here; what they work with is loaded when they run.
"""

import signal
from typing import Annotated, Any

import typer
import typer.core
import typer.main

from nanonets_sdk.cli.commands import (
    classify,
    config,
    contract,
    convert,
    edit,
    evaluate,
    export,
    mock,
    models,
    predict,
    results,
    review,
    review_page,
    text,
    training,
    webhook,
)
from nanonets_sdk.cli.running.exit_codes import SIGNAL
from nanonets_sdk.cli.running.options import HELP_MARKUP
from nanonets_sdk.cli.running.state import State


class Commands(typer.core.TyperGroup):
    """All commands. Ctrl-C ends each of them with a line or two and the exit status that shells expect."""

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
app.command("predict")(predict.predict)
app.command("text")(text.text)
app.command("classify")(classify.classify)
app.command("tag")(classify.tag)
app.command("detect")(classify.detect)
app.command("upload")(training.upload)
app.command("train")(training.train)
app.command("export")(export.export)
app.command("convert")(convert.convert)
app.command("evaluate")(evaluate.evaluate)
app.add_typer(models.app, name="models")
app.add_typer(results.app, name="results")
app.add_typer(results.job_app, name="job")
app.command("edit")(edit.edit)
app.command("review")(review_page.review)
app.command("approve")(review.approve)
app.command("unapprove")(review.unapprove)
app.command("flag")(review.flag)
app.command("assign")(review.assign)
app.command("review-link")(review.review_link)
app.command("retry")(review.retry)
app.command("delete")(review.delete)
app.add_typer(webhook.app, name="webhook")
app.add_typer(mock.app, name="mock")
app.add_typer(contract.app, name="contract")
app.add_typer(
    typer.Typer(cls=DriftGroup, no_args_is_help=True),
    name="drift",
    help="Gates that show what changed; exit status 0 nothing, 10 drift, 20 not comparable.",
)
app.command("config")(config.config)


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
