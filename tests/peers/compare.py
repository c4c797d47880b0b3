"""Two published clients that others wrote, unchanged, on the mock: `compare.py PACKAGE ITS-PYTHON`.

```text
this environment: the wheel                 theirs: nanonets 2.0.5, or ocr-nanonets-wrapper 1.1
  the mock   <──── HTTP ─────────────────────  call_nanonets.py or call_wrapper.py
  our client  ─── HTTP ──> the mock               │
  compare.py  <── JSON: how each call ended ──────┘
```

A call works if its result is what our client reads from the same mock. It may fail only as `FAULTS` says, and must fail
if it is listed there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

from nanonets_sdk import ModelState, Nanonets, NanonetsError
from nanonets_sdk.documents.text_document import TextDocument
from nanonets_sdk.mock import Limits, MockServer, Progression

sys.path.append(str(Path(__file__).parents[1] / "support"))
from recorded_calls import is_dict, is_list

from scenes import BOXES, annotation, picture

HERE: Final = Path(__file__).parent
SAMPLES: Final = HERE.parent / "samples"
KEY: Final = "peers"
# The engine that reads text in pictures needs more memory than the limit for a file, and is slow on a busy machine.
FOR_PICTURES: Final = Limits(page_seconds=120, seconds=600, memory_bytes=2**31)
URL: Final = "https://files.example.org/picture.png"
DOCUMENT_URL: Final = "https://files.example.org/invoice.pdf"
# `set_token` tests the key with this picture.
TOKEN_URL: Final = "https://upload.wikimedia.org/wikipedia/commons/5/5a/Povray_hello_world.png"
# `_check_model_state` asks for more than 50 files and annotations of each label, and for more than 25 pictures of each
# category. Half of them is uploaded by `upload_image_files`, the rest by `train`.
EACH: Final = 26

_NO_ADDRESS: Final = "it posts to an address that no source documents, and does not look at the status"
_ARGUMENT: Final = "it calls a function of its own with a wrong number of arguments"
_NOTHING: Final = "it is empty: it sends nothing and returns None"
FAULTS: Final[dict[str, tuple[str, str]]] = {
    "OCR.upload_image_file": (r"TypeError: process_annotations\(\)", _ARGUMENT),
    "ObjectDetection.upload_image_file": (r"TypeError: process_annotations\(\)", _ARGUMENT),
    "MultilabelClassification.upload_image_file": (r"TypeError: .*_upload_image_file\(\)", _ARGUMENT),
    "ImageClassification.upload_image_file": (r"status 40[45]", _NO_ADDRESS),
    "OCR.upload_image_url": ("None", _NOTHING),
    "OCR.upload_image_urls": ("None", _NOTHING),
    "ObjectDetection.upload_image_url": ("None", _NOTHING),
    "ObjectDetection.upload_image_urls": ("None", _NOTHING),
    "MultilabelClassification.upload_image_url": (r"status 40[45]", _NO_ADDRESS),
    "MultilabelClassification.upload_image_urls": (r"status 40[45]", _NO_ADDRESS),
}
"""Calls that fail by the package's own fault: what they end in, and why."""

REMARKS: Final = {
    "OCR.predict_for_file": "of two pages only the last one is left: the result is a dict by file name",
    "OCR.predict_for_files": "of two pages only the last one is left: the result is a dict by file name",
    "ImageClassification.upload_image_urls": "each category needs a URL: without one, it sends a request without URLs",
    "OCR.create": "the constructor without an id creates a model at the public service, before a host can be set",
}
"""What works and loses something."""


def draw(path: Path, *shapes: str, shade: int) -> str:
    """Write a small picture and return its path."""
    path.write_bytes(picture(*shapes, shade=shade))
    return str(path)


def write_label(path: Path) -> None:
    """Write a picture with a little text, which is recognised faster than a page."""
    image = Image.new("RGB", (480, 140), "white")
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(("Invoice 4711", "Total 12.50 EUR")):
        pen.text((20, 15 + 60 * number), line, "black", ImageFont.load_default(40))
    image.save(path)


