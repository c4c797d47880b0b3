"""The mock validates requests and its own replies against the API description."""

import base64
import json
import logging
import socket
from typing import Any

import httpx
import pytest

from early_answer import posted
from nanonets_sdk.mock import Behaviour, MockAlarm, MockServer
from nanonets_sdk.mock.plugin import API_KEY
from samples import INVOICE

BOX = {"xmin": 1, "ymin": 1, "xmax": 2, "ymax": 2}


def reason(reply: httpx.Response) -> str:
    body = reply.json()
    assert (reply.status_code, body["code"], body["message"]) == (400, 400, "Bad Request")
    return str(body["errors"][0]["reason"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"categories": [], "model_type": "ocr"}, "/categories: [] has less than 1 item"),
        ({"categories": ["a"], "model_type": "ic"}, '/model_type: "ocr" was expected'),
        ({"categories": ["a", 1], "model_type": "ocr"}, '/categories/1: 1 is not of type "string"'),
        ({"model_type": "ocr"}, '/: "categories" is a required property'),
    ],
)
def test_a_wrong_body_is_refused_with_pointer_and_reason(http: httpx.Client, body: Any, said: str) -> None:
    assert reason(http.post("/OCR/Model/", json=body)) == said


def test_a_wrong_query_is_refused_with_its_name(nanonets_mock: MockServer, http: httpx.Client) -> None:
    reply = http.get(f"/Inferences/Model/{nanonets_mock.model_id}/ImageLevelInferences?start_day_interval=today")
    assert reason(reply).startswith("/query/start_day_interval: ")


@pytest.mark.parametrize(
    "day", ["1_0", "%201", "+1", "%2B1", "%D9%A1", "1%0A", "1.0", "1e3", "0x10", "", "%00", "null", "9" * 5_000]
)
def test_a_day_is_decimal_digits_and_nothing_else(nanonets_mock: MockServer, http: httpx.Client, day: str) -> None:
    url = f"/Inferences/Model/{nanonets_mock.model_id}/ImageLevelInferences?current_batch_day={day}"
    assert reason(http.get(url)).startswith("/query/current_batch_day: ")


@pytest.mark.parametrize("day", ["0", "-1", "007", "9" * 30])
def test_a_day_may_be_any_whole_number(nanonets_mock: MockServer, http: httpx.Client, day: str) -> None:
    url = f"/Inferences/Model/{nanonets_mock.model_id}/ImageLevelInferences?start_day_interval={day}"
    assert http.get(url).status_code == 200


@pytest.mark.parametrize("flag", ["1", "yes", "True", ""])
def test_the_flag_async_is_true_or_false_and_nothing_else(
    nanonets_mock: MockServer, http: httpx.Client, flag: str
) -> None:
    reply = http.post(
        f"/OCR/Model/{nanonets_mock.model_id}/LabelFile/?async={flag}", files={"file": INVOICE.read_bytes()}
    )
    assert reason(reply).startswith("/query/async: ")


NO_JSON = {
    "cut off": b"{",
    "nested too deep": b"[" * 100_000,
    "half a character": b'{"categories": ["\\ud800"], "model_type": "ocr"}',
    "not a number": b'{"categories": ["a"], "model_type": "ocr", "x": NaN}',
    "five thousand digits": b'{"categories": ["a"], "model_type": "ocr", "x": %b}' % (b"1" * 5_000),
    "not UTF-8": b'{"categories": ["\xff"], "model_type": "ocr"}',
}


@pytest.mark.parametrize("content", NO_JSON.values(), ids=NO_JSON)
def test_a_body_that_is_not_json_is_refused(http: httpx.Client, content: bytes) -> None:
    reply = http.post("/OCR/Model/", content=content, headers={"Content-Type": "application/json"})
    assert reason(reply).startswith("The body is not valid JSON: ")


@pytest.mark.parametrize("depth", [100, 500, 900, 1_000, 2_000])
def test_a_body_nested_to_any_depth_is_taken_or_refused(http: httpx.Client, depth: int) -> None:
    content = b'{"categories": ["a"], "model_type": "ocr", "x": %b%b}' % (b"[" * depth, b"]" * depth)
    for path in ("/OCR/Model/", "/OCR/Model/none/UploadUrls"):
        reply = http.post(path, content=content, headers={"Content-Type": "application/json"})
        assert reply.status_code < 500


