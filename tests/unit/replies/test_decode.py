"""From the bytes of a reply to its type, losing nothing."""

import json
import math
from collections.abc import Callable
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from nanonets_api.replies import (
    BoxReply,
    IcReply,
    Image,
    ListingReply,
    ModelReply,
    OcrPage,
    OcrReply,
    PageReply,
    UploadReply,
)
from nanonets_sdk import DecodeError, Drift, Nanonets
from nanonets_sdk.calls.operations import OPERATIONS, Operation
from nanonets_sdk.documents.building import predicted_document
from nanonets_sdk.mock import ExtraField, MockServer, WrongType
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw
from samples import INVOICE

BOM = b"\xef\xbb\xbf"
DEEP = b"[" * 1_000_000 + b"]" * 1_000_000

JSON_OPERATIONS = [operation for operation in OPERATIONS if operation.reply not in (Any, str)]
UNDOCUMENTED = [operation for operation in OPERATIONS if operation.reply is Any]
each_json_operation = pytest.mark.parametrize("operation", JSON_OPERATIONS, ids=lambda operation: operation.id)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**30), max_value=10**30)
    | st.floats()
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def box_reply(**members: Any) -> bytes:
    """A prediction reply of one box with these members."""
    return json.dumps({"message": "Success", "result": [{"message": "Success", "prediction": [members]}]}).encode()


def read_box(content: bytes, on_drift: Callable[[Drift], object] | None = None) -> BoxReply:
    """The box of a prediction reply of one."""
    reply = decode(content, OcrReply, "ocr_predict_file", on_drift)
    assert reply.result is not None
    (page,) = reply.result
    assert page.prediction is not None
    (box,) = page.prediction
    return box


def decode_model(content: bytes) -> ModelReply:
    """Read a model from bytes, and assert that no drift was reported."""
    drifts: list[Drift] = []
    reply = decode(content, ModelReply, "ocr_get_model", drifts.append)
    assert drifts == []
    return reply


@each_json_operation
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"<html><body>Bad Gateway</body></html>",
        b"null",
        b"3",
        b'"Success"',
        b"{",
        b'{"message": "Succ',
        DEEP,
    ],
    ids=["empty", "blank", "html", "null", "number", "string", "brace", "truncated", "deep"],
)
def test_an_unreadable_reply_raises_with_its_bytes_attached(operation: Operation[Any], content: bytes) -> None:
    with pytest.raises(DecodeError, match=operation.id) as caught:
        decode(content, operation.reply, operation.id)
    assert caught.value.raw == content


@pytest.mark.parametrize("operation", UNDOCUMENTED, ids=lambda operation: operation.id)
@pytest.mark.parametrize("content", [b"", b"null", b"[1]", b"<html>", b"\xff"])
def test_nothing_is_read_from_a_reply_that_is_not_documented(operation: Operation[Any], content: bytes) -> None:
    drifts: list[Drift] = []
    assert (decode(content, operation.reply, operation.id, drifts.append), drifts) == (None, [])


def test_plain_text_is_read_as_it_is() -> None:
    assert decode(BOM + "https://example.org/ä\n".encode(), str, "ocr_get_review_link") == "https://example.org/ä\n"


def test_plain_text_that_is_not_utf_8_is_an_error_with_its_bytes() -> None:
    with pytest.raises(DecodeError, match="ocr_get_review_link is not UTF-8 text") as caught:
        decode(b"\xff", str, "ocr_get_review_link")
    assert caught.value.raw == b"\xff"


def test_the_message_about_a_reply_that_cannot_be_read_holds_nothing_of_it() -> None:
    with pytest.raises(DecodeError) as caught:
        decode(b"total 1234.50 of K. Example", OcrReply, "ocr_predict_file")
    assert "1234" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (b"[]", ModelReply, "array where object was expected"),
        (b"{}", tuple[ModelReply, ...], "object where array was expected"),
    ],
)
def test_a_wrong_top_level_type_is_named(content: bytes, kind: type[Any], told: str) -> None:
    with pytest.raises(DecodeError, match=told):
        decode(content, kind, "ic_list_models")


@each_json_operation
def test_every_member_of_every_reply_may_be_absent(operation: Operation[Any]) -> None:
    content = b"[{}]" if operation.id == "ic_list_models" else b"{}"
    drifts: list[Drift] = []
    decode(content, operation.reply, operation.id, drifts.append)
    assert drifts == []