def families(folder: Path, server: MockServer) -> dict[str, dict[str, Any]]:
    """Return what each class of `nanonets` is trained with and predicts."""
    both, person, car = (
        [draw(folder / f"{name}-{number:02}.png", *shapes, shade=255 - number % EACH) for number in range(2 * EACH)]
        for name, shapes in (("both", ("person", "car")), ("person", ("person",)), ("car", ("car",)))
    )
    annotated = folder / "annotations.json"
    annotated.write_text(json.dumps([*map(annotation, BOXES)]))
    answers: dict[str, dict[str, Any]] = {
        "OCR": dict.fromkeys(both, str(annotated)),
        "ObjectDetection": dict.fromkeys(both, str(annotated)),
        "MultilabelClassification": {path: ["person", "car"] for path in both},
        "ImageClassification": dict.fromkeys(person[:EACH], "person") | dict.fromkeys(car[:EACH], "car"),
    }
    cases: dict[str, dict[str, Any]] = {
        family: {
            "categories": [*BOXES],
            # Every second one, so that each half has pictures of both categories.
            "training": [dict(list(given.items())[half::2]) for half in (0, 1)],
            "file": both[0],
            "files": [both[0], person[1], car[2]],
            "url": URL,
            "by_url": {URL: given[both[0]]} if both[0] in given else {URL: "person", TOKEN_URL: "car"},
        }
        for family, given in answers.items()
    }
    documents = [*map(str, (SAMPLES / "invoice.pdf", *sorted((SAMPLES / "born_digital").glob("*.pdf"))[:2]))]
    cases["OCR"] |= {"predicting": server.model_id, "file": documents[0], "files": documents, "url": DOCUMENT_URL}
    return cases


