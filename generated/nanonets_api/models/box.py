from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.cell import Cell


T = TypeVar("T", bound="Box")


@_attrs_define
class Box:
    """A field, a table with its cells, or what an object detection model found.

    Attributes:
        label (str): A label may repeat. `table`, or empty in older replies, for a table.
        xmin (int):
        ymin (int):
        xmax (int):
        ymax (int):
        id (str | Unset): UUID, or empty.
        score (float | Unset): Confidence from 0 to 1.
        ocr_text (str | Unset): The text read; `table` for a table. Object detection has none.
        type_ (str | Unset): `field` or `table`; absent in older replies.
        status (str | Unset): `correctly_predicted`, or `moderated` once a person has approved it.
        label_id (str | Unset):
        page_no (int | Unset): Number of the page in its file, from 0; in replies to prediction calls.
        page (int | Unset): The same in replies to reading calls.
        validation_status (str | Unset): Present when a validation rule failed, or where a person sent the page to
            review.
        validation_message (str | Unset):
        cells (list[Cell] | Unset): On tables alone.
        grid_cells (Any | Unset): Seen as null only.
        lookup_edited (bool | Unset): Whether a lookup has changed the text.
        lookup_parent_box_ids (list[str] | None | Unset): Ids of the boxes that the lookup started from.
    """

    label: str
    xmin: int
    ymin: int
    xmax: int
    ymax: int
    id: str | Unset = UNSET
    score: float | Unset = UNSET
    ocr_text: str | Unset = UNSET
    type_: str | Unset = UNSET
    status: str | Unset = UNSET
    label_id: str | Unset = UNSET
    page_no: int | Unset = UNSET
    page: int | Unset = UNSET
    validation_status: str | Unset = UNSET
    validation_message: str | Unset = UNSET
    cells: list[Cell] | Unset = UNSET
    grid_cells: Any | Unset = UNSET
    lookup_edited: bool | Unset = UNSET
    lookup_parent_box_ids: list[str] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        label = self.label

        xmin = self.xmin

        ymin = self.ymin

        xmax = self.xmax

        ymax = self.ymax

        id = self.id

        score = self.score

        ocr_text = self.ocr_text

        type_ = self.type_

        status = self.status

        label_id = self.label_id

        page_no = self.page_no

        page = self.page

        validation_status = self.validation_status

        validation_message = self.validation_message

        cells: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.cells, Unset):
            cells = []
            for cells_item_data in self.cells:
                cells_item = cells_item_data.to_dict()
                cells.append(cells_item)

        grid_cells = self.grid_cells

        lookup_edited = self.lookup_edited

        lookup_parent_box_ids: list[str] | None | Unset
        if isinstance(self.lookup_parent_box_ids, Unset):
            lookup_parent_box_ids = UNSET
        elif isinstance(self.lookup_parent_box_ids, list):
            lookup_parent_box_ids = self.lookup_parent_box_ids

        else:
            lookup_parent_box_ids = self.lookup_parent_box_ids

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "label": label,
                "xmin": xmin,
                "ymin": ymin,
                "xmax": xmax,
                "ymax": ymax,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if score is not UNSET:
            field_dict["score"] = score
        if ocr_text is not UNSET:
            field_dict["ocr_text"] = ocr_text
        if type_ is not UNSET:
            field_dict["type"] = type_
        if status is not UNSET:
            field_dict["status"] = status
        if label_id is not UNSET:
            field_dict["label_id"] = label_id
        if page_no is not UNSET:
            field_dict["page_no"] = page_no
        if page is not UNSET:
            field_dict["page"] = page
        if validation_status is not UNSET:
            field_dict["validation_status"] = validation_status
        if validation_message is not UNSET:
            field_dict["validation_message"] = validation_message
        if cells is not UNSET:
            field_dict["cells"] = cells
        if grid_cells is not UNSET:
            field_dict["grid_cells"] = grid_cells
        if lookup_edited is not UNSET:
            field_dict["lookup_edited"] = lookup_edited
        if lookup_parent_box_ids is not UNSET:
            field_dict["lookup_parent_box_ids"] = lookup_parent_box_ids

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cell import Cell  # noqa: PLC0415

        d = dict(src_dict)
        label = d.pop("label")

        xmin = d.pop("xmin")

        ymin = d.pop("ymin")

        xmax = d.pop("xmax")

        ymax = d.pop("ymax")

        id = d.pop("id", UNSET)

        score = d.pop("score", UNSET)

        ocr_text = d.pop("ocr_text", UNSET)

        type_ = d.pop("type", UNSET)

        status = d.pop("status", UNSET)

        label_id = d.pop("label_id", UNSET)

        page_no = d.pop("page_no", UNSET)

        page = d.pop("page", UNSET)

        validation_status = d.pop("validation_status", UNSET)

        validation_message = d.pop("validation_message", UNSET)

        _cells = d.pop("cells", UNSET)
        cells: list[Cell] | Unset = UNSET
        if _cells is not UNSET:
            cells = []
            for cells_item_data in _cells:
                cells_item = Cell.from_dict(cells_item_data)

                cells.append(cells_item)

        grid_cells = d.pop("grid_cells", UNSET)

        lookup_edited = d.pop("lookup_edited", UNSET)

        def _parse_lookup_parent_box_ids(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                lookup_parent_box_ids_type_0 = cast(list[str], data)

                return lookup_parent_box_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        lookup_parent_box_ids = _parse_lookup_parent_box_ids(
            d.pop("lookup_parent_box_ids", UNSET)
        )

        box = cls(
            label=label,
            xmin=xmin,
            ymin=ymin,
            xmax=xmax,
            ymax=ymax,
            id=id,
            score=score,
            ocr_text=ocr_text,
            type_=type_,
            status=status,
            label_id=label_id,
            page_no=page_no,
            page=page,
            validation_status=validation_status,
            validation_message=validation_message,
            cells=cells,
            grid_cells=grid_cells,
            lookup_edited=lookup_edited,
            lookup_parent_box_ids=lookup_parent_box_ids,
        )

        box.additional_properties = d
        return box

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