@pytest.mark.parametrize("where", ["message", "result", "signed_urls"])
def test_null_counts_as_an_absent_member(where: str) -> None:
    drifts: list[Drift] = []
    reply = decode(json.dumps({where: None}).encode(), OcrReply, "ocr_predict_file", drifts.append)
    assert (reply, drifts) == (OcrReply(), [])


def test_null_in_a_list_keeps_the_places_of_the_others() -> None:
    drifts: list[Drift] = []
    reply = decode(b'{"result": [null, {"page": 1}]}', OcrReply, "ocr_predict_file", drifts.append)
    assert reply.result == (OcrPage(), OcrPage(page=1))
    assert drifts == [Drift("ocr_predict_file", "/result/0", "object", "null")]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert decode_model(BOM + b'{"model_id": "m"}') == ModelReply(model_id="m")


def test_invalid_utf_8_costs_one_character_and_not_the_reply() -> None:
    reply = decode_model(b'{"model_id": "m", "status": "Fran\xe7ois"}')
    assert reply == ModelReply("m", status="Fran\N{REPLACEMENT CHARACTER}ois")


@pytest.mark.parametrize(("given", "score"), [(0, 0.0), (1, 1.0)])
@pytest.mark.parametrize("prefix", [b"", BOM], ids=["strict", "lenient"])
def test_an_integer_for_a_number_is_a_number(given: int, score: float, prefix: bytes) -> None:
    drifts: list[Drift] = []
    read = read_box(prefix + box_reply(score=given), drifts.append).score
    assert (read, type(read), drifts) == (score, float, [])


@pytest.mark.parametrize(
    ("member", "value", "read", "expected", "seen"),
    [
        ("xmin", "3", 3, "integer", "string"),
        ("xmin", 3.0, 3, "integer", "number"),
        ("xmin", 1.6, 2, "integer", "number"),
        ("xmin", "1.6", 2, "integer", "string"),
        ("page_no", 2.0, 2, "integer", "number"),
        ("page_no", "2.0", 2, "integer", "string"),
        ("page_no", 1.6, None, "integer", "number"),
        ("page_no", "1.6", None, "integer", "string"),
        ("page_no", "12345678901234567890", 12345678901234567890, "integer", "string"),
        ("page", -0.5, None, "integer", "number"),
        ("xmin", "left", None, "integer", "string"),
        ("xmin", True, None, "integer", "boolean"),
        ("xmin", [3], None, "integer", "array"),
        ("xmin", {"px": 3}, None, "integer", "object"),
        ("score", "0.5", 0.5, "number", "string"),
        ("score", "high", None, "number", "string"),
        ("score", "nan", None, "number", "string"),
        ("score", "Infinity", None, "number", "string"),
        ("ocr_text", 12, "12", "string", "integer"),
        ("ocr_text", 12.5, "12.5", "string", "number"),
        ("ocr_text", False, None, "string", "boolean"),
        ("cells", {}, None, "array", "object"),
        ("cells", "none", None, "array", "string"),
    ],
)
def test_a_value_of_another_type_is_converted_or_left_out_and_reported(
    member: str, value: object, read: object, expected: str, seen: str
) -> None:
    drifts: list[Drift] = []
    box = read_box(box_reply(**{member: value, "label": "total"}), drifts.append)
    assert (getattr(box, member), box.label) == (read, "total")
    assert drifts == [Drift("ocr_predict_file", f"/result/0/prediction/0/{member}", expected, seen)]


@pytest.mark.parametrize("member", ["row", "col", "row_span", "col_span"])
def test_the_place_of_a_cell_is_whole_or_unknown_and_its_pixels_are_rounded(member: str) -> None:
    drifts: list[Drift] = []
    given = {"row": 1, "col": 2, "row_span": 1, "col_span": 1, "xmin": 10.4, "ymax": 20.6, "text": "9.00"}
    box = read_box(box_reply(cells=[given | {member: 1.5}], type="table"), drifts.append)
    assert box.cells is not None
    (cell,) = box.cells
    assert (getattr(cell, member), cell.xmin, cell.ymax, cell.text) == (None, 10, 21, "9.00")
    assert {drift.path.rpartition("/")[2] for drift in drifts} == {member, "xmin", "ymax"}


