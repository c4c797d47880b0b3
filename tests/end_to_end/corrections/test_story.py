"""Corrections, approval, clean-up, full text and the other model families, from the client to the mock and back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from client_doors import BLOCKING, DOORS, Door
from nanonets_sdk import (
    Annotation,
    Box,
    EditConflict,
    ModelState,
    Nanonets,
    NotFound,
    OutcomeUnknown,
)
from nanonets_sdk.mock import Behaviour, MockServer, Reset
from nanonets_sdk.mock.plugin import API_KEY
from samples import INVOICE

by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


@pytest.fixture
def client(nanonets_mock: MockServer) -> Any:
    """A blocking client of the mock."""
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        yield client


@pytest.fixture
def file_id(nanonets_mock: MockServer, client: Nanonets) -> str:
    """A predicted file of two pages with fields on the first and tables on both."""
    document = client.ocr.predict_file(nanonets_mock.model_id, INVOICE)
    assert len(document.pages) == 2
    assert len(document.tables) == 2
    return document.request_file_id


def patches(mock: MockServer) -> int:
    """Return how many updates the mock received."""
    return sum(request.method == "PATCH" for request in mock.requests)


@by_door
def test_a_correction_of_two_pages_is_read_back_as_it_was_made(
    nanonets_mock: MockServer, file_id: str, door: Door
) -> None:
    model = nanonets_mock.model_id

    def change(draft: Any) -> None:
        draft.set("invoice_number", "INV-1")
        draft.set("seller", "Émile & Søn 🚀")
        draft.add("po_number", "4711", page=1, box=Box(10, 20, 30, 40))
        draft.tables[1].set(0, 3, "13.00")

    async def use_async(client: Any) -> Any:
        draft = await client.ocr.edit(model, file_id)
        change(draft)
        await draft.save(confirm=True)
        return draft, await client.ocr.get_file(model, file_id)

    def use(client: Any) -> Any:
        if door is not BLOCKING:
            return use_async(client)
        draft = client.ocr.edit(model, file_id)
        change(draft)
        draft.save(confirm=True)
        return draft, client.ocr.get_file(model, file_id)

    draft, document = door.use(nanonets_mock.base_url, use, api_key=API_KEY)
    assert (draft.written, draft.unsaved, patches(nanonets_mock)) == ((0, 1), (), 2)
    assert document.fields["invoice_number"].text == "INV-1"
    assert document.fields["seller"].text == "Émile & Søn 🚀"
    (added,) = [field for field in document.fields.all("po_number") if field.page == 1]
    assert (added.text, added.box) == ("4711", Box(10, 20, 30, 40))
    assert document.tables[1].rows[0][3] == "13.00"
    assert [change.kind for change in document.corrected] == ["changed", "changed", "added", "changed"]
    assert not document.is_moderated
    assert nanonets_mock.alarms == []


def test_members_that_nobody_knows_survive_two_corrections(
    nanonets_mock: MockServer, client: Nanonets, file_id: str
) -> None:
    model = nanonets_mock.model_id
    (page, _) = client.ocr.get_file(model, file_id).pages
    strange = '"strange":{"big":12345678901234567890123,"z":[1.0,1],"a":"\\u00e9"}'
    box = f'{{"id":"b-1","label":"seller","ocr_text":"a","xmin":1,"ymin":1,"xmax":9,"ymax":9,"score":1.0,{strange}}}'
    body = (
        f'{{"id":"{page.id}","day_since_epoch":{page.day_since_epoch},"hour_of_day":{page.hour_of_day},'
        f'"moderated_boxes":[{box}]}}'
    )
    address = f"{nanonets_mock.base_url}/Inferences/Model/{model}/ImageLevelInference?use_ui_version=true"
    httpx.patch(
        address, content=body, auth=(API_KEY, ""), headers={"Content-Type": "application/json"}
    ).raise_for_status()
    for text in ("b", "c"):
        draft = client.ocr.edit(model, file_id)
        draft.set("seller", text)
        draft.save()
    raw = client.ocr.get_file(model, file_id).raw_bytes.decode()
    assert '"ocr_text":"c"' in raw
    assert strange in raw
    assert '"score":1.0' in raw[raw.index('"b-1"') : raw.index(strange)]


def test_the_second_of_two_people_is_refused(nanonets_mock: MockServer, client: Nanonets, file_id: str) -> None:
    model = nanonets_mock.model_id
    mine, theirs = client.ocr.edit(model, file_id), client.ocr.edit(model, file_id)
    mine.set("seller", "mine")
    theirs.set("seller", "theirs")
    theirs.save()
    with pytest.raises(EditConflict, match="'Lindenhof Instruments Ltd' → 'theirs'"):
        mine.save()
    assert client.ocr.get_file(model, file_id).fields["seller"].text == "theirs"


@pytest.mark.parametrize("after_work", [True, False])
def test_a_reset_leaves_the_outcome_unknown_and_saving_again_settles_it(
    nanonets_mock: MockServer, client: Nanonets, file_id: str, after_work: bool
) -> None:
    draft = client.ocr.edit(nanonets_mock.model_id, file_id)
    draft.set("seller", "mine")
    nanonets_mock.fail("ocr_update_page", Reset(after_work=after_work), times=1)
    with pytest.raises(OutcomeUnknown):
        draft.save()
    assert (patches(nanonets_mock), draft.unsaved) == (1, (0,))
    assert draft.save() == (0,)
    assert (patches(nanonets_mock), draft.unsaved) == (1 if after_work else 2, ())
    assert client.ocr.get_file(nanonets_mock.model_id, file_id).fields["seller"].text == "mine"


def test_a_file_is_flagged_approved_reopened_assigned_and_deleted(
    nanonets_mock: MockServer, client: Nanonets, file_id: str
) -> None:
    model, ocr = nanonets_mock.model_id, client.ocr
    page = ocr.get_file(model, file_id).pages[0]
    ocr.flag(model, page, "total", "does not match the order", confirm=True)
    (total,) = ocr.get_page(model, page.id).moderated.fields.all("total") or [None]
    assert total is not None
    assert total.validation_message == "does not match the order"
    ocr.assign(model, "reviewer@example.com", file_id, confirm=True)
    ocr.approve(model, file_id, confirm=True)
    with pytest.raises(EditConflict, match="unapprove"):
        ocr.edit(model, file_id)
    ocr.unapprove(model, file_id, confirm=True)
    ocr.edit(model, file_id)
    ocr.delete_file(model, file_id, confirm=True)
    with pytest.raises(NotFound):
        ocr.get_file(model, file_id)
    assert nanonets_mock.alarms == []


def test_a_deleted_file_may_also_be_marked(nanonets_mock: MockServer, client: Nanonets, file_id: str) -> None:
    nanonets_mock.behaviour = Behaviour(deleted_files="marked")
    client.ocr.delete_file(nanonets_mock.model_id, file_id, confirm=True)
    assert client.ocr.get_file(nanonets_mock.model_id, file_id).pages[0].raw["is_deleted"] is True


def test_a_draft_begins_with_the_model_where_moderated_boxes_are_null(
    nanonets_mock: MockServer, client: Nanonets, file_id: str
) -> None:
    nanonets_mock.behaviour = Behaviour(boxes_before_review="null")
    draft = client.ocr.edit(nanonets_mock.model_id, file_id)
    assert draft.field("seller").text == "Lindenhof Instruments Ltd"
    draft.set("seller", "mine")
    assert draft.save(route="boxes", confirm=True) == (0,)


def test_files_are_predicted_and_exported_again(nanonets_mock: MockServer, client: Nanonets, file_id: str) -> None:
    model = nanonets_mock.model_id
    document = client.ocr.get_file(model, file_id)
    client.ocr.retry_prediction(model, [document, file_id])
    again = client.ocr.job(model, file_id, pages=2).result(timeout=30)
    assert again.fields["seller"].text == document.fields["seller"].text
    client.ocr.retry_exports(model, document)
    assert client.ocr.get_file(model, file_id).pages[0].exported_at is not None


def test_a_review_link_opens_without_a_key(nanonets_mock: MockServer, client: Nanonets, file_id: str) -> None:
    link = client.ocr.review_link(
        nanonets_mock.model_id, file_id, expires=timedelta(hours=1), redirect="https://shop.example/done"
    )
    page = httpx.get(link)
    assert page.status_code == 200
    assert "INV-2026-00417" in page.text
    assert API_KEY not in link


@by_door
@pytest.mark.parametrize("behaviour", [Behaviour(), Behaviour(text_key="result", text_page_size="given")])
def test_the_text_of_several_files_is_read_in_one_call(
    nanonets_mock: MockServer, door: Door, behaviour: Behaviour
) -> None:
    nanonets_mock.behaviour = behaviour

    first, second = door.use(
        nanonets_mock.base_url,
        lambda client: client.ocr.read_text([INVOICE, ("again.pdf", INVOICE.read_bytes())]),
        api_key=API_KEY,
    )
    assert (first.file_name, second.file_name, len(first.pages)) == ("invoice.pdf", "again.pdf", 2)
    assert first.text == second.text
    assert "INV-2026-00417" in first.text
    item = next(line for line in first.text_in_layout().splitlines() if "Benchtop meter" in line)
    assert [column for column in item.split("  ") if column.strip()] == [
        "6",
        "Benchtop meter, two channels",
        *item.split()[-3:],
    ] or item.split()[-3:] == ["1", "1,389.00", "1,389.00"]
    assert [request.path for request in nanonets_mock.requests] == ["/api/v2/OCR/FullText"]


def test_a_url_without_text_says_so(nanonets_mock: MockServer, client: Nanonets) -> None:
    good, bad = "https://files.example.org/a.pdf", "https://files.example.org/gone.pdf"
    nanonets_mock.register_url(good, INVOICE)
    nanonets_mock.register_failing_url(bad, "not found")
    for behaviour in (Behaviour(failing_text_url="left out"), Behaviour(failing_text_url="empty")):
        nanonets_mock.behaviour = behaviour
        failed, read = client.ocr.read_text(urls=[bad, good])
        assert failed.error is not None
        assert (read.error, read.file_name) == (None, good)


def test_an_object_detection_model_lives(nanonets_mock: MockServer, client: Nanonets) -> None:
    picture, detection = INVOICE.with_name("invoice-page-1.png"), client.object_detection
    model = detection.create_model(["logo", "table"])
    place = Box(40, 40, 300, 160)
    upload = detection.upload_file(model.model_id, picture, [Annotation("logo", "", place)])
    assert upload.files[0].annotations[0].label == "logo"
    url = "https://files.example.org/a.png"
    nanonets_mock.register_url(url, picture)
    detection.upload_urls(model.model_id, [url], [Annotation("logo", "", place)])
    listed = detection.list_annotations(model.model_id)
    assert (listed.model.model_id, len(listed.files)) == (model.model_id, 2)
    detection.train(model.model_id)
    assert detection.wait_until_trained(model.model_id, 60).state == ModelState.HOSTED
    found = detection.predict_file(model.model_id, picture)
    assert found.counts == {"logo": 1}
    (logo,) = found.above(0.3)
    assert logo.box is not None
    assert logo.box.overlap(place) > 0.8
    (again, gone) = detection.predict_urls(model.model_id, [url, "https://files.example.org/gone.png"])
    assert (again.counts, again.error) == ({"logo": 1}, None)
    assert gone.error is not None


def test_a_multi_label_model_lives(nanonets_mock: MockServer, client: Nanonets) -> None:
    picture, tags = INVOICE.with_name("invoice-page-1.png"), client.multi_label
    model = tags.create_model(["invoice", "paid"])
    files = [(picture, ["invoice"]), (INVOICE, ["invoice", "paid"])]
    assert len(tags.upload_files(model.model_id, files).files) == 2
    tags.upload_file(model.model_id, ("again.png", picture.read_bytes()), ["invoice"])
    url = "https://files.example.org/a.png"
    nanonets_mock.register_url(url, picture)
    assert not tags.upload_urls(model.model_id, {url: ["invoice"]}).is_partial
    tags.train(model.model_id)
    assert tags.wait_until_trained(model.model_id, 60).is_ready
    one = tags.predict_file(model.model_id, picture)
    assert {score.label for score in one.scores} == {"invoice", "paid"}
    assert "invoice" in {score.label for score in one.above(0.5)}
    first, second = tags.predict_files(model.model_id, [picture, ("again.png", picture.read_bytes())])
    assert first.scores == second.scores == one.scores
    (by_url, gone) = tags.predict_urls(model.model_id, [url, "https://files.example.org/gone.png"])
    assert (by_url.scores, gone.error is not None) == (one.scores, True)
    assert json.dumps(one.raw)
