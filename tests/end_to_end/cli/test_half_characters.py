"""Half a surrogate pair in a result cannot stop the command, whatever it writes to."""

from __future__ import annotations

import json

import pytest

from command_line import KEY, run, run_on_terminal
from raw_server import RawServer, answering
from reply_bodies import field_box, grid, table_box

HALF = "a\ud83d b"
BOXES = [field_box(HALF, HALF), table_box(grid([[HALF]], [HALF]))]
IMAGE = {
    "id": "p",
    "page": 0,
    "request_file_id": "\ud83d\x1b[31m",
    "original_file_name": HALF,
    "predicted_boxes": BOXES,
}
BODY = json.dumps({"moderated_images": [], "unmoderated_images": [IMAGE]}).encode()


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "md"])
def test_results_with_half_a_character_are_written_to_a_pipe(form: str) -> None:
    with RawServer(answering(200, BODY)) as server:
        ended = run(
            "results", "get", "f", "--format", form, "--model", "m",
            NANONETS_BASE_URL=server.base_url, NANONETS_API_KEY=KEY,
        )  # fmt: skip

    assert (ended.status, ended.err) == (0, "")
    assert "a\N{REPLACEMENT CHARACTER} b" in ended.out


def test_results_with_half_a_character_are_shown_on_an_ascii_terminal() -> None:
    with RawServer(answering(200, BODY)) as server:
        ended = run_on_terminal(
            "results", "get", "f", "--model", "m", NANONETS_BASE_URL=server.base_url, NANONETS_API_KEY=KEY,
            LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0",
        )  # fmt: skip

    assert ended.status == 0
    assert r"a\ufffd b" in ended.screen
    assert "\x1b[31m" not in ended.out
