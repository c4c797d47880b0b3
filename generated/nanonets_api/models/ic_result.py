from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ic_prediction import IcPrediction


T = TypeVar("T", bound="IcResult")


@_attrs_define
class IcResult:
    """
    Attributes:
        message (str): `Success`; another text means that this file failed.
        prediction (list[IcPrediction]): Every category, the most probable first. The probabilities need not add up to
            1.
        file (str | Unset): Name of the file, or its URL.
        page (int | Unset): In newer documentation.
    """

    message: str
    prediction: list[IcPrediction]
    file: str | Unset = UNSET
    page: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        message = self.message

        prediction = []
        for prediction_item_data in self.prediction:
            prediction_item = prediction_item_data.to_dict()
            prediction.append(prediction_item)

        file = self.file

        page = self.page

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "message": message,
                "prediction": prediction,
            }
        )
        if file is not UNSET:
            field_dict["file"] = file
        if page is not UNSET:
            field_dict["page"] = page

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ic_prediction import IcPrediction  # noqa: PLC0415

        d = dict(src_dict)
        message = d.pop("message")

        prediction = []
        _prediction = d.pop("prediction")
        for prediction_item_data in _prediction:
            prediction_item = IcPrediction.from_dict(prediction_item_data)

            prediction.append(prediction_item)

        file = d.pop("file", UNSET)

        page = d.pop("page", UNSET)

        ic_result = cls(
            message=message,
            prediction=prediction,
            file=file,
            page=page,
        )

        ic_result.additional_properties = d
        return ic_result

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
