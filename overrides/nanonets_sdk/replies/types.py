"""The replies of the service as they come over the wire, named as the service names them.

Every field may be absent or null: which ones are there has changed over the years. `documents` makes them pleasant.
They are msgspec's structs rather than attrs classes, for a listing of a day's files is decoded three times faster so
(docs/decisions/0001-replies-are-structs.md); being trees, they need no garbage collector.
`tests/unit/test_replies.py` holds these types against the schemas of `openapi/nanonets.yaml`.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Size(Struct, frozen=True, gc=False):
    """`Size`: of a page image, in pixels."""

    width: int | None = None
    height: int | None = None


class CellReply(Struct, frozen=True, gc=False):
    """`Cell`: one cell of a table."""

    id: str | None = None
    row: int | None = None
    col: int | None = None
    row_span: int | None = None
    col_span: int | None = None
    label: str | None = None
    xmin: int | None = None
    ymin: int | None = None
    xmax: int | None = None
    ymax: int | None = None
    score: float | None = None
    text: str | None = None
    row_label: str | None = None
    verification_status: str | None = None
    status: str | None = None
    failed_validation: str | None = None
    label_id: str | None = None


class BoxReply(Struct, frozen=True, gc=False):
    """`Box`: a field, or a table with its cells."""

    id: str | None = None
    label: str | None = None
    xmin: int | None = None
    ymin: int | None = None
    xmax: int | None = None
    ymax: int | None = None
    score: float | None = None
    ocr_text: str | None = None
    type: str | None = None
    status: str | None = None
    label_id: str | None = None
    page_no: int | None = None
    page: int | None = None
    validation_status: str | None = None
    validation_message: str | None = None
    cells: tuple[CellReply, ...] | None = None


class TextReply(Struct, frozen=True, gc=False):
    """`OcrText`: a piece of text of the page."""

    id: str | None = None
    label: str | None = None
    xmin: int | None = None
    ymin: int | None = None
    xmax: int | None = None
    ymax: int | None = None
    score: float | None = None
    ocr_text: str | None = None
    type: str | None = None
    page: int | None = None


class SignedUrl(Struct, frozen=True, gc=False):
    """`SignedUrl`: download addresses of one stored image; empty where there is none.

    Their hosts are not the service's: never send the API key there.
    """

    original: str | None = None
    original_compressed: str | None = None
    thumbnail: str | None = None
    acw_rotate_90: str | None = None
    acw_rotate_180: str | None = None
    acw_rotate_270: str | None = None
    original_with_long_expiry: str | None = None


class OcrPage(Struct, frozen=True, gc=False):
    """`OcrPage`: one page of a prediction call's reply, or in the nested form one file with its pages."""

    message: str | None = None
    input: str | None = None
    prediction: tuple[BoxReply, ...] | None = None
    page: int | None = None
    request_file_id: str | None = None
    filepath: str | None = None
    id: str | None = None
    rotation: int | None = None
    file_url: str | None = None
    request_metadata: str | None = None
    processing_type: str | None = None
    size: Size | None = None
    raw_ocr_api_response: Any = None
    result: tuple[OcrPage, ...] | None = None


class OcrReply(Struct, frozen=True, gc=False):
    """`OcrReply`: the answer to a prediction call."""

    message: str | None = None
    result: tuple[OcrPage, ...] | None = None
    signed_urls: dict[str, SignedUrl] | None = None


class FileMetadata(Struct, frozen=True, gc=False):
    """`FileMetadata`."""

    duplicate: bool | None = None


