"""Object detection and multi-label models learn from what they are given, and tell new pictures apart."""

import json
from typing import Any, Final

import httpx
import pytest

from nanonets_sdk.mock import MockServer, Progression
from samples import INVOICE
from scenes import picture

DETECTION: Final = "/ObjectDetection/Model"
LABELLING: Final = "/MultiLabelClassification/Model"
BOX: Final = {"xmin": 20, "ymin": 30, "xmax": 60, "ymax": 90}


@pytest.fixture(autouse=True)
def _trainings_are_done_at_once(nanonets_mock: MockServer) -> None:
    nanonets_mock.trainings = Progression.immediate()


def created(http: httpx.Client, base: str) -> str:
    """A new model's path."""
    model = http.post(f"{base}/", json={"categories": ["person", "car"]}).json()
    assert model["state"] == 0
    return f"{base}/{model['model_id']}"


def annotated(name: str, box: dict[str, int] = BOX) -> dict[str, Any]:
    return {"filename": name, "object": [{"name": "person", "bndbox": box}]}


def test_objects_are_found_where_they_were_annotated_if_they_are_there(http: httpx.Client) -> None:
    model = created(http, DETECTION)
    for shade in (255, 235, 245):
        files = {"file": (f"{shade}.png", picture("person", shade=shade))}
        reply = http.post(f"{model}/UploadFile/", files=files, data={"data": json.dumps([annotated(f"{shade}.png")])})
        assert reply.json()["Meta"]["State"] == 2
    assert http.post(f"{model}/Train/").status_code == 200
    assert http.get(model).json()["state"] == 5

    (entry,) = http.post(f"{model}/LabelFile/", files={"file": ("new.png", picture("person", "car"))}).json()["result"]
    (box,) = entry["prediction"]
    assert {name: box[name] for name in ("label", *BOX)} == {"label": "person", **BOX}
    assert (0.5 < box["score"] <= 1, "ocr_text" in box) == (True, False)
    (empty,) = http.post(f"{model}/LabelFile/", files={"file": ("empty.png", picture())}).json()["result"]
    assert empty["prediction"] == []


def test_several_files_of_one_call_have_a_page_each(http: httpx.Client) -> None:
    model = created(http, DETECTION)
    files = [("file", (name, picture("person"))) for name in ("a.png", "b.png")]
    data = {"data": json.dumps([annotated("a.png"), annotated("b.png")])}
    assert len(http.post(f"{model}/UploadFile/", files=files, data=data).json()["Data"]) == 2
    http.post(f"{model}/Train/")
    result = http.post(f"{model}/LabelFile/", files=files).json()["result"]
    assert [(page["input"], len(page["prediction"])) for page in result] == [("a.png", 1), ("b.png", 1)]


def test_the_annotations_are_listed_with_the_state_of_the_model(http: httpx.Client, nanonets_mock: MockServer) -> None:
    model = created(http, DETECTION)
    data = {"data": json.dumps([annotated("a.png")])}
    http.post(f"{model}/UploadFile/", files={"file": ("a.png", picture("person"))}, data=data)
    listed = http.get(f"{model}/Annotations").json()
    assert listed["Meta"]["state"] == 2
    assert {one["name"]: one["count"] for one in listed["Meta"]["categories"]} == {"person": 1, "car": 0}
    assert listed["Data"][0]["object"][0]["bndbox"] == BOX
    assert http.get(f"/OCR/Model/{nanonets_mock.model_id}/Annotations").json()["Data"] == []


def test_ocr_models_answer_on_the_routes_of_object_detection(http: httpx.Client, nanonets_mock: MockServer) -> None:
    model = f"{DETECTION}/{nanonets_mock.model_id}"
    assert http.get(model).json()["model_type"] == "ocr"
    result = http.post(f"{model}/LabelFile/", files={"file": ("a.pdf", INVOICE.read_bytes())}).json()["result"]
    assert "INV-2026-00417" in [box["ocr_text"] for box in result[0]["prediction"]]


def test_an_ocr_model_is_created_on_the_route_of_object_detection_too(http: httpx.Client) -> None:
    model = http.post(f"{DETECTION}/", json={"categories": ["total"], "model_type": "ocr"}).json()
    assert model["model_type"] == "ocr"
    assert http.get(f"/OCR/Model/{model['model_id']}").json()["state"] == 0


def test_a_detection_is_read_and_predicted_again_as_every_stored_file(
    http: httpx.Client, nanonets_mock: MockServer
) -> None:
    nanonets_mock.jobs = Progression.immediate()
    model_id = nanonets_mock.create_model(["person"], model_type="localization")
    (page,) = http.post(f"{DETECTION}/{model_id}/LabelFile/", files={"file": picture("person")}).json()["result"]
    data = {"data": json.dumps([annotated("a.png")])}
    http.post(f"{DETECTION}/{model_id}/UploadFile/", files={"file": ("a.png", picture("person"))}, data=data)
    http.post(f"{DETECTION}/{model_id}/Train/")
    http.post(f"{DETECTION}/{model_id}/RetryPrediction", json={"file_ids": [page["request_file_id"]]})
    read = http.get(f"/Inferences/Model/{model_id}/InferenceRequestFiles/GetPredictions/{page['request_file_id']}")
    assert page["prediction"] == []
    assert [box["label"] for box in read.json()["unmoderated_images"][0]["predicted_boxes"]] == ["person"]


