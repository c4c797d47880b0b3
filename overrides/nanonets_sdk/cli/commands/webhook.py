"""`nanonets webhook`: take webhooks without losing one, and look at what could not be handled."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.cli.running.options import HELP_MARKUP, JsonOption

DEFAULT_PORT: Final = 8421
TOKEN_VARIABLE: Final = "NANONETS_WEBHOOK_TOKEN"  # noqa: S105 - the name of a variable

app = typer.Typer(no_args_is_help=True, rich_markup_mode=HELP_MARKUP, help="Receive and replay webhooks.")

SpoolOption = Annotated[
    Path, typer.Option("--spool", metavar="PATH", help="The file of `listen --spool`, or the folder of `--output`.")
]


@app.command()
def listen(
    *,
    token: Annotated[
        str,
        typer.Option(
            envvar=TOKEN_VARIABLE,
            help="The secret in the URL. Set the variable instead: every user of the machine sees options.",
        ),
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write each body into this folder.")
    ] = None,
    forward: Annotated[str | None, typer.Option(metavar="URL", help="Post each body to this URL.")] = None,
    spool: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file that stores the bodies; DIR/spool.sqlite by default.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="TCP port; 0 for a free one.")] = DEFAULT_PORT,
    attempts: Annotated[int, typer.Option(min=1, help="Attempts before a delivery is given up.")] = 16,
    as_json: JsonOption = False,
) -> None:
    """Receive webhooks until interrupted. Each body is stored, then answered, then delivered until that succeeds.

    Each delivery is a line on standard output. List failed deliveries with `nanonets webhook dead`.
    """
    from nanonets_sdk._net.posting import host_of
    from nanonets_sdk.cli.output.places import make_folders_of
    from nanonets_sdk.cli.output.terminal import say
    from nanonets_sdk.cli.running.webhooks import SPOOL, Delivery, listening, serve
    from nanonets_sdk.webhooks import ReceiverOptions, receiver

    if not token:
        raise UsageProblem(
            f"there is no token: set {TOKEN_VARIABLE}, for example with "
            f'export {TOKEN_VARIABLE}="$(openssl rand -hex 24)"'
        )
    if output is None and forward is None:
        raise UsageProblem("nothing would become of the bodies; add --output DIR or --forward URL")
    if output is None and spool is None:
        raise UsageProblem("the bodies need a place until they are forwarded; add --spool FILE")
    if forward is not None:
        host_of(forward)
    file = spool or (output or Path()) / SPOOL
    make_folders_of(file, output and output / file.name)
    options = ReceiverOptions(attempts=attempts)
    hooks = receiver(Delivery(output, forward, as_json), token=token, spool=file, options=options)
    # A spool that cannot be used is reported before anybody sends anything.
    waiting = hooks.spool.counts().waiting
    with listening(host, port) as listener:
        bound = listener.getsockname()[1]
        address = f"[{host}]" if ":" in host else host
        before = f" Deliveries that wait from before: {waiting}." if waiting else ""
        say(f"Webhooks are taken at http://{address}:{bound}/${TOKEN_VARIABLE}/NAME; stop with Ctrl+C.{before}")
        serve(hooks, listener)
        left = hooks.spool.counts()
        if left.waiting or left.dead:
            say(f"Stopped. In {file}: {left.waiting} that wait for the next start, {left.dead} given up.")


@app.command()
def dead(
    *,
    spool: SpoolOption,
    body: Annotated[
        int | None, typer.Option("--body", metavar="ID", help="Write the body of this delivery instead of the list.")
    ] = None,
    discard: Annotated[
        list[int] | None, typer.Option("--discard", metavar="ID", help="Delete a delivery that failed for good.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the deliveries that failed for good. The last error may quote the document."""
    from nanonets_sdk.cli.output.terminal import print_json, print_rows
    from nanonets_sdk.cli.running.webhooks import existing_spool

    with existing_spool(spool) as opened:
        if discard:
            opened.discard(*discard)
        if body is not None:
            sys.stdout.buffer.write(opened.body(body))
            return
        letters = opened.dead_letters()
    if as_json:
        print_json(
            [
                {
                    "id": one.id,
                    "name": one.name,
                    "received_at": one.received_at.isoformat(timespec="seconds"),
                    "attempts": one.attempts,
                    "bytes": one.size,
                    "error": one.error,
                }
                for one in letters
            ]
        )
        return
    rows = [
        (str(one.id), one.name, f"{one.received_at:%Y-%m-%d %H:%M:%SZ}", str(one.attempts), str(one.size), one.error)
        for one in letters
    ]
    columns = ("id", "name", "received", "attempts", "bytes", "error")
    print_rows(columns, rows, right=("id", "attempts", "bytes"), whole=columns[:5])


@app.command()
def replay(
    ids: Annotated[
        list[int] | None,
        typer.Argument(metavar="[ID]...", help="Ids of deliveries; all that failed by default."),
    ] = None,
    *,
    spool: SpoolOption,
    as_json: JsonOption = False,
) -> None:
    """Handle deliveries again, in the receiver that runs now or is started next."""
    from nanonets_sdk.cli.output.terminal import print_json
    from nanonets_sdk.cli.running.webhooks import existing_spool

    with existing_spool(spool) as opened:
        number = opened.replay(*ids or ())
    if as_json:
        print_json({"replayed": number})
    else:
        print(f"{number} deliver{'y' if number == 1 else 'ies'} will be handled again.")
