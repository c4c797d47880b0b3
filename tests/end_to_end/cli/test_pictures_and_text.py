"""Full text, things on pictures, and tags."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from command_line import run
from nanonets_sdk import Nanonets
from nanonets_sdk.mock import Answer, MockServer, Progression
from samples import INVOICE
from scenes import BOXES, annotation, picture

pypdfium2 = pytest.importorskip("pypdfium2")

URL = "https://files.example.org/2026/invoice.pdf"


@pytest.fixture
def scenes(tmp_path: Path) -> dict[str, Path]:
    """Pictures to learn from: one for each name, whose parts are on it."""
    made = {name: tmp_path / "learn" / f"{name}.png" for name in ("none", "person", "car", "person-car")}
    (tmp_path / "learn").mkdir()
    for name, path in made.items():
        path.write_bytes(picture(*name.split("-")))
    return made


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """A picture that no model has seen."""
    path = tmp_path / "street.png"
    path.write_bytes(picture("person", "car", shade=240))
    return path


def test_a_detection_model_is_made_trained_and_finds_things(
    server: MockServer, tmp_path: Path, scenes: dict[str, Path], street: Path
) -> None:
    server.trainings = Progression.immediate()
    create = ("models", "create", *BOXES, "--type", "detection", "--json")
    model = json.loads(run(*create, server=server).out)["model_id"]
    annotated = [
        {"filename": path.name, "object": [annotation(one) for one in name.split("-") if one in BOXES]}
        for name, path in scenes.items()
    ]
    (tmp_path / "annotations.json").write_text(json.dumps(annotated))
    files = [*scenes.values()]
    upload = ("upload", *files, "--model", model, "--annotations", tmp_path / "annotations.json")
    assert run(*upload, server=server).status == 0
    trained = run("train", "--model", model, "--wait", server=server)
    assert "state\thosted\n" in trained.out
    assert "label person\t2\n" in trained.out

    lines = run("detect", street, "--model", model, "--format", "jsonl", server=server).out.splitlines()
    rows = [*csv.DictReader(run("detect", street, "--model", model, "-f", "csv", server=server).out.splitlines())]
    table = run("detect", street, scenes["none"], "--model", model, server=server)
    found = {one["label"]: one for one in json.loads(lines[0])["objects"]}
    assert {label: (one["xmin"], one["ymin"], one["xmax"], one["ymax"]) for label, one in found.items()} == BOXES
    assert {one["page_index"] for one in found.values()} == {0}
    assert {row["label"]: float(row["score"]) for row in rows} == {label: one["score"] for label, one in found.items()}
    assert table.out.splitlines()[0] == "file\tpage\tlabel\tscore\txmin\tymin\txmax\tymax"
    assert [line.split("\t")[:3] for line in table.out.splitlines()[1:]] == [
        [str(scenes["none"]), "", ""],
        [str(street), "1", json.loads(lines[0])["objects"][0]["label"]],
        [str(street), "1", json.loads(lines[0])["objects"][1]["label"]],
    ]
    scores = sorted(one["score"] for one in found.values())
    certain = run("detect", street, "--model", model, "--above", str(scores[1]), "-f", "jsonl", server=server)
    assert scores[0] < scores[1]
    assert [one["score"] for one in json.loads(certain.out)["objects"]] == scores[1:]


def test_a_multi_label_model_is_made_trained_and_tags(
    server: MockServer, scenes: dict[str, Path], street: Path
) -> None:
    server.trainings = Progression.immediate()
    create = ("models", "create", *BOXES, "--type", "multi-label", "--json")
    model = json.loads(run(*create, server=server).out)["model_id"]
    for name in ("person", "car", "person-car"):
        categories = [option for one in name.split("-") for option in ("--category", one)]
        assert run("upload", scenes[name], "--model", model, *categories, server=server).status == 0
    shown = run("train", "--model", model, "--wait", server=server).out
    assert "label person\t2\nlabel car\t2\n" in shown
    assert run("models", "show", model, server=server).out == shown

    tags = json.loads(run("tag", street, "--model", model, "--format", "jsonl", server=server).out)["tags"]
    assert {one["label"] for one in tags} == {"person", "car"}
    every = run("tag", street, "--model", model, "--above", "0", "--format", "csv", server=server).out.splitlines()
    assert every[0] == "file,label,probability"
    assert len(every) == 3
    nothing = run("tag", street, "--model", model, "--above", "1", server=server)
    assert nothing.out.splitlines() == ["file\tlabel\tprobability", f"{street}\t\t"]


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("detection", ["--category", "car"], "a model of type detection; its files have --annotations"),
        ("multi-label", [], "a model of type multi-label; its files need --category"),
        ("classification", [], "a model of type classification; its files need --category"),
        ("classification", ["--category", "car", "--category", "person"], "give --category once"),
    ],
)
def test_training_files_with_the_wrong_answers_are_not_sent(
    server: MockServer, street: Path, kind: str, options: list[str], said: str
) -> None:
    model = json.loads(run("models", "create", *BOXES, "--type", kind, "--json", server=server).out)["model_id"]
    server.clear_requests()
    ended = run("upload", street, "--model", model, *options, server=server)
    assert ended.status == 2
    assert said in ended.err
    assert {request.method for request in server.requests} == {"GET"}


def failed_second_page(server: MockServer, client: Nanonets) -> dict[str, Any]:
    """The reply to a detection in two pages, of which the second failed."""
    model = server.create_model(["person"], model_type="localization")
    reply: dict[str, Any] = client.object_detection.predict_file(model, INVOICE).raw
    found = {"id": "1", "label": "person", "score": 0.9, "xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4}
    reply["result"][0]["prediction"] = [found]
    reply["result"][1] |= {"message": "Failure", "prediction": []}
    return reply


def test_the_things_on_the_pages_that_succeeded_are_shown(server: MockServer, client: Nanonets) -> None:
    server.fail("od_predict_file", Answer(200, failed_second_page(server, client)))
    ended = run("detect", INVOICE, "--model", "any", "--format", "csv", server=server)
    assert ended.status == 1
    assert ended.out.splitlines()[1:] == [f"{INVOICE},0,person,0.9,1,2,3,4"]
    assert "1 file: 0 done, 1 failed." in ended.err


def test_text_is_written_plain_or_as_on_the_page(server: MockServer) -> None:
    server.register_url(URL, INVOICE.read_bytes())
    plain = run("text", INVOICE, server=server)
    laid_out = run("text", INVOICE, "--layout", server=server)
    several = run("text", INVOICE, URL, "--jobs", "1", server=server)
    assert "\nSeller Bill to\n" in plain.out
    assert "\nSeller            " in laid_out.out
    assert laid_out.out.count("\f") == 1
    assert several.out == f"==> {INVOICE} <==\n{plain.out}\n==> {URL} <==\n{plain.out}"
    assert several.err == "2 files: 2 done, 0 failed.\n"


def test_text_as_json_has_each_word_with_its_place(server: MockServer, tmp_path: Path) -> None:
    (document,) = json.loads(run("text", INVOICE, "--format", "json", server=server).out)
    written = run("text", INVOICE, "--format", "json", "--output", tmp_path, server=server)
    assert [page["page_index"] for page in document["pages"]] == [0, 1]
    word = document["pages"][0]["words"][0]
    assert (word["text"], {*word}) == ("Lindenhof", {"text", "xmin", "ymin", "xmax", "ymax"})
    assert written.out == f"{tmp_path / 'invoice.json'}\n"
    assert json.loads((tmp_path / "invoice.json").read_text("utf-8")) == document


def test_a_scan_becomes_a_searchable_pdf(server: MockServer, tmp_path: Path) -> None:
    command = ("text", INVOICE, "--format", "searchable-pdf", "--resolution", "72", "--output", tmp_path)
    ended = run(*command, server=server)
    path = tmp_path / "invoice.searchable.pdf"
    assert (ended.status, ended.out) == (0, f"{path}\n")
    # The lowest version of pypdfium2 has no `with`.
    with closing(pypdfium2.PdfDocument(path)) as pdf:
        assert "INV-2026-00417" in pdf[0].get_textpage().get_text_bounded()


def test_a_text_that_was_paid_for_is_kept_when_no_pdf_can_be_made_of_it(server: MockServer, tmp_path: Path) -> None:
    ended = run("text", INVOICE, "--format", "searchable-pdf", "--output", tmp_path, server=server)
    assert ended.status == 1
    assert "add --resolution" in ended.err
    assert "resolution=" not in ended.err
    assert "INV-2026-00417" in json.loads((tmp_path / "invoice.json").read_text("utf-8"))["text"]


def test_files_with_the_same_name_have_texts_of_their_own(server: MockServer, tmp_path: Path) -> None:
    for name in ("a/invoice.pdf", "b/INVOICE.pdf"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(INVOICE.read_bytes())
    server.register_url(URL, INVOICE.read_bytes())
    inputs: list[str | Path] = [tmp_path / "a" / "invoice.pdf", tmp_path / "b" / "INVOICE.pdf", URL]
    ended = run("text", *inputs, "--output", tmp_path / "out", server=server)
    assert ended.status == 0, ended.err
    names = [path.name for path in (tmp_path / "out").iterdir()]
    assert len({name.casefold() for name in names}) == 3
    assert {str(tmp_path / "out" / name) for name in names} == {*ended.out.splitlines()}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--format", "searchable-pdf"], 2, "add --output DIR"),
        (["--format", "searchable-pdf", "--output", "out", URL], 2, "needs the file itself; download it first"),
        (["--format", "json", "--layout"], 2, "--layout is for text"),
        (["--resolution", "72"], 2, "--resolution is for --format searchable-pdf"),
        (["missing.pdf"], 2, "'missing.pdf' does not exist"),
        (["-"], 2, "standard input is not read"),
    ],
)
def test_text_that_cannot_be_meant_is_not_paid_for(
    server: MockServer, tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    ended = run("text", INVOICE, *arguments, server=server, folder=tmp_path)
    assert (ended.status, server.requests) == (status, [])
    assert said in ended.err


def test_a_url_that_fails_does_not_keep_back_the_others(server: MockServer) -> None:
    ended = run("text", "https://files.example.org/gone.pdf", INVOICE, "--format", "json", server=server)
    assert ended.status == 1
    assert [one["file"] for one in json.loads(ended.out)] == [str(INVOICE)]
    assert "https://files.example.org/gone.pdf" in ended.err
