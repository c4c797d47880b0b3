"""`nanonets mock`: an offline stand-in for the service."""

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from nanonets_sdk.cli.output.terminal import say, shown
from nanonets_sdk.cli.output.wording import in_options
from nanonets_sdk.cli.running.ports import named_if_in_use
from nanonets_sdk.cli.running.signals import ENDING, caught

if TYPE_CHECKING:
    from nanonets_sdk.mock import MockServer, Progression
    from nanonets_sdk.mock.http.request_log import LoggedRequest

DEFAULT_PORT: Final = 8420

FaultOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="OPERATION:KIND[,NAME=VALUE…]", help="Break calls, for example ocr_predict_file:reset,every=7."
    ),
]
TokenOption = Annotated[
    str | None,
    typer.Option(
        envvar="NANONETS_MOCK_TOKEN",
        help="The token for changes through `/_mock/`; beyond loopback, a random one by default.",
    ),
]

WebhookOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="URL[,NAME=VALUE…]",
        help="Send webhooks, for example http://127.0.0.1:8421/TOKEN,trigger=approval,shape=pages,level=page.",
    ),
]
RemoteWebhooksOption = Annotated[
    bool, typer.Option("--allow-remote-webhooks", help="Needed for webhooks and callbacks to other machines.")
]

ModelOption = Annotated[
    list[str] | None, typer.Option(metavar="NAME=LABEL,…", help="Add a hosted OCR model with these labels.")
]

QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Do not print a line for each request.")]

SeedOption = Annotated[str | None, typer.Option(help="Makes ids and random faults reproducible.")]

ContractOption = Annotated[
    bool, typer.Option("--contract", help="Add the models, the page and the URLs of the description's examples.")
]

app = typer.Typer(no_args_is_help=True, help="An offline mock of the Nanonets service.")


@app.callback()
def mock() -> None:
    """Make `serve` a subcommand. typer would turn an app of one command into that command."""


@app.command()
def serve(  # noqa: PLR0913  # the options of the command
    *,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="TCP port; 0 for a free one.")] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Needed for an address that other machines reach.")
    ] = False,
    state: Annotated[Path | None, typer.Option(help="File in which the state outlives the process.")] = None,
    api_key: Annotated[str | None, typer.Option(help="The only key to accept; any key without it.")] = None,
    model: ModelOption = None,
    contract: ContractOption = False,
    fault: FaultOption = None,
    jobs: Annotated[str, typer.Option(help="When jobs are done: `at once`, `2 polls` or `5 seconds`.")] = "1 polls",
    trainings: Annotated[str, typer.Option(help="When trainings are done, in the same notation.")] = "2 polls",
    control_token: TokenOption = None,
    webhook: WebhookOption = None,
    allow_remote_webhooks: RemoteWebhooksOption = False,
    page_seconds: Annotated[float, typer.Option(min=0.1, help="Longest time to read a page.")] = 10,
    reader_memory: Annotated[int, typer.Option(min=1, metavar="MIB", help="Memory to read a file, in MiB.")] = 512,
    pages_per_minute: Annotated[int | None, typer.Option(help="Limit of pages per minute and model.")] = None,
    seed: SeedOption = None,
    quiet: QuietOption = False,
) -> None:
    """Serve until interrupted. Prints the settings that point a client to it, then a line for each request."""
    from nanonets_sdk.mock import Behaviour, Limits, MockAlarm, MockServer  # the extra `mock`
    from nanonets_sdk.mock.webhooks.export import parse_export

    try:
        server = MockServer(
            api_key=api_key,
            state=_with_folder(state),
            port=port,
            host=host,
            allow_remote=allow_remote,
            seed=seed,
            behaviour=Behaviour(pages_per_minute=pages_per_minute),
            jobs=_progression(jobs),
            trainings=_progression(trainings),
            limits=Limits(page_seconds=page_seconds, seconds=max(60, page_seconds), memory_bytes=reader_memory * 2**20),
            control_token=control_token,
            webhooks=[parse_export(one) for one in webhook or ()],
            allow_remote_webhooks=allow_remote_webhooks,
        )
        with _running(server, host, port, quiet=quiet) as interrupted:
            _arm(server, fault or ())
            _announce(server, api_key or "any-key", model or ())
            if contract:
                _furnish(server)
            interrupted()
    except (ValueError, OSError) as error:
        typer.echo(f"nanonets mock serve: {in_options(str(error))}", err=True)
        raise typer.Exit(2) from error
    except MockAlarm as alarm:
        typer.echo(f"nanonets mock serve: the mock made a mistake: {alarm}", err=True)
        raise typer.Exit(1) from alarm