class Image(Struct, frozen=True, gc=False):
    """`Image`: one page as the reading calls give it."""

    model_id: str | None = None
    day_since_epoch: int | None = None
    hour_of_day: int | None = None
    is_moderated: bool | None = None
    id: str | None = None
    url: str | None = None
    predicted_boxes: tuple[BoxReply, ...] | None = None
    moderated_boxes: tuple[BoxReply, ...] | None = None
    raw_ocr: tuple[TextReply, ...] | None = None
    size: Size | None = None
    page: int | None = None
    request_file_id: str | None = None
    original_file_name: str | None = None
    custom_response: Any = None
    assigned_member: str | None = None
    assigned_members: tuple[str, ...] | None = None
    is_deleted: bool | None = None
    source: str | None = None
    no_of_fields: int | None = None
    cost: float | None = None
    payable_cost: float | None = None
    status: str | None = None
    export_status: str | None = None
    exported_at: str | None = None
    retries: int | None = None
    rotation: int | None = None
    updated_at: str | None = None
    verified_at: str | None = None
    verified_by: str | None = None
    current_stage_id: str | None = None
    uploaded_by: str | None = None
    upload_channel: str | None = None
    file_url: str | None = None
    request_metadata: str | None = None
    delay_post_prediction_tasks: bool | None = None
    approval_status: str | None = None
    file_metadata: FileMetadata | None = None
    processing_type: str | None = None
    prediction: tuple[BoxReply, ...] | None = None
    input: str | None = None
    filepath: str | None = None
    message: str | None = None


class ListingReply(Struct, frozen=True, gc=False):
    """`Listing`: pages by approval."""

    moderated_images_count: int | None = None
    unmoderated_images_count: int | None = None
    moderated_images: tuple[Image, ...] | None = None
    unmoderated_images: tuple[Image, ...] | None = None
    signed_urls: dict[str, SignedUrl] | None = None


class PageReply(Struct, frozen=True, gc=False):
    """`PageReply`: one page, or the message that it is in work."""

    message: str | None = None
    result: tuple[Image, ...] | None = None
    signed_urls: dict[str, SignedUrl] | None = None


class CategoryReply(Struct, frozen=True, gc=False):
    """`Category`: a label or class, and how many examples it has."""

    name: str | None = None
    count: int | None = None


class ModelReply(Struct, frozen=True, gc=False):
    """`Model`."""

    model_id: str | None = None
    model_type: str | None = None
    state: int | None = None
    categories: tuple[CategoryReply, ...] | None = None
    status: str | None = None
    accuracy: float | None = None


class BoundingBox(Struct, frozen=True, gc=False):
    """`BoundingBox`: in pixels of the page image."""

    xmin: int | None = None
    ymin: int | None = None
    xmax: int | None = None
    ymax: int | None = None


class TrainingObject(Struct, frozen=True, gc=False):
    """`TrainingObject`: one annotation."""

    name: str | None = None
    ocr_text: str | None = None
    bndbox: BoundingBox | None = None


class UploadedFileReply(Struct, frozen=True, gc=False):
    """`UploadedFile`."""

    filename: str | None = None
    size: Size | None = None
    object: tuple[TrainingObject, ...] | None = None
    id: str | None = None


class UploadMeta(Struct, frozen=True, gc=False):
    """`UploadMeta`: the facts of a model under other names."""

    ModelID: str | None = None
    ModelType: str | None = None
    State: int | None = None
    Categories: tuple[CategoryReply, ...] | None = None
    Accuracy: float | None = None
    Status: str | None = None


class UploadReply(Struct, frozen=True, gc=False):
    """`UploadReply`: the answer to an OCR training upload."""

    Meta: UploadMeta | None = None
    Data: tuple[UploadedFileReply, ...] | None = None


class IcPrediction(Struct, frozen=True, gc=False):
    """`IcPrediction`: a class with its probability."""

    label: str | None = None
    probability: float | None = None


class IcResult(Struct, frozen=True, gc=False):
    """`IcResult`: the classification of one file."""

    message: str | None = None
    prediction: tuple[IcPrediction, ...] | None = None
    file: str | None = None
    page: int | None = None


class IcReply(Struct, frozen=True, gc=False):
    """`IcReply`: the answer to a classification call."""

    message: str | None = None
    result: tuple[IcResult, ...] | None = None
    model_id: str | None = None
