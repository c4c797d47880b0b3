"""`nanonets evaluate`: figures on standard output, what counts on standard error, and a page with plots."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import browser, needs_browser, resize
from command_line import run, run_on_terminal
from nanonets_sdk import Nanonets
from nanonets_sdk.mock import MockServer
from samples import INVOICE


@pytest.fixture
def reviewed(server: MockServer, client: Nanonets) -> MockServer:
    """A service with three invoices: one approved as it was read, one after a correction, one not approved."""
    ids = [client.ocr.predict_file(server.model_id, INVOICE).request_file_id for _ in range(3)]
    server.approve(ids[0])
    server.approve(ids[1], corrections={"total": "9,254.22 EUR"})
    return server


def test_figures_are_rows_in_a_pipe(reviewed: MockServer) -> None:
    ended = run("evaluate", "--precision", "0.5", server=reviewed)
    assert ended.status == 0
    labels, columns = (
        {row[0]: row[1:] for row in (line.split("\t") for line in block.splitlines())}
        for block in ended.out.split("\n\n")
    )
    assert labels["label"] == ["expected", "precision", "recall", "exact", "same", "threshold", "passes"]
    assert labels["total"] == ["2", "50.0%", "50.0%", "50.0%", "50.0%", "0.81", "100%"]
    assert labels["invoice_number"][:5] == ["2", "100%", "100%", "100%", "100%"]
    assert [*labels][-1] == "all labels"
    assert [*columns] == ["column", "Amount", "Description", "Item", "Quantity", "Unit price", "all columns"]
    assert ended.err == "2 approved documents, 4 pages. Left out: 1 not approved.\n"


def test_json_has_every_figure(reviewed: MockServer) -> None:
    record = json.loads(run("evaluate", "--json", "--precision", "0.9", server=reviewed).out)
    assert (record["documents"], record["not_approved"], record["wanted_precision"]) == (2, 1, 0.9)
    assert record["labels"]["total"]["precision"] == 0.5
    assert record["labels"]["total"]["threshold"] is None
    assert record["labels"]["invoice_number"]["threshold"]["share"] == 1
    assert len(record["fields"]["calibration"]["bins"]) == 10


def test_a_terminal_of_the_usual_width_gets_a_table(reviewed: MockServer) -> None:
    screen = run_on_terminal("evaluate", server=reviewed, width=80).screen
    assert "2 approved documents, 4 pages." in screen
    assert ["total", "2", "50.0%", "50.0%", "50.0%", "50.0%"] in [line.split() for line in screen.splitlines()]


def test_days_are_listed_one_by_one(reviewed: MockServer) -> None:
    assert run("evaluate", "--since", "2d", server=reviewed).status == 0
    assert sum("ImageLevelInferences" in request.path for request in reviewed.requests) == 3


def test_nothing_approved_is_not_a_failure(server: MockServer) -> None:
    ended = run("evaluate", "--json", server=server)
    counted, advice = ended.err.splitlines()
    assert (ended.status, counted) == (0, "0 approved documents, 0 pages.")
    assert advice.startswith("Nothing could be compared: approve files")
    assert json.loads(ended.out)["fields"]["precision"] is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--precision", "0"), "--precision must be above 0 and up to 1, not 0"),
        (("--precision", "99"), "--precision must be above 0 and up to 1, not 99"),
        (("--precision", "nan"), "--precision must be above 0"),
        (("--since", "today", "--until", "3d"), "--since today is after --until 3d"),
        (("--decimal-mark", ";"), "'.', ','"),
        (("--since", "3d", "replies"), "--since and --until choose days of the service"),
        (("missing.json",), "'missing.json' does not exist"),
        (("--since", "soon"), "'soon' is not a day"),
    ],
)
def test_options_that_cannot_be_used_are_refused(server: MockServer, arguments: tuple[str, ...], told: str) -> None:
    ended = run("evaluate", *arguments, server=server)
    assert ended.status == 2
    assert told in ended.err
    assert not [one for one in server.requests if "Inferences" in one.path]


def test_stored_replies_give_the_same_figures_without_the_service(
    reviewed: MockServer, client: Nanonets, tmp_path: Path
) -> None:
    listing = client.ocr.list_predictions(reviewed.model_id)
    (tmp_path / "month").mkdir()
    (tmp_path / "month" / "listing.json").write_bytes(listing.raw_bytes)
    (tmp_path / "archive.jsonl").write_text("".join(f"{document.to_json()}\n" for document in listing), "utf-8")
    online = json.loads(run("evaluate", "--json", server=reviewed).out)
    reviewed.clear_requests()
    for stored in (tmp_path / "month", tmp_path / "archive.jsonl"):
        ended = run("evaluate", "--json", stored, server=reviewed, NANONETS_MODEL_ID="")
        assert (ended.status, json.loads(ended.out)) == (0, online)
    both = json.loads(run("evaluate", "--json", "-r", tmp_path).out)
    assert both == online | {"repeated": 2, "not_approved": 2}
    assert reviewed.requests == []


def test_a_stored_file_that_is_no_reply_does_not_keep_back_the_others(
    reviewed: MockServer, client: Nanonets, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_bytes(client.ocr.list_predictions(reviewed.model_id).raw_bytes)
    ended = run("evaluate", tmp_path)
    assert ended.status == 1
    assert "total\t2\t50.0%" in ended.out
    assert "a.json\t" in ended.err
    assert ended.err.endswith("2 approved documents, 4 pages. Left out: 1 not approved. 1 could not be read.\n")


def test_a_stored_reply_is_not_overwritten_by_the_page(reviewed: MockServer, client: Nanonets, tmp_path: Path) -> None:
    stored = tmp_path / "a.json"
    stored.write_bytes(kept := client.ocr.list_predictions(reviewed.model_id).raw_bytes)
    ended = run("evaluate", tmp_path, "--html", stored)
    assert (ended.status, stored.read_bytes()) == (2, kept)
    assert "is one of the files to read; name another file with --html" in ended.err


def test_a_model_or_files_must_be_named(server: MockServer) -> None:
    ended = run("evaluate", server=server, NANONETS_MODEL_ID="")
    assert (ended.status, ended.out) == (2, "")
    assert "add --model, or name files with stored replies" in ended.err


def test_dates_and_amounts_are_read_as_asked(server: MockServer, client: Nanonets) -> None:
    read = client.ocr.predict_file(server.model_id, INVOICE)
    server.approve(read.request_file_id, corrections={"total": "9245.22 EUR"})

    def right(*options: str) -> int:
        record = json.loads(run("evaluate", "--json", *options, server=server).out)
        return int(record["labels"]["total"]["right"])

    assert right() == right("--decimal-mark", ".") == 1
    assert right("--decimal-mark", ",") == 0


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The page of an evaluation."""
    path = tmp_path_factory.mktemp("page") / "evaluation.html"
    with MockServer() as server:
        with Nanonets("any", base_url=server.base_url) as client:
            server.approve(client.ocr.predict_file(server.model_id, INVOICE).request_file_id)
        assert run("evaluate", "--html", path, server=server).status == 0
        yield path


def test_the_page_names_the_model(page: Path) -> None:
    assert "<h1>How good is model " in page.read_text("utf-8")


@needs_browser
def test_the_page_fits_a_phone_and_a_desk(page: Path) -> None:
    with browser() as driver:
        driver.get(page.as_uri())
        for width in (390, 1280):
            resize(driver, width, 900, dark=width == 390)
            assert driver.execute_script("return document.documentElement.scrollWidth") <= width
            # Letters of 12 units must not come out smaller than 10 pixels.
            scale = "return document.querySelector('figure > svg').getBoundingClientRect().width / 360"
            assert driver.execute_script(scale) > 10 / 12
        assert driver.get_log("browser") == []
