"""Contains all the data models used in inputs/outputs"""

from .bounding_box import BoundingBox
from .box import Box
from .category import Category
from .cell import Cell
from .create_ic_model_form import CreateIcModelForm
from .create_ocr_model_request import CreateOcrModelRequest
from .error import Error
from .error_reason import ErrorReason
from .file_metadata import FileMetadata
from .ic_predict_file_form import IcPredictFileForm
from .ic_predict_urls_form import IcPredictUrlsForm
from .ic_prediction import IcPrediction
from .ic_reply import IcReply
from .ic_result import IcResult
from .ic_training_file_form import IcTrainingFileForm
from .ic_training_urls_form import IcTrainingUrlsForm
from .image import Image
from .listing import Listing
from .model import Model
from .ocr_page import OcrPage
from .ocr_predict_file_form import OcrPredictFileForm
from .ocr_predict_urls_form import OcrPredictUrlsForm
from .ocr_reply import OcrReply
from .ocr_text import OcrText
from .ocr_training_file_form import OcrTrainingFileForm
from .ocr_training_urls_request import OcrTrainingUrlsRequest
from .page_reply import PageReply
from .signed_url import SignedUrl
from .signed_urls import SignedUrls
from .size import Size
from .training_file import TrainingFile
from .training_object import TrainingObject
from .upload_meta import UploadMeta
from .upload_reply import UploadReply
from .uploaded_file import UploadedFile

__all__ = (
    "BoundingBox",
    "Box",
    "Category",
    "Cell",
    "CreateIcModelForm",
    "CreateOcrModelRequest",
    "Error",
    "ErrorReason",
    "FileMetadata",
    "IcPredictFileForm",
    "IcPrediction",
    "IcPredictUrlsForm",
    "IcReply",
    "IcResult",
    "IcTrainingFileForm",
    "IcTrainingUrlsForm",
    "Image",
    "Listing",
    "Model",
    "OcrPage",
    "OcrPredictFileForm",
    "OcrPredictUrlsForm",
    "OcrReply",
    "OcrText",
    "OcrTrainingFileForm",
    "OcrTrainingUrlsRequest",
    "PageReply",
    "SignedUrl",
    "SignedUrls",
    "Size",
    "TrainingFile",
    "TrainingObject",
    "UploadedFile",
    "UploadMeta",
    "UploadReply",
)
