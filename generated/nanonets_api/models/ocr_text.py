from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.cell import Cell


T = TypeVar("T", bound="OcrText")


@_attrs_define
class OcrText:
    """A piece of text on the page, whether or not a label wants it.

    Attributes:
        xmin (int):
        ymin (int):
        xmax (int):
        ymax (int):
        ocr_text (str): The text; `table` for a table, whose text is that of its cells.
        id (str | Unset):
        label (str | Unset):
        score (float | Unset):
        type_ (str | Unset):
        page (int | Unset):
        label_id (str | Unset):
        status (str | Unset):
        cells (list[Cell] | None | Unset): On a table, which the list of texts may hold as well.
    """

    xmin: int
    ymin: int
    xmax: int
    ymax: int
    ocr_text: str
    id: str | Unset = UNSET
    label: str | Unset = UNSET
    score: float | Unset = UNSET
    type_: str | Unset = UNSET
    page: int | Unset = UNSET
    label_id: str | Unset = UNSET
    status: str | Unset = UNSET
    cells: list[Cell] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        xmin = self.xmin

        ymin = self.ymin

        xmax = self.xmax

        ymax = self.ymax

        ocr_text = self.ocr_text

        id = self.id

        label = self.label

        score = self.score

        type_ = self.type_

        page = self.page

        label_id = self.label_id

        status = self.status

        cells: list[dict[str, Any]] | None | Unset
        if isinstance(self.cells, Unset):
            cells = UNSET
        elif isinstance(self.cells, list):
            cells = []
            for cells_type_0_item_data in self.cells:
                cells_type_0_item = cells_type_0_item_data.to_dict()
                cells.append(cells_type_0_item)

        else:
            cells = self.cells

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "xmin": xmin,
                "ymin": ymin,
                "xmax": xmax,
                "ymax": ymax,
                "ocr_text": ocr_text,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if label is not UNSET:
            field_dict["label"] = label
        if score is not UNSET:
            field_dict["score"] = score
        if type_ is not UNSET:
            field_dict["type"] = type_
        if page is not UNSET:
            field_dict["page"] = page
        if label_id is not UNSET:
            field_dict["label_id"] = label_id
        if status is not UNSET:
            field_dict["status"] = status
        if cells is not UNSET:
            field_dict["cells"] = cells

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cell import Cell  # noqa: PLC0415

        d = dict(src_dict)
        xmin = d.pop("xmin")

        ymin = d.pop("ymin")

        xmax = d.pop("xmax")

        ymax = d.pop("ymax")

        ocr_text = d.pop("ocr_text")

        id = d.pop("id", UNSET)

        label = d.pop("label", UNSET)

        score = d.pop("score", UNSET)

        type_ = d.pop("type", UNSET)

        page = d.pop("page", UNSET)

        label_id = d.pop("label_id", UNSET)

        status = d.pop("status", UNSET)

        def _parse_cells(data: object) -> list[Cell] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                cells_type_0 = []
                _cells_type_0 = data
                for cells_type_0_item_data in _cells_type_0:
                    cells_type_0_item = Cell.from_dict(cells_type_0_item_data)

                    cells_type_0.append(cells_type_0_item)

                return cells_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Cell] | None | Unset, data)

        cells = _parse_cells(d.pop("cells", UNSET))

        ocr_text = cls(
            xmin=xmin,
            ymin=ymin,
            xmax=xmax,
            ymax=ymax,
            ocr_text=ocr_text,
            id=id,
            label=label,
            score=score,
            type_=type_,
            page=page,
            label_id=label_id,
            status=status,
            cells=cells,
        )

        ocr_text.additional_properties = d
        return ocr_text

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