@pytest.mark.parametrize(
    ("content", "kind", "member"),
    [
        (b'{"state": 4.5}', ModelReply, "state"),
        (b'{"page": 0.5}', OcrPage, "page"),
        (b'{"rotation": 89.9}', OcrPage, "rotation"),
        (b'{"day_since_epoch": 20000.5}', Image, "day_since_epoch"),
        (b'{"moderated_images_count": 1.5}', ListingReply, "moderated_images_count"),
    ],
)
def test_what_counts_or_names_something_is_whole_or_unknown(content: bytes, kind: type[Any], member: str) -> None:
    drifts: list[Drift] = []
    assert getattr(decode(content, kind, "any", drifts.append), member) is None
    assert drifts == [Drift("any", f"/{member}", "integer", "number")]


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
@pytest.mark.parametrize("member", [b"score", b"xmin"])
def test_a_number_outside_json_is_left_out_and_reported(number: bytes, member: bytes) -> None:
    drifts: list[Drift] = []
    content = box_reply(label="total").replace(b'"label"', b'"%b": %b, "label"' % (member, number))
    box = read_box(content, drifts.append)
    assert (getattr(box, member.decode()), box.label) == (None, "total")
    assert [drift.path for drift in drifts] == [f"/result/0/prediction/0/{member.decode()}"]


def test_an_integer_too_large_for_a_number_is_left_out_and_reported() -> None:
    drifts: list[Drift] = []
    assert read_box(box_reply(score=10**400), drifts.append).score is None
    assert [drift.seen for drift in drifts] == ["integer"]


def test_drift_tells_types_and_never_a_value() -> None:
    drifts: list[Drift] = []
    read_box(box_reply(xmin="secret 4711"), drifts.append)
    assert "4711" not in repr(drifts)


def test_the_path_of_drift_is_a_json_pointer() -> None:
    drifts: list[Drift] = []
    content = b'{"signed_urls": {"uploads/a~b/1.jpeg": {"original": 7}}}'
    decode(content, OcrReply, "ocr_predict_file", drifts.append)
    assert [drift.path for drift in drifts] == ["/signed_urls/uploads~1a~0b~11.jpeg/original"]


def test_a_signed_url_that_is_null_leaves_the_others() -> None:
    reply = decode(b'{"signed_urls": {"a": null, "b": {"original": "https://x"}}}', OcrReply, "ocr_predict_file")
    assert reply.signed_urls is not None
    assert list(reply.signed_urls) == ["b"]


