"""`nanonets edit`: correct the fields and cells of a file."""

from typing import TYPE_CHECKING, Annotated

import typer

from nanonets_sdk.cli.output.terminal import print_json, print_rows, say
from nanonets_sdk.cli.running.options import ConfirmOption, IdArgument, JsonOption, ModelOption
from nanonets_sdk.cli.running.state import state_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nanonets_sdk.documents import Correction

_COLUMNS = ("page", "label", "change", "before", "after")


def edit(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    file: IdArgument,
    *,
    model: ModelOption,
    change: Annotated[
        list[str] | None, typer.Option("--set", metavar="LABEL=VALUE", help="Set the text of the field of a label.")
    ] = None,
    add: Annotated[
        list[str] | None, typer.Option("--add", metavar="LABEL=VALUE", help="Add a field, on the first page.")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="LABEL", help="Remove the field of a label.")
    ] = None,
    cell: Annotated[
        list[str] | None,
        typer.Option(metavar="TABLE:ROW:COL=VALUE", help="Set the text of a cell; numbers from 1, without the header."),
    ] = None,
    page: Annotated[
        int | None, typer.Option(min=1, help="The page of the fields, from 1; any page by default.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the changes, and write nothing.")] = False,
    confirm: ConfirmOption = False,
    as_json: JsonOption = False,
) -> None:
    """Correct a file that was not approved yet, and show what changed.

    Each of --set, --add, --remove and --cell can be given several times. If several fields have a label, write
    `LABEL#2` for the second one in the order of `nanonets results get`. A page that someone else changed in the
    meantime is not overwritten.
    """
    from nanonets_sdk.cli.running.edits import Edits

    edits = Edits.parse(change or (), add or (), remove or (), cell or (), page)
    with state_of(context).client() as client:
        draft = client.ocr.edit(model, file)
        edits.apply(draft)
        changes = draft.changes
        if not dry_run:
            draft.save(confirm=confirm)
    _show(changes, as_json=as_json)
    if not changes:
        say("Nothing differs, so nothing was written.")


def _show(changes: "Sequence[Correction]", *, as_json: bool) -> None:
    rows = [
        (
            change.page,
            change.label,
            change.kind,
            change.predicted.text if change.predicted else None,
            change.moderated.text if change.moderated else None,
        )
        for change in changes
    ]
    if as_json:
        print_json([dict(zip(("page_index", *_COLUMNS[1:]), row, strict=True)) for row in rows])
        return
    # People count pages from 1.
    cells = [[str(page + 1), *("" if value is None else value for value in row)] for page, *row in rows]
    print_rows(_COLUMNS, cells, right=("page",), whole=("page", "change"))
