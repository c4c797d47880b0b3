"""`nanonets upload` and `nanonets train`."""

import shlex
from collections.abc import Awaitable
from pathlib import Path
from typing import Annotated

import typer

from nanonets_sdk.cli.commands.models import ModelType, find_model, resource_of, show_model
from nanonets_sdk.cli.output.terminal import shown
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
        typer.Option(metavar="JSON", help="Labels and boxes, in the form that the service uses; OCR and detection."),
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="What the pictures show; several times for a multi-label model."),
    ] = None,
    jobs: JobsOption = 8,
    recursive: RecursiveOption = False,
) -> None:
    """Upload training files. They are not predicted."""
    import anyio

    from nanonets_sdk.cli.output.again import Command
    from nanonets_sdk.cli.running.annotations import read_annotations
    from nanonets_sdk.cli.running.per_file import call_for_each, chosen_files

    if annotations is not None and category:
        raise UsageProblem("--annotations is for OCR and detection models, --category for the others; give one")
    chosen = chosen_files(files, recursive=recursive)
    annotated = read_annotations(annotations, chosen) if annotations else {}
    with state_of(context).client() as client:
        kind, _ = find_model(client, model)
    _check_options(kind, category or [], is_annotated=annotations is not None)

    command = Command.of(context)

    async def upload_all() -> int:
        async with state_of(context).async_client(len(chosen)) as client:

            def send(file: Path) -> Awaitable[object]:
                match kind:
                    case ModelType.CLASSIFICATION:
                        return client.image_classification.upload_file(model, (category or [""])[0], file)
                    case ModelType.MULTI_LABEL:
                        return client.multi_label.upload_file(model, file, category or [])
                    case _:
                        resource = client.ocr if kind is ModelType.OCR else client.object_detection
                        return resource.upload_file(model, file, annotated.get(file.name, []))

            return await call_for_each(
                chosen,
                send,
                lambda file, _: print(shown(str(file)), flush=True),
                jobs=jobs,
                doing="uploading",
                command=command,
            )

    raise typer.Exit(anyio.run(upload_all))


def _check_options(kind: ModelType, categories: list[str], *, is_annotated: bool) -> None:
    if kind in {ModelType.OCR, ModelType.DETECTION}:
        if categories:
            raise UsageProblem(f"this is a model of type {kind}; its files have --annotations instead of --category")
    elif is_annotated or not categories:
        raise UsageProblem(f"this is a model of type {kind}; its files need --category, and no --annotations")
    elif kind is ModelType.CLASSIFICATION and len(categories) > 1:
        raise UsageProblem("a picture has one category in an image classification model; give --category once")


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
        resource = resource_of(client, find_model(client, model)[0])
        trained = resource.train(model)
        if wait:
            from nanonets_sdk.cli.output.progress import time_shown
            from nanonets_sdk.cli.running.interrupts import Stopped

            try:
                with time_shown("training", "Ctrl-C stops the waiting, not the training"):
                    trained = resource.wait_until_trained(model, wait_timeout)
            except KeyboardInterrupt:
                told = f"The training goes on. See how far it is with: nanonets models show {shlex.quote(model)}"
                raise Stopped(f"Stopped waiting.\n{told}") from None
        show_model(trained, as_json=as_json)
