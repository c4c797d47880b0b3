"""The review page speaks to the person who uses it, and never of arguments and methods of Python."""

from __future__ import annotations

from typing import Final

from messages import PYTHON, in_python
from nanonets_sdk.review.wording import on_page

ELSEWHERE: Final = (
    *("batch/", "binding/", "cli/", "client.py", "evaluation/", "mock/", "ray/", "stored/", "webhooks/"),
    *("calls/full_text.py", "calls/ocr.py", "files.py", "formats/xlsx.py", "resources/jobs.py"),
)
"""What the server of the page never calls."""
UNREACHABLE: Final = {
    "calls/confirming.py": "a note on Ctrl-C, which ends the page",
    "calls/corrections.py: client.ocr.get_page(": "a note on Ctrl-C, which ends the page",
    "calls/runner.py: client.ocr.list_predictions": "a note on Ctrl-C, which ends the page",
    "calls/runner.py: review links": "the page asks for no link",
    "documents/draft.py: no field": "the page names boxes by their places",
    "documents/draft_page.py: page X was sent already": "each save has a draft of its own",
    "documents/field.py": "the page shows amounts as they are",
    "documents/identity.py": "files are asked for by their ids",
    "pictures/sizes.py": "no searchable PDF is made",
    "transport/failures.py: The model is not trained": "nothing is predicted",
    "transport/failures.py:  Read it later with": "no file is sent",
    "transport/settings.py": "the client is there already",
}


def test_no_message_that_the_page_can_show_speaks_python() -> None:
    said = {
        f"{place}: {shown}"
        for place, text in in_python()
        if not place.startswith(ELSEWHERE) and PYTHON.search(shown := on_page(text))
    }
    assert {one for one in said if not one.startswith(tuple(UNREACHABLE))} == set()
    assert [place for place in UNREACHABLE if not any(one.startswith(place) for one in said)] == []
