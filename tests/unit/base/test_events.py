from __future__ import annotations

import logging

import pytest

from nanonets_api import replies
from nanonets_sdk import Drift, Nanonets
from nanonets_sdk.events import Exchange
from nanonets_sdk.mock import MockServer
from nanonets_sdk.replies.decode import decode
from samples import INVOICE

DRIFTED = b'{"message":"Success","result":[{"message":"Success","page":"0"}]}'


def slip(_: Drift | Exchange) -> None:
    raise RuntimeError("a mistake in the caller's own function")


def test_a_reply_is_kept_if_on_drift_raises(caplog: pytest.LogCaptureFixture) -> None:
    reply = decode(DRIFTED, replies.OcrReply, "ocr_predict_file", slip)

    assert reply.result is not None
    assert reply.result[0].page == 0
    assert "a mistake in the caller's own function" in caplog.text


def test_a_prediction_is_kept_if_the_recorder_raises(caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.ERROR, logger="nanonets_sdk"),
        MockServer(api_key="test-key") as server,
        Nanonets("test-key", base_url=server.base_url) as client,
    ):
        document = client.with_options(recorder=slip).ocr.predict_file(server.model_id, INVOICE)

    assert document.fields["invoice_number"].text == "INV-2026-00417"
    assert "the reply is kept" in caplog.text


def test_a_job_of_chosen_pages_does_not_wait_for_the_others() -> None:
    with MockServer(api_key="test-key") as server, Nanonets("test-key", base_url=server.base_url) as client:
        job = client.ocr.submit_file(server.model_id, INVOICE, pages=[1])

        assert job.result(timeout=20).pages
