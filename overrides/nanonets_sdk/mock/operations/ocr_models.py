"""OCR models: create, get, train."""

from nanonets_sdk.mock.account.account import Account, StoredFile
from nanonets_sdk.mock.learning import learn
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.model import begin_training, body_of, create
from nanonets_sdk.mock.state.records import Model, TrainingFile


def create_model(account: Account, call: Call) -> Reply:
    """Create a model in state 0."""
    return Reply(create(account, "ocr", call.json["categories"]))


def get_model(account: Account, call: Call) -> Reply:
    """Describe a model. This counts as a poll of its training."""
    return Reply(body_of(account, account.polled_model(call.path["model_id"], "ocr")))


def train(account: Account, call: Call) -> Reply:
    """Learn from the annotated files."""

    def learn_rules(account: Account, model: Model, files: list[TrainingFile]) -> str:
        # Annotations have no page number. They lie on the first page, which is the one that a person sees.
        examples = [
            (account.read(StoredFile(file.name, file.sha256)).pages[0], file.annotations)
            for file in files
            if file.annotations
        ]
        return learn(model.categories, examples).to_json()

    return Reply(begin_training(account, account.model(call.path["model_id"], "ocr"), learn_rules))
