"""What a body is: nothing in it says so, so it is told by its members.

```text
result: [ … ]              pages        a prediction, the reply about one page, a webhook body
result: [{result: [ … ]}]  files        the same by file
result: { … }              merged       a webhook body: the boxes of all pages in one list
moderated_images: [ … ]    listing      the reply about one file or some days
prediction: [ … ]          page         one page by itself, as the callback of a review link sends it
[{prediction: …}, … ]      pages        pages by themselves: `Document.raw`
message: "… processed …"   pending      the reply about a page that is still in work
format: nanonets-sdk…      saved        `Document.to_json`
fields, tables: [ … ]      record       the same before it had a version
probability                classes      classifications
page_data                  texts        full text
```

The first two have pages of two kinds: those of a prediction, and those of a reading call, which also say who checked
them. Only their members tell them apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, cast

import msgspec
from attrs import frozen

from nanonets_sdk.errors import DecodeError
from nanonets_sdk.replies.source import Raw, why_unreadable
from nanonets_sdk.replies.states import is_in_work
from nanonets_sdk.stored.bodies import StoredBody

Shape: TypeAlias = Literal[
    "pages", "files", "merged", "listing", "page", "pending", "saved", "record", "classes", "class", "texts", "text"
]

FORMAT: Final = "nanonets-sdk.document"
"""The member `format` of what `Document.to_json` returns."""

_READ: Final = frozenset(
    {
        "predicted_boxes", "moderated_boxes", "raw_ocr", "is_moderated", "approval_status", "original_file_name", "url",
        "day_since_epoch", "hour_of_day", "updated_at", "status", "model_id", "no_of_fields", "current_stage_id",
    }
)  # fmt: skip
"""Members of a page that only reading calls give."""
_SENT: Final = frozenset({"input", "request_file_id", "filepath"})
"""Members of a page that say which file it is of, and that a classification does not have."""
_BOXES: Final = frozenset({"prediction", "predicted_boxes", "moderated_boxes"})
_RECORD: Final = frozenset({"file_name", "request_file_id", "pages", "fields", "tables"})
_REPLY: Final = frozenset({"message", "result", "signed_urls"})
_OTHERS: Final[dict[str, frozenset[str]]] = {
    "an error of the service": frozenset({"code", "message"}),
    "the service's answer to an upload": frozenset({"Meta"}),
    "about a model": frozenset({"categories"}),
    "a row of an export": frozenset({"label", "text"}),
    "a single box": frozenset({"label", "ocr_text"}),
}
_Level: TypeAlias = dict[str, msgspec.Raw] | list[msgspec.Raw] | str | int | float | bool | None
_level: Final = msgspec.json.Decoder(_Level)
# Every item of a result is opened, and to find where one ends is as much work as to open it.
_two_levels: Final = msgspec.json.Decoder(dict[str, msgspec.Raw] | list[_Level] | str | int | float | bool | None)


@frozen
class Recognised:
    """A body, and what it is.

    Attributes:
        body: The body.
        shape: What it is.
        is_read: Whether its pages are those of a reading call, with what a person made of them.
        is_bare: Whether the body itself is the list that others have under `result`.
    """

    body: StoredBody
    shape: Shape
    is_read: bool = False
    is_bare: bool = False


def recognised(body: StoredBody) -> list[Recognised]:
    """Return what a body is: of an array of bodies, what each of them is.

    Raises:
        DecodeError: It is not JSON, is nested too deeply, or is nothing that this package reads.
    """
    try:
        # Members are only found here, so that nothing is built twice.
        return _recognised(body, msgspec.Raw(body.content))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        try:
            value = Raw(body.content).value
        except (ValueError, RecursionError) as error:
            raise unreadable(body, why_unreadable(error) if body.content else "is empty") from None
        return _recognised(body, value)


def unreadable(body: StoredBody, why: str) -> DecodeError:
    """Return the error for a body that cannot be read, with its bytes."""
    return DecodeError(f"{body.place} {why}. `raw` of this error has it.", raw=body.content)


def _recognised(body: StoredBody, value: Any) -> list[Recognised]:
    opened = _open(value)
    items = _items(opened)
    if items is not None:
        kinds = {_kind_of_bare(_members(item)) for item in items}
        if items and kinds <= {"page", "read page"}:
            return [Recognised(body, "pages", "read page" in kinds, is_bare=True)]
        bodies = [StoredBody(_content(item), f"{body.place}, item {number}") for number, item in enumerate(items)]
        return [found for one in bodies for found in recognised(one)]
    if not isinstance(opened, dict):
        raise unreadable(body, "is JSON, but neither an object nor an array")
    return [_of_object(body, _members(opened))]


def _of_object(body: StoredBody, members: Mapping[str, Any]) -> Recognised:
    names, message = members.keys(), _open(members.get("message"))
    result = _open(members.get("result"), _two_levels)
    entries = _items(result)
    if entries is not None:
        return _of_result(body, [_members(item) for item in entries])
    bare = _kind_of_bare(members)
    signs: dict[Shape, bool] = {
        "saved": _open(members.get("format")) == FORMAT,
        "listing": bool({"moderated_images", "unmoderated_images"} & names),
        "texts": _items(_open(members.get("results"))) is not None,
        "merged": _kind_of_bare(_members(result)) in {"page", "read page"},
        "pending": isinstance(message, str) and is_in_work(message) and not _BOXES & names,
        "class": bare == "class",
        "text": bare == "text",
        "page": bare is not None,
        "record": names >= _RECORD,
        "pages": result is None and "result" in names and names <= _REPLY,
    }
    seen: list[Shape] = [shape for shape, is_seen in signs.items() if is_seen]
    if not seen:
        other = next((what for what, its in _OTHERS.items() if names >= its), "no reply with documents")
        raise unreadable(body, f"is {other}")
    return Recognised(body, seen[0], bare == "read page" or seen[0] in {"listing", "merged", "pending"})


def _of_result(body: StoredBody, entries: Sequence[Mapping[str, Any]]) -> Recognised:
    inner = [items for entry in entries if (items := _items(_open(entry.get("result")))) is not None]
    pages = [_members(item) for items in inner for item in items]
    kinds = {_kind(entry) for entry in [*entries, *pages]}
    if "class" in kinds:
        return Recognised(body, "classes")
    if "text" in kinds:
        return Recognised(body, "texts")
    return Recognised(body, "files" if inner else "pages", "read page" in kinds)


def _kind_of_bare(members: Mapping[str, Any]) -> str | None:
    """Return what an object without `result` around it is; None if it is nothing that stands by itself."""
    names = members.keys()
    if "result" in names or "label" in names or names >= _RECORD:
        return None
    return _kind(members) if _BOXES & names or "page_data" in names or {"request_file_id", "page"} <= names else None


def _kind(members: Mapping[str, Any]) -> str:
    names = members.keys()
    if "page_data" in names:
        return "text"
    scores = _items(_open(members.get("prediction"))) or []
    if any("probability" in _members(score) for score in scores[:1]) or ("file" in names and not _SENT & names):
        return "class"
    return "read page" if _READ & names else "page"


def _members(value: Any) -> Mapping[str, Any]:
    opened = _open(value)
    return cast("Mapping[str, Any]", opened) if isinstance(opened, dict) else {}


def _items(value: Any) -> Sequence[Any] | None:
    return cast("Sequence[Any]", value) if isinstance(value, list) else None


def _open(value: Any, levels: msgspec.json.Decoder[Any] = _level) -> Any:
    """Return a value with its members or items as they stand, not parsed."""
    return levels.decode(value) if isinstance(value, msgspec.Raw) else value


def _content(value: Any) -> bytes:
    return bytes(value) if isinstance(value, msgspec.Raw) else json.dumps(value).encode("ascii")
