from __future__ import annotations

from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CreateOcrModelRequest")


@_attrs_define
class CreateOcrModelRequest:
    """
    Attributes:
        categories (list[str]): The labels to read.
        model_type (Literal['ocr']):  Default: 'ocr'.
    """

    categories: list[str]
    model_type: Literal["ocr"] = "ocr"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        categories = self.categories

        model_type = self.model_type

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "categories": categories,
                "model_type": model_type,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        categories = cast(list[str], d.pop("categories"))

        model_type = cast(Literal["ocr"], d.pop("model_type"))
        if model_type != "ocr":
            raise ValueError(f"model_type must match const 'ocr', got '{model_type}'")

        create_ocr_model_request = cls(
            categories=categories,
            model_type=model_type,
        )

        create_ocr_model_request.additional_properties = d
        return create_ocr_model_request

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
