"""Contains all the data models used in inputs/outputs, each loaded on first use"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .annotations_meta import AnnotationsMeta
    from .annotations_reply import AnnotationsReply
    from .assign_files import AssignFiles
    from .bounding_box import BoundingBox
    from .box import Box
    from .category import Category
    from .cell import Cell
    from .create_ic_model_form import CreateIcModelForm
    from .create_model_request import CreateModelRequest
    from .create_ocr_model_request import CreateOcrModelRequest
    from .error import Error
    from .error_reason import ErrorReason
    from .file_metadata import FileMetadata
    from .full_text_form import FullTextForm
    from .full_text_page import FullTextPage
    from .full_text_reply import FullTextReply
    from .full_text_result import FullTextResult
    from .full_text_word import FullTextWord
    from .ic_predict_file_form import IcPredictFileForm
    from .ic_predict_urls_form import IcPredictUrlsForm
    from .ic_prediction import IcPrediction
    from .ic_reply import IcReply
    from .ic_result import IcResult
    from .ic_training_file_form import IcTrainingFileForm
    from .ic_training_urls_form import IcTrainingUrlsForm
    from .image import Image
    from .label_urls_form import LabelUrlsForm
    from .listing import Listing
    from .ml_predict_files_form import MlPredictFilesForm
    from .ml_training_file import MlTrainingFile
    from .ml_training_files_form import MlTrainingFilesForm
    from .ml_training_urls_form import MlTrainingUrlsForm
    from .model import Model
    from .ocr_page import OcrPage
    from .ocr_predict_file_form import OcrPredictFileForm
    from .ocr_predict_urls_form import OcrPredictUrlsForm
    from .ocr_reply import OcrReply
    from .ocr_submit_file_form import OcrSubmitFileForm
    from .ocr_submit_urls_form import OcrSubmitUrlsForm
    from .ocr_text import OcrText
    from .ocr_training_file_form import OcrTrainingFileForm
    from .ocr_training_urls_request import OcrTrainingUrlsRequest
    from .od_predict_file_form import OdPredictFileForm
    from .page_reply import PageReply
    from .page_update import PageUpdate
    from .page_update_moderated_boxes_item import PageUpdateModeratedBoxesItem
    from .retry_files import RetryFiles
    from .signed_url import SignedUrl
    from .signed_urls import SignedUrls
    from .size import Size
    from .training_file import TrainingFile
    from .training_object import TrainingObject
    from .upload_meta import UploadMeta
    from .upload_reply import UploadReply
    from .uploaded_file import UploadedFile
else:
    _MODULES = {
        "AnnotationsMeta": ".annotations_meta",
        "AnnotationsReply": ".annotations_reply",
        "AssignFiles": ".assign_files",
        "BoundingBox": ".bounding_box",
        "Box": ".box",
        "Category": ".category",
        "Cell": ".cell",
        "CreateIcModelForm": ".create_ic_model_form",
        "CreateModelRequest": ".create_model_request",
        "CreateOcrModelRequest": ".create_ocr_model_request",
        "Error": ".error",
        "ErrorReason": ".error_reason",
        "FileMetadata": ".file_metadata",
        "FullTextForm": ".full_text_form",
        "FullTextPage": ".full_text_page",
        "FullTextReply": ".full_text_reply",
        "FullTextResult": ".full_text_result",
        "FullTextWord": ".full_text_word",
        "IcPredictFileForm": ".ic_predict_file_form",
        "IcPredictUrlsForm": ".ic_predict_urls_form",
        "IcPrediction": ".ic_prediction",
        "IcReply": ".ic_reply",
        "IcResult": ".ic_result",
        "IcTrainingFileForm": ".ic_training_file_form",
        "IcTrainingUrlsForm": ".ic_training_urls_form",
        "Image": ".image",
        "LabelUrlsForm": ".label_urls_form",
        "Listing": ".listing",
        "MlPredictFilesForm": ".ml_predict_files_form",
        "MlTrainingFile": ".ml_training_file",
        "MlTrainingFilesForm": ".ml_training_files_form",
        "MlTrainingUrlsForm": ".ml_training_urls_form",
        "Model": ".model",
        "OcrPage": ".ocr_page",
        "OcrPredictFileForm": ".ocr_predict_file_form",
        "OcrPredictUrlsForm": ".ocr_predict_urls_form",
        "OcrReply": ".ocr_reply",
        "OcrSubmitFileForm": ".ocr_submit_file_form",
        "OcrSubmitUrlsForm": ".ocr_submit_urls_form",
        "OcrText": ".ocr_text",
        "OcrTrainingFileForm": ".ocr_training_file_form",
        "OcrTrainingUrlsRequest": ".ocr_training_urls_request",
        "OdPredictFileForm": ".od_predict_file_form",
        "PageReply": ".page_reply",
        "PageUpdate": ".page_update",
        "PageUpdateModeratedBoxesItem": ".page_update_moderated_boxes_item",
        "RetryFiles": ".retry_files",
        "SignedUrl": ".signed_url",
        "SignedUrls": ".signed_urls",
        "Size": ".size",
        "TrainingFile": ".training_file",
        "TrainingObject": ".training_object",
        "UploadMeta": ".upload_meta",
        "UploadReply": ".upload_reply",
        "UploadedFile": ".uploaded_file",
    }

    def __getattr__(name: str) -> object:
        if f".{name}" in _MODULES.values():
            return import_module(f".{name}", __name__)
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        model = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = model
        return model

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = (
    "AnnotationsMeta",
    "AnnotationsReply",
    "AssignFiles",
    "BoundingBox",
    "Box",
    "Category",
    "Cell",
    "CreateIcModelForm",
    "CreateModelRequest",
    "CreateOcrModelRequest",
    "Error",
    "ErrorReason",
    "FileMetadata",
    "FullTextForm",
    "FullTextPage",
    "FullTextReply",
    "FullTextResult",
    "FullTextWord",
    "IcPredictFileForm",
    "IcPrediction",
    "IcPredictUrlsForm",
    "IcReply",
    "IcResult",
    "IcTrainingFileForm",
    "IcTrainingUrlsForm",
    "Image",
    "LabelUrlsForm",
    "Listing",
    "MlPredictFilesForm",
    "MlTrainingFile",
    "MlTrainingFilesForm",
    "MlTrainingUrlsForm",
    "Model",
    "OcrPage",
    "OcrPredictFileForm",
    "OcrPredictUrlsForm",
    "OcrReply",
    "OcrSubmitFileForm",
    "OcrSubmitUrlsForm",
    "OcrText",
    "OcrTrainingFileForm",
    "OcrTrainingUrlsRequest",
    "OdPredictFileForm",
    "PageReply",
    "PageUpdate",
    "PageUpdateModeratedBoxesItem",
    "RetryFiles",
    "SignedUrl",
    "SignedUrls",
    "Size",
    "TrainingFile",
    "TrainingObject",
    "UploadedFile",
    "UploadMeta",
    "UploadReply",
)