@pytest.mark.parametrize("charset", ["utf-8", "utf-7", "nonsense"])
def test_text_that_is_not_utf_8_is_refused_whatever_its_charset(http: httpx.Client, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="request_metadata"\r\n\r\n\xff\r\n--x--\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    reply = http.post("/OCR/Model/none/LabelFile", content=body, headers=headers)
    assert reply.status_code == 400
    assert "not Unicode" in reason(reply)


@pytest.mark.parametrize("key", ["\xff", "=", "YTo=x", "YQ==", "/w=="])
def test_an_undecodable_key_is_unauthorized(nanonets_mock: MockServer, key: str) -> None:
    headers = {b"Authorization": b"Basic " + key.encode("latin-1")}
    assert httpx.get(f"{nanonets_mock.base_url}/OCR/Model/none", headers=headers, timeout=60).status_code == 401


@pytest.mark.parametrize("model_id", [".", "..", "%2E%2E", "%00", "%FF", "{model_id}", "a" * 10_000])
def test_an_id_of_any_characters_gets_404(nanonets_mock: MockServer, model_id: str) -> None:
    address = httpx.URL(nanonets_mock.base_url)
    key = base64.b64encode(f"{API_KEY}:".encode()).decode()
    with socket.create_connection((address.host, address.port or 0), timeout=60) as connection:
        target = f"/api/v2/Inferences/Model/{model_id}/ImageLevelInferences/{model_id}"  # a client would normalise it
        connection.sendall(f"GET {target} HTTP/1.0\r\nAuthorization: Basic {key}\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 404 ")


def test_a_body_of_another_type_is_refused(http: httpx.Client) -> None:
    assert "text/plain" in reason(http.post("/OCR/Model/", content=b"a", headers={"Content-Type": "text/plain"}))


def test_a_multipart_body_without_boundary_is_refused(nanonets_mock: MockServer, http: httpx.Client) -> None:
    reply = http.post(
        f"/OCR/Model/{nanonets_mock.model_id}/LabelFile",
        content=b"--x\r\n",
        headers={"Content-Type": "multipart/form-data"},
    )
    assert "boundary" in reason(reply)


def test_a_text_field_named_file_is_refused(nanonets_mock: MockServer, http: httpx.Client) -> None:
    reply = http.post(f"/OCR/Model/{nanonets_mock.model_id}/LabelFile", files={"file": (None, "text")})
    assert reason(reply) == "/file: there is no file"


def test_two_files_are_predicted_in_one_call(nanonets_mock: MockServer, http: httpx.Client) -> None:
    files = [("file", INVOICE.read_bytes()), ("file", INVOICE.read_bytes())]
    reply = http.post(f"/OCR/Model/{nanonets_mock.model_id}/LabelFile", files=files)
    assert reply.status_code == 200
    assert len({page["request_file_id"] for page in reply.json()["result"]}) == 2


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 cut off", b"GIF89a", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_cannot_be_read_is_refused(nanonets_mock: MockServer, http: httpx.Client, content: bytes) -> None:
    reply = http.post(f"/OCR/Model/{nanonets_mock.model_id}/LabelFile", files={"file": ("a.pdf", content)})
    assert reason(reply).startswith("/file: ")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{", "/data: not valid JSON"),
        ("[" * 100_000, "/data: not valid JSON"),
        ("1" * 5_000, "/data: not valid JSON"),
        ('["\\ud800"]', "/data: not valid JSON"),
        ([{"object": [BOX]}], '/data/0: "filename" is a required property'),
        ([{"filename": "b.pdf"}], "/data/0/filename: no file of this call is called 'b.pdf'"),
        (
            [{"filename": "a.pdf", "object": [{"name": "x", "ocr_text": "", "bndbox": BOX}]}],
            "/data/0/object: 'x' is not a category of the model",
        ),
        (
            [{"filename": "a.pdf", "object": [{"name": "total", "ocr_text": "", "bndbox": {"xmin": 1.5}}]}],
            '/data/0/object/0/bndbox: "ymin" is a required property',
        ),
    ],
)
def test_wrong_annotations_are_refused(http: httpx.Client, nanonets_mock: MockServer, data: Any, said: str) -> None:
    model_id = nanonets_mock.create_model(["total"], state=0)
    text = data if isinstance(data, str) else json.dumps(data)
    files = {"file": ("a.pdf", INVOICE.read_bytes())}
    assert said in reason(http.post(f"/OCR/Model/{model_id}/UploadFile", files=files, data={"data": text}))


def test_a_whole_number_may_be_written_with_a_point(http: httpx.Client, nanonets_mock: MockServer) -> None:
    model_id = nanonets_mock.create_model(["total"], state=0)
    box = dict.fromkeys(BOX, 2.0)
    data = json.dumps([{"filename": "a.pdf", "object": [{"name": "total", "ocr_text": "", "bndbox": box}]}])
    files = {"file": ("a.pdf", INVOICE.read_bytes())}
    reply = http.post(f"/OCR/Model/{model_id}/UploadFile", files=files, data={"data": data})
    assert reply.json()["Data"][0]["object"][0]["bndbox"] == dict.fromkeys(BOX, 2)


