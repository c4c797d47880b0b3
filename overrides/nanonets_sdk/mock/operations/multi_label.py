"""Multi-label models: create, get, upload, train, predict."""

from typing import Any

from attrs import evolve

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.coerce import parse_json
from nanonets_sdk.mock.learning.labels import LabelRules, label_picture, learn_labels
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.files import FailedUrl, ReadFile, read_upload, read_urls, status_of, training_file
from nanonets_sdk.mock.operations.model import begin_training, body_of, create, hosted_model, picture_of
from nanonets_sdk.mock.operations.pictures import predict
from nanonets_sdk.mock.replies.model import upload_body
from nanonets_sdk.mock.state.records import Model, TrainingFile


def create_model(account: Account, call: Call) -> Reply:
    """Create a model in state 0."""
    return Reply(create(account, "multi_label", call.json["categories"]))


def get_model(account: Account, call: Call) -> Reply:
    """Describe a model. This counts as a poll of its training."""
    return Reply(body_of(account, account.polled_model(call.path["model_id"], "multi_label")))


def upload_files(account: Account, call: Call) -> Reply:
    """Store files with their labels."""
    parts = call.all_files("files")
    model = account.model(call.path["model_id"], "multi_label")
    labels = _labels(model, parse_json(call.value("data")), [part.filename for part in parts])
    return _store(account, model, [read_upload(account, part) for part in parts], labels)


def upload_urls(account: Account, call: Call) -> Reply:
    """Store the labelled files behind URLs. Those that fail are left out, and the status says so."""
    model, urls = account.model(call.path["model_id"], "multi_label"), call.values("urls")
    labels = _labels(model, parse_json(call.value("data")), urls)
    return _store(account, model, read_urls(account, urls), labels)


def train(account: Account, call: Call) -> Reply:
    """Learn from the labelled files."""

    def learn_rules(account: Account, model: Model, files: list[TrainingFile]) -> str:
        examples = ((file.categories, picture_of(account, file.sha256)) for file in files)
        return learn_labels(model.categories, examples).to_json()

    return Reply(begin_training(account, account.model(call.path["model_id"], "multi_label"), learn_rules))


def predict_files(account: Account, call: Call) -> Reply:
    """Label files."""
    model = hosted_model(account, call.path["model_id"], "multi_label")
    return predict(account, model, [read_upload(account, part) for part in call.all_files("files")], _probabilities)


def predict_urls(account: Account, call: Call) -> Reply:
    """Label the files behind URLs. Each one that fails has an entry with the reason."""
    model = hosted_model(account, call.path["model_id"], "multi_label")
    return predict(account, model, read_urls(account, call.values("urls")), _probabilities)


def _labels(model: Model, data: list[Any], names: list[str]) -> dict[str, tuple[str, ...]]:
    """Read the labels by the name of the file; a file or a label that is not there is refused."""
    found: dict[str, tuple[str, ...]] = {}
    for index, entry in enumerate(data):
        if entry["filename"] not in names:
            raise bad_request(
                f"/data/{index}/filename: no file of this call is called {entry['filename']!r}",
                f"Please use the name of the file part or the URL: {', '.join(names)}",
            )
        for label in entry["categories"]:
            if label not in model.categories:
                raise bad_request(
                    f"/data/{index}/categories: {label!r} is not a category of the model",
                    f"Please use one of: {', '.join(model.categories)}",
                )
        found[entry["filename"]] = tuple(dict.fromkeys(entry["categories"]))
    return found


def _store(
    account: Account, model: Model, found: list[ReadFile | FailedUrl], labels: dict[str, tuple[str, ...]]
) -> Reply:
    files = [training_file(account, model, read) for read in found if isinstance(read, ReadFile)]
    files = [evolve(file, categories=labels.get(file.name, ())) for file in files]
    model = account.add_training_files(model, files)
    return Reply(upload_body(body_of(account, model), files), status_of(account, found))


def _probabilities(model: Model, picture: bytes) -> dict[str, float]:
    if not model.rules:
        # Hosted without having seen a picture, which only a test can arrange: nothing is known of any label.
        return dict.fromkeys(model.categories, 0.5)
    return label_picture(LabelRules.from_json(model.rules), picture)
