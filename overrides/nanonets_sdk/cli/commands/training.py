"""`nanonets upload` and `nanonets train`."""

import sys
from collections.abc import Awaitable
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from nanonets_sdk.cli.commands.models import find_model, show_model
from nanonets_sdk.cli.output.terminal import console, shown
from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.cli.running.options import FilesArgument, JobsOption, JsonOption, ModelOption, RecursiveOption
from nanonets_sdk.cli.running.state import state_of


def upload(
    context: typer.Context,
    files: FilesArgument,
    *,
    model: ModelOption,
    annotations: Annotated[
        Path | None,
        typer.Option(metavar="JSON", help="Texts and boxes, in the form that the service uses; OCR models."),
    ] = None,
    category: Annotated[
        str | None, typer.Option(metavar="NAME", help="What the pictures show; image classification models.")
    ] = None,
    jobs: JobsOption = 8,
    recursive: RecursiveOption = False,
) -> None:
    """Upload training files. They are not predicted."""
    import anyio

    from nanonets_sdk.cli.running.annotations import read_annotations
    from nanonets_sdk.cli.running.per_file import call_for_each, chosen_files

    if annotations is not None and category is not None:
        raise UsageProblem("--annotations is for OCR models, --category for image classification models; give one")
    chosen = chosen_files(files, recursive=recursive)
    annotated = read_annotations(annotations, chosen) if annotations else {}

    async def upload_all() -> int:
        async with state_of(context).async_client() as client:

            def send(file: Path) -> Awaitable[object]:
                if category is not None:
                    return client.image_classification.upload_file(model, category, file)
                return client.ocr.upload_file(model, file, annotated.get(file.name, []))

            return await call_for_each(
                chosen, send, lambda file, _: print(shown(str(file)), flush=True), jobs=jobs, doing="uploading"
            )

    raise typer.Exit(anyio.run(upload_all))


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
    with state_of(context).client() as client:
        is_classifier = find_model(client, model).model_type == "classification"
        resource = client.image_classification if is_classifier else client.ocr
        trained = resource.train(model)
        if wait:
            message = "training; Ctrl-C stops the waiting, not the training"
            with console(sys.stderr).status(message) if sys.stderr.isatty() else nullcontext():
                trained = resource.wait_until_trained(model, wait_timeout)
        show_model(trained, as_json=as_json)
