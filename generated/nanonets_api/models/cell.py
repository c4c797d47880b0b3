from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Cell")


@_attrs_define
class Cell:
    """A cell of a table. Its place is given by row and col, not by its position in the list.

    Attributes:
        row (int): From 1.
        col (int): From 1.
        xmin (int):
        ymin (int):
        xmax (int):
        ymax (int):
        text (str):
        id (str | Unset):
        row_span (int | Unset):
        col_span (int | Unset):
        label (str | Unset): Header of the column, or empty.
        score (float | Unset): Confidence from 0 to 1.
        row_label (str | Unset):
        verification_status (str | Unset): `correctly_predicted` or `moderated`.
        status (str | Unset): Empty, `success` or `failed`, by the validation rules.
        failed_validation (str | Unset): The rule that failed.
        label_id (str | Unset):
        lookup_edited (bool | Unset): Whether a lookup has changed the text.
    """

    row: int
    col: int
    xmin: int
    ymin: int
    xmax: int
    ymax: int
    text: str
    id: str | Unset = UNSET
    row_span: int | Unset = UNSET
    col_span: int | Unset = UNSET
    label: str | Unset = UNSET
    score: float | Unset = UNSET
    row_label: str | Unset = UNSET
    verification_status: str | Unset = UNSET
    status: str | Unset = UNSET
    failed_validation: str | Unset = UNSET
    label_id: str | Unset = UNSET
    lookup_edited: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        row = self.row

        col = self.col

        xmin = self.xmin

        ymin = self.ymin

        xmax = self.xmax

        ymax = self.ymax

        text = self.text

        id = self.id

        row_span = self.row_span

        col_span = self.col_span

        label = self.label

        score = self.score

        row_label = self.row_label

        verification_status = self.verification_status

        status = self.status

        failed_validation = self.failed_validation

        label_id = self.label_id

        lookup_edited = self.lookup_edited

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "row": row,
                "col": col,
                "xmin": xmin,
                "ymin": ymin,
                "xmax": xmax,
                "ymax": ymax,
                "text": text,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if row_span is not UNSET:
            field_dict["row_span"] = row_span
        if col_span is not UNSET:
            field_dict["col_span"] = col_span
        if label is not UNSET:
            field_dict["label"] = label
        if score is not UNSET:
            field_dict["score"] = score
        if row_label is not UNSET:
            field_dict["row_label"] = row_label
        if verification_status is not UNSET:
            field_dict["verification_status"] = verification_status
        if status is not UNSET:
            field_dict["status"] = status
        if failed_validation is not UNSET:
            field_dict["failed_validation"] = failed_validation
        if label_id is not UNSET:
            field_dict["label_id"] = label_id
        if lookup_edited is not UNSET:
            field_dict["lookup_edited"] = lookup_edited

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        row = d.pop("row")

        col = d.pop("col")

        xmin = d.pop("xmin")

        ymin = d.pop("ymin")

        xmax = d.pop("xmax")

        ymax = d.pop("ymax")

        text = d.pop("text")

        id = d.pop("id", UNSET)

        row_span = d.pop("row_span", UNSET)

        col_span = d.pop("col_span", UNSET)

        label = d.pop("label", UNSET)

        score = d.pop("score", UNSET)

        row_label = d.pop("row_label", UNSET)

        verification_status = d.pop("verification_status", UNSET)

        status = d.pop("status", UNSET)

        failed_validation = d.pop("failed_validation", UNSET)

        label_id = d.pop("label_id", UNSET)

        lookup_edited = d.pop("lookup_edited", UNSET)

        cell = cls(
            row=row,
            col=col,
            xmin=xmin,
            ymin=ymin,
            xmax=xmax,
            ymax=ymax,
            text=text,
            id=id,
            row_span=row_span,
            col_span=col_span,
            label=label,
            score=score,
            row_label=row_label,
            verification_status=verification_status,
            status=status,
            failed_validation=failed_validation,
            label_id=label_id,
            lookup_edited=lookup_edited,
        )

        cell.additional_properties = d
        return cell

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
