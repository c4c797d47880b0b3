"""`nanonets models`: the models of the account."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nanonets_sdk.cli.output.terminal import print_json, print_rows
from nanonets_sdk.cli.running.options import HELP_MARKUP, JsonOption
from nanonets_sdk.cli.running.state import state_of

if TYPE_CHECKING:
    from nanonets_sdk import Model, Nanonets

app = typer.Typer(no_args_is_help=True, rich_markup_mode=HELP_MARKUP, help="The models of the account.")

_COLUMNS = ("model", "type", "state", "labels")


class ModelType(StrEnum):
    """The types of models that can be created."""

    OCR = "ocr"
    CLASSIFICATION = "classification"


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
        show_model(find_model(client, model), as_json=as_json)


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
        resource = client.ocr if kind is ModelType.OCR else client.image_classification
        show_model(resource.create_model(labels), as_json=as_json)


def find_model(client: "Nanonets", model_id: str) -> "Model":
    """Return a model of any type."""
    from nanonets_sdk import NotFound

    # The service keeps the two types behind two addresses, and answers 404 at the wrong one.
    try:
        return client.ocr.get_model(model_id)
    except NotFound:
        return client.image_classification.get_model(model_id)


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
