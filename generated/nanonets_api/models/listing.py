from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image import Image
    from ..models.signed_urls import SignedUrls


T = TypeVar("T", bound="Listing")


@_attrs_define
class Listing:
    """
    Attributes:
        moderated_images_count (int): Number of approved pages.
        unmoderated_images_count (int): Number of pages not approved.
        moderated_images (list[Image]):
        unmoderated_images (list[Image]):
        signed_urls (SignedUrls | Unset): Download addresses by storage path. Their hosts are not the service's; never
            send the API key there.
    """

    moderated_images_count: int
    unmoderated_images_count: int
    moderated_images: list[Image]
    unmoderated_images: list[Image]
    signed_urls: SignedUrls | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        moderated_images_count = self.moderated_images_count

        unmoderated_images_count = self.unmoderated_images_count

        moderated_images = []
        for moderated_images_item_data in self.moderated_images:
            moderated_images_item = moderated_images_item_data.to_dict()
            moderated_images.append(moderated_images_item)

        unmoderated_images = []
        for unmoderated_images_item_data in self.unmoderated_images:
            unmoderated_images_item = unmoderated_images_item_data.to_dict()
            unmoderated_images.append(unmoderated_images_item)

        signed_urls: dict[str, Any] | Unset = UNSET
        if not isinstance(self.signed_urls, Unset):
            signed_urls = self.signed_urls.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "moderated_images_count": moderated_images_count,
                "unmoderated_images_count": unmoderated_images_count,
                "moderated_images": moderated_images,
                "unmoderated_images": unmoderated_images,
            }
        )
        if signed_urls is not UNSET:
            field_dict["signed_urls"] = signed_urls

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.image import Image  # noqa: PLC0415
        from ..models.signed_urls import SignedUrls  # noqa: PLC0415

        d = dict(src_dict)
        moderated_images_count = d.pop("moderated_images_count")

        unmoderated_images_count = d.pop("unmoderated_images_count")

        moderated_images = []
        _moderated_images = d.pop("moderated_images")
        for moderated_images_item_data in _moderated_images:
            moderated_images_item = Image.from_dict(moderated_images_item_data)

            moderated_images.append(moderated_images_item)

        unmoderated_images = []
        _unmoderated_images = d.pop("unmoderated_images")
        for unmoderated_images_item_data in _unmoderated_images:
            unmoderated_images_item = Image.from_dict(unmoderated_images_item_data)

            unmoderated_images.append(unmoderated_images_item)

        _signed_urls = d.pop("signed_urls", UNSET)
        signed_urls: SignedUrls | Unset
        if isinstance(_signed_urls, Unset):
            signed_urls = UNSET
        else:
            signed_urls = SignedUrls.from_dict(_signed_urls)

        listing = cls(
            moderated_images_count=moderated_images_count,
            unmoderated_images_count=unmoderated_images_count,
            moderated_images=moderated_images,
            unmoderated_images=unmoderated_images,
            signed_urls=signed_urls,
        )

        listing.additional_properties = d
        return listing

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
