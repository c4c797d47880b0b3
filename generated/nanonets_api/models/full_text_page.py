from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.full_text_word import FullTextWord
    from ..models.size import Size


T = TypeVar("T", bound="FullTextPage")


@_attrs_define
class FullTextPage:
    """
    Attributes:
        raw_text (str):
        words (list[FullTextWord]):
        page (int | Unset): Number of the page in its file, from 0.
        size (Size | Unset): Of the page image, in pixels.
    """

    raw_text: str
    words: list[FullTextWord]
    page: int | Unset = UNSET
    size: Size | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        raw_text = self.raw_text

        words = []
        for words_item_data in self.words:
            words_item = words_item_data.to_dict()
            words.append(words_item)

        page = self.page

        size: dict[str, Any] | Unset = UNSET
        if not isinstance(self.size, Unset):
            size = self.size.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "raw_text": raw_text,
                "words": words,
            }
        )
        if page is not UNSET:
            field_dict["page"] = page
        if size is not UNSET:
            field_dict["size"] = size

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.full_text_word import FullTextWord  # noqa: PLC0415
        from ..models.size import Size  # noqa: PLC0415

        d = dict(src_dict)
        raw_text = d.pop("raw_text")

        words = []
        _words = d.pop("words")
        for words_item_data in _words:
            words_item = FullTextWord.from_dict(words_item_data)

            words.append(words_item)

        page = d.pop("page", UNSET)

        _size = d.pop("size", UNSET)
        size: Size | Unset
        if isinstance(_size, Unset):
            size = UNSET
        else:
            size = Size.from_dict(_size)

        full_text_page = cls(
            raw_text=raw_text,
            words=words,
            page=page,
            size=size,
        )

        full_text_page.additional_properties = d
        return full_text_page

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
