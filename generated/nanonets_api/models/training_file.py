from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.training_object import TrainingObject


T = TypeVar("T", bound="TrainingFile")


@_attrs_define
class TrainingFile:
    """The annotations of one training file.

    Attributes:
        filename (str): Name of the file as in its part of the request, or its URL.
        object_ (list[TrainingObject] | Unset):
    """

    filename: str
    object_: list[TrainingObject] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        filename = self.filename

        object_: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.object_, Unset):
            object_ = []
            for object_item_data in self.object_:
                object_item = object_item_data.to_dict()
                object_.append(object_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "filename": filename,
            }
        )
        if object_ is not UNSET:
            field_dict["object"] = object_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.training_object import TrainingObject  # noqa: PLC0415

        d = dict(src_dict)
        filename = d.pop("filename")

        _object_ = d.pop("object", UNSET)
        object_: list[TrainingObject] | Unset = UNSET
        if _object_ is not UNSET:
            object_ = []
            for object_item_data in _object_:
                object_item = TrainingObject.from_dict(object_item_data)

                object_.append(object_item)

        training_file = cls(
            filename=filename,
            object_=object_,
        )

        training_file.additional_properties = d
        return training_file

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
