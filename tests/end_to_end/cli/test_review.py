"""Files after prediction: edited, approved, assigned, retried, deleted, and shown to people."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.request import urlopen

import pytest

from command_line import KEY, run, run_on_terminal
from nanonets_sdk import Document, Nanonets
from nanonets_sdk.cli.output import wording
from nanonets_sdk.mock import Answer, MockServer
from samples import INVOICE, ROOT


@pytest.fixture
def read_id(server: MockServer, client: Nanonets) -> str:
    """The id of an invoice of two pages that was read."""
    return client.ocr.submit_file(server.model_id, INVOICE).request_file_id


@pytest.fixture
def other_id(server: MockServer, client: Nanonets) -> str:
    """The id of another one."""
    return client.ocr.submit_file(server.model_id, INVOICE).request_file_id


def document(server: MockServer, client: Nanonets, file: str) -> Document:
    return client.ocr.get_file(server.model_id, file)


def test_three_values_and_a_cell_are_corrected_approved_and_read_back(
    server: MockServer, client: Nanonets, read_id: str
) -> None:
    before = document(server, client, read_id)
    edit = ("edit", read_id, "--set", "invoice_number=INV-1", "--set", "total=9,254.22 EUR", "--set", "due_date=")
    edited = run(*edit, "--cell", "2:6:5=75.60", "--confirm", server=server)
    assert (edited.status, edited.err) == (0, "")
    assert {*edited.out.splitlines()[1:]} == {
        "1\tinvoice_number\tchanged\tINV-2026-00417\tINV-1",
        "1\tdue_date\tchanged\t11 April 2026\t",
        "2\ttotal\tchanged\t9,245.22 EUR\t9,254.22 EUR",
        "2\tAmount\tchanged\t74.60\t75.60",
    }
    approved = run("approve", read_id, "--confirm", server=server)
    assert (approved.status, approved.out) == (0, f"{read_id}\n")
    (back,) = json.loads(run("results", "get", read_id, "--format", "json", server=server).out)
    after = document(server, client, read_id)
    assert after.is_moderated
    assert [after.fields[label].text for label in ("invoice_number", "due_date", "total")] == [
        "INV-1", "", "9,254.22 EUR",
    ]  # fmt: skip
    assert after.tables[1].rows[5][4] == back["tables"][1]["rows"][5][4] == "75.60"
    assert after.tables[0].rows == before.tables[0].rows
    assert len(after.fields.all()) == len(before.fields.all())


def test_fields_are_added_and_removed(server: MockServer, client: Nanonets, read_id: str) -> None:
    command = ("edit", read_id, "--add", "note=paid", "--remove", "currency", "--remove", "vat_id#2", "--json")
    changes = json.loads(run(*command, server=server).out)
    assert {(one["label"], one["change"], one["before"], one["after"]) for one in changes} == {
        ("note", "added", None, "paid"),
        ("currency", "removed", "EUR", None),
        ("vat_id", "removed", "DE 318 554 902", None),
    }
    fields = document(server, client, read_id).fields
    assert [field.text for field in fields.all("vat_id")] == ["GB 482 7719 03"]
    assert fields["note"].text == "paid"
    assert "currency" not in fields


def test_a_dry_run_and_an_edit_without_a_difference_write_nothing(server: MockServer, read_id: str) -> None:
    shown = run("edit", read_id, "--set", "total=1", "--dry-run", server=server)
    same = run("edit", read_id, "--set", "total=9,245.22 EUR", server=server)
    assert shown.out.splitlines()[1] == "2\ttotal\tchanged\t9,245.22 EUR\t1"
    assert (same.status, same.out.splitlines()[1:]) == (0, [])
    assert "nothing was written" in same.err
    assert "PATCH" not in {request.method for request in server.requests}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "add --set, --add, --remove or --cell"),
        (["--set", "total"], "--set takes LABEL=VALUE, got 'total'"),
        (["--add", "=1"], "--add takes LABEL=VALUE, got '=1'"),
        (["--cell", "1:0:1=x"], "with numbers from 1"),
        (["--set", "sum=1"], "no such field 'sum'; add it with --add; labels there: buyer, currency"),
        (
            ["--set", "vat_id=1"],
            "not one field; write vat_id#1 'GB 482 7719 03' on page 1 or vat_id#2 'DE 318 554 902' on page 1",
        ),
        (["--set", "vat_id#3=1"], "not one field; write vat_id#1"),
        (["--set", "total#2=1"], "not one field; write total#1"),
        (["--set", "total=1", "--page", "1"], "no such field 'total' on page 1"),
        (["--set", "total=1", "--remove", "total"], "cannot be both set and removed"),
        (["--add", "total=1", "--page", "3"], "the file has no page 3"),
        (["--cell", "3:1:1=x"], "there is no table 3; the file has 2"),
        (["--cell", "2:7:1=x"], "table 2 has 6 rows and 5 columns, so there is no cell 7:1"),
    ],
)
def test_an_edit_that_cannot_be_meant_is_a_mistake_of_usage(
    server: MockServer, read_id: str, arguments: list[str], said: str
) -> None:
    ended = run("edit", read_id, *arguments, server=server)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
    assert "PATCH" not in {request.method for request in server.requests}


def test_an_approved_file_is_not_edited_before_its_approval_is_taken_back(server: MockServer, read_id: str) -> None:
    run("approve", read_id, server=server)
    refused = run("edit", read_id, "--set", "total=1", server=server)
    assert refused.status == 5
    assert "with `nanonets unapprove`" in refused.err
    assert run("unapprove", read_id, "--confirm", server=server).status == 0
    assert run("edit", read_id, "--set", "total=1", server=server).status == 0


def test_a_page_whose_outcome_is_not_known_is_not_sent_again(server: MockServer, read_id: str) -> None:
    server.fail("ocr_update_page", Answer(500, {}))
    ended = run("edit", read_id, "--set", "total=1", "--set", "invoice_number=2", server=server)
    assert ended.status == 5
    assert "nanonets results get" in ended.err
    assert "save()" not in ended.err
    assert len([one for one in server.requests if one.method == "PATCH"]) == 1


def test_a_file_that_is_gone_does_not_keep_back_the_others(
    server: MockServer, client: Nanonets, read_id: str, other_id: str
) -> None:
    assert run("delete", read_id, "--yes", "--confirm", server=server).out == f"{read_id}\n"
    again = run("delete", read_id, other_id, "--yes", "--json", server=server)
    assert again.status == 1
    assert [(one["id"], one["outcome"]) for one in json.loads(again.out)] == [
        (read_id, "failed"),
        (other_id, "deleted"),
    ]
    assert f"nanonets: {read_id}: 404 Not Found" in again.err
    assert client.ocr.list_predictions(server.model_id).documents == ()
    assert run("edit", read_id, "--set", "total=1", server=server).status == 5


def test_deleting_asks_and_refuses_where_nobody_can_answer(server: MockServer, read_id: str) -> None:
    refused = run("delete", read_id, server=server)
    assert (refused.status, refused.out) == (2, "")
    assert "add --yes" in refused.err
    declined = run_on_terminal("delete", read_id, server=server, typed="n\n")
    assert declined.status == 1
    assert "Delete 1 file and its results for good? [y/N]" in declined.screen
    assert "Nothing was deleted." in declined.screen
    assert "DELETE" not in {request.method for request in server.requests}
    assert run_on_terminal("delete", read_id, server=server, typed="y\n").status == 0
    assert [request.method for request in server.requests][-1] == "DELETE"


def test_files_are_assigned_and_retried(server: MockServer, read_id: str, other_id: str) -> None:
    assigned = run("assign", read_id, other_id, "--member", "ann@example.org", "--confirm", server=server)
    assert assigned.out.split() == [read_id, other_id]
    for options, operation in (((), "ocr_retry_predictions"), (("--exports",), "ocr_retry_exports")):
        server.clear_requests()
        assert run("retry", read_id, read_id, *options, server=server).out == f"{read_id}\n"
        assert [request.operation_id for request in server.requests] == [operation]


def test_a_flag_is_seen_by_the_reviewer(server: MockServer, client: Nanonets, read_id: str) -> None:
    page = document(server, client, read_id).page(1).id
    options = ("--label", "total", "--message", "does not match the order")
    flagged = run("flag", page, *options, "--confirm", server=server)
    assert (flagged.status, flagged.out) == (0, f"{page}\n")
    assert document(server, client, read_id).fields["total"].validation_message == "does not match the order"
    assert run("flag", page, "--label", "total", "--message", " ", server=server).status == 2


def test_a_review_link_opens_the_page_of_the_file(server: MockServer, read_id: str) -> None:
    shown = run("review-link", read_id, "--expires", "7d", server=server)
    link = json.loads(run("review-link", read_id, "--expires", "2099-01-01T00:00Z", "--json", server=server).out)
    assert link["link"].startswith(server.review_url)
    with urlopen(shown.out.strip()) as answer:
        assert b"invoice.pdf" in answer.read()
    assert KEY not in shown.out + link["link"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--expires", "soon"], "'soon'"),
        (["--expires", "2099-01-01"], "time zone"),
        (["--expires", "2001-01-01T00:00Z"], "in the past"),
        (["--expires", "0d"], "in the past"),
        (["--expires", "7d", "--redirect", "example.org"], "redirect must be a complete http or https URL"),
    ],
)
def test_a_review_link_that_cannot_be_meant_is_not_asked_for(
    server: MockServer, read_id: str, options: list[str], said: str
) -> None:
    server.clear_requests()
    ended = run("review-link", read_id, *options, server=server)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
    assert server.requests == []


@pytest.mark.parametrize(
    "command", [["approve"], ["delete", "--yes"], ["retry"], ["assign", "--member", "a@example.org"]]
)
def test_an_error_that_would_meet_every_id_ends_the_command_at_once(
    server: MockServer, read_id: str, other_id: str, command: list[str]
) -> None:
    server.clear_requests()
    ended = run(*command, read_id, other_id, "--json", server=server, NANONETS_API_KEY="another-key")
    assert (ended.status, json.loads(ended.out)) == (3, [])
    assert len(server.requests) == 1


def test_no_message_of_a_command_names_an_argument_of_python() -> None:
    missing = run("approve", "any", "--model", "any", NANONETS_API_KEY="")
    assert missing.status == 2
    assert "set NANONETS_API_KEY" in missing.err
    assert "api_key=" not in missing.err
    refused = run(
        "review-link", "any", "--model", "any", "--expires", "7d",
        NANONETS_BASE_URL="https://service.example.org/api/v2", NANONETS_API_KEY=KEY,
    )  # fmt: skip
    assert refused.status == 2
    assert "set NANONETS_REVIEW_URL" in refused.err
    assert "review_url=" not in refused.err


def test_each_message_that_is_reworded_is_one_of_the_client() -> None:
    package = ROOT / "overrides" / "nanonets_sdk"
    texts = {path: path.read_text("utf-8") for path in package.rglob("*.py") if path.name != "wording.py"}
    # Strings are broken over lines where they are long.
    source = "".join(re.sub(r'"\s*\n\s*f?"', "", text) for text in texts.values())
    said: dict[str, Any] = wording._IN_OPTIONS  # pyright: ignore[reportPrivateUsage]  # the table itself
    assert [part for part in said if part not in source] == []


def test_settings_show_where_review_links_come_from(server: MockServer) -> None:
    rows = {row["setting"]: row["value"] for row in json.loads(run("config", "--json", server=server).out)}
    assert rows["review URL"] == server.review_url
