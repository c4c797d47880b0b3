from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.full_text_page import FullTextPage


T = TypeVar("T", bound="FullTextResult")


@_attrs_define
class FullTextResult:
    """
    Attributes:
        page_data (list[FullTextPage]):
        filename (str | Unset): Name of the file, or its URL.
    """

    page_data: list[FullTextPage]
    filename: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        page_data = []
        for page_data_item_data in self.page_data:
            page_data_item = page_data_item_data.to_dict()
            page_data.append(page_data_item)

        filename = self.filename

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "page_data": page_data,
            }
        )
        if filename is not UNSET:
            field_dict["filename"] = filename

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.full_text_page import FullTextPage  # noqa: PLC0415

        d = dict(src_dict)
        page_data = []
        _page_data = d.pop("page_data")
        for page_data_item_data in _page_data:
            page_data_item = FullTextPage.from_dict(page_data_item_data)

            page_data.append(page_data_item)

        filename = d.pop("filename", UNSET)

        full_text_result = cls(
            page_data=page_data,
            filename=filename,
        )

        full_text_result.additional_properties = d
        return full_text_result

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
