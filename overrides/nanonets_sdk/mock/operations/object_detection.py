"""Object detection models: create, get, upload, train, predict. OCR models answer on the same routes."""

from typing import Final

from attrs import evolve

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.learning.objects import Example, learn_objects
from nanonets_sdk.mock.operations.annotated_uploads import store_files, store_urls
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.files import read_upload, read_urls
from nanonets_sdk.mock.operations.model import begin_training, body_of, create, hosted_model, picture_of
from nanonets_sdk.mock.operations.ocr_models import learn_fields
from nanonets_sdk.mock.operations.ocr_predictions import predict
from nanonets_sdk.mock.state.records import Model, ModelType, TrainingFile

TYPES: Final[tuple[ModelType, ...]] = ("localization", "ocr")


def create_model(account: Account, call: Call) -> Reply:
    """Create a model in state 0."""
    # nanonets 2.0.5 creates its OCR models here, and then predicts with them on the route of OCR.
    is_ocr = call.json.get("model_type") == "ocr"
    return Reply(create(account, "ocr" if is_ocr else "localization", call.json["categories"]))


def get_model(account: Account, call: Call) -> Reply:
    """Describe a model. This counts as a poll of its training."""
    return Reply(body_of(account, account.polled_model(call.path["model_id"], *TYPES)))


def upload_file(account: Account, call: Call) -> Reply:
    """Store annotated files."""
    return store_files(account, call, account.model(call.path["model_id"], *TYPES))


def upload_urls(account: Account, call: Call) -> Reply:
    """Store the annotated files behind URLs."""
    return store_urls(account, call, account.model(call.path["model_id"], *TYPES))


def train(account: Account, call: Call) -> Reply:
    """Learn from the annotated files."""
    model = account.model(call.path["model_id"], *TYPES)
    return Reply(begin_training(account, model, learn_fields if model.model_type == "ocr" else _learn))


def predict_file(account: Account, call: Call) -> Reply:
    """Find the objects in files."""
    model = hosted_model(account, call.path["model_id"], *TYPES)
    found = [read_upload(account, part) for part in call.all_files("file")]
    return predict(account, _at_once(call), model, found)


def predict_urls(account: Account, call: Call) -> Reply:
    """Find the objects in the files behind URLs. Each one that fails has an entry with the reason."""
    model = hosted_model(account, call.path["model_id"], *TYPES)
    return predict(account, _at_once(call), model, read_urls(account, call.values("urls")))


def _at_once(call: Call) -> Call:
    # No source shows an asynchronous detection, so the flag is an unknown parameter here.
    return evolve(call, query=())


def _learn(account: Account, _model: Model, files: list[TrainingFile]) -> str:
    annotated = [file for file in files if file.annotations]
    return learn_objects(
        Example(picture_of(account, file.sha256), file.width, file.height, file.annotations) for file in annotated
    ).to_json()
