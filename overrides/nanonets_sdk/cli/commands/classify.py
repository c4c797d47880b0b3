"""`nanonets classify`: pictures in, classes out."""

import csv
import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from nanonets_sdk.cli.output.terminal import print_rows
from nanonets_sdk.cli.running.options import (
    FilesArgument,
    JobsOption,
    ModelOption,
    RecursiveOption,
)
from nanonets_sdk.cli.running.state import State, state_of
from nanonets_sdk.formats.texts import neutral

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nanonets_sdk import Classification

_COLUMNS: Final = ("file", "class", "probability", "next")

Write: TypeAlias = "Callable[[Path, Classification], object]"


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

    from nanonets_sdk.cli.running.per_file import chosen_files

    chosen = chosen_files(files, recursive=recursive)
    raise typer.Exit(anyio.run(_classify_all, chosen, model, form, jobs, state_of(context)))


async def _classify_all(files: "Sequence[Path]", model: str, form: ClassFormat, jobs: int, state: State) -> int:
    from nanonets_sdk.cli.running.per_file import call_for_each

    async with state.async_client() as client:

        async def call(file: Path) -> "Classification":
            return await client.image_classification.predict_file(model, file)

        with classes_to_stdout(form) as write:
            return await call_for_each(files, call, write, jobs=jobs, doing="classifying")


@contextmanager
def classes_to_stdout(form: ClassFormat) -> "Generator[Write]":
    """A block in which classifications are written; a table for people comes at its end."""
    match form:
        case ClassFormat.JSONL:
            yield _write_line
        case ClassFormat.CSV:
            rows = csv.writer(sys.stdout, lineterminator="\n")
            rows.writerow(("file", "label", "probability"))
            yield lambda file, classification: rows.writerows(
                (neutral(str(file)), neutral(score.label), score.probability) for score in classification.scores
            )
        case ClassFormat.TABLE:
            found: list[tuple[str, str, str, str]] = []
            try:
                yield lambda file, classification: found.append(_row(file, classification))
            finally:  # what was paid for is shown, whatever ended the rest
                print_rows(_COLUMNS, sorted(found), right=("probability",), whole=("probability",))


def _write_line(file: Path, classification: "Classification") -> None:
    scores = [{"label": score.label, "probability": score.probability} for score in classification.scores]
    print(json.dumps({"file": str(file), "scores": scores}, ensure_ascii=False), flush=True)


def _row(file: Path, classification: "Classification") -> tuple[str, str, str, str]:
    best, *others = (*classification.scores[:2], None)
    second = others[0] if others else None
    return (
        str(file),
        best.label if best else "",
        f"{best.probability:.3f}" if best else "",
        f"{second.label} {second.probability:.3f}" if second else "",
    )
