"""OCR models: create, get, upload, train."""

from nanonets_sdk.mock.account.account import Account, StoredFile
from nanonets_sdk.mock.learning import learn
from nanonets_sdk.mock.operations.annotated_uploads import store_files, store_urls
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.model import begin_training, body_of, create
from nanonets_sdk.mock.state.records import Model, TrainingFile


def create_model(account: Account, call: Call) -> Reply:
    """Create a model in state 0."""
    return Reply(create(account, "ocr", call.json["categories"]))


def get_model(account: Account, call: Call) -> Reply:
    """Describe a model. This counts as a poll of its training."""
    return Reply(body_of(account, account.polled_model(call.path["model_id"], "ocr")))


def upload_file(account: Account, call: Call) -> Reply:
    """Store annotated files."""
    return store_files(account, call, account.model(call.path["model_id"], "ocr"))


def upload_urls(account: Account, call: Call) -> Reply:
    """Store the annotated files behind URLs."""
    return store_urls(account, call, account.model(call.path["model_id"], "ocr"))


def train(account: Account, call: Call) -> Reply:
    """Learn from the annotated files."""
    return Reply(begin_training(account, account.model(call.path["model_id"], "ocr"), learn_fields))


def learn_fields(account: Account, model: Model, files: list[TrainingFile]) -> str:
    """Learn where the values of labels are, as rules in JSON."""
    annotated = [file for file in files if file.annotations]
    examples = [(account.read(StoredFile(file.name, file.sha256)).pages[0], file.annotations) for file in annotated]
    return learn(model.categories, examples).to_json()
