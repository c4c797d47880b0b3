"""`nanonets approve`, `unapprove`, `delete`, `retry`, `assign`, `flag` and `review-link`: files after prediction."""

import sys
from typing import Annotated

import typer

from nanonets_sdk.cli.output.terminal import print_json, say
from nanonets_sdk.cli.running.exit_codes import SOME_FILES_FAILED, UsageProblem
from nanonets_sdk.cli.running.options import (
    ConfirmOption,
    IdArgument,
    IdsArgument,
    JsonOption,
    ModelOption,
    expiry_of,
)
from nanonets_sdk.cli.running.state import state_of


def approve(
    context: typer.Context,
    ids: IdsArgument,
    *,
    model: ModelOption,
    confirm: ConfirmOption = False,
    as_json: JsonOption = False,
) -> None:
    """Approve files: exports and webhooks that wait for approval run."""
    from nanonets_sdk.cli.running.per_id import for_each_id

    for_each_id(
        context,
        ids,
        lambda client, one: client.ocr.approve(model, one, confirm=confirm),
        "approved",
        as_json=as_json,
    )


def unapprove(
    context: typer.Context,
    ids: IdsArgument,
    *,
    model: ModelOption,
    confirm: ConfirmOption = False,
    as_json: JsonOption = False,
) -> None:
    """Withdraw the approval of files. This does not reject them."""
    from nanonets_sdk.cli.running.per_id import for_each_id

    for_each_id(
        context,
        ids,
        lambda client, one: client.ocr.unapprove(model, one, confirm=confirm),
        "unapproved",
        as_json=as_json,
    )


def delete(
    context: typer.Context,
    ids: IdsArgument,
    *,
    model: ModelOption,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    confirm: ConfirmOption = False,
    as_json: JsonOption = False,
) -> None:
    """Delete files and their results, after asking. This cannot be undone."""
    from nanonets_sdk.cli.running.per_id import for_each_id

    if not yes:
        if not sys.stdin.isatty():
            raise UsageProblem("deleting cannot be undone, and there is no terminal to ask on; add --yes")
        number = len(set(ids))
        files = "1 file and its results" if number == 1 else f"{number} files and their results"
        if not typer.confirm(f"Delete {files} for good?", err=True):
            say("Nothing was deleted.")
            raise typer.Exit(SOME_FILES_FAILED)
    for_each_id(
        context,
        ids,
        lambda client, one: client.ocr.delete_file(model, one, confirm=confirm),
        "deleted",
        as_json=as_json,
    )


def retry(
    context: typer.Context,
    ids: IdsArgument,
    *,
    model: ModelOption,
    exports: Annotated[
        bool, typer.Option("--exports", help="Run the exports again instead; their receivers may get the data twice.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Predict files again. Probably billed per page. Then wait with `nanonets job wait`."""
    from nanonets_sdk.cli.running.per_id import for_each_id

    for_each_id(
        context,
        ids,
        lambda client, one: (client.ocr.retry_exports if exports else client.ocr.retry_prediction)(model, one),
        "retried",
        as_json=as_json,
    )


def assign(
    context: typer.Context,
    ids: IdsArgument,
    *,
    member: Annotated[str, typer.Option(metavar="EMAIL", help="Address of the member of the team.")],
    model: ModelOption,
    confirm: ConfirmOption = False,
    as_json: JsonOption = False,
) -> None:
    """Assign files to a member of the team."""
    from nanonets_sdk.cli.running.per_id import for_each_id

    if not member.strip():
        raise UsageProblem("--member is empty")
    for_each_id(
        context,
        ids,
        lambda client, one: client.ocr.assign(model, member, one, confirm=confirm),
        "assigned",
        as_json=as_json,
    )


def flag(
    context: typer.Context,
    page: Annotated[str, typer.Argument(metavar="PAGE_ID", help="Id of the page, not of its file.")],
    *,
    label: Annotated[str, typer.Option(help="Label of the field to look at.")],
    message: Annotated[str, typer.Option(help="What is wrong with it, for the reviewer.")],
    model: ModelOption,
    confirm: ConfirmOption = False,
    as_json: JsonOption = False,
) -> None:
    """Send a page to manual review with your own reason."""
    for option, value in (("--label", label), ("--message", message)):
        if not value.strip():
            raise UsageProblem(f"{option} is empty")
    with state_of(context).client() as client:
        client.ocr.flag(model, page, label, message, confirm=confirm)
    if as_json:
        print_json({"id": page, "outcome": "flagged", "label": label, "message": message})
    else:
        print(page)


def review_link(
    context: typer.Context,
    file: IdArgument,
    *,
    expires: Annotated[
        str, typer.Option(metavar="WHEN", help="For how long, or until when: 24h, 7d, 2024-05-01T12:00Z.")
    ],
    redirect: Annotated[str | None, typer.Option(metavar="URL", help="Where the browser goes afterwards.")] = None,
    callback: Annotated[
        str | None, typer.Option(metavar="URL", help="Where the service posts the result; test `is_moderated`.")
    ] = None,
    model: ModelOption,
    as_json: JsonOption = False,
) -> None:
    """Print a link to a page on which anyone who has it can review the file. Treat it as a password."""
    until = expiry_of(expires)
    with state_of(context).client() as client:
        link = client.ocr.review_link(model, file, expires=until, redirect=redirect, callback=callback)
    if as_json:
        print_json({"id": file, "link": link})
    else:
        print(link)
