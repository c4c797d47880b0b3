"""`nanonets models`: the models of the account."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from nanonets_sdk.cli.output.terminal import print_json, print_rows
from nanonets_sdk.cli.running.options import HELP_MARKUP, JsonOption
from nanonets_sdk.cli.running.state import state_of

if TYPE_CHECKING:
    from nanonets_sdk import Model, Nanonets
    from nanonets_sdk.resources.image_classification import ImageClassification
    from nanonets_sdk.resources.multi_label import MultiLabel
    from nanonets_sdk.resources.object_detection import ObjectDetection
    from nanonets_sdk.resources.ocr import Ocr

app = typer.Typer(no_args_is_help=True, rich_markup_mode=HELP_MARKUP, help="The models of the account.")

_COLUMNS = ("model", "type", "state", "labels")


class ModelType(StrEnum):
    """The types of models that can be created."""

    OCR = "ocr"
    CLASSIFICATION = "classification"
    DETECTION = "detection"
    MULTI_LABEL = "multi-label"


_RESOURCES: Final = {
    ModelType.OCR: "ocr",
    ModelType.CLASSIFICATION: "image_classification",
    ModelType.DETECTION: "object_detection",
    ModelType.MULTI_LABEL: "multi_label",
}


@app.command("list")
def list_models(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """List every model of the account."""
    with state_of(context).client() as client:
        models = client.image_classification.list_models()
    if as_json:
        print_json([record(model) for model in models])
        return
    rows = [
        (model.model_id, model.model_type, state_name(model), ", ".join(label.name for label in model.categories))
        for model in models
    ]
    print_rows(_COLUMNS, rows, whole=("model",))


@app.command()
def show(
    context: typer.Context,
    model: Annotated[str, typer.Argument(envvar="NANONETS_MODEL_ID", metavar="ID", help="Id of the model.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Show one model: its state, and the number of training samples per label."""
    with state_of(context).client() as client:
        show_model(find_model(client, model)[1], as_json=as_json)


@app.command()
def create(
    context: typer.Context,
    labels: Annotated[list[str], typer.Argument(metavar="LABEL...", help="What the model finds, or tells apart.")],
    *,
    kind: Annotated[ModelType, typer.Option("--type", help="The type of the model.")] = ModelType.OCR,
    as_json: JsonOption = False,
) -> None:
    """Create an empty model."""
    with state_of(context).client() as client:
        show_model(resource_of(client, kind).create_model(labels), as_json=as_json)


def resource_of(client: "Nanonets", kind: ModelType) -> "Ocr | ImageClassification | ObjectDetection | MultiLabel":
    """Return the part of a client that works with models of a type."""
    resource: Ocr | ImageClassification | ObjectDetection | MultiLabel = getattr(client, _RESOURCES[kind])
    return resource


def find_model(client: "Nanonets", model_id: str) -> "tuple[ModelType, Model]":
    """Return a model of any type, with its type.

    Raises:
        NotFound: There is no such model.
    """
    from nanonets_sdk import NotFound

    # The service keeps the types behind addresses of their own, and answers 404 at the wrong one.
    for kind in [*ModelType][:-1]:
        try:
            return kind, resource_of(client, kind).get_model(model_id)
        except NotFound:
            pass
    return ModelType.MULTI_LABEL, client.multi_label.get_model(model_id)


def show_model(model: "Model", *, as_json: bool) -> None:
    """Write one model to standard output."""
    if as_json:
        print_json(record(model))
        return
    rows = [
        ("model", model.model_id),
        ("type", model.model_type),
        ("state", state_name(model)),
        *([("accuracy", f"{model.accuracy:g}")] if model.accuracy is not None else []),
        *((f"label {category.name}", str(category.count)) for category in model.categories),
    ]
    print_rows(("property", "value"), rows, whole=("value",))


def record(model: "Model") -> dict[str, Any]:
    """Return a model as JSON values."""
    return {
        "model_id": model.model_id,
        "model_type": model.model_type,
        "state": model.state,
        "state_name": state_name(model),
        "is_ready": model.is_ready,
        "accuracy": model.accuracy,
        "categories": [{"name": category.name, "count": category.count} for category in model.categories],
    }


def state_name(model: "Model") -> str:
    """Return the state of a model in words."""
    from nanonets_sdk import ModelState

    try:
        return ModelState(model.state).name.lower().replace("_", " ")
    except ValueError:  # a state that the service added
        return str(model.state)
