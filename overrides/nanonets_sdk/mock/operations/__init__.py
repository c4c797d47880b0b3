"""The operations of the service by id. Each takes the account and a call, and returns a reply or raises Refusal."""

from collections.abc import Callable, Mapping
from typing import Final

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.operations import image_classification, inferences, ocr_models, ocr_predictions
from nanonets_sdk.mock.operations.call import Call, Reply

Handler = Callable[[Account, Call], Reply]

# Predicting and submitting share their handlers: the query flag `async` decides, not the slash at the end of a route.
HANDLERS: Final[Mapping[str, Handler]] = {
    "ocr_create_model": ocr_models.create_model,
    "ocr_get_model": ocr_models.get_model,
    "ocr_train": ocr_models.train,
    "ocr_upload_file": ocr_models.upload_file,
    "ocr_upload_urls": ocr_models.upload_urls,
    "ocr_predict_file": ocr_predictions.predict_file,
    "ocr_submit_file": ocr_predictions.predict_file,
    "ocr_predict_urls": ocr_predictions.predict_urls,
    "ocr_submit_urls": ocr_predictions.predict_urls,
    "ocr_get_page": inferences.get_page,
    "ocr_get_file": inferences.get_file,
    "ocr_list_predictions": inferences.list_predictions,
    "ic_create_model": image_classification.create_model,
    "ic_list_models": image_classification.list_models,
    "ic_get_model": image_classification.get_model,
    "ic_upload_file": image_classification.upload_file,
    "ic_upload_urls": image_classification.upload_urls,
    "ic_train": image_classification.train,
    "ic_predict_file": image_classification.predict_file,
    "ic_predict_urls": image_classification.predict_urls,
}
