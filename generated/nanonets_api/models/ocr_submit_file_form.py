from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..types import UNSET, File, Unset

T = TypeVar("T", bound="OcrSubmitFileForm")


@_attrs_define
class OcrSubmitFileForm:
    """
    Attributes:
        file (File): PNG, JPEG or PDF.
        request_metadata (str | Unset): Any text; comes back with the result.
        pages_to_process (str | Unset): Page numbers with commas between them, as `1,2`. Whether they count from 1 is
            not confirmed.
        base64_data (str | Unset): A file in Base64. How it goes together with `file` is not known.
    """

    file: File
    request_metadata: str | Unset = UNSET
    pages_to_process: str | Unset = UNSET
    base64_data: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        file = self.file.to_tuple()

        request_metadata = self.request_metadata

        pages_to_process = self.pages_to_process

        base64_data = self.base64_data

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file": file,
            }
        )
        if request_metadata is not UNSET:
            field_dict["request_metadata"] = request_metadata
        if pages_to_process is not UNSET:
            field_dict["pages_to_process"] = pages_to_process
        if base64_data is not UNSET:
            field_dict["base64_data"] = base64_data

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("file", self.file.to_tuple()))

        if not isinstance(self.request_metadata, Unset):
            files.append(
                (
                    "request_metadata",
                    (None, str(self.request_metadata).encode(), "text/plain"),
                )
            )

        if not isinstance(self.pages_to_process, Unset):
            files.append(
                (
                    "pages_to_process",
                    (None, str(self.pages_to_process).encode(), "text/plain"),
                )
            )

        if not isinstance(self.base64_data, Unset):
            files.append(
                ("base64_data", (None, str(self.base64_data).encode(), "text/plain"))
            )

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        file = File(payload=BytesIO(d.pop("file")))

        request_metadata = d.pop("request_metadata", UNSET)

        pages_to_process = d.pop("pages_to_process", UNSET)

        base64_data = d.pop("base64_data", UNSET)

        ocr_submit_file_form = cls(
            file=file,
            request_metadata=request_metadata,
            pages_to_process=pages_to_process,
            base64_data=base64_data,
        )

        ocr_submit_file_form.additional_properties = d
        return ocr_submit_file_form

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
