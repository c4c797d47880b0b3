"""Stored replies become the documents that they were: whatever they are kept in, and whatever shape they have."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_api.replies import PageReply
from nanonets_sdk import (
    Classification,
    DecodeError,
    Document,
    Drift,
    Field,
    Fields,
    Page,
    TextDocument,
    load_classifications,
    load_documents,
    load_text_documents,
)
from nanonets_sdk.documents import Boxes
from nanonets_sdk.documents.document import documents_of
from nanonets_sdk.documents.page_lists import page_of
from nanonets_sdk.documents.reply_types import LEAN
from nanonets_sdk.documents.stored_files import Loading
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw, Source
from nanonets_sdk.stored.doors import recognised_for
from reply_bodies import field_box, grid, moderated, predicted, prediction_body, read_prediction, table_box

DOCUMENT = predicted(
    [field_box("total", "5.00", (1, 2, 30, 40)), table_box(grid([["1", "2"]], ["a", "b"]))], [field_box("date", "May")]
)
BODY = DOCUMENT.raw_bytes
CHECKED = moderated([field_box("total", "5.00")], [field_box("total", "6.00")])
CLASSES = b'{"message": "Success", "result": [{"message": "Success", "prediction": [], "file": "a.png"}]}'
TEXT = b'{"results": [{"filename": "a.pdf", "page_data": [{"page": 0, "raw_text": "Hi", "words": []}]}]}'


def saved_and_loaded(document: Document) -> Document:
    return Document.load(document.to_json(indent=2))


def test_a_reply_loads_from_wherever_it_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "reply.json"
    path.write_bytes(BODY)
    zipped = tmp_path / "reply.json.gz"
    zipped.write_bytes(gzip.compress(BODY))
    pretty = json.dumps(json.loads(BODY), indent=2)
    sources: list[Any] = [
        path, str(path), zipped, BODY, bytearray(BODY), BODY.decode(), "\ufeff " + pretty, json.loads(BODY),
        io.BytesIO(BODY), io.StringIO(pretty), gzip.compress(BODY), DOCUMENT.raw, [page.raw for page in DOCUMENT.pages],
    ]  # fmt: skip
    with path.open("rb") as binary, path.open(encoding="utf-8") as text:
        assert [Document.load(source) for source in [*sources, binary, text]] == [DOCUMENT] * (len(sources) + 2)


@pytest.mark.parametrize("between", ["\n", "\r\n\r\n", " ", "\n\n  "])
def test_values_one_after_another_are_an_archive(between: str) -> None:
    one, other = BODY.decode(), CHECKED.raw_bytes.decode()
    archive = between.join([one, other, CHECKED.to_json(), json.dumps([json.loads(one), json.loads(other)])])
    assert load_documents(archive) == [DOCUMENT, CHECKED, CHECKED, DOCUMENT, CHECKED]
    laid_out = between.join([json.dumps(json.loads(one), indent=1), other])
    assert load_documents(laid_out) == [DOCUMENT, CHECKED]


def test_two_thousand_of_two_thousand_fields_are_kept() -> None:
    pages = [
        [field_box(f"label_{at}", f"text {page}.{at}", (at, at, at + 9, at + 9)) for at in range(40)]
        for page in range(50)
    ]
    document = read_prediction(prediction_body(pages))
    for loaded in (Document.load(document.raw_bytes), saved_and_loaded(document)):
        assert len(loaded.fields.all()) == 2_000
        assert [(one.label, one.text, one.raw) for one in loaded.fields.all()] == [
            (one.label, one.text, one.raw) for one in document.fields.all()
        ]


@pytest.mark.parametrize("document", [DOCUMENT, CHECKED], ids=["predicted", "checked"])
def test_a_saved_document_loads_as_an_equal_one_with_all_that_was_unknown(document: Document) -> None:
    again = saved_and_loaded(document)
    assert (again, again.raw) == (document, document.raw)
    assert again.tables == document.tables
    assert saved_and_loaded(again) == document


def test_what_was_set_after_the_call_is_kept() -> None:
    doubted = attrs.evolve(
        DOCUMENT, file_name="https://x.org/a.pdf", error="may be of another file", request_file_id="x"
    )
    assert saved_and_loaded(doubted) == doubted
    missing = Document((), file_name="a.pdf", error="the reply does not name this URL", source=Source(Raw(BODY)))
    assert saved_and_loaded(missing) == missing
    assert saved_and_loaded(missing).raw == missing.raw


@pytest.mark.parametrize("odd", ["\ud83d", float("inf"), float("nan"), 10**40, "\u2028\0"], ids=ascii)
def test_values_that_other_formats_cannot_hold_are_kept(odd: Any) -> None:
    document = predicted([field_box("a", "b", unknown=odd)], input=odd if isinstance(odd, str) else "a.pdf")
    text = document.to_json()
    json.loads(text.encode("utf-8"), parse_constant=pytest.fail)
    assert saved_and_loaded(document) == document
    assert repr(saved_and_loaded(document).raw) == repr(document.raw)


def test_a_document_that_is_from_no_reply_keeps_its_fields_and_tables() -> None:
    fields = Fields([Field("a", "b", 0.5, None, 0)])
    made = Document((Page(number=0, file_name="x", predicted=Boxes(fields, ())),), file_name="x")
    assert json.loads(made.to_json())["source"] is None
    assert saved_and_loaded(made) == made


def test_what_was_saved_before_there_were_versions_still_loads() -> None:
    record = json.loads(DOCUMENT.to_json())
    old = {name: value for name, value in record.items() if name not in {"format", "version", "source"}}
    loaded = Document.load(old)
    assert [(one.label, one.text, one.box) for one in loaded.fields.all()] == [
        (one.label, one.text, one.box) for one in DOCUMENT.fields.all()
    ]
    assert [(one.header, one.rows) for one in loaded.tables] == [(one.header, one.rows) for one in DOCUMENT.tables]
    assert (loaded.file_name, loaded.status, loaded.raw) == (DOCUMENT.file_name, "success", old)


def test_the_first_version_called_indexes_page_and_number_and_is_read_too() -> None:
    document = predicted([field_box("a", "1")], [field_box("b", "2"), table_box(grid([["x"]]))])
    record = json.loads(document.to_json())
    record["version"] = 1
    for name in ("fields", "tables"):
        record[name] = [{"page": one.pop("page_index"), **one} for one in record[name]]
    record["pages"] = [{"number": one.pop("page_index"), **one} for one in record["pages"]]
    assert Document.load(record) == document
    loaded = Document.load({**record, "source": None})
    assert [(one.page, one.text) for one in loaded.fields.all()] == [(0, "1"), (1, "2")]
    assert ([page.number for page in loaded.pages], loaded.tables[0].page) == ([0, 1], 1)


def test_a_newer_version_and_a_changed_file_are_refused() -> None:
    record = json.loads(DOCUMENT.to_json())
    with pytest.raises(DecodeError, match=r"version 3 of the form.*upgrade"):
        Document.load({**record, "version": 3, "pages": "something new"})
    with pytest.raises(DecodeError, match="not a document as nanonets-sdk saves it"):
        Document.load({**record, "version": "one"})
    with pytest.raises(DecodeError, match="changed since it was saved"):
        Document.load({**record, "pages": record["pages"][:1]})


def test_one_document_is_asked_for_and_others_are_counted() -> None:
    with pytest.raises(ValueError, match=r"found 2 \('sample.pdf', 'file'\); use load_documents"):
        Document.load(BODY + b"\n" + CHECKED.raw_bytes)
    with pytest.raises(ValueError, match=r"expected one document in the stored reply, found 0$"):
        Document.load(b'{"moderated_images": [], "unmoderated_images": []}')


def test_each_type_has_its_door_and_the_others_name_it() -> None:
    assert Classification.load(CLASSES).file_name == "a.png"
    assert TextDocument.load(TEXT).text == "Hi"
    assert (load_classifications(CLASSES + CLASSES)[1], load_text_documents(TEXT)[0].file_name) == (
        Classification.load(CLASSES), "a.pdf",
    )  # fmt: skip
    with pytest.raises(DecodeError, match="line 2 holds classifications, not documents; load it with `load_classif"):
        load_documents(BODY + b"\n" + CLASSES)
    with pytest.raises(DecodeError, match="holds full text, not classifications; load it with `load_text_documents`"):
        load_classifications(TEXT)
    with pytest.raises(DecodeError, match="holds documents, not full text; load it with `load_documents`"):
        load_text_documents(BODY)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is empty"),
        (b"not json", "is not JSON"),
        (b'{"result": [', "is not JSON"),
        (b"[" * 200_000, "is nested too deeply to be read"),
        (b'{"result":' * 200_000 + b"1" + b"}" * 200_000, "is nested too deeply to be read"),
        (b"[1]", "neither an object nor an array"),
        (b"{}", "is no reply with documents"),
        (b'{"message": "Conflict", "code": 409, "errors": []}', "is an error of the service"),
        (b'{"model_id": "m", "categories": []}', "is about a model"),
        (b'{"Meta": {}, "Data": []}', "answer to an upload"),
        (b'{"page": 0, "label": "a", "text": "b", "request_file_id": "c", "file_name": "d"}', "a row of an export"),
    ],
)
def test_what_is_no_reply_is_refused_by_what_it_is_with_its_bytes(body: bytes, why: str) -> None:
    with pytest.raises(DecodeError, match=why) as caught:
        load_documents(body)
    assert caught.value.raw in body


def test_a_source_of_another_type_and_a_damaged_archive_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not int"):
        load_documents(7)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - the refusal is tested
    with pytest.raises(FileNotFoundError):
        load_documents(tmp_path / "missing.json")
    with pytest.raises(DecodeError, match="gzip data is damaged"):
        load_documents(gzip.compress(BODY)[:-20])


def test_a_page_in_work_is_a_pending_document() -> None:
    body = b'{"message": "Image is being processed. Please try again later"}'
    assert Document.load(body).pages == (page_of(decode(body, PageReply, "x"), Raw(body), ""),)


def test_values_that_do_not_fit_are_reported_and_forgiven() -> None:
    body = json.loads(BODY)
    body["result"][0]["prediction"][0]["score"] = "high"
    seen: list[Drift] = []
    assert Document.load(body, on_drift=seen.append).fields["total"].score is None
    assert [(one.operation, one.path) for one in seen] == [("load", "/result/0/prediction/0/score")]


def test_pages_of_several_files_and_of_files_without_names_are_told_apart() -> None:
    one: dict[str, Any] = {"prediction": [], "page": 0, "request_file_id": "1", "input": "a"}
    other: dict[str, Any] = {**one, "request_file_id": "2", "input": "b"}
    assert [len(load.pages) for load in load_documents({"result": [one, {**one, "page": 1}, other]})] == [2, 1]
    unnamed: dict[str, Any] = {"prediction": [], "page": 0}
    assert len(load_documents({"result": [{"result": [unnamed]}, {"result": [unnamed]}]})) == 2
    failed: dict[str, Any] = {"message": "Failure", "page": 1, "prediction": []}
    assert len(Document.load({"result": [one, failed]}).pages) == 2


texts = st.none() | st.sampled_from(["", "\0", "\ud800", "é"]) | st.text(max_size=4)
numbers = st.none() | st.integers(-5, 40)
edges = dict.fromkeys(("xmin", "ymin", "xmax", "ymax"), numbers)
cells = st.fixed_dictionaries({}, optional={"row": numbers, "col": numbers, "text": texts})
boxes = st.fixed_dictionaries(
    {},
    optional={
        "label": texts, "ocr_text": texts, "type": st.sampled_from([None, "field", "table", 3]), "unknown": texts,
        "score": st.none() | st.floats(0, 1) | texts, "cells": st.none() | st.lists(cells, max_size=3), **edges,
        "status": st.sampled_from([None, "moderated"]),
    },
)  # fmt: skip
lists = st.none() | st.lists(boxes, max_size=4)
common: dict[str, st.SearchStrategy[Any]] = {"message": texts, "input": texts, "size": st.none() | texts}
predicted_pages = st.fixed_dictionaries(
    {"prediction": lists, "request_file_id": st.just("one")}, optional={**common, "page": numbers}
)
stored_pages = st.fixed_dictionaries(
    {"predicted_boxes": lists, "request_file_id": st.sampled_from(["one", "two"])},
    optional={
        **common, "page": numbers, "moderated_boxes": lists, "prediction": lists, "is_moderated": st.booleans(),
        "model_id": texts, "day_since_epoch": numbers,
    },
)  # fmt: skip
bodies = st.lists(predicted_pages, min_size=1, max_size=3).map(lambda pages: {"result": pages}) | st.lists(
    stored_pages, max_size=3
).map(lambda pages: {"moderated_images": pages, "unmoderated_images": []})


@given(bodies)
def test_any_reply_survives_being_saved_and_gives_the_same_rows_when_read_for_rows(body: dict[str, Any]) -> None:
    documents = load_documents(body)
    for document in documents:
        again = saved_and_loaded(document)
        assert (again, again.raw) == (document, document.raw)
    lean = [one for found in recognised_for("load_documents", body) for one in documents_of(found, Loading(types=LEAN))]
    for shape in ("long", "wide"):
        assert [one.to_records(shape) for one in lean] == [one.to_records(shape) for one in documents]
    assert [*map(about_file, lean)] == [*map(about_file, documents)]


def about_file(document: Document) -> tuple[object, ...]:
    days = [page.day_since_epoch for page in document.pages]
    return document.status, document.error, document.model_id, document.is_moderated, days


@given(st.lists(predicted_pages, min_size=1, max_size=3))
def test_any_prediction_about_one_file_loads_as_the_call_built_it(pages: list[dict[str, Any]]) -> None:
    body = json.dumps({"message": "Success", "result": [{**page, "input": "a.pdf"} for page in pages]}).encode()
    assert Document.load(body) == read_prediction(body)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_a_file_in_the_encoding_of_a_windows_shell_is_read(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "reply.json"
    path.write_bytes(BODY.decode().encode(encoding))
    assert Document.load(path) == Document.load(BODY)

    archive = tmp_path / "archive.jsonl.gz"
    archive.write_bytes(gzip.compress(f"{BODY.decode()}\r\n{BODY.decode()}\r\n".encode(encoding)))
    assert load_documents(archive) == [Document.load(BODY)] * 2


def test_damaged_text_in_another_encoding_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "reply.json").write_bytes(BODY.decode().encode("utf-16")[:-1])
    with pytest.raises(DecodeError, match=r"reply\.json: the text is in UTF-16 and damaged: truncated data"):
        load_documents(tmp_path / "reply.json")
