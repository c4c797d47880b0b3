from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.upload_meta import UploadMeta
    from ..models.uploaded_file import UploadedFile


T = TypeVar("T", bound="UploadReply")


@_attrs_define
class UploadReply:
    """
    Attributes:
        meta (UploadMeta): The model after the upload; the same facts as `Model` under other names.
        data (list[UploadedFile]):
    """

    meta: UploadMeta
    data: list[UploadedFile]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        meta = self.meta.to_dict()

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "Meta": meta,
                "Data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.upload_meta import UploadMeta  # noqa: PLC0415
        from ..models.uploaded_file import UploadedFile  # noqa: PLC0415

        d = dict(src_dict)
        meta = UploadMeta.from_dict(d.pop("Meta"))

        data = []
        _data = d.pop("Data")
        for data_item_data in _data:
            data_item = UploadedFile.from_dict(data_item_data)

            data.append(data_item)

        upload_reply = cls(
            meta=meta,
            data=data,
        )

        upload_reply.additional_properties = d
        return upload_reply

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
