"""Replies of the service, as structs for msgspec; written from the spec, never edited."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class AnnotationsMeta(Struct, frozen=True, gc=False):
    categories: tuple[CategoryReply, ...] | None = None
    state: int | None = None
    status: str | None = None


class AnnotationsReply(Struct, frozen=True, gc=False):
    Meta: AnnotationsMeta | None = None
    Data: tuple[UploadedFileReply, ...] | None = None


class BoundingBox(Struct, frozen=True, gc=False):
    """A rectangle in pixels of the page image."""

    xmin: int | None = None
    ymin: int | None = None
    xmax: int | None = None
    ymax: int | None = None


class BoxReply(Struct, frozen=True, gc=False):
    """A field, a table with its cells, or what an object detection model found."""

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
    grid_cells: Any | None = None
    lookup_edited: bool | None = None
    lookup_parent_box_ids: tuple[str, ...] | None = None


class CategoryReply(Struct, frozen=True, gc=False):
    name: str | None = None
    count: int | None = None


class CellReply(Struct, frozen=True, gc=False):
    """A cell of a table. Its place is given by row and col, not by its position in the list."""

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
    lookup_edited: bool | None = None


class FileMetadata(Struct, frozen=True, gc=False):
    duplicate: bool | None = None


class FullTextPage(Struct, frozen=True, gc=False):
    page: int | None = None
    size: Size | None = None
    raw_text: str | None = None
    words: tuple[FullTextWord, ...] | None = None


class FullTextReply(Struct, frozen=True, gc=False):
    results: tuple[FullTextResult, ...] | None = None
    result: tuple[FullTextResult, ...] | None = None


class FullTextResult(Struct, frozen=True, gc=False):
    filename: str | None = None
    page_data: tuple[FullTextPage, ...] | None = None


class FullTextWord(Struct, frozen=True, gc=False):
    text: str | None = None
    xmin: int | None = None
    ymin: int | None = None
    xmax: int | None = None
    ymax: int | None = None
    left: int | None = None
    top: int | None = None
    right: int | None = None
    bottom: int | None = None


class IcPrediction(Struct, frozen=True, gc=False):
    label: str | None = None
    probability: float | None = None


class IcReply(Struct, frozen=True, gc=False):
    message: str | None = None
    result: tuple[IcResult, ...] | None = None
    model_id: str | None = None


class IcResult(Struct, frozen=True, gc=False):
    message: str | None = None
    prediction: tuple[IcPrediction, ...] | None = None
    file: str | None = None
    page: int | None = None


class Image(Struct, frozen=True, gc=False):
    """One predicted page, as the reading operations give it."""

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
    custom_response: Any | None = None
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
    moderated_images_count: int | None = None
    unmoderated_images_count: int | None = None
    moderated_images: tuple[Image, ...] | None = None
    unmoderated_images: tuple[Image, ...] | None = None
    signed_urls: dict[str, SignedUrl] | None = None


class ModelReply(Struct, frozen=True, gc=False):
    model_id: str | None = None
    model_type: str | None = None
    state: int | None = None
    categories: tuple[CategoryReply, ...] | None = None
    status: str | None = None
    accuracy: float | None = None


class OcrPage(Struct, frozen=True, gc=False):
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
    raw_ocr_api_response: Any | None = None
    result: tuple[OcrPage, ...] | None = None


class OcrReply(Struct, frozen=True, gc=False):
    message: str | None = None
    result: tuple[OcrPage, ...] | None = None
    signed_urls: dict[str, SignedUrl] | None = None


class PageReply(Struct, frozen=True, gc=False):
    message: str | None = None
    result: tuple[Image, ...] | None = None
    signed_urls: dict[str, SignedUrl] | None = None


class SignedUrl(Struct, frozen=True, gc=False):
    """Addresses of one stored image, valid for 4 hours, the long one for 180 days; empty where there is none."""

    original: str | None = None
    original_compressed: str | None = None
    thumbnail: str | None = None
    acw_rotate_90: str | None = None
    acw_rotate_180: str | None = None
    acw_rotate_270: str | None = None
    original_with_long_expiry: str | None = None


class Size(Struct, frozen=True, gc=False):
    """Of the page image, in pixels."""

    width: int | None = None
    height: int | None = None


class TextReply(Struct, frozen=True, gc=False):
    """A piece of text on the page, whether or not a label wants it."""

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
    label_id: str | None = None
    status: str | None = None
    cells: tuple[CellReply, ...] | None = None


class TrainingObject(Struct, frozen=True, gc=False):
    """One annotation, a label with its text and place."""

    name: str | None = None
    ocr_text: str | None = None
    bndbox: BoundingBox | None = None


class UploadMeta(Struct, frozen=True, gc=False):
    """The model after the upload; the same facts as `Model` under other names."""

    ModelID: str | None = None
    ModelType: str | None = None
    State: int | None = None
    Categories: tuple[CategoryReply, ...] | None = None
    Accuracy: float | None = None
    Status: str | None = None


class UploadReply(Struct, frozen=True, gc=False):
    Meta: UploadMeta | None = None
    Data: tuple[UploadedFileReply, ...] | None = None


class UploadedFileReply(Struct, frozen=True, gc=False):
    filename: str | None = None
    size: Size | None = None
    object: tuple[TrainingObject, ...] | None = None
    id: str | None = None
