from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="FullTextWord")


@_attrs_define
class FullTextWord:
    """
    Attributes:
        text (str):
        xmin (int | Unset):
        ymin (int | Unset):
        xmax (int | Unset):
        ymax (int | Unset):
        left (int | Unset):
        top (int | Unset):
        right (int | Unset):
        bottom (int | Unset):
    """

    text: str
    xmin: int | Unset = UNSET
    ymin: int | Unset = UNSET
    xmax: int | Unset = UNSET
    ymax: int | Unset = UNSET
    left: int | Unset = UNSET
    top: int | Unset = UNSET
    right: int | Unset = UNSET
    bottom: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        xmin = self.xmin

        ymin = self.ymin

        xmax = self.xmax

        ymax = self.ymax

        left = self.left

        top = self.top

        right = self.right

        bottom = self.bottom

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "text": text,
            }
        )
        if xmin is not UNSET:
            field_dict["xmin"] = xmin
        if ymin is not UNSET:
            field_dict["ymin"] = ymin
        if xmax is not UNSET:
            field_dict["xmax"] = xmax
        if ymax is not UNSET:
            field_dict["ymax"] = ymax
        if left is not UNSET:
            field_dict["left"] = left
        if top is not UNSET:
            field_dict["top"] = top
        if right is not UNSET:
            field_dict["right"] = right
        if bottom is not UNSET:
            field_dict["bottom"] = bottom

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text")

        xmin = d.pop("xmin", UNSET)

        ymin = d.pop("ymin", UNSET)

        xmax = d.pop("xmax", UNSET)

        ymax = d.pop("ymax", UNSET)

        left = d.pop("left", UNSET)

        top = d.pop("top", UNSET)

        right = d.pop("right", UNSET)

        bottom = d.pop("bottom", UNSET)

        full_text_word = cls(
            text=text,
            xmin=xmin,
            ymin=ymin,
            xmax=xmax,
            ymax=ymax,
            left=left,
            top=top,
            right=right,
            bottom=bottom,
        )

        full_text_word.additional_properties = d
        return full_text_word

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
