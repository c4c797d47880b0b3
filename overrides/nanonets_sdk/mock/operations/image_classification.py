"""Image classification models: create, list, get, upload, train, predict."""

from typing import Any

from nanonets_sdk.mock.account.account import Account, StoredFile
from nanonets_sdk.mock.account.fetch import FetchFailed
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.learning.pictures import PictureRules, classify, learn_pictures
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.model import begin_training, body_of, create, require_hosted
from nanonets_sdk.mock.reading import Page, UnreadableFile
from nanonets_sdk.mock.replies.classification import classification_body, classified, failed_picture
from nanonets_sdk.mock.state.records import Model, TrainingFile


def create_model(account: Account, call: Call) -> Reply:
    """Create a model in state 0."""
    return Reply(create(account, "classification", call.texts("categories")))


def list_models(account: Account, call: Call) -> Reply:  # noqa: ARG001  # every operation has this form
    """List every model of the account, OCR models too."""
    return Reply([body_of(account, model) for model in account.models()])


def get_model(account: Account, call: Call) -> Reply:
    """Describe a model; this counts as a poll of its training."""
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
    """Store the examples of a category behind URLs; those that fail are left out, which the status says."""
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
    model = account.model(call.parameter("modelId"), "classification")
    return Reply(begin_training(account, model, _learn))


def predict_file(account: Account, call: Call) -> Reply:
    """Classify one picture."""
    model = _hosted_model(account, call)
    part = call.file("file")
    try:
        stored = _readable(account, account.keep(part.filename, part.stream))
    except UnreadableFile as error:
        raise bad_request(f"/file: {error.reason}", "Please send a PNG, JPEG or PDF file") from error
    account.charge(model, 1)
    return Reply(classification_body(model.model_id, [_classified(account, model, stored)]))


def predict_urls(account: Account, call: Call) -> Reply:
    """Classify the pictures behind URLs; each that fails has an entry that says so."""
    model = _hosted_model(account, call)
    found = [_behind(account, url) for url in call.texts("urls")]
    pictures = [file for file in found if isinstance(file, StoredFile)]
    account.charge(model, len(pictures))
    entries = [_classified(account, model, file) if isinstance(file, StoredFile) else file for file in found]
    status = 200 if len(pictures) == len(found) else account.behaviour.partial_status
    return Reply(classification_body(model.model_id, entries), status)


def _behind(account: Account, url: str) -> StoredFile | dict[str, Any]:
    """Return the picture behind a URL, or the entry that says why there is none."""
    try:
        return _readable(account, account.keep_url(url))
    except (FetchFailed, UnreadableFile) as error:
        return failed_picture(url, str(error))


def _model_and_category(account: Account, call: Call) -> tuple[Model, str]:
    model, category = account.model(call.text("modelId"), "classification"), call.text("category")
    if category not in model.categories:
        raise bad_request(
            f"/category: {category!r} is no category of the model",
            f"Please use one of: {', '.join(model.categories)}",
        )
    return model, category


def _hosted_model(account: Account, call: Call) -> Model:
    model = account.model(call.text("modelId"), "classification")
    require_hosted(model)
    return model


def _training_file(account: Account, model: Model, category: str, stored: StoredFile) -> TrainingFile:
    page = _first_page(account, stored)
    return TrainingFile(
        file_id=account.identities.random_id(),
        model_id=model.model_id,
        name=stored.name,
        sha256=stored.sha256,
        width=page.width,
        height=page.height,
        category=category,
    )


def _first_page(account: Account, stored: StoredFile) -> Page:
    return account.read(stored).pages[0]


def _readable(account: Account, stored: StoredFile) -> StoredFile:
    account.read(stored)
    return stored


def _learn(account: Account, model: Model, files: list[TrainingFile]) -> str:  # noqa: ARG001  # OCR needs the model
    return learn_pictures([(file.category, _picture(account, file.sha256)) for file in files]).to_json()


def _picture(account: Account, sha256: str) -> bytes:
    return account.reader.render(account.uploads.path(sha256), 0)


def _classified(account: Account, model: Model, stored: StoredFile) -> dict[str, Any]:
    if not model.rules:
        return classified(stored.name, _undecided(model))
    known = dict(classify(PictureRules.from_json(model.rules), _picture(account, stored.sha256)))
    return classified(stored.name, {category: known.get(category, 0.0) for category in model.categories})


def _undecided(model: Model) -> dict[str, float]:
    """Return the probabilities of a model that is hosted without having seen a picture: all equal."""
    return dict.fromkeys(model.categories, 1 / len(model.categories))
