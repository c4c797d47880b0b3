from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.page_update_moderated_boxes_item import PageUpdateModeratedBoxesItem


T = TypeVar("T", bound="PageUpdate")


@_attrs_define
class PageUpdate:
    """The new boxes of a page. Everything else is copied from reading it.

    Attributes:
        id (str): Id of the page.
        day_since_epoch (int):
        hour_of_day (int):
        moderated_boxes (list[PageUpdateModeratedBoxesItem]): All boxes of the page, each with every member that reading
            it gave. A new one has `is_new`, without an id.
    """

    id: str
    day_since_epoch: int
    hour_of_day: int
    moderated_boxes: list[PageUpdateModeratedBoxesItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        day_since_epoch = self.day_since_epoch

        hour_of_day = self.hour_of_day

        moderated_boxes = []
        for moderated_boxes_item_data in self.moderated_boxes:
            moderated_boxes_item = moderated_boxes_item_data.to_dict()
            moderated_boxes.append(moderated_boxes_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "day_since_epoch": day_since_epoch,
                "hour_of_day": hour_of_day,
                "moderated_boxes": moderated_boxes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.page_update_moderated_boxes_item import (
            PageUpdateModeratedBoxesItem,  # noqa: PLC0415
        )

        d = dict(src_dict)
        id = d.pop("id")

        day_since_epoch = d.pop("day_since_epoch")

        hour_of_day = d.pop("hour_of_day")

        moderated_boxes = []
        _moderated_boxes = d.pop("moderated_boxes")
        for moderated_boxes_item_data in _moderated_boxes:
            moderated_boxes_item = PageUpdateModeratedBoxesItem.from_dict(
                moderated_boxes_item_data
            )

            moderated_boxes.append(moderated_boxes_item)

        page_update = cls(
            id=id,
            day_since_epoch=day_since_epoch,
            hour_of_day=hour_of_day,
            moderated_boxes=moderated_boxes,
        )

        page_update.additional_properties = d
        return page_update

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
