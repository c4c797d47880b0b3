"""Approval, corrections, assignment, retries and deletion, as the reading operations show them."""

import json
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import httpx
import pytest
from attrs import frozen

from mock_calls import predict, submit
from nanonets_sdk.mock import Behaviour, MockServer, Progression

APPROVED_STAGE: Final = "ffffffff-ffff-ffff-ffff-ffffffffffff"
UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"
ROUTES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "documented": ("ImageLevelInference", {"use_ui_version": "true"}),
    "in production": ("ImageLevelInferenceModeratedBoxes", {}),
}


@frozen
class Stored:
    """A stored file, and the calls that work on it."""

    http: httpx.Client
    model_id: str
    request_file_id: str

    @property
    def base(self) -> str:
        return f"/Inferences/Model/{self.model_id}"

    def read(self) -> httpx.Response:
        return self.http.get(f"{self.base}/InferenceRequestFiles/GetPredictions/{self.request_file_id}")

    def pages(self) -> list[dict[str, Any]]:
        """The pages of the file, approved or not."""
        listing = self.read().json()
        return [*listing["moderated_images"], *listing["unmoderated_images"]]

    def review(self, action: str) -> httpx.Response:
        return self.http.post(f"{self.base}/ImageLevelInferences/{action}/{self.request_file_id}")

    def delete(self) -> httpx.Response:
        return self.http.delete(f"{self.base}/InferenceRequestFiles/{self.request_file_id}")

    def correct(
        self, page: dict[str, Any], boxes: list[Any], route: str = "documented", **other: Any
    ) -> httpx.Response:
        path, query = ROUTES[route]
        keys = {name: page[name] for name in ("id", "day_since_epoch", "hour_of_day")}
        body = {**keys, "moderated_boxes": boxes, **other}
        return self.http.patch(f"{self.base}/{path}", params=query, json=body)

    def retry(self, *file_ids: str) -> httpx.Response:
        body = {"file_ids": [*(file_ids or (self.request_file_id,))]}
        return self.http.post(f"/ObjectDetection/Model/{self.model_id}/RetryPrediction", json=body)

    def export_again(self) -> httpx.Response:
        body = {"file_ids": [self.request_file_id]}
        return self.http.post(f"{self.base}/ImageLevelInferences/retryallexports", json=body)

    def assign(self, member: str, *file_ids: str) -> httpx.Response:
        body = {"member": member, "file_ids": [*(file_ids or (self.request_file_id,))]}
        return self.http.post(f"/team/members/model/{self.model_id}/assign/files", json=body)


@pytest.fixture
def stored(http: httpx.Client, nanonets_mock: MockServer) -> Stored:
    """The invoice, predicted: two pages."""
    page = predict(http, nanonets_mock).json()["result"][0]
    return Stored(http, nanonets_mock.model_id, page["request_file_id"])


def moment_of(uuid: str) -> datetime:
    return datetime.fromtimestamp((UUID(uuid).time - 0x01B21DD213814000) / 1e7, UTC)


def test_an_approval_moves_all_pages_of_the_file(nanonets_mock: MockServer, stored: Stored) -> None:
    nanonets_mock.clock.freeze(1_800_000_000)
    reply = stored.review("Verify")
    assert (reply.status_code, reply.json()) == (200, {})
    listing = stored.read().json()
    assert (listing["moderated_images_count"], listing["unmoderated_images_count"]) == (2, 0)
    for page in listing["moderated_images"]:
        assert (page["is_moderated"], page["approval_status"], page["current_stage_id"]) == (
            True,
            "approved",
            APPROVED_STAGE,
        )
        assert UUID(page["verified_at"]).version == 1
        assert moment_of(page["verified_at"]) == datetime.fromtimestamp(1_800_000_000, UTC)
        assert page["verified_by"]
        assert {box["status"] for box in page["moderated_boxes"]} <= {"moderated"}
        assert len(page["moderated_boxes"]) == len(page["predicted_boxes"])


def test_a_withdrawn_approval_moves_them_back_and_keeps_the_corrections(stored: Stored) -> None:
    page = stored.pages()[0]
    stored.correct(page, [{**page["predicted_boxes"][0], "ocr_text": "corrected"}])
    stored.review("Verify")
    assert stored.review("UnVerify").status_code == 200
    listing = stored.read().json()
    assert (listing["moderated_images_count"], listing["unmoderated_images_count"]) == (0, 2)
    first = listing["unmoderated_images"][0]
    assert (first["is_moderated"], first["approval_status"], first["verified_at"], first["verified_by"]) == (
        False, "", "", "",
    )  # fmt: skip
    assert [box["ocr_text"] for box in first["moderated_boxes"]] == ["corrected"]


