"""Corrections of a file: what goes over the wire, what stays as it was, what happens when a write is interrupted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from client_doors import BLOCKING, DOORS, Door
from file_service import (
    FILE_ID,
    OTHER_BOX,
    STRANGE_BOX,
    TABLE_BOX,
    FilePage,
    FileService,
    answer_503,
    boxes_sent,
    refuse_with_400,
    refuse_with_reset,
    reset,
    two_pages,
)
from nanonets_sdk import (
    BadRequest,
    DecodeError,
    EditConflict,
    NotConfirmed,
    OutcomeUnknown,
    Page,
    ServerError,
)
from raw_server import RawServer

MODEL = "m-1"

by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


def corrected(door: Door, service: FileService, change: Callable[[Any], None], **options: Any) -> Any:
    """Edit the file, save, and return how that ended, with the draft as its value."""

    def use(client: Any) -> Any:
        def saved(draft: Any) -> Any:
            change(draft)
            return draft.save(**options)

        async def use_async() -> Any:
            draft = await client.ocr.edit(MODEL, FILE_ID)
            await saved(draft)
            return draft

        if door is not BLOCKING:
            return use_async()
        draft = client.ocr.edit(MODEL, FILE_ID)
        saved(draft)
        return draft

    with RawServer(service.script()) as server:
        return door.end(server.base_url, use)


def blocking(service: FileService, use: Callable[[Any], Any]) -> Any:
    """Use a blocking client on the service; errors are raised."""
    with RawServer(service.script()) as server:
        return BLOCKING.use(server.base_url, use)


@by_door
def test_three_fields_and_a_cell_of_two_pages_are_written_and_read_back(door: Door) -> None:
    service = FileService()

    def change(draft: Any) -> None:
        draft.set("total", "1,234.50")
        draft.set("date", "2024-05-07", page=0)
        draft.set("date", "2024-05-08", page=1)
        draft.tables[0].set(0, 1, "13.00")

    ended = corrected(door, service, change)
    assert ended.error is None
    assert ended.value.written == (0, 1)

    document = blocking(service, lambda client: client.ocr.get_file(MODEL, FILE_ID))
    assert {(field.label, field.text, field.page) for field in document.fields.all()} == {
        ("total", "1,234.50", 0),
        ("date", "2024-05-07", 0),
        ("date", "2024-05-08", 1),
    }
    assert document.tables[0].rows == (("Pump", "13.00"),)
    assert [field.status for field in document.moderated.fields.all()] == ["moderated"] * 3


def test_every_character_of_what_was_not_changed_is_sent_as_it_came() -> None:
    service = FileService()

    def change(draft: Any) -> None:
        draft.set("total", "9")
        draft.tables[0].set(0, 1, "13.00")

    corrected(BLOCKING, service, change)
    first, second = map(boxes_sent, service.patches)
    touched = STRANGE_BOX.replace('"\\u0031\\u002C\\u0032"', '"9"').replace('"correctly_predicted"', '"moderated"')
    assert first == f"[{touched},{OTHER_BOX}]"
    cells = TABLE_BOX[TABLE_BOX.index("[\n") + 3 : TABLE_BOX.index("}}]") + 2]
    changed = cells.replace(',\n {"row":1,"col":2', ',{"row":1,"col":2').replace('"12.50"', '"13.00"')
    changed = changed.replace('"correctly_predicted"', '"moderated"')
    rest = TABLE_BOX[TABLE_BOX.index("}}]") + 3 : -1]
    head = TABLE_BOX[: TABLE_BOX.index("[\n")]
    assert second == f'[{OTHER_BOX},{head}[{changed}]{rest},"status":"moderated"}}]'


def test_an_update_names_its_page_and_nothing_else() -> None:
    service = FileService()
    corrected(BLOCKING, service, lambda draft: draft.set("total", "9"))
    (patch,) = service.patches
    assert patch.target == f"/api/v2/Inferences/Model/{MODEL}/ImageLevelInference?use_ui_version=true"
    assert patch.value("content-type") == "application/json"
    body = json.loads(patch.body)
    assert {name: value for name, value in body.items() if name != "moderated_boxes"} == {
        "id": service.pages[0].id,
        "day_since_epoch": 19312,
        "hour_of_day": 8,
    }


def test_the_other_route_is_a_switch() -> None:
    service = FileService()
    corrected(BLOCKING, service, lambda draft: draft.set("total", "9"), route="boxes")
    assert service.patches[0].target == f"/api/v2/Inferences/Model/{MODEL}/ImageLevelInferenceModeratedBoxes"


def test_an_unknown_route_is_refused_before_anything_is_sent() -> None:
    service = FileService()
    with pytest.raises(ValueError, match="'page', 'boxes'"):
        corrected(BLOCKING, service, lambda draft: draft.set("total", "9"), route="fields")
    assert service.patches == []


def test_a_correction_begins_with_the_boxes_of_a_person_if_there_are_any() -> None:
    moderated = OTHER_BOX.replace("2024-05-06", "1999-12-31")
    service = FileService([FilePage(0, f"[{STRANGE_BOX}]", moderated=f"[{moderated}]")])
    corrected(BLOCKING, service, lambda draft: draft.add("total", "7"))
    sent = boxes_sent(service.patches[0])
    assert sent.startswith(f"[{moderated},")
    assert [box["label"] for box in json.loads(sent)] == ["date", "total"]


@pytest.mark.parametrize("empty", ["null", "[]"])
def test_a_correction_begins_with_the_boxes_of_the_model_otherwise(empty: str) -> None:
    service = FileService([FilePage(0, f"[{OTHER_BOX}]", moderated=empty)])
    corrected(BLOCKING, service, lambda draft: draft.add("total", "7"))
    assert boxes_sent(service.patches[0]).startswith(f"[{OTHER_BOX},")


def test_a_new_box_says_so_and_takes_the_id_of_its_label() -> None:
    service = FileService()
    corrected(BLOCKING, service, lambda draft: draft.add("total", "7", page=1))
    added = json.loads(boxes_sent(service.patches[0]))[-1]
    assert added["is_new"] is True
    assert "id" not in added
    assert (added["label"], added["ocr_text"], added["status"], added["page"]) == ("total", "7", "moderated", 1)
    assert added["label_id"] == "l-1"


def test_a_removed_box_is_left_out() -> None:
    service = FileService()
    corrected(BLOCKING, service, lambda draft: draft.remove("total"))
    assert boxes_sent(service.patches[0]) == f"[{OTHER_BOX}]"


def test_a_draft_without_changes_sends_nothing() -> None:
    service = FileService()

    def change(draft: Any) -> None:
        draft.set("total", "9")
        draft.set("total", "1,2")

    ended = corrected(BLOCKING, service, change)
    assert (ended.value.written, service.patches, service.reads) == ((), [], 1)


def changed_by_others(service: FileService, **changes: Any) -> Callable[[int], None]:
    """Return a hook that changes the second page right after the draft was read."""

    def before_read(number: int) -> None:
        if number == 1:
            for name, value in changes.items():
                setattr(service.pages[1], name, value)

    return before_read


@by_door
@pytest.mark.parametrize(
    "changes",
    [
        {"moderated": f"[{OTHER_BOX.replace('2024-05-06', '2030-01-01')}]", "changes": 1},
        {"moderated": f"[{OTHER_BOX.replace('2024-05-06', '2030-01-01')}]"},
        {"changes": 1},
        {"approved": True, "changes": 1},
    ],
    ids=["boxes", "boxes without a new time", "time", "approval"],
)
def test_a_page_that_changed_meanwhile_is_not_written_over(door: Door, changes: dict[str, Any]) -> None:
    service = FileService()
    service.before_read = changed_by_others(service, **changes)

    def change(draft: Any) -> None:
        draft.set("total", "9")
        draft.set("date", "2024-05-08", page=1)

    ended = corrected(door, service, change)
    assert isinstance(ended.error, EditConflict)
    assert "page 2 changed" in str(ended.error)
    assert isinstance(ended.error.before, Page)
    assert isinstance(ended.error.now, Page)
    assert ended.error.before.raw != ended.error.now.raw
    # Not even the page that nobody touched: a conflict that is found in time leaves the file as it is.
    assert service.patches == []


def test_a_conflict_says_what_the_other_person_changed() -> None:
    service = FileService()
    moderated = f"[{OTHER_BOX.replace('2024-05-06', '2030-01-01')}]"
    service.before_read = changed_by_others(service, moderated=moderated, changes=1)
    ended = corrected(BLOCKING, service, lambda draft: draft.set("date", "2024-05-08", page=1))
    assert "'2024-05-06' → '2030-01-01'" in str(ended.error)


def test_a_page_that_changes_while_another_is_written_is_not_written_over() -> None:
    service = FileService()

    def before_read(number: int) -> None:
        if number == 2:
            service.pages[1].moderated = "[]" if service.pages[1].moderated != "[]" else "null"
            service.pages[1].predicted = f"[{TABLE_BOX}]"

    service.before_read = before_read

    def change(draft: Any) -> None:
        draft.set("total", "9")
        draft.set("date", "2024-05-08", page=1)

    ended = corrected(BLOCKING, service, change)
    assert isinstance(ended.error, EditConflict)
    assert "Pages written: 1; not written: 2" in str(ended.error)
    assert len(service.patches) == 1


def test_writing_one_page_is_no_change_of_the_others() -> None:
    service = FileService()

    def change(draft: Any) -> None:
        draft.set("total", "9")
        draft.set("date", "2024-05-08", page=1)

    def before_read(number: int) -> None:
        if number == 2:
            # The service counts the update of one page as a change of the whole file.
            service.pages[1].changes += 1

    service.before_read = before_read
    ended = corrected(BLOCKING, service, change)
    assert ended.error is None
    assert len(service.patches) == 2


@by_door
def test_a_reset_after_the_update_leaves_the_outcome_unknown_and_is_never_repeated(door: Door) -> None:
    service = FileService(faults={0: reset})
    ended = corrected(door, service, lambda draft: draft.set("total", "9"))
    assert isinstance(ended.error, OutcomeUnknown)
    assert (len(service.patches), ended.retries) == (1, [])


def test_a_failure_of_a_gateway_is_not_repeated_either() -> None:
    service = FileService(faults={0: answer_503})
    ended = corrected(BLOCKING, service, lambda draft: draft.set("total", "9"))
    assert isinstance(ended.error, ServerError)
    assert (len(service.patches), ended.retries) == (1, [])


def interrupted(service: FileService, error: type[Exception], then: Callable[[Any], None]) -> Any:
    """Change both pages, save and see it fail, then go on with the draft."""

    def use(client: Any) -> Any:
        draft = client.ocr.edit(MODEL, FILE_ID)
        draft.set("total", "9")
        draft.set("date", "2024-05-08", page=1)
        with pytest.raises(error) as raised:
            draft.save()
        then(raised.value)
        return draft, draft.save()

    return blocking(service, use)


@pytest.mark.parametrize(
    ("fault", "error", "said", "updates"),
    [
        (reset, OutcomeUnknown, "Pages written: 1; not known to be written: 2.", 2),
        (refuse_with_reset, OutcomeUnknown, "Pages written: 1; not known to be written: 2.", 3),
        (answer_503, ServerError, "Pages written: 1; not known to be written: 2.", 2),
        (refuse_with_400, BadRequest, "Pages written: 1; not written: 2.", 3),
    ],
)
def test_an_interrupted_save_says_what_is_written_and_goes_on_with_the_rest(
    fault: Callable[[Any], None], error: type[Exception], said: str, updates: int
) -> None:
    service = FileService(faults={1: fault})

    def then(raised: Exception) -> None:
        assert said in str(raised)

    draft, written = interrupted(service, error, then)
    assert draft.written == (0, 1)
    assert written == (1,)
    # The first page was written once. The second was written again only if reading showed that it was not written.
    assert len(service.patches) == updates
    assert [page.changes for page in service.pages] == [1, 1]


def test_an_unknown_outcome_is_not_settled_by_what_someone_else_wrote() -> None:
    service = FileService(faults={1: refuse_with_reset})

    def then(_raised: Exception) -> None:
        service.pages[1].moderated = f"[{OTHER_BOX.replace('2024-05-06', '2030-01-01')}]"

    with pytest.raises(EditConflict):
        interrupted(service, OutcomeUnknown, then)
    assert "2030-01-01" in service.pages[1].moderated


def test_a_page_that_was_sent_takes_no_more_changes() -> None:
    def use(client: Any) -> None:
        draft = client.ocr.edit(MODEL, FILE_ID)
        draft.set("total", "9")
        assert draft.save() == (0,)
        assert draft.save() == ()
        with pytest.raises(ValueError, match="page 1 was sent already"):
            draft.set("total", "10")
        draft.set("date", "2024-05-08", page=1)
        assert draft.save() == (1,)

    service = FileService()
    blocking(service, use)
    assert len(service.patches) == 2


def test_a_confirmed_save_reads_until_the_correction_is_visible() -> None:
    service = FileService()
    ended = corrected(BLOCKING, service, lambda draft: draft.set("total", "9"), confirm=True)
    assert (ended.error, service.reads, ended.waits) == (None, 3, [])


def test_a_confirmed_save_fails_if_the_correction_does_not_become_visible() -> None:
    service = FileService()

    def forgets(_number: int) -> None:
        service.pages = two_pages()

    service.before_read = forgets
    ended = corrected(BLOCKING, service, lambda draft: draft.set("total", "9"), confirm=True)
    assert isinstance(ended.error, NotConfirmed)
    assert ended.waits == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert len(service.patches) == 1


def test_a_confirmed_save_settles_an_unknown_outcome() -> None:
    service = FileService(faults={0: reset})
    ended = corrected(BLOCKING, service, lambda draft: draft.set("total", "9"), confirm=True)
    assert ended.error is None
    assert (ended.value.written, len(service.patches)) == ((0,), 1)


def test_a_confirmed_save_keeps_an_unknown_outcome_that_reading_does_not_settle() -> None:
    service = FileService(faults={0: refuse_with_reset})
    ended = corrected(BLOCKING, service, lambda draft: draft.set("total", "9"), confirm=True)
    assert isinstance(ended.error, OutcomeUnknown)
    assert len(service.patches) == 1


def test_an_approved_file_is_not_corrected() -> None:
    service = FileService([FilePage(0, f"[{OTHER_BOX}]", approved=True)])
    ended = corrected(BLOCKING, service, lambda draft: draft.set("date", "9"))
    assert isinstance(ended.error, EditConflict)
    assert "unapprove" in str(ended.error)
    assert service.patches == []


@pytest.mark.parametrize("strange", ["NaN", "Infinity", "'x'", '"\udcff"'])
def test_a_reply_that_cannot_be_sent_back_unchanged_is_refused(strange: str) -> None:
    service = FileService([FilePage(0, f'[{{"label":"total","ocr_text":"1","odd":{strange}}}]')])
    ended = corrected(BLOCKING, service, lambda draft: draft.set("total", "9"))
    assert isinstance(ended.error, DecodeError)
    assert (service.reads, service.patches) == (1, [])


@pytest.mark.parametrize("missing", ["id", "day_since_epoch", "hour_of_day"])
def test_a_page_that_an_update_cannot_name_is_refused(missing: str) -> None:
    service = FileService([FilePage(0, f"[{OTHER_BOX}]", left_out=missing)])
    ended = corrected(BLOCKING, service, lambda draft: draft.set("date", "9"))
    assert isinstance(ended.error, DecodeError)
    assert missing in str(ended.error)
    assert service.patches == []


def flagged(service: FileService, *arguments: Any, **options: Any) -> Any:
    """Flag the first page."""
    with RawServer(service.script()) as server:
        return BLOCKING.end(
            server.base_url, lambda client: client.ocr.flag(MODEL, service.pages[0].id, *arguments, **options)
        )


def test_a_flag_marks_the_field_and_keeps_every_other_box() -> None:
    service = FileService()
    ended = flagged(service, "total", "does not match the order", confirm=True)
    assert ended.error is None
    assert service.patches[0].target.endswith("/ImageLevelInferenceModeratedBoxes")
    marks = ',"validation_status":"failed","validation_message":"does not match the order"'
    assert boxes_sent(service.patches[0]) == f"[{STRANGE_BOX[:-2]} {marks}}},{OTHER_BOX}]"


def test_a_flag_on_a_label_without_a_field_adds_one() -> None:
    service = FileService()
    flagged(service, "po_number", "missing")
    added = json.loads(boxes_sent(service.patches[0]))[-1]
    assert (added["label"], added["ocr_text"], added["is_new"]) == ("po_number", "", True)
    assert (added["validation_status"], added["validation_message"]) == ("failed", "missing")


def test_a_flag_takes_the_page_itself_and_the_documented_route() -> None:
    service = FileService()
    page = Page(0, id=service.pages[1].id)

    def use(client: Any) -> Any:
        return client.ocr.flag(MODEL, page, "date", "too old", route="page")

    blocking(service, use)
    assert service.patches[0].target.endswith("/ImageLevelInference?use_ui_version=true")
    assert service.pages[1].id in service.patches[0].body.decode()


def test_a_flag_is_never_repeated() -> None:
    service = FileService(faults={0: reset})
    ended = flagged(service, "total", "does not match")
    assert isinstance(ended.error, OutcomeUnknown)
    assert len(service.patches) == 1


@pytest.mark.parametrize(("label", "message"), [("", "why"), (" ", "why"), ("total", ""), ("total", " ")])
def test_a_flag_without_a_label_or_a_reason_is_refused(label: str, message: str) -> None:
    service = FileService()
    with pytest.raises(ValueError, match="empty"):
        flagged(service, label, message)
    assert service.reads == 0


def test_an_approved_page_is_not_flagged() -> None:
    service = FileService([FilePage(0, f"[{OTHER_BOX}]", approved=True)])
    assert isinstance(flagged(service, "date", "too old").error, EditConflict)
    assert service.patches == []