def calls_of(python: str, script: str, folder: Path, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a script in another environment, and return how its calls ended."""
    results = folder / f"{script}.json"
    # A call to any other host than the mock ends at this port, on which nothing listens.
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}
    subprocess.run(
        [python, "-I", "-c", f"import sys; sys.path.insert(0, {str(HERE)!r}); import {script}",
         json.dumps({**settings, "results": str(results)})],
        env={**os.environ, **nowhere}, stdout=subprocess.DEVNULL, check=True, timeout=900,
    )  # fmt: skip
    read: list[dict[str, Any]] = json.loads(results.read_text(encoding="utf-8"))
    return read


def by_file(raws: list[Any]) -> dict[str, Any]:
    """Return predictions by file name, as `nanonets` returns them, from what our client read."""
    # A raw value is a whole reply, the entries of one file, or one entry.
    entries: list[Any] = []
    for raw in raws:
        entries += raw if is_list(raw) else raw.get("result", [raw])
    return {entry.get("input", entry.get("file")): without_ids(entry["prediction"]) for entry in entries}


def without_ids(value: Any) -> Any:
    """Return predictions without the members that each call makes new."""
    if is_list(value):
        return [without_ids(one) for one in value]
    if is_dict(value):
        return {name: without_ids(one) for name, one in value.items() if name not in {"id", "updated_at"}}
    return value


RESOURCES: Final = {
    "OCR": "ocr",
    "ObjectDetection": "object_detection",
    "MultilabelClassification": "multi_label",
    "ImageClassification": "image_classification",
}


def expected_by(client: Nanonets, settings: dict[str, Any]) -> Callable[[str, str, str], Any]:
    """Return the function that says with our client what a call should return."""

    def expected(family: str, call: str, model_id: str) -> Any:
        case, resource = settings["families"][family], getattr(client, RESOURCES[family])
        predicting = case.get("predicting") or model_id
        match call:
            case "create":
                return resource.get_model(model_id).model_id
            case "_check_model_state":
                uploaded = EACH if family == "ImageClassification" else 2 * EACH
                return {"state": ModelState.HOSTED, **dict.fromkeys(case["categories"], uploaded)}
            case "predict_for_file":
                return by_file([resource.predict_file(predicting, case["file"]).raw])
            case "predict_for_files":
                return by_file([resource.predict_file(predicting, one).raw for one in case["files"]])
            case "predict_for_url" | "predict_for_urls":
                return by_file([one.raw for one in resource.predict_urls(predicting, [case["url"]])])
            case _:
                return "accepted"

    return expected


def compared(call: str, result: Any) -> Any:
    """Return the part of a result of `nanonets` that is compared."""
    if call == "_check_model_state":
        return {"state": result["state"], **{one["name"]: one["count"] for one in result["categories"]}}
    if call.startswith("predict"):
        return {name: without_ids(prediction) for name, prediction in result.items()}
    responses = result if is_list(result) else [result]
    if responses and all(is_dict(one) and "status" in one for one in responses):
        refused = [one for one in responses if one["status"] != 200]
        return f"status {refused[0]['status']}: {refused[0]['body'][:200]}" if refused else "accepted"
    return result


def nanonets_rows(ended: list[dict[str, Any]], expected: Callable[[str, str, str], Any]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each call of `nanonets`."""
    model_id = ""
    for one in ended:
        family, _, call = one["call"].partition(".")
        if call == "create":
            model_id = one["result"]
        got = one["error"] or compared(call, one["result"])
        try:
            wanted = None if one["call"] in FAULTS else expected(family, call, model_id)
        except NanonetsError as error:
            wanted = error
        yield verdict(one["call"], got, wanted)


def verdict(call: str, got: Any, wanted: Any) -> tuple[str, ...]:
    """Return the row of a call: its name, outcome and reason."""
    if call in FAULTS:
        pattern, reason = FAULTS[call]
        if re.match(pattern, str(got)):
            return call, "fails", reason
        return call, "UNEXPECTED", f"should fail with {pattern}, got {got!r}"[:500]
    if got == wanted:
        return call, "works", REMARKS.get(call, "")
    return call, "UNEXPECTED", f"got {got!r:.300}, wanted {wanted!r:.300}"


def wrapper_rows(ended: list[dict[str, Any]], client: Nanonets, settings: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each call of `ocr-nanonets-wrapper`."""
    read: dict[str, TextDocument] = {kind: client.ocr.read_text(settings[kind]) for kind in ("pdf", "image")}
    (read["url"],) = client.ocr.read_text(urls=[URL])
    for one in ended:
        call, got = one["call"], one["result"]
        kind = next((kind for kind in read if f"({kind}" in call), None)
        wanted: Any = [None, 1]
        if kind is not None:
            pages: list[Any] = read[kind].raw["page_data"]
            if "boxes" in call:
                wanted = [page["words"] for page in pages] if kind == "pdf" else pages[0]["words"]
            elif "prediction" in call:
                got, wanted = got and [entry["page_data"] for entry in got["results"]], [pages]
            elif "'none'" in call:
                wanted = " ".join(page["raw_text"] for page in pages)
            else:
                # Its own lines and spaces differ from ours; the words and their order do not.
                got = re.sub(r"PAGE \d+\n\n", "", got or "").split()
                wanted = " ".join(word.text for word in read[kind].words).split()
            assert wanted, f"the mock read nothing in {kind}, so nothing is compared"
        yield verdict(call, one["error"] or got, wanted)


def main(package: str, python: str) -> int:
    """Compare, print a table, and return the exit status."""
    with (
        tempfile.TemporaryDirectory() as made,
        MockServer(
            api_key=KEY, jobs=Progression.immediate(), trainings=Progression.immediate(), limits=FOR_PICTURES
        ) as server,
        Nanonets(KEY, base_url=server.base_url, timeout=300) as client,
    ):
        label = Path(made) / "label.png"
        write_label(label)
        for url in (URL, TOKEN_URL):
            server.register_url(url, label.read_bytes())
        server.register_url(DOCUMENT_URL, (SAMPLES / "invoice.pdf").read_bytes())
        settings: dict[str, Any] = {"host": server.base_url, "key": KEY, "url": URL}
        settings |= {"pdf": str(SAMPLES / "invoice.pdf"), "image": str(label)}
        if package == "nanonets":
            settings["families"] = families(Path(made), server)
            ended = calls_of(python, "call_nanonets", Path(made), settings)
            rows = [*nanonets_rows(ended, expected_by(client, settings))]
        else:
            ended = calls_of(python, "call_wrapper", Path(made), settings)
            rows = [*wrapper_rows(ended, client, settings)]
        alarms = server.alarms
    for row in [("call", "outcome", "reason"), *rows]:
        print(f"{row[0]:46}{row[1]:12}{row[2]}".rstrip())
    outcomes = Counter(row[1] for row in rows)
    print(f"{package}: {len(rows)} calls, {', '.join(f'{number} {word}' for word, number in outcomes.items())}")
    for alarm in alarms:
        print(f"the mock made a mistake: {alarm}")
    return 1 if outcomes["UNEXPECTED"] or alarms else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
