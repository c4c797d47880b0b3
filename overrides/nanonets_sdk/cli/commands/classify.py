"""`nanonets classify`, `tag` and `detect`: pictures in, and what is on them out."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer

from nanonets_sdk.cli.running.options import ClassFormat, FilesArgument, JobsOption, ModelOption, RecursiveOption
from nanonets_sdk.cli.running.state import state_of
from nanonets_sdk.cli.running.writing import Excel, ExcelOption, writer_options
from nanonets_sdk.formats.shown import score_text

if TYPE_CHECKING:
    from nanonets_sdk import AsyncNanonets, Classification
    from nanonets_sdk.cli.output.row_stream import Found
    from nanonets_sdk.documents.detections import Detections

T = TypeVar("T")

_TABLE: Final = ClassFormat("table")
_FormatOption = Annotated[ClassFormat, typer.Option("--format", "-f", help="`csv` has one row per class or object.")]
_AboveOption = Annotated[float, typer.Option(min=0, max=1, help="Leave out what is less certain than this.")]
_SCORES: Final = ("file", "label", "probability")
_OBJECTS: Final = ("file", "page_index", "label", "score", "xmin", "ymin", "xmax", "ymax")
_SHOWN_OBJECTS: Final = ("file", "page", *_OBJECTS[2:])
_NUMBERS: Final = ("probability", "page", "score", "xmin", "ymin", "xmax", "ymax")


def classify(
    context: typer.Context,
    files: FilesArgument,
    *,
    model: ModelOption,
    form: _FormatOption = _TABLE,
    excel: ExcelOption = None,
    jobs: JobsOption = 8,
    recursive: RecursiveOption = False,
) -> None:
    """Classify pictures with an image classification model. Billed."""
    _find_in_each(
        context,
        files,
        lambda client: lambda file: client.image_classification.predict_file(model, file),
        _classes,
        (form, _SCORES, ("file", "class", "probability", "next")),
        jobs=jobs,
        recursive=recursive,
        excel=excel,
    )


def tag(
    context: typer.Context,
    files: FilesArgument,
    *,
    model: ModelOption,
    above: _AboveOption = 0.5,
    form: _FormatOption = _TABLE,
    excel: ExcelOption = None,
    jobs: JobsOption = 8,
    recursive: RecursiveOption = False,
) -> None:
    """Tag pictures with a multi-label classification model. Billed."""
    _find_in_each(
        context,
        files,
        lambda client: lambda file: client.multi_label.predict_file(model, file),
        lambda file, found: _tags(file, found, above),
        (form, _SCORES, _SCORES),
        jobs=jobs,
        recursive=recursive,
        excel=excel,
    )


def detect(
    context: typer.Context,
    files: FilesArgument,
    *,
    model: ModelOption,
    above: _AboveOption = 0.0,
    form: _FormatOption = _TABLE,
    excel: ExcelOption = None,
    jobs: JobsOption = 8,
    recursive: RecursiveOption = False,
) -> None:
    """Find objects on pictures with an object detection model. Billed."""
    _find_in_each(
        context,
        files,
        lambda client: lambda file: _detections(client, model, file),
        lambda file, found: _objects(file, found, above),
        (form, _OBJECTS, _SHOWN_OBJECTS),
        jobs=jobs,
        recursive=recursive,
        excel=excel,
    )


def _find_in_each(
    context: typer.Context,
    files: list[Path],
    find_with: "Callable[[AsyncNanonets], Callable[[Path], Awaitable[T]]]",
    found_in: "Callable[[str, T], Found]",
    layout: tuple[str, tuple[str, ...], tuple[str, ...]],
    *,
    jobs: int,
    recursive: bool,
    excel: Excel | None,
) -> None:
    """Make a call for each file, write what was found, and exit."""
    import anyio

    from nanonets_sdk.cli.output.again import Command
    from nanonets_sdk.cli.output.row_stream import rows_to_stdout
    from nanonets_sdk.cli.running.per_file import call_for_each, chosen_files
    from nanonets_sdk.documents.failed import JobFailed

    chosen = chosen_files(files, recursive=recursive)
    form, columns, table_columns = layout
    separator = writer_options(form, text=False, excel=excel).get("excel")

    async def find_all() -> int:
        async with state_of(context).async_client(len(chosen)) as client:
            with rows_to_stdout(
                form, columns, table_columns, [one for one in table_columns if one in _NUMBERS], separator
            ) as write:

                def take(file: Path, found: Any) -> None:
                    # An answer about another picture: the classes would be listed under a file that they may not be of.
                    if found.error is not None and not getattr(found, "objects", ()):
                        raise JobFailed(found.error)
                    write(found_in(str(file), found))
                    # Of the pages that succeeded, which were billed, everything is shown.
                    if found.error is not None:
                        raise JobFailed(found.error)

                return await call_for_each(
                    chosen, find_with(client), take, jobs=jobs, doing="predicting", command=Command.of(context)
                )

    raise typer.Exit(anyio.run(find_all))


async def _detections(client: "AsyncNanonets", model: str, file: Path) -> "Detections":
    from nanonets_sdk.documents.detections import detections_of
    from nanonets_sdk.documents.failed import JobFailed

    try:
        return await client.object_detection.predict_file(model, file)
    except JobFailed as error:
        if error.document is None:
            raise
        return detections_of(error.document)


def _classes(file: str, found: "Classification") -> "Found":
    from nanonets_sdk.cli.output.row_stream import Found

    scores = found.scores
    best, probability = (scores[0].label, score_text(scores[0].probability)) if scores else ("", "")
    second = f"{scores[1].label} {score_text(scores[1].probability)}" if len(scores) > 1 else ""
    return Found(
        {"file": file, "scores": [{"label": one.label, "probability": one.probability} for one in scores]},
        [(file, one.label, one.probability) for one in scores],
        [(file, best, probability, second)],
    )


def _tags(file: str, found: "Classification", above: float) -> "Found":
    from nanonets_sdk.cli.output.row_stream import Found

    tags = found.above(above)
    return Found(
        {"file": file, "tags": [{"label": one.label, "probability": one.probability} for one in tags]},
        [(file, one.label, one.probability) for one in tags],
        # A file without tags has a row too: it was read, and paid for.
        [(file, one.label, score_text(one.probability)) for one in tags] or [(file, "", "")],
    )


def _objects(file: str, found: "Detections", above: float) -> "Found":
    from nanonets_sdk.cli.output.row_stream import Found

    records: list[dict[str, Any]] = []
    for one in found.above(above) if above else found.objects:
        edges = (one.box.xmin, one.box.ymin, one.box.xmax, one.box.ymax) if one.box else (None,) * 4
        records.append(dict(zip(_OBJECTS[1:], (one.page, one.label, one.score, *edges), strict=True)))
    return Found(
        {"file": file, "objects": records},
        [(file, *record.values()) for record in records],
        # People count pages from 1.
        [
            (
                file,
                str(one["page_index"] + 1),
                one["label"],
                score_text(one["score"]),
                *map(_shown, [*one.values()][3:]),
            )
            for one in records
        ]
        or [(file, *[""] * (len(_OBJECTS) - 1))],
    )


def _shown(edge: int | None) -> str:
    return "" if edge is None else str(edge)
