"""The webhooks of the mock: what is sent when, to whom, and what becomes of a wrong answer."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_calls import predict, submit
from nanonets_sdk import Document, Nanonets
from nanonets_sdk.mock import Behaviour, MockServer, Progression, WebhookExport
from nanonets_sdk.mock.plugin import API_KEY
from nanonets_sdk.mock.webhooks.export import parse_export
from nanonets_sdk.webhooks import parse
from webhook_sink import Sink, sink


@pytest.fixture(scope="module")
def one_sink() -> Iterator[Sink]:
    with sink() as running:
        yield running


@pytest.fixture
def target(one_sink: Sink) -> Sink:
    """The shared sink, empty again."""
    one_sink.got.clear()
    one_sink.status = 200
    one_sink.may_answer.set()
    return one_sink


@pytest.fixture
def control(nanonets_mock: MockServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=nanonets_mock.base_url.removesuffix("/api/v2") + "/_mock", timeout=60) as client:
        yield client


def predicted(http: httpx.Client, mock: MockServer) -> str:
    """Predict the sample, and return the id of the file."""
    found: str = predict(http, mock).json()["result"][0]["request_file_id"]
    mock.wait_for_webhooks()
    return found


def first_page(http: httpx.Client, mock: MockServer, request_file_id: str) -> dict[str, Any]:
    """Read a file, and return its first page."""
    reply = http.get(f"/Inferences/Model/{mock.model_id}/InferenceRequestFiles/GetPredictions/{request_file_id}").json()
    page: dict[str, Any] = (reply["moderated_images"] or reply["unmoderated_images"])[0]
    return page


def fields_of(document: Document) -> set[tuple[int, str, str]]:
    """Return page, label and text of every field."""
    return {(field.page, field.label, field.text) for field in document.fields.all()}


def review_link(mock: MockServer, request_file_id: str, callback: str, redirect: str = "") -> str:
    url = f"{mock.review_url}/Inferences/Model/{mock.model_id}/ValidationUrl/{request_file_id}"
    query: dict[str, str | int] = {"expires": int(mock.clock.now()) + 3_600, "callback": callback}
    query |= {"redirect": redirect} if redirect else {}
    return httpx.get(url, params=query, auth=(API_KEY, ""), timeout=60).text


@pytest.mark.parametrize("shape", ["files", "pages", "document"])
def test_every_shape_says_the_same_as_reading_the_file(
    http: httpx.Client, nanonets_mock: MockServer, target: Sink, shape: Any
) -> None:
    nanonets_mock.webhooks = [WebhookExport(f"{target.url}/hook", shape=shape)]
    request_file_id = predicted(http, nanonets_mock)
    ((_, body),) = target.got
    webhook = parse(body)
    assert (webhook.shape, len(webhook.documents)) == (shape, 1)
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        read = client.ocr.get_file(nanonets_mock.model_id, request_file_id)
    document = webhook.documents[0]
    assert (document.request_file_id, document.file_name) == (request_file_id, read.file_name)
    assert fields_of(document) == fields_of(read)
    assert len(fields_of(read)) > 10
    assert [table.rows for table in document.tables] == [table.rows for table in read.tables]


def test_page_numbers_may_begin_at_1_in_a_document(http: httpx.Client, nanonets_mock: MockServer, target: Sink) -> None:
    nanonets_mock.webhooks = [WebhookExport(f"{target.url}/{first}", first_page=first) for first in (0, 1)]
    predicted(http, nanonets_mock)
    pages = {path: {box["page"] for box in target.bodies(path)[0]["result"]["prediction"]} for path in ("/0", "/1")}
    assert pages == {"/0": {0, 1}, "/1": {1, 2}}


def test_the_level_decides_between_one_body_and_one_for_each_page(
    http: httpx.Client, nanonets_mock: MockServer, target: Sink
) -> None:
    nanonets_mock.webhooks = [WebhookExport(f"{target.url}/hook", shape="pages", level="page")]
    predicted(http, nanonets_mock)
    assert [[page["page"] for page in body["result"]] for body in target.bodies("/hook")] == [[0], [1]]


def test_every_trigger_has_its_moment(http: httpx.Client, nanonets_mock: MockServer, target: Sink) -> None:
    triggers: tuple[Any, ...] = ("inference", "validation", "approval", "assignment", "rejection")
    nanonets_mock.webhooks = [WebhookExport(f"{target.url}/{one}", trigger=one) for one in triggers]

    def got_after() -> Counter[str]:
        nanonets_mock.wait_for_webhooks()
        paths = Counter(path[1:] for path, _ in target.got)
        target.got.clear()
        return paths

    file = predicted(http, nanonets_mock)
    model = f"/Inferences/Model/{nanonets_mock.model_id}/ImageLevelInferences"
    assert got_after() == {"inference": 1, "validation": 1}
    members = f"/team/members/model/{nanonets_mock.model_id}/assign/files"
    http.post(members, json={"member": "a@example.org", "file_ids": [file]})
    assert got_after() == {"assignment": 1}
    nanonets_mock.reject(file)
    assert first_page(http, nanonets_mock, file)["approval_status"] == "rejected"
    assert got_after() == {"rejection": 1}
    http.post(f"{model}/Verify/{file}")
    nanonets_mock.wait_for_webhooks()
    ((path, body),) = target.got
    assert (path, parse(body).documents[0].is_moderated) == ("/approval", True)
    with pytest.raises(ValueError, match="is approved"):
        nanonets_mock.reject(file)


def test_a_job_that_nobody_polls_ends_with_its_webhook(
    http: httpx.Client, nanonets_mock: MockServer, target: Sink
) -> None:
    nanonets_mock.jobs = Progression.after_polls(2)
    nanonets_mock.webhooks = [WebhookExport(f"{target.url}/hook", shape="pages")]
    submit(http, nanonets_mock)
    nanonets_mock.wait_for_webhooks()
    assert parse(target.got[0][1]).documents[0].status == "success"


def test_a_job_that_takes_time_has_its_webhook_afterwards(
    http: httpx.Client, nanonets_mock: MockServer, target: Sink
) -> None:
    nanonets_mock.jobs = Progression.after_seconds(60)
    nanonets_mock.webhooks = [WebhookExport(f"{target.url}/hook")]
    submit(http, nanonets_mock)
    with pytest.raises(TimeoutError, match="1 webhooks are still to be sent"):
        nanonets_mock.wait_for_webhooks(0.2)
    nanonets_mock.clock.advance(61)
    nanonets_mock.wait_for_webhooks()
    assert len(target.got) == 1


def test_a_wrong_answer_is_the_export_status_until_a_retry_succeeds(
    http: httpx.Client, nanonets_mock: MockServer, target: Sink
) -> None:
    nanonets_mock.webhooks = [WebhookExport(f"{target.url}/{one}", shape="pages", tries=2) for one in "ab"]
    target.status = 500
    file = predicted(http, nanonets_mock)
    page = first_page(http, nanonets_mock, file)
    assert (page["export_status"], bool(page["exported_at"]), len(target.got)) == ("failure", True, 4)
    assert nanonets_mock.webhook_counts == {"pending": 0, "sent": 0, "failed": 2}
    assert {(one.status, one.tries, one.succeeded) for one in nanonets_mock.webhook_deliveries} == {(500, 2, False)}
    target.status = 204
    http.post(
        f"/Inferences/Model/{nanonets_mock.model_id}/ImageLevelInferences/retryallexports", json={"file_ids": [file]}
    )
    nanonets_mock.wait_for_webhooks()
    assert first_page(http, nanonets_mock, file)["export_status"] == "success"
    assert nanonets_mock.webhook_counts == {"pending": 0, "sent": 2, "failed": 2}


def test_a_receiver_that_is_down_is_a_failure_with_its_reason(http: httpx.Client, nanonets_mock: MockServer) -> None:
    nanonets_mock.webhooks = [WebhookExport("http://127.0.0.1:1/secret-token?token=secret")]
    predicted(http, nanonets_mock)
    (delivery,) = nanonets_mock.webhook_deliveries
    assert (delivery.to, delivery.status, delivery.error) == (
        "127.0.0.1:1", None, "ConnectionRefusedError: Connection refused",
    )  # fmt: skip
    assert "secret" not in f"{delivery} {nanonets_mock.webhooks}"


def test_copies_are_the_same_bytes(http: httpx.Client, nanonets_mock: MockServer, target: Sink) -> None:
    nanonets_mock.webhooks = [WebhookExport(f"{target.url}/hook", copies=3)]
    predicted(http, nanonets_mock)
    assert (len(target.got), len(set(target.got))) == (3, 1)


def test_a_slow_receiver_does_not_hold_up_a_reply(http: httpx.Client, nanonets_mock: MockServer, target: Sink) -> None:
    nanonets_mock.webhooks = [WebhookExport(f"{target.url}/hook", copies=2)]
    target.may_answer.clear()
    assert predict(http, nanonets_mock).status_code == 200
    assert nanonets_mock.webhook_counts["pending"] > 0
    target.may_answer.set()
    nanonets_mock.wait_for_webhooks()
    assert nanonets_mock.webhook_counts["sent"] == 2


@pytest.mark.parametrize(("action", "approved"), [("verify", True), ("exit", False)])
def test_a_review_link_calls_back_whether_or_not_the_file_was_verified(
    http: httpx.Client, nanonets_mock: MockServer, target: Sink, action: str, approved: bool
) -> None:
    file = predicted(http, nanonets_mock)
    link = review_link(nanonets_mock, file, f"{target.url}/back?a=1&b=2", "https://example.org/done")
    assert target.got == []
    ended = httpx.post(link, data={"action": action}, timeout=60)
    assert (ended.status_code, ended.headers["location"]) == (303, "https://example.org/done")
    nanonets_mock.wait_for_webhooks()
    assert [path for path, _ in target.got] == ["/back?a=1&b=2"] * 2
    webhooks = [parse(body) for _, body in target.got]
    assert {(one.shape, one.documents[0].is_moderated) for one in webhooks} == {("page", approved)}
    assert sorted(one.documents[0].pages[0].number for one in webhooks) == [0, 1]
    assert first_page(http, nanonets_mock, file)["is_moderated"] is approved
    assert {one.trigger for one in nanonets_mock.webhook_deliveries} == {"review"}


def test_a_switch_limits_the_callback_to_the_first_page(
    http: httpx.Client, nanonets_mock: MockServer, target: Sink
) -> None:
    nanonets_mock.behaviour = Behaviour(review_callbacks="first page")
    link = review_link(nanonets_mock, predicted(http, nanonets_mock), f"{target.url}/back")
    assert httpx.post(link, data={"action": "exit"}, timeout=60).text == "Done"
    nanonets_mock.wait_for_webhooks()
    assert len(target.got) == 1


def test_a_review_link_with_another_callback_or_action_does_nothing(
    http: httpx.Client, nanonets_mock: MockServer, target: Sink
) -> None:
    link = review_link(nanonets_mock, predicted(http, nanonets_mock), f"{target.url}/back")
    assert httpx.post(link.replace("back", "elsewhere"), data={"action": "exit"}, timeout=60).status_code == 403
    assert httpx.post(link, data={"action": "reject"}, timeout=60).status_code == 400
    nanonets_mock.wait_for_webhooks()
    assert target.got == []


def test_nothing_is_sent_to_another_machine_unless_that_is_allowed(
    http: httpx.Client, nanonets_mock: MockServer, control: httpx.Client
) -> None:
    remote = WebhookExport("https://hooks.example.org/token")
    with pytest.raises(ValueError, match=r"hooks\.example\.org:443 is not a loopback address"):
        nanonets_mock.webhooks = [remote]
    with pytest.raises(ValueError, match="not a loopback address"), MockServer(webhooks=[remote]):
        pass
    refused = control.put("/webhooks", json={"exports": [{"url": "https://hooks.example.org/token"}]})
    assert (refused.status_code, "token" in refused.text.replace("allow_remote", "")) == (400, False)
    with MockServer(webhooks=[remote], allow_remote_webhooks=True) as allowed:
        assert list(allowed.webhooks) == [remote]
    link = review_link(nanonets_mock, predicted(http, nanonets_mock), "https://hooks.example.org/back")
    httpx.post(link, data={"action": "exit"}, timeout=60)
    nanonets_mock.wait_for_webhooks()
    assert {one.error for one in nanonets_mock.webhook_deliveries} == {
        "not a loopback address, and the mock sends to no other"
    }


def test_the_control_api_sets_and_shows_webhooks(
    http: httpx.Client, nanonets_mock: MockServer, control: httpx.Client, target: Sink
) -> None:
    export = {"url": f"{target.url}/secret", "trigger": "inference", "shape": "files", "level": "page"}
    shown = control.put("/webhooks", json={"exports": [export]}).json()
    assert shown["exports"][0] | {"to": ""} == {
        "trigger": "inference", "shape": "files", "level": "page", "first_page": 0, "copies": 1, "tries": 1, "to": "",
    }  # fmt: skip
    target.status = 302
    file = predicted(http, nanonets_mock)
    assert control.get("/webhooks").json()["failed"] == 2
    deliveries = control.get("/webhooks/deliveries").json()
    assert [(one["request_file_id"], one["status"]) for one in deliveries] == [(file, 302)] * 2
    assert "secret" not in control.get("/webhooks").text + control.get("/webhooks/deliveries").text
    assert control.post(f"/files/{file}/reject").status_code == 200
    assert control.post("/files/another/reject").status_code == 404
    for wrong in ({"url": "ftp://x"}, {"url": target.url, "shape": "W1"}, {"trigger": "approval"}, {"url": 1}):
        assert control.put("/webhooks", json={"exports": [wrong]}).status_code == 400
    nanonets_mock.reset()
    assert control.get("/webhooks").json() == {"exports": [], "pending": 0, "sent": 0, "failed": 0}


def test_a_webhook_of_the_command_line_is_read() -> None:
    assert parse_export("http://127.0.0.1:1/a?b=c,trigger=approval,shape=pages,level=page,tries=3") == WebhookExport(
        "http://127.0.0.1:1/a?b=c", "approval", "pages", "page", tries=3
    )
    for wrong in ("127.0.0.1:1", "http://127.0.0.1:1,trigger=never", "http://127.0.0.1:1,copies=0", "http://a,b=c"):
        with pytest.raises(ValueError, match=r".+"):
            parse_export(wrong)