def test_a_withdrawal_may_forget_the_moderated_boxes(nanonets_mock: MockServer, stored: Stored) -> None:
    nanonets_mock.behaviour = Behaviour(boxes_after_withdrawal="forget", boxes_before_review="null")
    stored.review("Verify")
    stored.review("UnVerify")
    assert {json.dumps(page["moderated_boxes"]) for page in stored.pages()} == {"null"}


@pytest.mark.parametrize(("switch", "status"), [("accept", 200), ("refuse", 400)])
def test_a_repeated_approval_or_withdrawal_is_as_the_switch_says(
    nanonets_mock: MockServer, stored: Stored, switch: Any, status: int
) -> None:
    nanonets_mock.behaviour = Behaviour(repeated_review=switch)
    assert stored.review("UnVerify").status_code == status
    assert [stored.review("Verify").status_code for _ in range(2)] == [200, status]


@pytest.mark.parametrize(("switch", "status"), [("refuse", 400), ("accept", 200)])
def test_a_pending_file_is_reviewed_as_the_switch_says(
    http: httpx.Client, nanonets_mock: MockServer, switch: Any, status: int
) -> None:
    nanonets_mock.jobs = Progression.after_seconds(60)
    nanonets_mock.behaviour = Behaviour(early_review=switch)
    page = submit(http, nanonets_mock).json()["result"][0]
    pending = Stored(http, nanonets_mock.model_id, page["request_file_id"])
    assert pending.review("Verify").status_code == status
    assert pending.correct(pending.pages()[0], []).status_code == status


@pytest.mark.parametrize("route", ROUTES)
def test_both_routes_replace_the_boxes_of_a_page(stored: Stored, route: str) -> None:
    page, other = stored.pages()
    kept = {**page["predicted_boxes"][0], "ocr_text": "corrected", "unknown": {"deep": [1, None, "é"]}}
    added = {"is_new": True, "label": "note", "xmin": 0, "ymin": 0, "xmax": 0, "ymax": 0, "ocr_text": "by hand"}
    assert stored.correct(page, [kept, added], route).status_code == 200
    changed, untouched = stored.pages()
    first, second = changed["moderated_boxes"]
    assert first == {**kept, "status": "moderated"}
    assert UUID(second.pop("id")).version == 4
    assert second == {name: value for name, value in added.items() if name != "is_new"} | {"status": "moderated"}
    assert (changed["is_moderated"], changed["predicted_boxes"]) == (False, page["predicted_boxes"])
    assert moment_of(changed["updated_at"]) > moment_of(page["updated_at"])
    assert untouched == other


def test_unknown_members_of_a_box_come_back_as_the_same_bytes(stored: Stored) -> None:
    page = stored.pages()[0]
    odd = b'"odd": {"b": 1.50, "a": 1e2, "long": 12345678901234567890123, "text": "\\u00e9 \\/"}'
    box = b'{"label": "total", "xmin": 1, "ymin": 1, "xmax": 2, "ymax": 2, "ocr_text": "1", %b}' % odd
    keys = {name: page[name] for name in ("id", "day_since_epoch", "hour_of_day")}
    body = json.dumps(keys).encode()[:-1] + b', "moderated_boxes": [%b]}' % box
    reply = stored.http.patch(
        f"{stored.base}/ImageLevelInference",
        params={"use_ui_version": "true"},
        content=body,
        headers={"Content-Type": "application/json"},
    )
    assert reply.status_code == 200
    assert odd.partition(b": ")[2] in stored.read().content


def test_a_page_may_lose_all_of_its_boxes(stored: Stored) -> None:
    page = stored.pages()[0]
    assert page["predicted_boxes"]
    stored.correct(page, [])
    read = stored.http.get(f"{stored.base}/ImageLevelInferences/{page['id']}").json()["result"][0]
    assert (read["moderated_boxes"], read["prediction"]) == ([], [])


@pytest.mark.parametrize(("switch", "status"), [("refuse", 404), ("accept", 200)])
def test_a_correction_names_the_day_of_its_page(
    nanonets_mock: MockServer, stored: Stored, switch: Any, status: int
) -> None:
    nanonets_mock.behaviour = Behaviour(page_of_another_day=switch)
    assert stored.correct(stored.pages()[0], [], day_since_epoch=1).status_code == status


def test_a_box_that_no_reading_could_give_back_is_refused(stored: Stored) -> None:
    page = stored.pages()[0]
    reply = stored.correct(page, [{"label": "total"}])
    assert reply.status_code == 400
    assert "/moderated_boxes/0" in reply.text
    assert stored.pages()[0]["moderated_boxes"] == []


def test_a_correction_needs_the_constant_of_its_route(stored: Stored) -> None:
    page = stored.pages()[0]
    keys = {name: page[name] for name in ("id", "day_since_epoch", "hour_of_day")}
    for query in ({}, {"use_ui_version": "false"}):
        reply = stored.http.patch(
            f"{stored.base}/ImageLevelInference", params=query, json={**keys, "moderated_boxes": []}
        )
        assert (reply.status_code, "/query/use_ui_version" in reply.text) == (400, True)


