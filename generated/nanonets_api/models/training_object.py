from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.bounding_box import BoundingBox


T = TypeVar("T", bound="TrainingObject")


@_attrs_define
class TrainingObject:
    """One annotation, a label with its text and place.

    Attributes:
        name (str): The label, one of the model's categories.
        ocr_text (str): The text in the rectangle.
        bndbox (BoundingBox): A rectangle in pixels of the page image.
    """

    name: str
    ocr_text: str
    bndbox: BoundingBox
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        ocr_text = self.ocr_text

        bndbox = self.bndbox.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "ocr_text": ocr_text,
                "bndbox": bndbox,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bounding_box import BoundingBox  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        ocr_text = d.pop("ocr_text")

        bndbox = BoundingBox.from_dict(d.pop("bndbox"))

        training_object = cls(
            name=name,
            ocr_text=ocr_text,
            bndbox=bndbox,
        )

        training_object.additional_properties = d
        return training_object

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
