"""`nanonets upload` and `nanonets train`."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nanonets_sdk.cli.running.options import (
    FilesArgument,
    JobsOption,
    JsonOption,
    ModelOption,
    RecursiveOption,
)
from nanonets_sdk.cli.running.state import State, state_of

if TYPE_CHECKING:
    from nanonets_sdk import Model, Nanonets
    from nanonets_sdk.resources.image_classification import ImageClassification
    from nanonets_sdk.resources.ocr import Ocr


def upload(
    context: typer.Context,
    files: FilesArgument,
    *,
    model: ModelOption,
    annotations: Annotated[
        Path | None, typer.Option(metavar="JSON", help="What stands where, as the service takes it; OCR models.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(metavar="NAME", help="What the pictures show; image classification models.")
    ] = None,
    jobs: JobsOption = 8,
    recursive: RecursiveOption = False,
) -> None:
    """Upload training files. They are not predicted."""
    import anyio

    from nanonets_sdk.cli.running.main import UsageProblem
    from nanonets_sdk.cli.running.per_file import chosen_files

    if annotations is not None and category is not None:
        raise UsageProblem("--annotations is for OCR models, --category for image classification models; give one")
    chosen = chosen_files(files, recursive=recursive)
    state = state_of(context)
    if category is not None:
        raise typer.Exit(anyio.run(_upload_pictures, chosen, model, category, jobs, state))
    raise typer.Exit(anyio.run(_upload_documents, chosen, model, annotations, jobs, state))


def train(
    context: typer.Context,
    *,
    model: ModelOption,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the model is trained.")] = False,
    wait_timeout: Annotated[
        float, typer.Option("--wait-timeout", min=1, metavar="SECONDS", help="How long to wait.")
    ] = 7200.0,
    as_json: JsonOption = False,
) -> None:
    """Start training a model."""
    from nanonets_sdk.cli.commands.models import find_model, show_model

    with state_of(context).client() as client:
        home = _home(client, find_model(client, model))
        trained = home.train(model)
        if wait:
            trained = _waited_for(lambda: home.wait_until_trained(model, wait_timeout))
        show_model(trained, as_json=as_json)


def _home(client: "Nanonets", model: "Model") -> "Ocr | ImageClassification":
    return client.image_classification if model.model_type == "classification" else client.ocr


def _waited_for(wait: "Callable[[], Model]") -> "Model":
    import sys

    if not sys.stderr.isatty():
        return wait()
    from nanonets_sdk.cli.output.terminal import console

    with console(sys.stderr).status("training; Ctrl-C stops the waiting, not the training"):
        return wait()


async def _upload_documents(
    files: Sequence[Path], model: str, annotations: Path | None, jobs: int, state: State
) -> int:
    from nanonets_sdk.cli.commands.annotations import annotations_for, read_annotations

    given = read_annotations(annotations) if annotations else {}
    of_file = dict(zip(files, annotations_for(files, given), strict=True))
    async with state.async_client() as client:
        return await _upload_each(files, lambda file: client.ocr.upload_file(model, file, of_file[file]), jobs)


async def _upload_pictures(files: Sequence[Path], model: str, category: str, jobs: int, state: State) -> int:
    async with state.async_client() as client:
        return await _upload_each(
            files, lambda file: client.image_classification.upload_file(model, category, file), jobs
        )


async def _upload_each(files: Sequence[Path], send: Callable[[Path], Awaitable[object]], jobs: int) -> int:
    from nanonets_sdk.cli.output.terminal import shown
    from nanonets_sdk.cli.running.per_file import call_for_each

    return await call_for_each(
        files, send, lambda file, _: print(shown(str(file)), flush=True), jobs=jobs, doing="uploading"
    )
