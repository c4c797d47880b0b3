"""The operations of the service by id. Each takes the account and a call, and returns a reply or raises Refusal."""

from collections.abc import Callable, Mapping
from typing import Final

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.operations import (
    annotated_uploads,
    corrections,
    full_text,
    image_classification,
    inferences,
    multi_label,
    object_detection,
    ocr_models,
    ocr_predictions,
    retries,
    review,
    review_links,
)
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
    "ocr_read_text": full_text.read_text,
    "ocr_approve_file": review.approve_file,
    "ocr_unapprove_file": review.unapprove_file,
    "ocr_assign_files": review.assign_files,
    "ocr_delete_file": review.delete_file,
    "ocr_update_page": corrections.update_page,
    "ocr_update_boxes": corrections.update_page,
    "ocr_retry_predictions": retries.retry_predictions,
    "ocr_retry_exports": retries.retry_exports,
    "ocr_get_review_link": review_links.get_review_link,
    "ic_create_model": image_classification.create_model,
    "ic_list_models": image_classification.list_models,
    "ic_get_model": image_classification.get_model,
    "ic_upload_file": image_classification.upload_file,
    "ic_upload_urls": image_classification.upload_urls,
    "ic_train": image_classification.train,
    "ic_predict_file": image_classification.predict_file,
    "ic_predict_urls": image_classification.predict_urls,
    "od_create_model": object_detection.create_model,
    "od_get_model": object_detection.get_model,
    "od_list_annotations": annotated_uploads.list_annotations,
    "od_upload_file": object_detection.upload_file,
    "od_upload_urls": object_detection.upload_urls,
    "od_train": object_detection.train,
    "od_predict_file": object_detection.predict_file,
    "od_predict_urls": object_detection.predict_urls,
    "ml_create_model": multi_label.create_model,
    "ml_get_model": multi_label.get_model,
    "ml_upload_files": multi_label.upload_files,
    "ml_upload_urls": multi_label.upload_urls,
    "ml_train": multi_label.train,
    "ml_predict_files": multi_label.predict_files,
    "ml_predict_urls": multi_label.predict_urls,
}
