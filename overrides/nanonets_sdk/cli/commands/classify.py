"""`nanonets classify`: pictures in, classes out."""

import csv
import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from nanonets_sdk.cli.output.terminal import print_rows
from nanonets_sdk.cli.running.options import ClassFormat, FilesArgument, JobsOption, ModelOption, RecursiveOption
from nanonets_sdk.cli.running.state import state_of
from nanonets_sdk.formats.safe_text import neutral

if TYPE_CHECKING:
    from nanonets_sdk import Classification

_COLUMNS: Final = ("file", "class", "probability", "next")
_TABLE: Final = ClassFormat("table")


def classify(
    context: typer.Context,
    files: FilesArgument,
    *,
    model: ModelOption,
    form: Annotated[ClassFormat, typer.Option("--format", "-f", help="`csv` has one row per class.")] = _TABLE,
    jobs: JobsOption = 8,
    recursive: RecursiveOption = False,
) -> None:
    """Classify pictures with an image classification model. Billed."""
    import anyio

    from nanonets_sdk.cli.running.per_file import call_for_each, chosen_files
    from nanonets_sdk.documents.failed import JobFailed

    chosen = chosen_files(files, recursive=recursive)

    async def classify_all() -> int:
        async with state_of(context).async_client() as client:
            with classes_to_stdout(form) as write:

                async def classify_one(file: Path) -> "Classification":
                    found = await client.image_classification.predict_file(model, file)
                    # The classes would be listed under the name of a file that they may not be of.
                    if found.error is not None:
                        raise JobFailed(found.error, classification=found)
                    return found

                return await call_for_each(chosen, classify_one, write, jobs=jobs, doing="classifying")

    raise typer.Exit(anyio.run(classify_all))


@contextmanager
def classes_to_stdout(form: str) -> "Generator[Callable[[Path, Classification], object]]":
    """Write classifications to standard output as they arrive; a table at the end.

    Yields:
        A function that writes one classification.
    """
    rows = csv.writer(sys.stdout, lineterminator="\n")
    table: list[tuple[str, str, str, str]] = []

    def write(file: Path, classification: "Classification") -> None:
        scores = classification.scores
        if form == "csv":
            rows.writerows((neutral(str(file)), neutral(score.label), score.probability) for score in scores)
        elif form == "jsonl":
            listed = [{"label": score.label, "probability": score.probability} for score in scores]
            print(json.dumps({"file": str(file), "scores": listed}, ensure_ascii=False), flush=True)
        else:
            label, probability = (scores[0].label, f"{scores[0].probability:.3f}") if scores else ("", "")
            second = f"{scores[1].label} {scores[1].probability:.3f}" if len(scores) > 1 else ""
            table.append((str(file), label, probability, second))

    if form == "csv":
        rows.writerow(("file", "label", "probability"))
    try:
        yield write
    finally:
        # Also after an error: what is in the table has been paid for.
        if form == "table":
            print_rows(_COLUMNS, sorted(table), right=("probability",), whole=("probability",))