@contextmanager
def _running(server: "MockServer", host: str, port: int, *, quiet: bool) -> Generator[Callable[[], int]]:
    """Run a server, and write a line for each request; yield what waits for a signal."""
    numbers = count()

    def note(request: "LoggedRequest") -> None:
        next(numbers)
        _note(request)

    with ExitStack() as running:
        interrupted = running.enter_context(caught(*ENDING))
        with named_if_in_use(host, port):
            running.enter_context(server)
        if not quiet:
            server.watch(note)
        yield interrupted
    if not quiet:
        served = next(numbers)
        say(f"Stopped after {served} request{'s' * (served != 1)}.")


def _note(request: "LoggedRequest") -> None:
    files = [f"{part.filename} ({part.size} bytes)" for part in request.parts if part.filename]
    facts = (request.method, request.path, request.status or "cut off", request.operation_id or "", ", ".join(files))
    # A terminal that is gone is no reason to stop serving.
    with suppress(OSError):
        say(shown(f"{datetime.now(UTC).astimezone():%H:%M:%S} {' '.join(map(str, facts))}"))


def _arm(server: "MockServer", faults: Sequence[str]) -> None:
    from nanonets_sdk.mock.faults import parse_fault  # the extra `mock`

    for spec in map(parse_fault, faults):
        when = spec.when
        server.fail(spec.operation_id, spec.fault, times=when.times, every=when.every, probability=when.probability)


def _with_folder(file: Path | None) -> Path | None:
    from nanonets_sdk.cli.output.places import make_folders_of

    make_folders_of(file)
    return file


def _progression(text: str) -> "Progression":
    from nanonets_sdk.mock import Progression  # the extra `mock`

    if text == "at once":
        return Progression.immediate()
    amount, _, unit = text.partition(" ")
    with suppress(ValueError):
        if unit in {"poll", "polls"}:
            return Progression.after_polls(int(amount))
        if unit in {"second", "seconds"}:
            return Progression.after_seconds(float(amount))
    raise ValueError(f"{text!r} is not a progression; write `at once`, `2 polls` or `5 seconds`")


def _announce(server: "MockServer", api_key: str, models: Sequence[str]) -> None:
    typer.echo(f"A stand-in for Nanonets listens at {server.base_url}; stop it with Ctrl+C.\n")
    typer.echo(f"export NANONETS_BASE_URL={server.base_url}")
    typer.echo(f"export NANONETS_API_KEY={api_key}")
    typer.echo(f"export NANONETS_MODEL_ID={server.model_id}  # reads any document")
    if server.control_token is not None:
        typer.echo(f"export NANONETS_MOCK_TOKEN={server.control_token}  # for changes through /_mock/")
    for model in models:
        name, _, labels = model.partition("=")
        model_id = server.named_model(name, [label.strip() for label in labels.split(",") if label.strip()])
        variable = "".join(character if character.isalnum() else "_" for character in name).upper()
        typer.echo(f"export NANONETS_MODEL_ID_{variable}={model_id}")
    typer.echo(f"\nReview links come from {server.review_url}, which is another host of the service.")
    _announce_evidence(server)


def _furnish(server: "MockServer") -> None:
    furnished = server.furnish_examples()
    typer.echo("\nThe examples of the API description can be sent as they are:")
    for kind, model_id in furnished.models.items():
        typer.echo(f"  model  {model_id}  {kind}, hosted")
    typer.echo(f"  page   {furnished.page_id}")
    typer.echo(f"  file   {furnished.request_file_id}")
    for url in furnished.urls:
        typer.echo(f"  URL    {url}")


def _announce_evidence(server: "MockServer") -> None:
    typer.echo("How well its operations are known (x-evidence in the API description, switches in docs/mock.md):")
    captured, documented, assumed = server.evidence.values()
    typer.echo(f"  captured    {len(captured)}, in replies or in working clients")
    typer.echo(f"  documented  {len(documented)}, on official pages alone: {', '.join(documented)}")
    typer.echo(f"  assumed     {len(assumed)}: {', '.join(assumed)}")
    typer.echo(f"  replies that no source shows: {', '.join(server.undocumented_replies)}")
