"""Image classification models: create, list, get, upload, train, predict."""

from typing import Any

from nanonets_sdk.mock.account.account import Account, StoredFile
from nanonets_sdk.mock.account.fetch import FetchFailed
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.learning.pictures import PictureRules, classify, learn_pictures
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.model import begin_training, body_of, create, hosted_model
from nanonets_sdk.mock.reading import UnreadableFile
from nanonets_sdk.mock.replies.classification import classification_body, classified, failed_picture
from nanonets_sdk.mock.state.records import Model, TrainingFile


def create_model(account: Account, call: Call) -> Reply:
    """Create a model in state 0."""
    return Reply(create(account, "classification", call.texts("categories")))


def list_models(account: Account, call: Call) -> Reply:  # noqa: ARG001  # every operation has this form
    """List every model of the account, OCR models included."""
    return Reply([body_of(account, model) for model in account.models()])


def get_model(account: Account, call: Call) -> Reply:
    """Describe a model. This counts as a poll of its training."""
    return Reply(body_of(account, account.polled_model(call.parameter("modelId"), "classification")))


def upload_file(account: Account, call: Call) -> Reply:
    """Store one example of a category."""
    model, category = _model_and_category(account, call)
    part = call.file("file")
    try:
        file = _training_file(account, model, category, account.keep(part.filename, part.stream))
    except UnreadableFile as error:
        raise bad_request(f"/file: {error.reason}", "Please send a PNG, JPEG or PDF file") from error
    return Reply(body_of(account, account.add_training_files(model, [file])))


def upload_urls(account: Account, call: Call) -> Reply:
    """Store the examples of a category behind URLs. Those that fail are left out, and the status says so."""
    model, category = _model_and_category(account, call)
    urls = call.texts("urls")
    files: list[TrainingFile] = []
    for url in urls:
        try:
            files.append(_training_file(account, model, category, account.keep_url(url)))
        except (FetchFailed, UnreadableFile):
            continue
    model = account.add_training_files(model, files)
    return Reply(body_of(account, model), 200 if len(files) == len(urls) else account.behaviour.partial_status)


def train(account: Account, call: Call) -> Reply:
    """Learn from the pictures."""

    def learn_rules(account: Account, _model: Model, files: list[TrainingFile]) -> str:
        return learn_pictures([(file.category, _picture(account, file.sha256)) for file in files]).to_json()

    model = account.model(call.parameter("modelId"), "classification")
    return Reply(begin_training(account, model, learn_rules))


def predict_file(account: Account, call: Call) -> Reply:
    """Classify one picture."""
    model = hosted_model(account, call.text("modelId"), "classification")
    part = call.file("file")
    stored = account.keep(part.filename, part.stream)
    try:
        account.read(stored)
    except UnreadableFile as error:
        raise bad_request(f"/file: {error.reason}", "Please send a PNG, JPEG or PDF file") from error
    account.charge(model, 1)
    return Reply(classification_body(model.model_id, [_classified(account, model, stored)]))


def predict_urls(account: Account, call: Call) -> Reply:
    """Classify the pictures behind URLs. Each one that fails has an entry with the reason."""
    model = hosted_model(account, call.text("modelId"), "classification")
    found: list[StoredFile | dict[str, Any]] = []
    for url in call.texts("urls"):
        try:
            stored = account.keep_url(url)
            account.read(stored)
            found.append(stored)
        except (FetchFailed, UnreadableFile) as error:
            found.append(failed_picture(url, str(error)))
    # The call is charged for all its pictures before the first is classified, so that it is refused as a whole.
    pictures = sum(isinstance(file, StoredFile) for file in found)
    account.charge(model, pictures)
    entries = [_classified(account, model, file) if isinstance(file, StoredFile) else file for file in found]
    status = 200 if pictures == len(found) else account.behaviour.partial_status
    return Reply(classification_body(model.model_id, entries), status)


def _model_and_category(account: Account, call: Call) -> tuple[Model, str]:
    model, category = account.model(call.text("modelId"), "classification"), call.text("category")
    if category not in model.categories:
        raise bad_request(
            f"/category: {category!r} is not a category of the model",
            f"Please use one of: {', '.join(model.categories)}",
        )
    return model, category


def _training_file(account: Account, model: Model, category: str, stored: StoredFile) -> TrainingFile:
    first_page = account.read(stored).pages[0]
    return TrainingFile(
        file_id=account.identities.random_id(),
        model_id=model.model_id,
        name=stored.name,
        sha256=stored.sha256,
        width=first_page.width,
        height=first_page.height,
        category=category,
    )


def _picture(account: Account, sha256: str) -> bytes:
    return account.reader.render(account.uploads.path(sha256), 0)


def _classified(account: Account, model: Model, stored: StoredFile) -> dict[str, Any]:
    if not model.rules:
        # Hosted without having seen a picture, which only a test can arrange: all categories are equally probable.
        return classified(stored.name, dict.fromkeys(model.categories, 1 / len(model.categories)))
    known = dict(classify(PictureRules.from_json(model.rules), _picture(account, stored.sha256)))
    return classified(stored.name, {category: known.get(category, 0.0) for category in model.categories})
