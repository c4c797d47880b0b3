"""Image classification models: create, list, get, upload, train, predict."""

from attrs import evolve

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.learning.pictures import PictureRules, classify, learn_pictures
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.files import ReadFile, read_upload, read_urls, status_of, training_file
from nanonets_sdk.mock.operations.model import begin_training, body_of, create, hosted_model, picture_of
from nanonets_sdk.mock.operations.pictures import predict
from nanonets_sdk.mock.state.records import Model, TrainingFile


def create_model(account: Account, call: Call) -> Reply:
    """Create a model in state 0."""
    return Reply(create(account, "classification", call.values("categories")))


def list_models(account: Account, call: Call) -> Reply:  # noqa: ARG001  # every operation has this form
    """List every model of the account, OCR models included."""
    return Reply([body_of(account, model) for model in account.models()])


def get_model(account: Account, call: Call) -> Reply:
    """Describe a model. This counts as a poll of its training."""
    return Reply(body_of(account, account.polled_model(call.parameter("modelId"), "classification")))


def upload_file(account: Account, call: Call) -> Reply:
    """Store examples of a category."""
    model, category = _model_and_category(account, call)
    files = [training_file(account, model, read_upload(account, part)) for part in call.all_files("file")]
    files = [evolve(file, categories=(category,)) for file in files]
    return Reply(body_of(account, account.add_training_files(model, files)))


def upload_urls(account: Account, call: Call) -> Reply:
    """Store the examples of a category behind URLs. Those that fail are left out, and the status says so."""
    model, category = _model_and_category(account, call)
    found = read_urls(account, call.values("urls"))
    files = [training_file(account, model, read) for read in found if isinstance(read, ReadFile)]
    model = account.add_training_files(model, [evolve(file, categories=(category,)) for file in files])
    return Reply(body_of(account, model), status_of(account, found))


def train(account: Account, call: Call) -> Reply:
    """Learn from the pictures."""

    def learn_rules(account: Account, _model: Model, files: list[TrainingFile]) -> str:
        examples = ((file.categories[0], picture_of(account, file.sha256)) for file in files)
        return learn_pictures(examples).to_json()

    model = account.model(call.parameter("modelId"), "classification")
    return Reply(begin_training(account, model, learn_rules))


def predict_file(account: Account, call: Call) -> Reply:
    """Classify pictures."""
    model = hosted_model(account, call.value("modelId"), "classification")
    return predict(account, model, [read_upload(account, part) for part in call.all_files("file")], _probabilities)


def predict_urls(account: Account, call: Call) -> Reply:
    """Classify the pictures behind URLs. Each one that fails has an entry with the reason."""
    model = hosted_model(account, call.value("modelId"), "classification")
    return predict(account, model, read_urls(account, call.values("urls")), _probabilities)


def _model_and_category(account: Account, call: Call) -> tuple[Model, str]:
    model, category = account.model(call.value("modelId"), "classification"), call.value("category")
    if category not in model.categories:
        raise bad_request(
            f"/category: {category!r} is not a category of the model",
            f"Please use one of: {', '.join(model.categories)}",
        )
    return model, category


def _probabilities(model: Model, picture: bytes) -> dict[str, float]:
    if not model.rules:
        # Hosted without having seen a picture, which only a test can arrange: all categories are equally probable.
        return dict.fromkeys(model.categories, 1 / len(model.categories))
    known = dict(classify(PictureRules.from_json(model.rules), picture))
    return {category: known.get(category, 0.0) for category in model.categories}
