from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.box import Box
    from ..models.file_metadata import FileMetadata
    from ..models.ocr_text import OcrText
    from ..models.size import Size


T = TypeVar("T", bound="Image")


@_attrs_define
class Image:
    """One predicted page, as the reading operations give it.

    Attributes:
        model_id (str):
        day_since_epoch (int): Day of the upload, in days since 1970-01-01 (GMT).
        is_moderated (bool): Whether the file is approved.
        id (str): UUID v1 of the page.
        predicted_boxes (list[Box]): What the model found.
        hour_of_day (int | Unset): Hour of the upload, 0 to 23 (GMT).
        url (str | Unset): Storage path of the page image; a key of `signed_urls`.
        moderated_boxes (list[Box] | None | Unset): What a person made of it; empty or null before that.
        raw_ocr (list[OcrText] | Unset): All text of the page, in some replies the predicted boxes with their tables.
        size (Size | Unset): Of the page image, in pixels.
        page (int | Unset): Number of the page in its file, from 0.
        request_file_id (str | Unset): UUID v4 of the file.
        original_file_name (str | Unset):
        custom_response (Any | Unset): Seen as null only.
        assigned_member (str | Unset):
        assigned_members (list[str] | Unset):
        is_deleted (bool | Unset):
        source (str | Unset):
        no_of_fields (int | Unset): Number of fields of the model.
        cost (float | Unset):
        payable_cost (float | Unset):
        status (str | Unset): `pending` while the page is in work.
        export_status (str | Unset):
        exported_at (str | Unset): A UUID v1 whose time is the time meant, or empty.
        retries (int | Unset):
        rotation (int | Unset): 0, 90, 180 or 270 degrees.
        updated_at (str | Unset): A UUID v1 whose time is the time meant, or empty.
        verified_at (str | Unset): A UUID v1 whose time is the time meant, or empty.
        verified_by (str | Unset):
        current_stage_id (str | Unset): `ffffffff-ffff-ffff-ffff-ffffffffffff` is the approved stage.
        uploaded_by (str | Unset):
        upload_channel (str | Unset):
        file_url (str | Unset): Storage path of the file.
        request_metadata (str | Unset):
        delay_post_prediction_tasks (bool | Unset):
        approval_status (str | Unset): Empty, `approved` or `rejected`.
        file_metadata (FileMetadata | Unset):
        processing_type (str | Unset): `sync`, `async` or empty.
        prediction (list[Box] | Unset): When reading one page, the final boxes.
        input_ (str | Unset): When reading one page, the name of the file or its URL.
        filepath (str | Unset): When reading one page, the same as `url`.
        message (str | Unset): When reading one page, `success`, `pending` or `failure`.
    """

    model_id: str
    day_since_epoch: int
    is_moderated: bool
    id: str
    predicted_boxes: list[Box]
    hour_of_day: int | Unset = UNSET
    url: str | Unset = UNSET
    moderated_boxes: list[Box] | None | Unset = UNSET
    raw_ocr: list[OcrText] | Unset = UNSET
    size: Size | Unset = UNSET
    page: int | Unset = UNSET
    request_file_id: str | Unset = UNSET
    original_file_name: str | Unset = UNSET
    custom_response: Any | Unset = UNSET
    assigned_member: str | Unset = UNSET
    assigned_members: list[str] | Unset = UNSET
    is_deleted: bool | Unset = UNSET
    source: str | Unset = UNSET
    no_of_fields: int | Unset = UNSET
    cost: float | Unset = UNSET
    payable_cost: float | Unset = UNSET
    status: str | Unset = UNSET
    export_status: str | Unset = UNSET
    exported_at: str | Unset = UNSET
    retries: int | Unset = UNSET
    rotation: int | Unset = UNSET
    updated_at: str | Unset = UNSET
    verified_at: str | Unset = UNSET
    verified_by: str | Unset = UNSET
    current_stage_id: str | Unset = UNSET
    uploaded_by: str | Unset = UNSET
    upload_channel: str | Unset = UNSET
    file_url: str | Unset = UNSET
    request_metadata: str | Unset = UNSET
    delay_post_prediction_tasks: bool | Unset = UNSET
    approval_status: str | Unset = UNSET
    file_metadata: FileMetadata | Unset = UNSET
    processing_type: str | Unset = UNSET
    prediction: list[Box] | Unset = UNSET
    input_: str | Unset = UNSET
    filepath: str | Unset = UNSET
    message: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model_id = self.model_id

        day_since_epoch = self.day_since_epoch

        is_moderated = self.is_moderated

        id = self.id

        predicted_boxes = []
        for predicted_boxes_item_data in self.predicted_boxes:
            predicted_boxes_item = predicted_boxes_item_data.to_dict()
            predicted_boxes.append(predicted_boxes_item)

        hour_of_day = self.hour_of_day

        url = self.url

        moderated_boxes: list[dict[str, Any]] | None | Unset
        if isinstance(self.moderated_boxes, Unset):
            moderated_boxes = UNSET
        elif isinstance(self.moderated_boxes, list):
            moderated_boxes = []
            for moderated_boxes_type_0_item_data in self.moderated_boxes:
                moderated_boxes_type_0_item = moderated_boxes_type_0_item_data.to_dict()
                moderated_boxes.append(moderated_boxes_type_0_item)

        else:
            moderated_boxes = self.moderated_boxes

        raw_ocr: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.raw_ocr, Unset):
            raw_ocr = []
            for raw_ocr_item_data in self.raw_ocr:
                raw_ocr_item = raw_ocr_item_data.to_dict()
                raw_ocr.append(raw_ocr_item)

        size: dict[str, Any] | Unset = UNSET
        if not isinstance(self.size, Unset):
            size = self.size.to_dict()

        page = self.page

        request_file_id = self.request_file_id

        original_file_name = self.original_file_name

        custom_response = self.custom_response

        assigned_member = self.assigned_member

        assigned_members: list[str] | Unset = UNSET
        if not isinstance(self.assigned_members, Unset):
            assigned_members = self.assigned_members

        is_deleted = self.is_deleted

        source = self.source

        no_of_fields = self.no_of_fields

        cost = self.cost

        payable_cost = self.payable_cost

        status = self.status

        export_status = self.export_status

        exported_at = self.exported_at

        retries = self.retries

        rotation = self.rotation

        updated_at = self.updated_at

        verified_at = self.verified_at

        verified_by = self.verified_by

        current_stage_id = self.current_stage_id

        uploaded_by = self.uploaded_by

        upload_channel = self.upload_channel

        file_url = self.file_url

        request_metadata = self.request_metadata

        delay_post_prediction_tasks = self.delay_post_prediction_tasks

        approval_status = self.approval_status

        file_metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.file_metadata, Unset):
            file_metadata = self.file_metadata.to_dict()

        processing_type = self.processing_type

        prediction: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.prediction, Unset):
            prediction = []
            for prediction_item_data in self.prediction:
                prediction_item = prediction_item_data.to_dict()
                prediction.append(prediction_item)

        input_ = self.input_

        filepath = self.filepath

        message = self.message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model_id": model_id,
                "day_since_epoch": day_since_epoch,
                "is_moderated": is_moderated,
                "id": id,
                "predicted_boxes": predicted_boxes,
            }
        )
        if hour_of_day is not UNSET:
            field_dict["hour_of_day"] = hour_of_day
        if url is not UNSET:
            field_dict["url"] = url
        if moderated_boxes is not UNSET:
            field_dict["moderated_boxes"] = moderated_boxes
        if raw_ocr is not UNSET:
            field_dict["raw_ocr"] = raw_ocr
        if size is not UNSET:
            field_dict["size"] = size
        if page is not UNSET:
            field_dict["page"] = page
        if request_file_id is not UNSET:
            field_dict["request_file_id"] = request_file_id
        if original_file_name is not UNSET:
            field_dict["original_file_name"] = original_file_name
        if custom_response is not UNSET:
            field_dict["custom_response"] = custom_response
        if assigned_member is not UNSET:
            field_dict["assigned_member"] = assigned_member
        if assigned_members is not UNSET:
            field_dict["assigned_members"] = assigned_members
        if is_deleted is not UNSET:
            field_dict["is_deleted"] = is_deleted
        if source is not UNSET:
            field_dict["source"] = source
        if no_of_fields is not UNSET:
            field_dict["no_of_fields"] = no_of_fields
        if cost is not UNSET:
            field_dict["cost"] = cost
        if payable_cost is not UNSET:
            field_dict["payable_cost"] = payable_cost
        if status is not UNSET:
            field_dict["status"] = status
        if export_status is not UNSET:
            field_dict["export_status"] = export_status
        if exported_at is not UNSET:
            field_dict["exported_at"] = exported_at
        if retries is not UNSET:
            field_dict["retries"] = retries
        if rotation is not UNSET:
            field_dict["rotation"] = rotation
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if verified_at is not UNSET:
            field_dict["verified_at"] = verified_at
        if verified_by is not UNSET:
            field_dict["verified_by"] = verified_by
        if current_stage_id is not UNSET:
            field_dict["current_stage_id"] = current_stage_id
        if uploaded_by is not UNSET:
            field_dict["uploaded_by"] = uploaded_by
        if upload_channel is not UNSET:
            field_dict["upload_channel"] = upload_channel
        if file_url is not UNSET:
            field_dict["file_url"] = file_url
        if request_metadata is not UNSET:
            field_dict["request_metadata"] = request_metadata
        if delay_post_prediction_tasks is not UNSET:
            field_dict["delay_post_prediction_tasks"] = delay_post_prediction_tasks
        if approval_status is not UNSET:
            field_dict["approval_status"] = approval_status
        if file_metadata is not UNSET:
            field_dict["file_metadata"] = file_metadata
        if processing_type is not UNSET:
            field_dict["processing_type"] = processing_type
        if prediction is not UNSET:
            field_dict["prediction"] = prediction
        if input_ is not UNSET:
            field_dict["input"] = input_
        if filepath is not UNSET:
            field_dict["filepath"] = filepath
        if message is not UNSET:
            field_dict["message"] = message

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.box import Box  # noqa: PLC0415
        from ..models.file_metadata import FileMetadata  # noqa: PLC0415
        from ..models.ocr_text import OcrText  # noqa: PLC0415
        from ..models.size import Size  # noqa: PLC0415

        d = dict(src_dict)
        model_id = d.pop("model_id")

        day_since_epoch = d.pop("day_since_epoch")

        is_moderated = d.pop("is_moderated")

        id = d.pop("id")

        predicted_boxes = []
        _predicted_boxes = d.pop("predicted_boxes")
        for predicted_boxes_item_data in _predicted_boxes:
            predicted_boxes_item = Box.from_dict(predicted_boxes_item_data)

            predicted_boxes.append(predicted_boxes_item)

        hour_of_day = d.pop("hour_of_day", UNSET)

        url = d.pop("url", UNSET)

        def _parse_moderated_boxes(data: object) -> list[Box] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                moderated_boxes_type_0 = []
                _moderated_boxes_type_0 = data
                for moderated_boxes_type_0_item_data in _moderated_boxes_type_0:
                    moderated_boxes_type_0_item = Box.from_dict(
                        moderated_boxes_type_0_item_data
                    )

                    moderated_boxes_type_0.append(moderated_boxes_type_0_item)

                return moderated_boxes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Box] | None | Unset, data)

        moderated_boxes = _parse_moderated_boxes(d.pop("moderated_boxes", UNSET))

        _raw_ocr = d.pop("raw_ocr", UNSET)
        raw_ocr: list[OcrText] | Unset = UNSET
        if _raw_ocr is not UNSET:
            raw_ocr = []
            for raw_ocr_item_data in _raw_ocr:
                raw_ocr_item = OcrText.from_dict(raw_ocr_item_data)

                raw_ocr.append(raw_ocr_item)

        _size = d.pop("size", UNSET)
        size: Size | Unset
        if isinstance(_size, Unset):
            size = UNSET
        else:
            size = Size.from_dict(_size)

        page = d.pop("page", UNSET)

        request_file_id = d.pop("request_file_id", UNSET)

        original_file_name = d.pop("original_file_name", UNSET)

        custom_response = d.pop("custom_response", UNSET)

        assigned_member = d.pop("assigned_member", UNSET)

        assigned_members = cast(list[str], d.pop("assigned_members", UNSET))

        is_deleted = d.pop("is_deleted", UNSET)

        source = d.pop("source", UNSET)

        no_of_fields = d.pop("no_of_fields", UNSET)

        cost = d.pop("cost", UNSET)

        payable_cost = d.pop("payable_cost", UNSET)

        status = d.pop("status", UNSET)

        export_status = d.pop("export_status", UNSET)

        exported_at = d.pop("exported_at", UNSET)

        retries = d.pop("retries", UNSET)

        rotation = d.pop("rotation", UNSET)

        updated_at = d.pop("updated_at", UNSET)

        verified_at = d.pop("verified_at", UNSET)

        verified_by = d.pop("verified_by", UNSET)

        current_stage_id = d.pop("current_stage_id", UNSET)

        uploaded_by = d.pop("uploaded_by", UNSET)

        upload_channel = d.pop("upload_channel", UNSET)

        file_url = d.pop("file_url", UNSET)

        request_metadata = d.pop("request_metadata", UNSET)

        delay_post_prediction_tasks = d.pop("delay_post_prediction_tasks", UNSET)

        approval_status = d.pop("approval_status", UNSET)

        _file_metadata = d.pop("file_metadata", UNSET)
        file_metadata: FileMetadata | Unset
        if isinstance(_file_metadata, Unset):
            file_metadata = UNSET
        else:
            file_metadata = FileMetadata.from_dict(_file_metadata)

        processing_type = d.pop("processing_type", UNSET)

        _prediction = d.pop("prediction", UNSET)
        prediction: list[Box] | Unset = UNSET
        if _prediction is not UNSET:
            prediction = []
            for prediction_item_data in _prediction:
                prediction_item = Box.from_dict(prediction_item_data)

                prediction.append(prediction_item)

        input_ = d.pop("input", UNSET)

        filepath = d.pop("filepath", UNSET)

        message = d.pop("message", UNSET)

        image = cls(
            model_id=model_id,
            day_since_epoch=day_since_epoch,
            is_moderated=is_moderated,
            id=id,
            predicted_boxes=predicted_boxes,
            hour_of_day=hour_of_day,
            url=url,
            moderated_boxes=moderated_boxes,
            raw_ocr=raw_ocr,
            size=size,
            page=page,
            request_file_id=request_file_id,
            original_file_name=original_file_name,
            custom_response=custom_response,
            assigned_member=assigned_member,
            assigned_members=assigned_members,
            is_deleted=is_deleted,
            source=source,
            no_of_fields=no_of_fields,
            cost=cost,
            payable_cost=payable_cost,
            status=status,
            export_status=export_status,
            exported_at=exported_at,
            retries=retries,
            rotation=rotation,
            updated_at=updated_at,
            verified_at=verified_at,
            verified_by=verified_by,
            current_stage_id=current_stage_id,
            uploaded_by=uploaded_by,
            upload_channel=upload_channel,
            file_url=file_url,
            request_metadata=request_metadata,
            delay_post_prediction_tasks=delay_post_prediction_tasks,
            approval_status=approval_status,
            file_metadata=file_metadata,
            processing_type=processing_type,
            prediction=prediction,
            input_=input_,
            filepath=filepath,
            message=message,
        )

        image.additional_properties = d
        return image

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
