"""OCR models: create, get, train."""

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.learning import learn
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.model import begin_training, body_of, create
from nanonets_sdk.mock.reading import Page
from nanonets_sdk.mock.state.records import Model, TrainingFile


def create_model(account: Account, call: Call) -> Reply:
    """Create a model in state 0."""
    return Reply(create(account, "ocr", call.json["categories"]))


def get_model(account: Account, call: Call) -> Reply:
    """Describe a model; this counts as a poll of its training."""
    return Reply(body_of(account, account.polled_model(call.path["model_id"], "ocr")))


def train(account: Account, call: Call) -> Reply:
    """Learn from the annotated files."""
    model = account.model(call.path["model_id"], "ocr")
    return Reply(begin_training(account, model, _learn))


def _learn(account: Account, model: Model, files: list[TrainingFile]) -> str:
    examples = [(_first_page(account, file), file.annotations) for file in files if file.annotations]
    return learn(model.categories, examples).to_json()


def _first_page(account: Account, file: TrainingFile) -> Page:
    """Return the page that annotations lie on: they name none, and the first is what a person sees."""
    return account.reader.read(account.uploads.path(file.sha256)).pages[0]
