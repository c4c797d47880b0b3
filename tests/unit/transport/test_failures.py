"""An answer with an error status becomes an error that says what to do."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk import (
    ApiError,
    BadRequest,
    ErrorDetail,
    Forbidden,
    ModelNotReady,
    NotFound,
    PaymentRequired,
    RateLimited,
    ServerError,
    Unauthorized,
)
from nanonets_sdk.transport.failures import ErrorReply, error_from_reply
from nanonets_sdk.transport.policy import Effect
from nanonets_sdk.transport.settings import Secret

KEY = "k3y-0f-the-account"
PATH = "/api/v2/OCR/Model/5b1c7a86/LabelFile"
BOM = b"\xef\xbb\xbf"
# As observed from the service.
NOT_READY = {
    "message": "Conflict",
    "code": 409,
    "errors": [{"reason": "Model is not ready", "message": "Please check the current state of model"}],
}


def failure(
    status: int, content: bytes | object = b"", effect: Effect = Effect.BILLS, retry_after: float | None = None
) -> ApiError:
    """Return the error for an answer; content that is not bytes is sent as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return error_from_reply("POST", PATH, ErrorReply(status, {}, body), effect, retry_after, Secret(KEY))


CLASSES = [
    (301, ApiError),
    (302, ApiError),
    (400, BadRequest),
    (401, Unauthorized),
    (402, PaymentRequired),
    (403, Forbidden),
    (404, NotFound),
    (405, ApiError),
    (408, ApiError),
    (409, ModelNotReady),
    (413, ApiError),
    (422, ApiError),
    (429, RateLimited),
    (451, ApiError),
    (499, ApiError),
    *[(status, ServerError) for status in (500, 501, 502, 503, 504, *range(520, 530), 599, 999)],
]


@pytest.mark.parametrize(("status", "kind"), CLASSES)
def test_each_status_has_its_class(status: int, kind: type[ApiError]) -> None:
    error = failure(status)
    assert (type(error), error.status_code) == (kind, status)


@pytest.mark.parametrize(("status", "kind"), CLASSES)
def test_a_message_names_the_call_and_the_status(status: int, kind: type[ApiError]) -> None:
    message = str(failure(status))
    assert message.startswith(f"{status} ")
    assert f"from POST {PATH}" in message
    assert kind.__doc__


@pytest.mark.parametrize("status", [status for status, _ in CLASSES if status != 422])
def test_a_message_says_what_to_do(status: int) -> None:
    _, _, advice = str(failure(status)).partition(f"from POST {PATH}. ")
    assert advice.endswith(".")


@pytest.mark.parametrize("status", [451, 499, *range(520, 530), 999])
def test_a_status_unknown_to_the_standard_library_is_handled(status: int) -> None:
    assert str(failure(status)).startswith(f"{status} ")


@pytest.mark.parametrize(
    ("effect", "told"),
    [(Effect.READS, "try again later"), (Effect.CHANGES, "check before you send it again"), (Effect.BILLS, "billed")],
)
def test_a_server_error_says_whether_the_call_may_have_been_carried_out(effect: Effect, told: str) -> None:
    assert told in str(failure(502, effect=effect))


@pytest.mark.parametrize("status", [*range(300, 600), 999])
def test_the_advice_says_that_a_call_may_be_billed_if_and_only_if_the_error_does(status: int) -> None:
    error = failure(status)
    assert ("may still have been carried out and billed" in str(error)) == error.may_be_billed
    assert "can be sent again" not in str(error)


def test_a_redirect_is_an_error_that_says_why() -> None:
    assert "redirect" in str(failure(302))


@pytest.mark.parametrize("status", [400, 409])
def test_a_model_that_is_not_ready_is_told_by_its_words_whatever_the_status(status: int) -> None:
    error = failure(status, NOT_READY)
    assert (type(error), error.reason) == (ModelNotReady, "Model is not ready")


@pytest.mark.parametrize(
    "content",
    [
        {"message": "Model is not ready"},
        {
            "message": "Bad Request",
            "errors": [{"reason": "Conflict", "message": "The model is NOT READY to be trained"}],
        },
        {"message": "Bad Request", "errors": [{"reason": "Other"}, {"reason": "Model is not ready"}]},
    ],
)
def test_the_words_may_stand_anywhere_in_the_envelope(content: object) -> None:
    assert type(failure(400, content)) is ModelNotReady


def test_another_400_is_a_bad_request() -> None:
    assert type(failure(400, {"message": "Bad Request", "errors": [{"reason": "Invalid file"}]})) is BadRequest


def test_the_envelope_is_parsed() -> None:
    error = failure(409, NOT_READY)
    assert error.errors == (ErrorDetail("Model is not ready", "Please check the current state of model"),)
    assert "409 Conflict" in str(error)
    assert "Model is not ready" in str(error)


