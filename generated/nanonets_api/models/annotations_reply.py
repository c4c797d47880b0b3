from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.annotations_meta import AnnotationsMeta
    from ..models.uploaded_file import UploadedFile


T = TypeVar("T", bound="AnnotationsReply")


@_attrs_define
class AnnotationsReply:
    """
    Attributes:
        meta (AnnotationsMeta):
        data (list[UploadedFile]): One entry a training file.
    """

    meta: AnnotationsMeta
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
        from ..models.annotations_meta import AnnotationsMeta  # noqa: PLC0415
        from ..models.uploaded_file import UploadedFile  # noqa: PLC0415

        d = dict(src_dict)
        meta = AnnotationsMeta.from_dict(d.pop("Meta"))

        data = []
        _data = d.pop("Data")
        for data_item_data in _data:
            data_item = UploadedFile.from_dict(data_item_data)

            data.append(data_item)

        annotations_reply = cls(
            meta=meta,
            data=data,
        )

        annotations_reply.additional_properties = d
        return annotations_reply

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
