"""`nanonets contract`: hold a service, a mock or a client to the API description.

Exit status: 0 the contract is kept, 10 it is not, 20 the run could not begin.
"""

import json
import secrets
import shlex
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from nanonets_sdk._openapi import SPEC, locate
from nanonets_sdk.cli.output.places import make_folders_of
from nanonets_sdk.cli.output.terminal import print_json, say
from nanonets_sdk.cli.running.options import JsonOption

BROKEN: Final = 10
NOT_RUN: Final = 20

app = typer.Typer(no_args_is_help=True, help="Check a service, a mock or a client against the API description.")

BaseUrlOption = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="The service; else NANONETS_BASE_URL.")
]
ReadOnlyOption = Annotated[bool, typer.Option("--read-only", help="Send only GET requests.")]
WritesOption = Annotated[
    bool, typer.Option("--allow-writes", help="Allow changes on another machine; the count is announced first.")
]
BillingOption = Annotated[
    bool, typer.Option("--allow-billing", help="Allow calls that may cost something; the count is announced first.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask before anything is changed or billed.")]
OnlyOption = Annotated[
    list[str] | None, typer.Option("--only", metavar="OPERATION", help="Call only this operation; repeatable.")
]
MinProvenOption = Annotated[
    int | None, typer.Option(min=0, help="How many operations must be proven; by default all that are allowed.")
]
SearchOption = Annotated[bool, typer.Option("--search/--no-search", help="Generate requests after the proofs.")]
FileUrlOption = Annotated[
    list[str] | None, typer.Option(metavar="URL", help="A PDF or picture that the service can fetch; repeatable.")
]
ReviewUrlOption = Annotated[
    str | None, typer.Option(envvar="NANONETS_REVIEW_URL", metavar="URL", help="The host of review links.")
]
WaitOption = Annotated[float, typer.Option(min=0, metavar="SECONDS", help="How long to wait for a training.")]
JunitOption = Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write a JUnit report.")]


class DescriptionFormat(StrEnum):
    """How the description is printed."""

    YAML = "yaml"
    JSON = "json"


@app.command()
def show(
    *,
    form: Annotated[DescriptionFormat, typer.Option("--format", help="How to print it.")] = DescriptionFormat.YAML,
) -> None:
    """Print the API description, in a form that other tools read too.

    Links are printed without bodies, and nothing is referred to by YAML aliases. `path` leads to the original.
    """
    with _refusals("show"):
        import yaml

        from nanonets_sdk.contract.description.portable import portable

        document = portable(yaml.safe_load(locate(SPEC).read_text(encoding="utf-8")))
        if form is DescriptionFormat.JSON:
            text = json.dumps(document, indent=2, ensure_ascii=False)
        else:
            text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    typer.echo(text.rstrip("\n"))


@app.command()
def path() -> None:
    """Print where the file of the API description is."""
    typer.echo(locate(SPEC))


