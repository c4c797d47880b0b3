from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.box import Box
    from ..models.size import Size


T = TypeVar("T", bound="OcrPage")


@_attrs_define
class OcrPage:
    """
    Attributes:
        message (str): `Success`; another text means that this page failed, although the status is 200. `pending` and
            `failure` (after three tries) are documented.
        input_ (str | Unset): Name of the file, or its URL.
        prediction (list[Box] | Unset): The boxes found; empty while the page is in work.
        page (int | Unset): Number of the page in its file, from 0.
        request_file_id (str | Unset): UUID v4 of the file, the same on all of its pages.
        filepath (str | Unset): Storage path of the page image; a key of `signed_urls`.
        id (str | Unset): UUID v1 of the page.
        rotation (int | Unset): 0, 90, 180 or 270 degrees.
        file_url (str | Unset): Storage path of the file.
        request_metadata (str | Unset):
        processing_type (str | Unset): `sync`, `async` or empty.
        size (Size | Unset): Of the page image, in pixels.
        raw_ocr_api_response (Any | Unset): All text of the page; its form is not documented.
        result (list[OcrPage] | Unset): In the nested form of an asynchronous reply, the pages of one file.
    """

    message: str
    input_: str | Unset = UNSET
    prediction: list[Box] | Unset = UNSET
    page: int | Unset = UNSET
    request_file_id: str | Unset = UNSET
    filepath: str | Unset = UNSET
    id: str | Unset = UNSET
    rotation: int | Unset = UNSET
    file_url: str | Unset = UNSET
    request_metadata: str | Unset = UNSET
    processing_type: str | Unset = UNSET
    size: Size | Unset = UNSET
    raw_ocr_api_response: Any | Unset = UNSET
    result: list[OcrPage] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        message = self.message

        input_ = self.input_

        prediction: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.prediction, Unset):
            prediction = []
            for prediction_item_data in self.prediction:
                prediction_item = prediction_item_data.to_dict()
                prediction.append(prediction_item)

        page = self.page

        request_file_id = self.request_file_id

        filepath = self.filepath

        id = self.id

        rotation = self.rotation

        file_url = self.file_url

        request_metadata = self.request_metadata

        processing_type = self.processing_type

        size: dict[str, Any] | Unset = UNSET
        if not isinstance(self.size, Unset):
            size = self.size.to_dict()

        raw_ocr_api_response = self.raw_ocr_api_response

        result: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.result, Unset):
            result = []
            for result_item_data in self.result:
                result_item = result_item_data.to_dict()
                result.append(result_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "message": message,
            }
        )
        if input_ is not UNSET:
            field_dict["input"] = input_
        if prediction is not UNSET:
            field_dict["prediction"] = prediction
        if page is not UNSET:
            field_dict["page"] = page
        if request_file_id is not UNSET:
            field_dict["request_file_id"] = request_file_id
        if filepath is not UNSET:
            field_dict["filepath"] = filepath
        if id is not UNSET:
            field_dict["id"] = id
        if rotation is not UNSET:
            field_dict["rotation"] = rotation
        if file_url is not UNSET:
            field_dict["file_url"] = file_url
        if request_metadata is not UNSET:
            field_dict["request_metadata"] = request_metadata
        if processing_type is not UNSET:
            field_dict["processing_type"] = processing_type
        if size is not UNSET:
            field_dict["size"] = size
        if raw_ocr_api_response is not UNSET:
            field_dict["raw_ocr_api_response"] = raw_ocr_api_response
        if result is not UNSET:
            field_dict["result"] = result

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.box import Box  # noqa: PLC0415
        from ..models.size import Size  # noqa: PLC0415

        d = dict(src_dict)
        message = d.pop("message")

        input_ = d.pop("input", UNSET)

        _prediction = d.pop("prediction", UNSET)
        prediction: list[Box] | Unset = UNSET
        if _prediction is not UNSET:
            prediction = []
            for prediction_item_data in _prediction:
                prediction_item = Box.from_dict(prediction_item_data)

                prediction.append(prediction_item)

        page = d.pop("page", UNSET)

        request_file_id = d.pop("request_file_id", UNSET)

        filepath = d.pop("filepath", UNSET)

        id = d.pop("id", UNSET)

        rotation = d.pop("rotation", UNSET)

        file_url = d.pop("file_url", UNSET)

        request_metadata = d.pop("request_metadata", UNSET)

        processing_type = d.pop("processing_type", UNSET)

        _size = d.pop("size", UNSET)
        size: Size | Unset
        if isinstance(_size, Unset):
            size = UNSET
        else:
            size = Size.from_dict(_size)

        raw_ocr_api_response = d.pop("raw_ocr_api_response", UNSET)

        _result = d.pop("result", UNSET)
        result: list[OcrPage] | Unset = UNSET
        if _result is not UNSET:
            result = []
            for result_item_data in _result:
                result_item = OcrPage.from_dict(result_item_data)

                result.append(result_item)

        ocr_page = cls(
            message=message,
            input_=input_,
            prediction=prediction,
            page=page,
            request_file_id=request_file_id,
            filepath=filepath,
            id=id,
            rotation=rotation,
            file_url=file_url,
            request_metadata=request_metadata,
            processing_type=processing_type,
            size=size,
            raw_ocr_api_response=raw_ocr_api_response,
            result=result,
        )

        ocr_page.additional_properties = d
        return ocr_page

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
