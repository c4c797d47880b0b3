from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.category import Category


T = TypeVar("T", bound="UploadMeta")


@_attrs_define
class UploadMeta:
    """The model after the upload; the same facts as `Model` under other names.

    Attributes:
        model_id (str):
        model_type (str):
        state (int):
        categories (list[Category]):
        accuracy (float | Unset):
        status (str | Unset):
    """

    model_id: str
    model_type: str
    state: int
    categories: list[Category]
    accuracy: float | Unset = UNSET
    status: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model_id = self.model_id

        model_type = self.model_type

        state = self.state

        categories = []
        for categories_item_data in self.categories:
            categories_item = categories_item_data.to_dict()
            categories.append(categories_item)

        accuracy = self.accuracy

        status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "ModelID": model_id,
                "ModelType": model_type,
                "State": state,
                "Categories": categories,
            }
        )
        if accuracy is not UNSET:
            field_dict["Accuracy"] = accuracy
        if status is not UNSET:
            field_dict["Status"] = status

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.category import Category  # noqa: PLC0415

        d = dict(src_dict)
        model_id = d.pop("ModelID")

        model_type = d.pop("ModelType")

        state = d.pop("State")

        categories = []
        _categories = d.pop("Categories")
        for categories_item_data in _categories:
            categories_item = Category.from_dict(categories_item_data)

            categories.append(categories_item)

        accuracy = d.pop("Accuracy", UNSET)

        status = d.pop("Status", UNSET)

        upload_meta = cls(
            model_id=model_id,
            model_type=model_type,
            state=state,
            categories=categories,
            accuracy=accuracy,
            status=status,
        )

        upload_meta.additional_properties = d
        return upload_meta

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