@app.command()
def run(  # noqa: PLR0913  # the options of the command
    context: typer.Context,
    *,
    base_url: BaseUrlOption = None,
    read_only: ReadOnlyOption = False,
    allow_writes: WritesOption = False,
    allow_billing: BillingOption = False,
    yes: YesOption = False,
    only: OnlyOption = None,
    min_proven: MinProvenOption = None,
    search: SearchOption = True,
    deep: Annotated[bool, typer.Option("--deep", help="Generate hundreds for each operation.")] = False,
    seed: Annotated[int | None, typer.Option(help="The seed of the deep run to repeat.")] = None,
    file_url: FileUrlOption = None,
    review_url: ReviewUrlOption = None,
    wait: WaitOption = 120,
    junit: JunitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Test a service: a mock, your own fake, a staging system, a recording proxy.

    The last lines count what is proven. On this machine everything is called; elsewhere, only GET requests are sent
    unless --allow-writes and --allow-billing allow more.
    """
    from nanonets_sdk.cli.running.contract_target import Permission, checked_review_url, mode_for, target_of

    address, key = target_of(context, base_url)
    with _refusals("run", junit, as_json=as_json):
        from nanonets_sdk.cli.output.contract_report import Watched, print_verdict
        from nanonets_sdk.cli.output.progress import progress_bar
        from nanonets_sdk.contract.proving.proofs import allowed
        from nanonets_sdk.contract.proving.service import Service
        from nanonets_sdk.contract.reporting.machine import junit as junit_report
        from nanonets_sdk.contract.running import Search
        from nanonets_sdk.contract.running import run as run_contract

        make_folders_of(junit)
        mode = mode_for(address, Permission(read_only, allow_writes, allow_billing, yes), tuple(only or ()), wait)
        number = secrets.randbelow(2**32) if seed is None else seed
        again = ("nanonets", "contract", "run", "--base-url", shlex.quote(address), *(["--read-only"] * read_only))
        watched = Watched(as_json)
        with (
            Service(address, key, checked_review_url(review_url)) as service,
            progress_bar(len(allowed(mode)), "proving", watched.moves) as bar,
        ):
            verdict = run_contract(
                service,
                key,
                mode,
                least=min_proven,
                file_urls=file_url or (),
                search=Search(deep, number, again) if search else None,
                tell=lambda result: watched.take(result, bar),
                tell_search=bar.say,
            )
        if junit is not None:
            junit.write_text(junit_report("nanonets contract run", verdict.cases()), encoding="utf-8")
    print_verdict(verdict, as_json=as_json)
    raise typer.Exit(0 if verdict.is_green else BROKEN)


@app.command()
def proxy(
    context: typer.Context,
    *,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The base URL of the service that answers.")],
    port: Annotated[int, typer.Option(min=0, max=65_535, help="TCP port on this machine; 0 for a free one.")] = 8421,
    review_to: ReviewUrlOption = None,
    replies: Annotated[bool, typer.Option("--replies/--requests-only", help="Check the replies too.")] = True,
    record: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Append the shapes of the replies, for `nanonets drift traffic`."),
    ] = None,
    junit: JunitOption = None,
    sarif: Annotated[Path | None, typer.Option("--sarif", metavar="FILE", help="Write a SARIF report.")] = None,
) -> None:
    """Check each exchange between a client and a service, until interrupted.

    Point the client to the proxy by its base URL. The key is passed on to this service, and only operations, statuses
    and problems are stored.
    """
    from nanonets_sdk.cli.running.contract_proxy import Files, serve_proxy
    from nanonets_sdk.cli.running.contract_target import checked_review_url, target_of

    address, _ = target_of(context, to, needs_key=False)
    with _refusals("proxy", junit):
        is_kept = serve_proxy(
            address, port, checked_review_url(review_to), Files(record, junit, sarif), check_replies=replies
        )
    raise typer.Exit(0 if is_kept else BROKEN)


@app.command()
def probe(
    context: typer.Context,
    *,
    base_url: BaseUrlOption = None,
    read_only: ReadOnlyOption = False,
    allow_changes: Annotated[
        bool, typer.Option("--allow-changes", help="Also create objects, and correct and approve them.")
    ] = False,
    allow_billing: BillingOption = False,
    yes: YesOption = False,
    review_url: ReviewUrlOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report here.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask an account what no source says, and report the shapes of the replies.

    The report contains no id, text, number or key of the account, and can be attached to an issue.
    """
    from nanonets_sdk.cli.running.contract_target import Permission, checked_review_url, needs_for, target_of

    address, key = target_of(context, base_url)
    with _refusals("probe", as_json=as_json):
        from nanonets_sdk._version import __version__
        from nanonets_sdk.contract.probing.probe import as_json as json_of
        from nanonets_sdk.contract.probing.probe import as_markdown
        from nanonets_sdk.contract.probing.probe import probe as run_probe
        from nanonets_sdk.contract.proving.service import Service

        make_folders_of(output)
        allowed = needs_for(address, Permission(read_only, allow_changes, allow_billing, yes))
        with Service(address, key, checked_review_url(review_url)) as service:
            found = run_probe(
                service, allowed, lambda one: say(f"{one.question.id}: {(one.answer or one.reason)[:120]}")
            )
        report = json.dumps(json_of(found), indent=2) if as_json else as_markdown(found, __version__).rstrip("\n")
        if output is None:
            typer.echo(report)
        else:
            output.write_text(f"{report}\n", encoding="utf-8")
    open_ones = sum(one.answer is None for one in found)
    say(f"Settled: {len(found) - open_ones} of {len(found)} questions.")
    raise typer.Exit(BROKEN if open_ones and not read_only else 0)


@contextmanager
def _refusals(command: str, junit: Path | None = None, *, as_json: bool = False) -> Generator[None]:
    """Turn what keeps a command from its work into a line on standard error, the reports, and exit status 20."""
    from nanonets_sdk.contract.proving.refusal import CannotRun

    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("nanonets_sdk"):
            raise
        told = f"needs {error.name}: pip install 'nanonets-sdk[contract]'"
    except (CannotRun, OSError) as error:
        told = str(error)
    else:
        return
    typer.echo(f"nanonets contract {command}: {told}", err=True)
    if as_json:
        print_json({"green": False, "not_run": told})
    if junit is not None:
        from nanonets_sdk._reports.junit import junit as junit_report
        from nanonets_sdk._reports.records import Case

        name = f"nanonets contract {command}"
        make_folders_of(junit)
        junit.write_text(f"{junit_report([Case('begins', name, 'error', told)], name=name)}\n", encoding="utf-8")
    raise typer.Exit(NOT_RUN)
