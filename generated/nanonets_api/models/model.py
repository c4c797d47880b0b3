from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.category import Category


T = TypeVar("T", bound="Model")


@_attrs_define
class Model:
    """
    Attributes:
        model_id (str): UUID v4.
        model_type (str): `ocr`, `classification` or `localization`; others may appear.
        state (int): -1 training failed, 0 created, 1 data uploaded, 2 annotated and ready to train, 3 queued, 4
            training, 5 hosted (can predict), 6 training again (can predict).
        categories (list[Category]):
        status (str | Unset): The state in words; not always present.
        accuracy (float | Unset): Not always present.
    """

    model_id: str
    model_type: str
    state: int
    categories: list[Category]
    status: str | Unset = UNSET
    accuracy: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model_id = self.model_id

        model_type = self.model_type

        state = self.state

        categories = []
        for categories_item_data in self.categories:
            categories_item = categories_item_data.to_dict()
            categories.append(categories_item)

        status = self.status

        accuracy = self.accuracy

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model_id": model_id,
                "model_type": model_type,
                "state": state,
                "categories": categories,
            }
        )
        if status is not UNSET:
            field_dict["status"] = status
        if accuracy is not UNSET:
            field_dict["accuracy"] = accuracy

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.category import Category  # noqa: PLC0415

        d = dict(src_dict)
        model_id = d.pop("model_id")

        model_type = d.pop("model_type")

        state = d.pop("state")

        categories = []
        _categories = d.pop("categories")
        for categories_item_data in _categories:
            categories_item = Category.from_dict(categories_item_data)

            categories.append(categories_item)

        status = d.pop("status", UNSET)

        accuracy = d.pop("accuracy", UNSET)

        model = cls(
            model_id=model_id,
            model_type=model_type,
            state=state,
            categories=categories,
            status=status,
            accuracy=accuracy,
        )

        model.additional_properties = d
        return model

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
