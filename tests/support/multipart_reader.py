"""Parses multipart bodies with python-multipart, which shares no code with the writer under test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field, frozen
from python_multipart.multipart import MultipartParser, parse_options_header

from raw_server import Received

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks


@frozen
class Part:
    """A part of a form.

    Attributes:
        name: The name of the form field.
        file_name: The file name; None if the part is not a file.
        content_type: The media type, if there is one.
        content: The bytes.
        headers: The names of the part's headers, in lower case and in order.
    """

    name: str
    file_name: str | None
    content_type: str | None
    content: bytes
    headers: tuple[str, ...] = field(default=(), eq=False, repr=False)


@define
class _Collector:
    """Collects the events of the parser."""

    parts: list[Part] = field(factory=list[Part])
    is_closed: bool = False
    _headers: dict[str, bytes] = field(factory=dict[str, bytes])
    _name: bytes = b""
    _value: bytes = b""
    _content: bytearray = field(factory=bytearray)

    def on_part_begin(self) -> None:
        self._headers, self._content = {}, bytearray()

    def on_header_begin(self) -> None:
        self._name, self._value = b"", b""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        name = self._name.decode("ascii").lower()
        assert name not in self._headers, f"the part header {name} stands twice"
        self._headers[name] = self._value

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._content += data[start:end]

    def on_part_end(self) -> None:
        kind, options = parse_options_header(self._headers["content-disposition"])
        assert kind == b"form-data"
        file_name = options.get(b"filename")
        content_type = self._headers.get("content-type")
        self.parts.append(
            Part(
                options[b"name"].decode("utf-8"),
                None if file_name is None else file_name.decode("utf-8"),
                None if content_type is None else content_type.decode("ascii"),
                bytes(self._content),
                tuple(self._headers),
            )
        )

    def on_end(self) -> None:
        self.is_closed = True


def boundary_of(received: Received) -> bytes:
    """Return the boundary in a request's headers."""
    kind, options = parse_options_header(received.value("content-type"))
    assert kind == b"multipart/form-data"
    return options[b"boundary"]


def parts_of(received: Received) -> list[Part]:
    """Return the parts of a request's multipart body, in order."""
    collector = _Collector()
    callbacks: MultipartCallbacks = {
        "on_part_begin": collector.on_part_begin,
        "on_header_begin": collector.on_header_begin,
        "on_header_field": collector.on_header_field,
        "on_header_value": collector.on_header_value,
        "on_header_end": collector.on_header_end,
        "on_part_data": collector.on_part_data,
        "on_part_end": collector.on_part_end,
        "on_end": collector.on_end,
    }
    parser = MultipartParser(boundary_of(received), callbacks)
    parser.write(received.body)
    parser.finalize()
    assert collector.is_closed, "the body ends before its last boundary"
    return collector.parts
