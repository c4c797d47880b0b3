from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.training_file import TrainingFile


T = TypeVar("T", bound="OcrTrainingUrlsRequest")


@_attrs_define
class OcrTrainingUrlsRequest:
    """
    Attributes:
        urls (list[str]):
        data (list[TrainingFile] | Unset): The annotations of an upload, one entry a file.
    """

    urls: list[str]
    data: list[TrainingFile] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        urls = self.urls

        data: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.data, Unset):
            data = []
            for componentsschemas_training_data_item_data in self.data:
                componentsschemas_training_data_item = (
                    componentsschemas_training_data_item_data.to_dict()
                )
                data.append(componentsschemas_training_data_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "urls": urls,
            }
        )
        if data is not UNSET:
            field_dict["data"] = data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.training_file import TrainingFile  # noqa: PLC0415

        d = dict(src_dict)
        urls = cast(list[str], d.pop("urls"))

        _data = d.pop("data", UNSET)
        data: list[TrainingFile] | Unset = UNSET
        if _data is not UNSET:
            data = []
            for componentsschemas_training_data_item_data in _data:
                componentsschemas_training_data_item = TrainingFile.from_dict(
                    componentsschemas_training_data_item_data
                )

                data.append(componentsschemas_training_data_item)

        ocr_training_urls_request = cls(
            urls=urls,
            data=data,
        )

        ocr_training_urls_request.additional_properties = d
        return ocr_training_urls_request

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
