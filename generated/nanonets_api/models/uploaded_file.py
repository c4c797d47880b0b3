from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.size import Size
    from ..models.training_object import TrainingObject


T = TypeVar("T", bound="UploadedFile")


@_attrs_define
class UploadedFile:
    """
    Attributes:
        filename (str):
        size (Size | Unset): Of the page image, in pixels.
        object_ (list[TrainingObject] | Unset):
        id (str | Unset): UUID of the stored file.
    """

    filename: str
    size: Size | Unset = UNSET
    object_: list[TrainingObject] | Unset = UNSET
    id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        filename = self.filename

        size: dict[str, Any] | Unset = UNSET
        if not isinstance(self.size, Unset):
            size = self.size.to_dict()

        object_: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.object_, Unset):
            object_ = []
            for object_item_data in self.object_:
                object_item = object_item_data.to_dict()
                object_.append(object_item)

        id = self.id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "filename": filename,
            }
        )
        if size is not UNSET:
            field_dict["size"] = size
        if object_ is not UNSET:
            field_dict["object"] = object_
        if id is not UNSET:
            field_dict["id"] = id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.size import Size  # noqa: PLC0415
        from ..models.training_object import TrainingObject  # noqa: PLC0415

        d = dict(src_dict)
        filename = d.pop("filename")

        _size = d.pop("size", UNSET)
        size: Size | Unset
        if isinstance(_size, Unset):
            size = UNSET
        else:
            size = Size.from_dict(_size)

        _object_ = d.pop("object", UNSET)
        object_: list[TrainingObject] | Unset = UNSET
        if _object_ is not UNSET:
            object_ = []
            for object_item_data in _object_:
                object_item = TrainingObject.from_dict(object_item_data)

                object_.append(object_item)

        id = d.pop("id", UNSET)

        uploaded_file = cls(
            filename=filename,
            size=size,
            object_=object_,
            id=id,
        )

        uploaded_file.additional_properties = d
        return uploaded_file

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
