from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.cell import Cell


T = TypeVar("T", bound="Box")


@_attrs_define
class Box:
    """A field, or a table with its cells.

    Attributes:
        label (str): A label may repeat. `table`, or empty in older replies, for a table.
        xmin (int):
        ymin (int):
        xmax (int):
        ymax (int):
        ocr_text (str): The text read; `table` for a table.
        id (str | Unset): UUID, or empty.
        score (float | Unset): Confidence from 0 to 1.
        type_ (str | Unset): `field` or `table`; absent in older replies.
        status (str | Unset): `correctly_predicted`, or `moderated` once a person has approved it.
        label_id (str | Unset):
        page_no (int | Unset): Number of the page in its file, from 0; in replies to prediction calls.
        page (int | Unset): The same in replies to reading calls.
        validation_status (str | Unset): Present when a validation rule failed.
        validation_message (str | Unset):
        cells (list[Cell] | Unset): On tables alone.
    """

    label: str
    xmin: int
    ymin: int
    xmax: int
    ymax: int
    ocr_text: str
    id: str | Unset = UNSET
    score: float | Unset = UNSET
    type_: str | Unset = UNSET
    status: str | Unset = UNSET
    label_id: str | Unset = UNSET
    page_no: int | Unset = UNSET
    page: int | Unset = UNSET
    validation_status: str | Unset = UNSET
    validation_message: str | Unset = UNSET
    cells: list[Cell] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        label = self.label

        xmin = self.xmin

        ymin = self.ymin

        xmax = self.xmax

        ymax = self.ymax

        ocr_text = self.ocr_text

        id = self.id

        score = self.score

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

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "label": label,
                "xmin": xmin,
                "ymin": ymin,
                "xmax": xmax,
                "ymax": ymax,
                "ocr_text": ocr_text,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if score is not UNSET:
            field_dict["score"] = score
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

        ocr_text = d.pop("ocr_text")

        id = d.pop("id", UNSET)

        score = d.pop("score", UNSET)

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

        box = cls(
            label=label,
            xmin=xmin,
            ymin=ymin,
            xmax=xmax,
            ymax=ymax,
            ocr_text=ocr_text,
            id=id,
            score=score,
            type_=type_,
            status=status,
            label_id=label_id,
            page_no=page_no,
            page=page,
            validation_status=validation_status,
            validation_message=validation_message,
            cells=cells,
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
