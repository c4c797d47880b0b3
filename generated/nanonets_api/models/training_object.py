from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.bounding_box import BoundingBox


T = TypeVar("T", bound="TrainingObject")


@_attrs_define
class TrainingObject:
    """One annotation, a label with its text and place.

    Attributes:
        name (str): The label, one of the model's categories.
        bndbox (BoundingBox): A rectangle in pixels of the page image.
        ocr_text (str | Unset): The text in the rectangle; an official sample leaves it out.
    """

    name: str
    bndbox: BoundingBox
    ocr_text: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        bndbox = self.bndbox.to_dict()

        ocr_text = self.ocr_text

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "bndbox": bndbox,
            }
        )
        if ocr_text is not UNSET:
            field_dict["ocr_text"] = ocr_text

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bounding_box import BoundingBox  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        bndbox = BoundingBox.from_dict(d.pop("bndbox"))

        ocr_text = d.pop("ocr_text", UNSET)

        training_object = cls(
            name=name,
            bndbox=bndbox,
            ocr_text=ocr_text,
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