@pytest.mark.parametrize(
    "content",
    [b'{"message": "Success", "result": [{"raw_ocr_api_response": %b}]}' % DEEP, b'{"result": [], "new": %b}' % DEEP],
    ids=["in a member of any type", "in an unknown member"],
)
def test_a_nesting_too_deep_to_read_raises_with_the_bytes_attached(content: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(content, OcrReply, "ocr_predict_file")
    assert caught.value.raw == content


@pytest.mark.parametrize("depth", [3, 100, 400, 900, 3_000])
@pytest.mark.parametrize("prefix", [b"", BOM], ids=["strict", "lenient"])
def test_pages_nested_without_end_are_read_or_raise_with_the_bytes_attached(depth: int, prefix: bytes) -> None:
    content = prefix + b'{"result": [' * depth + b"]}" * depth
    try:
        reply = decode(content, OcrReply, "ocr_submit_file")
    except DecodeError as error:
        assert error.raw == content  # noqa: PT017 - whether it raises depends on the depth
    else:
        assert reply.result


FLAT = b'{"result": [{"request_file_id": "f", "page": 0}, {"request_file_id": "f", "page": 1}]}'
NESTED = b'{"result": [{"message": "Success", %b}]}' % FLAT[1:-1]


@pytest.mark.parametrize(
    ("content", "path"),
    [(FLAT, ("result", 1)), (NESTED, ("result", 0, "result", 1))],
    ids=["flat", "nested"],
)
def test_both_forms_of_a_submission_give_the_same_pages(content: bytes, path: tuple[str | int, ...]) -> None:
    body = Raw(content)
    document = predicted_document(decode(content, OcrReply, "ocr_submit_file"), body)
    assert (document.request_file_id, [page.number for page in document.pages]) == ("f", [0, 1])
    assert document.pages[1].raw == body.at(path)


def test_unknown_members_are_reachable_where_they_stood(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    nanonets_mock.register_url("https://files.example.org/invoice.pdf", INVOICE.read_bytes())
    for pointer in ("", "/result/0", "/result/0/prediction/0"):
        nanonets_mock.fail("ocr_predict_urls", ExtraField("brand_new", pointer or "top", pointer))
    (document,) = nanonets_client.ocr.predict_urls(nanonets_mock.model_id, ["https://files.example.org/invoice.pdf"])
    field = next(field for field in document.fields.all() if "brand_new" in field.raw)
    assert json.loads(document.raw_bytes)["brand_new"] == "top"
    assert document.pages[0].raw["brand_new"] == "/result/0"
    assert field.raw["brand_new"] == "/result/0/prediction/0"


def test_drift_of_a_billed_call_reaches_the_callback_and_the_document_is_there(nanonets_mock: MockServer) -> None:
    drifts: list[Drift] = []
    nanonets_mock.fail("ocr_predict_file", WrongType("/result/0/prediction/0/score", "very high"))
    with Nanonets("nanonets-mock-key", base_url=nanonets_mock.base_url, on_drift=drifts.append) as client:
        document = client.ocr.predict_file(nanonets_mock.model_id, INVOICE)
    assert drifts == [Drift("ocr_predict_file", "/result/0/prediction/0/score", "number", "string")]
    assert document.fields


@given(members=st.dictionaries(st.sampled_from(BoxReply.__struct_fields__), json_values))
@example(members={"score": math.nan})
def test_any_value_of_a_member_can_be_decoded(members: dict[str, Any]) -> None:
    drifts: list[Drift] = []
    box = read_box(box_reply(**members), drifts.append)
    assert isinstance(box, BoxReply)
    assert {drift.path.rsplit("/", 1)[-1] for drift in drifts if drift.path.count("/") == 5} <= members.keys()


@given(value=json_values)
def test_any_json_is_read_or_raises_with_the_bytes_attached(value: Any) -> None:
    content = json.dumps(value).encode()
    try:
        decode(content, ListingReply, "ocr_get_file")
    except DecodeError as error:
        assert error.raw == content  # noqa: PT017 - whether it raises depends on the value


@given(content=st.binary(max_size=64))
def test_any_bytes_are_read_or_raise_with_the_bytes_attached(content: bytes) -> None:
    try:
        decode(content, ListingReply, "ocr_get_file")
    except DecodeError as error:
        assert error.raw == content  # noqa: PT017 - whether it raises depends on the bytes


@cache
def fitting(kind: Any) -> st.SearchStrategy[Any]:
    """JSON values that fit a type of a reply."""
    scalars: dict[Any, st.SearchStrategy[Any]] = {
        str: st.text(st.characters(codec="utf-8"), max_size=5),
        int: st.integers(min_value=-(2**63), max_value=2**63 - 1),
        float: st.floats(allow_nan=False, allow_infinity=False) | st.integers(min_value=-(2**53), max_value=2**53),
        bool: st.booleans(),
        Any: st.none() | st.lists(st.integers(), max_size=2),
    }
    if kind in scalars:
        return scalars[kind]
    if isinstance(kind, type) and issubclass(kind, Struct):
        hints = get_type_hints(kind)
        members = {name: fitting(hint) for name, hint in hints.items() if (kind, name) != (OcrPage, "result")}
        return st.fixed_dictionaries({}, optional=members)
    if get_origin(kind) is tuple:
        return st.lists(fitting(get_args(kind)[0]), max_size=2)
    if get_origin(kind) is dict:
        return st.dictionaries(st.text(max_size=3), fitting(get_args(kind)[1]), max_size=2)
    (option,) = (option for option in get_args(kind) if option is not NoneType)
    return st.none() | fitting(option)


@settings(max_examples=20)
@pytest.mark.parametrize("kind", [OcrReply, ListingReply, ModelReply, PageReply, UploadReply, IcReply])
@given(data=st.data())
def test_the_quick_way_and_the_lenient_way_read_the_same(kind: Any, data: st.DataObject) -> None:
    content = json.dumps(data.draw(fitting(kind))).encode()
    drifts: list[Drift] = []
    quick = decode(content, kind, "any", drifts.append)
    # What the fast path refuses takes the lenient path: a byte order mark is enough.
    lenient = decode(BOM + content, kind, "any", drifts.append)
    assert (repr(quick), drifts) == (repr(lenient), [])