def trained_labels(http: httpx.Client) -> str:
    model = created(http, LABELLING)
    given = [(), ("person",), ("car",), ("person", "car")]
    files = [("files", (f"{number}.png", picture(*labels))) for number, labels in enumerate(given)]
    data = [{"filename": f"{number}.png", "categories": [*labels]} for number, labels in enumerate(given)]
    reply = http.post(f"{model}/UploadFiles/", files=files, data={"data": json.dumps(data)})
    assert {one["name"]: one["count"] for one in reply.json()["Meta"]["Categories"]} == {"person": 2, "car": 2}
    assert http.post(f"{model}/Train/").status_code == 200
    return model


@pytest.mark.parametrize("shapes", [(), ("person",), ("car",), ("person", "car")])
def test_each_label_has_a_probability_of_its_own(http: httpx.Client, shapes: tuple[str, ...]) -> None:
    files = {"files": ("new.png", picture(*shapes, shade=240))}
    (entry,) = http.post(f"{trained_labels(http)}/LabelFiles/", files=files).json()["result"]
    assert {one["label"] for one in entry["prediction"]} == {"person", "car"}
    assert {one["label"] for one in entry["prediction"] if one["probability"] > 0.5} == {*shapes}


def test_several_pictures_of_one_call_have_an_entry_each(http: httpx.Client, nanonets_mock: MockServer) -> None:
    model = trained_labels(http)
    files = [("files", (name, picture("car"))) for name in ("a.png", "b.png")]
    result = http.post(f"{model}/LabelFiles/", files=files).json()["result"]
    assert [entry["file"] for entry in result] == ["a.png", "b.png"]
    nanonets_mock.register_url("https://files.example.org/a.png", picture("car"))
    urls = ["https://files.example.org/a.png", "https://files.example.org/gone.png"]
    reply = http.post(f"{model}/LabelUrls/", data={"urls": urls})
    assert (reply.status_code, [bool(entry["prediction"]) for entry in reply.json()["result"]]) == (202, [True, False])


def test_labels_by_url_are_given_as_json_in_a_form(http: httpx.Client, nanonets_mock: MockServer) -> None:
    url = "https://files.example.org/a.png"
    nanonets_mock.register_url(url, picture("car"))
    data = {"urls": [url], "data": json.dumps([{"filename": url, "categories": ["car"]}])}
    reply = http.post(f"{created(http, LABELLING)}/UploadUrls/", data=data)
    assert (reply.status_code, reply.json()["Data"][0]["filename"]) == (200, url)


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ({"filename": "b.png", "categories": []}, "/data/0/filename"),
        ({"filename": "a.png", "categories": ["tree"]}, "/data/0/categories"),
    ],
)
def test_a_label_of_nothing_is_refused(http: httpx.Client, entry: dict[str, Any], place: str) -> None:
    files = {"files": ("a.png", picture())}
    reply = http.post(f"{created(http, LABELLING)}/UploadFiles/", files=files, data={"data": json.dumps([entry])})
    assert (reply.status_code, place in reply.text) == (400, True)


@pytest.mark.parametrize("base", [DETECTION, LABELLING])
def test_a_model_without_examples_is_not_ready(http: httpx.Client, base: str) -> None:
    reply = http.post(f"{created(http, base)}/Train/")
    assert (reply.status_code, reply.json()["errors"][0]["reason"]) == (409, "Model is not ready")


def test_the_older_package_sends_texts_as_files_without_a_name(http: httpx.Client) -> None:
    model = created(http, LABELLING)
    data = json.dumps([{"filename": "a.png", "categories": ["car"]}])
    parts = [("files", ("a.png", picture("car"), "image/jpeg")), ("data", ("", data))]
    body = multipart(parts)
    reply = http.post(
        f"{model}/UploadFiles/", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert (reply.status_code, len(reply.json()["Data"])) == (200, 1)


def test_the_older_package_sends_the_fields_of_classification_in_the_url(
    http: httpx.Client, nanonets_mock: MockServer
) -> None:
    model_id = nanonets_mock.create_model(["person", "car"], model_type="classification")
    files = [("file", (name, picture("car"))) for name in ("a.png", "b.png")]
    query = {"modelId": model_id, "category": "car"}
    model = http.post("/ImageCategorization/UploadFile/", params=query, files=files).json()
    assert {one["name"]: one["count"] for one in model["categories"]} == {"person": 0, "car": 2}
    result = http.post("/ImageCategorization/LabelFile/", params={"modelId": model_id}, files=files).json()["result"]
    assert [entry["file"] for entry in result] == ["a.png", "b.png"]


def multipart(parts: list[tuple[str, Any]]) -> bytes:
    """A form in which every part has a file name, an empty one as well."""
    pieces: list[bytes] = []
    for name, (filename, content, *_) in parts:
        pieces += [
            f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'.encode(),
            content if isinstance(content, bytes) else content.encode(),
            b"\r\n",
        ]
    return b"".join([*pieces, b"--b--\r\n"])
