from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SignedUrl")


@_attrs_define
class SignedUrl:
    """Addresses of one stored image, valid for 4 hours, the long one for 180 days; empty where there is none.

    Attributes:
        original (str | Unset):
        original_compressed (str | Unset):
        thumbnail (str | Unset):
        acw_rotate_90 (str | Unset):
        acw_rotate_180 (str | Unset):
        acw_rotate_270 (str | Unset):
        original_with_long_expiry (str | Unset):
    """

    original: str | Unset = UNSET
    original_compressed: str | Unset = UNSET
    thumbnail: str | Unset = UNSET
    acw_rotate_90: str | Unset = UNSET
    acw_rotate_180: str | Unset = UNSET
    acw_rotate_270: str | Unset = UNSET
    original_with_long_expiry: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        original = self.original

        original_compressed = self.original_compressed

        thumbnail = self.thumbnail

        acw_rotate_90 = self.acw_rotate_90

        acw_rotate_180 = self.acw_rotate_180

        acw_rotate_270 = self.acw_rotate_270

        original_with_long_expiry = self.original_with_long_expiry

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if original is not UNSET:
            field_dict["original"] = original
        if original_compressed is not UNSET:
            field_dict["original_compressed"] = original_compressed
        if thumbnail is not UNSET:
            field_dict["thumbnail"] = thumbnail
        if acw_rotate_90 is not UNSET:
            field_dict["acw_rotate_90"] = acw_rotate_90
        if acw_rotate_180 is not UNSET:
            field_dict["acw_rotate_180"] = acw_rotate_180
        if acw_rotate_270 is not UNSET:
            field_dict["acw_rotate_270"] = acw_rotate_270
        if original_with_long_expiry is not UNSET:
            field_dict["original_with_long_expiry"] = original_with_long_expiry

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        original = d.pop("original", UNSET)

        original_compressed = d.pop("original_compressed", UNSET)

        thumbnail = d.pop("thumbnail", UNSET)

        acw_rotate_90 = d.pop("acw_rotate_90", UNSET)

        acw_rotate_180 = d.pop("acw_rotate_180", UNSET)

        acw_rotate_270 = d.pop("acw_rotate_270", UNSET)

        original_with_long_expiry = d.pop("original_with_long_expiry", UNSET)

        signed_url = cls(
            original=original,
            original_compressed=original_compressed,
            thumbnail=thumbnail,
            acw_rotate_90=acw_rotate_90,
            acw_rotate_180=acw_rotate_180,
            acw_rotate_270=acw_rotate_270,
            original_with_long_expiry=original_with_long_expiry,
        )

        signed_url.additional_properties = d
        return signed_url

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
