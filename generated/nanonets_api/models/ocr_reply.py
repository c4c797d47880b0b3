from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ocr_page import OcrPage
    from ..models.signed_urls import SignedUrls


T = TypeVar("T", bound="OcrReply")


@_attrs_define
class OcrReply:
    """
    Attributes:
        message (str): `Success` in general.
        result (list[OcrPage]): One entry a page, of all files.
        signed_urls (SignedUrls | Unset): Download addresses by storage path. Their hosts are not the service's; never
            send the API key there.
    """

    message: str
    result: list[OcrPage]
    signed_urls: SignedUrls | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        message = self.message

        result = []
        for result_item_data in self.result:
            result_item = result_item_data.to_dict()
            result.append(result_item)

        signed_urls: dict[str, Any] | Unset = UNSET
        if not isinstance(self.signed_urls, Unset):
            signed_urls = self.signed_urls.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "message": message,
                "result": result,
            }
        )
        if signed_urls is not UNSET:
            field_dict["signed_urls"] = signed_urls

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ocr_page import OcrPage  # noqa: PLC0415
        from ..models.signed_urls import SignedUrls  # noqa: PLC0415

        d = dict(src_dict)
        message = d.pop("message")

        result = []
        _result = d.pop("result")
        for result_item_data in _result:
            result_item = OcrPage.from_dict(result_item_data)

            result.append(result_item)

        _signed_urls = d.pop("signed_urls", UNSET)
        signed_urls: SignedUrls | Unset
        if isinstance(_signed_urls, Unset):
            signed_urls = UNSET
        else:
            signed_urls = SignedUrls.from_dict(_signed_urls)

        ocr_reply = cls(
            message=message,
            result=result,
            signed_urls=signed_urls,
        )

        ocr_reply.additional_properties = d
        return ocr_reply

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