@pytest.mark.parametrize(
    ("content", "reason", "details"),
    [
        ({"message": "Not Found", "code": 404}, "Not Found", 0),
        ({"message": "Not Found", "errors": None}, "Not Found", 0),
        ({"message": "Not Found", "errors": []}, "Not Found", 0),
        ({"message": "Not Found", "errors": {"reason": "No model"}}, "Not Found", 0),
        ({"message": "Not Found", "errors": "No model"}, "Not Found", 0),
        ({"message": "Not Found", "errors": ["No model", None, 3]}, "Not Found", 0),
        ({"message": "Not Found", "errors": [{"reason": None, "message": "Look again"}]}, "Look again", 1),
        ({"message": "Not Found", "errors": [{"reason": 7}]}, "Not Found", 1),
        ({"message": "Not Found", "errors": [{}, {"reason": "No model"}]}, "No model", 2),
        ({"message": ["Not Found"]}, "", 0),
        ({"message": None}, "", 0),
        ({"error": "Not Found"}, "", 0),
        ({}, "", 0),
        ([NOT_READY], "", 0),
        ("Not Found", "", 0),
        (None, "", 0),
        (b"", "", 0),
        (b"   ", "", 0),
        (b"Not Found", "", 0),
        (b"<html><body><h1>404 Not Found</h1></body></html>", "", 0),
        (b'{"message": "Not Fo', "", 0),
        (b"[" * 100_000, "", 0),
        (b"\xff\xfe\x00", "", 0),
        (b'{"code": ' + b"9" * 10_000 + b"}", "", 0),
        (BOM + b'{"message": "Not Found"}', "Not Found", 0),
        (b'{"message": "Introuvable, Fran\xe7ois"}', "Introuvable, Fran\N{REPLACEMENT CHARACTER}ois", 0),
    ],
)
def test_any_body_gives_an_error_with_what_can_be_read(content: bytes | object, reason: str, details: int) -> None:
    error = failure(404, content)
    assert (type(error), error.reason, len(error.errors)) == (NotFound, reason, details)


def test_a_body_of_a_mebibyte_stays_with_the_error_and_out_of_its_message() -> None:
    content = b"<html>" + b"4711 " * (1 << 18)
    error = failure(502, content)
    assert error.response.body == content
    assert "4711" not in f"{error} {error!r} {error.response!r}"
    assert len(str(error)) < 500


def test_a_long_reason_is_cut_in_the_message_and_whole_in_the_attribute() -> None:
    reason = "The file is broken. " * 100
    error = failure(400, {"message": reason})
    assert error.reason == reason
    assert len(str(error)) < 500


def test_a_reason_cannot_forge_a_line_of_a_log() -> None:
    message = str(failure(400, {"message": "Bad\r\n2026-03-12 INFO all is well\x1b[2J"}))
    assert message.isprintable()


def test_headers_are_found_in_lower_case() -> None:
    error = error_from_reply("GET", PATH, ErrorReply(500, {"X-Request-ID": "42"}, b""), Effect.READS, None, Secret(KEY))
    assert error.response.headers["x-request-id"] == "42"


@pytest.mark.parametrize("retry_after", [None, 0.0, 12.5])
def test_a_rate_limit_carries_the_wait_that_the_service_asks_for(retry_after: float | None) -> None:
    error = failure(429, retry_after=retry_after)
    assert isinstance(error, RateLimited)
    assert error.retry_after == retry_after


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_the_key_is_redacted_wherever_the_service_echoes_it(status: int) -> None:
    encoded = Secret(KEY).authorization().removeprefix("Basic ")
    echo = {"message": f"no {KEY}", "errors": [{"reason": f"{encoded} refused", "message": KEY}]}
    reply = ErrorReply(status, {"X-Echo": f"Basic {encoded}", "X-Key": KEY}, json.dumps(echo).encode())
    error = error_from_reply("GET", PATH, reply, Effect.READS, None, Secret(KEY))
    shown = f"{error} {error!r} {error.errors} {error.reason} {error.response.body!r} {dict(error.response.headers)}"
    assert KEY not in shown
    assert encoded not in shown


@given(status=st.integers(min_value=300, max_value=999), content=st.binary(max_size=200))
def test_any_response_becomes_an_error(status: int, content: bytes) -> None:
    assert failure(status, content).response.body == content


@given(
    envelope=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["message", "code", "errors", "reason"]), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_any_envelope_becomes_an_error(envelope: Any) -> None:
    error = failure(400, envelope)
    assert isinstance(error.reason, str)
    assert all(isinstance(text, str) for detail in error.errors for text in (detail.reason, detail.message))
