"""`nanonets review`: a page on this machine on which a person corrects and approves files."""

from pathlib import Path
from typing import Annotated

import typer

from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.cli.running.options import JsonOption, ModelOption, UntilOption, day_of
from nanonets_sdk.cli.running.state import state_of


def review(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="request_file_id of each file.", show_default=False)
    ] = None,
    *,
    model: ModelOption,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DAY", help="Files that wait since this day (GMT): 7d, 24h, 2w, 2024-05-01."),
    ] = None,
    until: UntilOption = "today",
    below: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Values with a lower score are doubtful; with --since, only files with one.",
            show_default="0.9, and every file",
        ),
    ] = None,
    types: Annotated[
        str | None, typer.Option(metavar="MODULE:CLASS", help="Mark values that do not fit your own class.")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder with the files themselves, to show pages from them by name."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="TCP port of 127.0.0.1; 0 for a free one.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Correct and approve files in the browser, the least certain first, until Ctrl-C.

    The page is served to this machine only. Treat the printed address like a password.
    """
    from nanonets_sdk.cli.output.terminal import say
    from nanonets_sdk.cli.running.per_id import Failures
    from nanonets_sdk.cli.running.reviewing import class_of, documents_of, serve, sources_in
    from nanonets_sdk.review import ReviewServer, waiting_files

    if (since is None) == (not ids):
        raise UsageProblem("name files by their ids, or with --since those that wait for approval, such as --since 7d")
    kind = class_of(types) if types is not None else None
    failures = Failures()
    with state_of(context).client() as client:
        if since is None:
            documents = documents_of(client, model, ids or (), failures)
        else:
            documents = waiting_files(client, model, day_of(since), day_of(until), below=below)
        if documents:
            sources = sources_in(source, documents)
            server = ReviewServer(client, model, documents, below=below, types=kind, sources=sources, port=port)
            serve(server, as_json=as_json, browser=not no_browser)
        elif not failures.reasons:
            say(f"No file waits for approval since {since}{'' if below is None else f' with a value below {below}'}.")
    raise typer.Exit(failures.status)
