"""One call of each operation, by its operation id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

PDF: Final = b"%PDF-1.7"
URL: Final = "https://files.example.org/a.pdf"
Use = Callable[[Any], Any]
"""A call of a method of either client; of the asynchronous one it returns an awaitable."""
USES: Final[dict[str, Use]] = {
    "ocr_create_model": lambda client: client.ocr.create_model(["a"]),
    "ocr_get_model": lambda client: client.ocr.get_model("m"),
    "ocr_upload_file": lambda client: client.ocr.upload_file("m", PDF),
    "ocr_upload_urls": lambda client: client.ocr.upload_urls("m", [URL]),
    "ocr_train": lambda client: client.ocr.train("m"),
    "ocr_predict_file": lambda client: client.ocr.predict_file("m", PDF),
    "ocr_submit_file": lambda client: client.ocr.submit_file("m", PDF),
    "ocr_predict_urls": lambda client: client.ocr.predict_urls("m", [URL]),
    "ocr_submit_urls": lambda client: client.ocr.submit_urls("m", [URL]),
    "ocr_list_predictions": lambda client: client.ocr.list_predictions("m"),
    "ocr_get_page": lambda client: client.ocr.get_page("m", "p"),
    "ocr_get_file": lambda client: client.ocr.get_file("m", "f"),
    "ocr_read_text": lambda client: client.ocr.read_text(PDF),
    "ocr_approve_file": lambda client: client.ocr.approve("m", "f"),
    "ocr_unapprove_file": lambda client: client.ocr.unapprove("m", "f"),
    "ocr_delete_file": lambda client: client.ocr.delete_file("m", "f"),
    "ocr_update_page": lambda client: client.ocr.flag("m", "p", "total", "why", route="page"),
    "ocr_update_boxes": lambda client: client.ocr.flag("m", "p", "total", "why"),
    "ocr_retry_predictions": lambda client: client.ocr.retry_prediction("m", "f"),
    "ocr_retry_exports": lambda client: client.ocr.retry_exports("m", "f"),
    "ocr_assign_files": lambda client: client.ocr.assign("m", "a@example.com", "f"),
    "ocr_get_review_link": lambda client: client.ocr.review_link("m", "f", expires=timedelta(hours=1)),
    "ic_create_model": lambda client: client.image_classification.create_model(["a", "b"]),
    "ic_list_models": lambda client: client.image_classification.list_models(),
    "ic_get_model": lambda client: client.image_classification.get_model("m"),
    "ic_upload_file": lambda client: client.image_classification.upload_file("m", "a", PDF),
    "ic_upload_urls": lambda client: client.image_classification.upload_urls("m", "a", [URL]),
    "ic_train": lambda client: client.image_classification.train("m"),
    "ic_predict_file": lambda client: client.image_classification.predict_file("m", PDF),
    "ic_predict_urls": lambda client: client.image_classification.predict_urls("m", [URL]),
    "od_create_model": lambda client: client.object_detection.create_model(["a"]),
    "od_get_model": lambda client: client.object_detection.get_model("m"),
    "od_list_annotations": lambda client: client.object_detection.list_annotations("m"),
    "od_upload_file": lambda client: client.object_detection.upload_file("m", PDF),
    "od_upload_urls": lambda client: client.object_detection.upload_urls("m", [URL]),
    "od_train": lambda client: client.object_detection.train("m"),
    "od_predict_file": lambda client: client.object_detection.predict_file("m", PDF),
    "od_predict_urls": lambda client: client.object_detection.predict_urls("m", [URL]),
    "ml_create_model": lambda client: client.multi_label.create_model(["a"]),
    "ml_get_model": lambda client: client.multi_label.get_model("m"),
    "ml_upload_files": lambda client: client.multi_label.upload_files("m", [(PDF, ["a"])]),
    "ml_upload_urls": lambda client: client.multi_label.upload_urls("m", {URL: ["a"]}),
    "ml_train": lambda client: client.multi_label.train("m"),
    "ml_predict_files": lambda client: client.multi_label.predict_files("m", [PDF]),
    "ml_predict_urls": lambda client: client.multi_label.predict_urls("m", [URL]),
}