def test_a_body_over_the_limit_is_too_large(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.behaviour = Behaviour(max_body_bytes=100_000)
    reply = http.post(f"/OCR/Model/{nanonets_mock.model_id}/LabelFile", files={"file": bytes(5_000_000)})
    assert reply.status_code == 413
    assert reply.json()["code"] == 413


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v2/nothing", 404), ("/_mock/reset", 415), ("/api/v2/OCR/Model/{model}/LabelFile", 413)],
)
def test_a_sender_of_a_large_body_reads_why_it_was_refused(nanonets_mock: MockServer, path: str, status: int) -> None:
    nanonets_mock.behaviour = Behaviour(max_body_bytes=1_000)
    url = nanonets_mock.review_url + path.format(model=nanonets_mock.model_id)
    authorization = base64.b64encode(f"{API_KEY}:".encode()).decode()
    headers = f"Authorization: Basic {authorization}\r\nContent-Type: multipart/form-data; boundary=a\r\n"
    assert posted(url, headers=headers).startswith(b"HTTP/1.1 %d " % status)


def test_a_body_below_the_limit_is_not(nanonets_mock: MockServer, http: httpx.Client) -> None:
    content = INVOICE.read_bytes()
    nanonets_mock.behaviour = Behaviour(max_body_bytes=len(content) + 1_000)
    assert http.post(f"/OCR/Model/{nanonets_mock.model_id}/LabelFile", files={"file": content}).status_code == 200


def test_unknown_parameters_pass_unless_told_otherwise(nanonets_mock: MockServer, http: httpx.Client) -> None:
    url = f"/OCR/Model/{nanonets_mock.model_id}?colour=red"
    assert http.get(url).status_code == 200
    nanonets_mock.behaviour = Behaviour(unknown_parameters="refuse")
    assert reason(http.get(url)) == "/query/colour: the description has no such parameter"


def test_a_wrong_method_is_refused_in_the_envelope(nanonets_mock: MockServer, http: httpx.Client) -> None:
    reply = http.delete(f"/OCR/Model/{nanonets_mock.model_id}")
    assert (reply.status_code, reply.json()["code"]) == (405, 405)
    assert reply.headers["Allow"] == "GET, HEAD"
    assert http.put("/ImageCategorization/Model").headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("end", ["", "/"])
def test_a_word_at_the_place_of_an_id_has_its_own_methods(
    nanonets_mock: MockServer, http: httpx.Client, end: str
) -> None:
    word = f"/Inferences/Model/{nanonets_mock.model_id}/ImageLevelInferences/retryallexports{end}"
    for method in ("GET", "OPTIONS"):
        reply = http.request(method, word)
        assert (reply.status_code, reply.headers["Allow"]) == (405, "POST")
    assert http.post(word, json={"file_ids": ["unknown"]}).status_code == 404
    assert http.get(f"/Inferences/Model/{nanonets_mock.model_id}/ImageLevelInferences/another").status_code == 404


def test_an_id_with_a_line_break_gets_404(nanonets_mock: MockServer, http: httpx.Client) -> None:
    reply = http.get(f"/Inferences/Model/{nanonets_mock.model_id}/ImageLevelInferences/%0A")
    assert (reply.status_code, reply.json()["code"]) == (404, 404)


def test_a_reply_outside_the_description_is_an_alarm(caplog: pytest.LogCaptureFixture) -> None:
    server = MockServer(behaviour=Behaviour(error_bodies={404: {"text": "no message"}})).start()
    with caplog.at_level(logging.ERROR, logger="nanonets_sdk.mock"):
        reply = httpx.get(f"{server.base_url}/OCR/Model/none", auth=("any", ""), timeout=60)

    assert reply.status_code == 500
    assert '"message" is a required property' in reply.json()["errors"][0]["reason"]
    assert "ocr_get_model: 404 is outside the description" in caplog.text
    with pytest.raises(MockAlarm, match="ocr_get_model"):
        server.stop()


def test_an_alarm_does_not_hide_the_error_that_a_test_fails_with() -> None:
    def failing_test() -> None:
        with MockServer(behaviour=Behaviour(error_bodies={404: {"text": "no message"}})) as server:
            httpx.get(f"{server.base_url}/OCR/Model/none", auth=("any", ""), timeout=60)
            pytest.fail("the test's own reason")

    with pytest.raises(pytest.fail.Exception, match="own reason"):
        failing_test()


def test_a_body_where_none_belongs_is_not_looked_at(nanonets_mock: MockServer, http: httpx.Client) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    path = f"/OCR/Model/{nanonets_mock.model_id}"
    assert http.request("GET", path, content=b"no form", headers=headers).status_code == 200


def test_too_large_is_400_where_the_description_has_no_413(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.behaviour = Behaviour(max_body_bytes=100)
    body = {"categories": ["a" * 200], "model_type": "ocr"}
    assert http.post("/OCR/Model/", json=body).status_code == 400
    assert nanonets_mock.alarms == []
