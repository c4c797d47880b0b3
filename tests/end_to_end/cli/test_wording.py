"""The command speaks of options and commands, and never of arguments and methods of Python."""

from __future__ import annotations

from typing import Final

import pytest

from command_line import KEY, run
from messages import PYTHON, in_python
from nanonets_sdk import Nanonets
from nanonets_sdk.cli.output.wording import in_options
from nanonets_sdk.mock import MockServer, Progression
from samples import INVOICE

UNREACHABLE: Final = {
    "binding": "no command fills classes of the user's own",
    "client.py": "the repr of a client",
    "calls/runner.py": "code that is part of a note, which is reworded whole",
    "calls/ocr.py: client.ocr.job(": "code that is part of a message, which is reworded whole",
    "calls/full_text.py: read_text needs": "the command always names files or URLs",
    "files.py: is an asynchronous file": "the command passes paths",
    "transport/settings.py": "the command sets only a base URL and a timeout, and checks no key",
    "resources/jobs.py: The service has the file": "its code is reworded once the ids are in it",
    "resources/jobs.py: X was not done after": "its code is reworded once the ids are in it",
    "cli/running/conversion.py": "it takes the words away",
    "webhooks/worker.py": "it takes the words away",
    "calls/confirming.py: client.ocr.get_file(": "code that is part of a note, which is reworded whole",
    "calls/corrections.py: client.ocr.get_page(": "code that is part of a note, which is reworded whole",
    "cli/output/wording.py": "the table of what is reworded",
    "review/wording.py": "the table of what the page rewords",
}


def test_no_message_that_the_command_can_show_speaks_python() -> None:
    said = {f"{place}: {shown}" for place, text in in_python() if PYTHON.search(shown := in_options(text))}
    assert {one for one in said if not one.startswith(tuple(UNREACHABLE))} == set()
    assert [place for place in UNREACHABLE if not any(one.startswith(place) for one in said)] == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "late; keep waiting with `error.job.result()`, or anywhere with client.ocr.job('m', 'f', pages=2).result()",
            "late; wait again with `nanonets job wait --model m f`",
        ),
        ("The reply to x is not JSON (3 bytes). `raw` of this error has it.", "The reply to x is not JSON (3 bytes)."),
        (
            "Check before you repeat it, for instance with client.ocr.list_predictions('m-1', timedelta(days=1)).",
            "Check before you repeat it, for instance with `nanonets results list --model m-1 --since 1d`.",
        ),
        (
            "The approval was interrupted. Look with client.ocr.get_file('m-1', 'f-1').",
            "The approval was interrupted. See it with `nanonets results get --model m-1 f-1`.",
        ),
        ("The flag was interrupted. Look with client.ocr.get_page('m-1', 'p-1').", "The flag was interrupted."),
        ("Wait again with wait_until_trained('m-1').", "See it with `nanonets models show m-1`."),
    ],
)
def test_code_in_a_message_becomes_a_command(said: str, shown: str) -> None:
    assert in_options(said) == shown


def test_a_model_that_is_not_trained_leads_to_upload_and_train(server: MockServer, client: Nanonets) -> None:
    model = client.ocr.create_model(["total"]).model_id
    for command in (("predict", INVOICE, "--model", model), ("train", "--model", model)):
        ended = run(*command, server=server)
        assert "upload files with `nanonets upload`, then run `nanonets train`" in ended.err


def test_a_wait_that_times_out_names_the_command_that_goes_on(server: MockServer, client: Nanonets) -> None:
    server.jobs = Progression.after_polls(99)
    job = client.ocr.submit_file(server.model_id, INVOICE)
    ended = run("job", "wait", job.request_file_id, "--wait-timeout", "1", server=server)
    assert ended.status == 1
    assert f"`nanonets job wait --model {server.model_id} {job.request_file_id}`" in ended.err


def test_a_url_in_the_place_of_a_file_is_named(server: MockServer) -> None:
    ended = run("predict", "https://example.org/a.pdf?signature=s3cret", server=server, NANONETS_API_KEY=KEY)
    assert (ended.status, ended.out) == (2, "")
    assert "is a URL, and files are sent; download it first" in ended.err
    assert "s3cret" not in ended.err


def test_a_mock_that_other_machines_would_reach_is_refused_in_options() -> None:
    ended = run("mock", "serve", "--host", "0.0.0.0")
    assert "add --allow-remote to allow that" in ended.err
