"""`nanonets classify`: pictures in, classes out."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nanonets_sdk.cli.options import FilesArgument, JobsOption, ModelOption, RecursiveOption
from nanonets_sdk.cli.state import State, state_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nanonets_sdk import Classification


class ClassFormat(StrEnum):
    """How classifications are written."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"


def classify(
    context: typer.Context,
    files: FilesArgument,
    *,
    model: ModelOption,
    form: Annotated[ClassFormat, typer.Option("--format", "-f", help="`csv` has a row for each class.")] = (
        ClassFormat.TABLE
    ),
    jobs: JobsOption = 8,
    recursive: RecursiveOption = False,
) -> None:
    """Say what pictures are, with an image classification model. Billed."""
    import anyio

    from nanonets_sdk.cli.calling import chosen_files

    chosen = chosen_files(files, recursive=recursive)
    raise typer.Exit(anyio.run(_classify_all, chosen, model, form, jobs, state_of(context)))


async def _classify_all(files: "Sequence[Path]", model: str, form: ClassFormat, jobs: int, state: State) -> int:
    from nanonets_sdk.cli.calling import call_for_each
    from nanonets_sdk.cli.classes import classes_to_stdout

    async with state.async_client() as client:

        async def call(file: Path) -> "Classification":
            return await client.image_classification.predict_file(model, file)

        with classes_to_stdout(form) as write:
            return await call_for_each(files, call, write, jobs=jobs, doing="classifying")