def test_a_deleted_file_is_gone(stored: Stored) -> None:
    page = stored.pages()[0]
    assert stored.delete().status_code == 200
    assert stored.read().status_code == 404
    assert stored.http.get(f"{stored.base}/ImageLevelInferences/{page['id']}").status_code == 404
    assert stored.http.get(f"{stored.base}/ImageLevelInferences").json()["unmoderated_images"] == []
    assert stored.delete().status_code == 404


def test_a_deleted_file_may_stay_marked(nanonets_mock: MockServer, stored: Stored) -> None:
    nanonets_mock.behaviour = Behaviour(deleted_files="marked")
    assert {page["is_deleted"] for page in stored.pages()} == {False}
    stored.delete()
    assert {page["is_deleted"] for page in stored.pages()} == {True}


def test_a_retry_predicts_again_in_its_own_time(nanonets_mock: MockServer, stored: Stored) -> None:
    nanonets_mock.jobs = Progression.after_polls(1)
    before = stored.pages()[0]
    stored.correct(before, [])
    assert stored.retry().status_code == 200
    assert [page["status"] for page in stored.pages()] == ["pending"] * 2
    page = stored.pages()[0]
    assert (page["status"], page["retries"], page["id"]) == ("success", 1, before["id"])
    assert [box["label"] for box in page["predicted_boxes"]] == [box["label"] for box in before["predicted_boxes"]]
    assert page["moderated_boxes"] == []


def test_a_retry_may_forget_the_review(nanonets_mock: MockServer, stored: Stored) -> None:
    nanonets_mock.behaviour = Behaviour(review_after_retry="forget")
    nanonets_mock.jobs = Progression.immediate()
    stored.review("Verify")
    stored.retry()
    assert stored.read().json()["unmoderated_images_count"] == 2


@pytest.mark.parametrize(("billed", "status"), [(True, 402), (False, 200)])
def test_a_retry_is_billed_as_the_switch_says(
    nanonets_mock: MockServer, stored: Stored, status: int, *, billed: bool
) -> None:
    nanonets_mock.behaviour = Behaviour(retries_are_billed=billed, free_calls=1)
    assert stored.retry().status_code == status


def test_a_repeated_export_is_shown(nanonets_mock: MockServer, stored: Stored) -> None:
    nanonets_mock.clock.freeze(1_800_000_000)
    assert {page["export_status"] for page in stored.pages()} == {""}
    assert stored.export_again().status_code == 200
    for page in stored.pages():
        assert page["export_status"] == "success"
        assert moment_of(page["exported_at"]) == datetime.fromtimestamp(1_800_000_000, UTC)


@pytest.mark.parametrize(
    ("switch", "members"), [("add", ["a@example.org", "b@example.org"]), ("replace", ["b@example.org"])]
)
def test_an_assignment_is_shown(nanonets_mock: MockServer, stored: Stored, switch: Any, members: list[str]) -> None:
    nanonets_mock.behaviour = Behaviour(assignment=switch)
    for member in ("a@example.org", "b@example.org", "b@example.org"):
        assert stored.assign(member).status_code == 200
    page = stored.pages()[0]
    assert (page["assigned_member"], page["assigned_members"]) == ("b@example.org", members)
    stored.review("Verify")
    assert stored.pages()[0]["verified_by"] == "b@example.org"


@pytest.mark.parametrize(("switch", "status", "assigned"), [("refuse", 404, ""), ("ignore", 200, "a@example.org")])
def test_an_unknown_file_in_a_list_is_treated_as_the_switch_says(
    nanonets_mock: MockServer, stored: Stored, switch: Any, status: int, assigned: str
) -> None:
    nanonets_mock.behaviour = Behaviour(unknown_files=switch)
    assert stored.assign("a@example.org", stored.request_file_id, UNKNOWN).status_code == status
    assert stored.pages()[0]["assigned_member"] == assigned
    assert stored.retry(UNKNOWN).status_code == status


def test_a_file_of_another_model_is_not_found(nanonets_mock: MockServer, stored: Stored) -> None:
    other = Stored(stored.http, nanonets_mock.create_model(["total"]), stored.request_file_id)
    page = stored.pages()[0]
    replies = [other.review("Verify"), other.delete(), other.retry(), other.assign("a@b.c"), other.correct(page, [])]
    assert {reply.status_code for reply in replies} == {404}
    assert stored.read().json()["unmoderated_images_count"] == 2


@pytest.mark.parametrize("body", [None, {"message": "Success"}, []])
def test_the_reply_that_nobody_knows_is_a_switch(nanonets_mock: MockServer, stored: Stored, body: Any) -> None:
    nanonets_mock.behaviour = Behaviour(undocumented_reply=body)
    assert stored.assign("a@example.org").json() == body
