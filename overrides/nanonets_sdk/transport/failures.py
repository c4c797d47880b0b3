"""From an answer with an error status to the error that says what to do."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import field, frozen

from nanonets_sdk.errors import (
    ApiError,
    ApiResponse,
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
from nanonets_sdk.transport.policy import TOO_MANY_REQUESTS, Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nanonets_sdk.transport.settings import Secret

_LONGEST_REASON: Final = 200
_SERVER_ERRORS: Final = 500

_KINDS: Final[dict[int, type[ApiError]]] = {
    400: BadRequest,
    401: Unauthorized,
    402: PaymentRequired,
    403: Forbidden,
    404: NotFound,
    409: ModelNotReady,
}

_ADVICE: Final[dict[int, str]] = {
    400: "Check the arguments, and that the file opens in a viewer.",
    401: "Check the API key (api_key=… or NANONETS_API_KEY).",
    402: "Free calls are used up, or the plan does not include this; see the model's plan on app.nanonets.com.",
    403: "This API key may not do this.",
    404: "Check the id, and that the API key is of the account that it belongs to.",
    408: "It can be sent again.",
    409: "Upload training files first, or wait until the training that is under way is over.",
    413: "The file is too large for the service; send fewer pages.",
    429: "Too many pages in this minute for the model; it was not carried out, wait and send it again.",
}

# Statuses of gateways that the standard library has no name for.
_PHRASES: Final[dict[int, str]] = {
    499: "Client Closed Request",
    520: "Unknown Error of the Gateway",
    521: "Web Server Is Down",
    522: "Connection Timed Out",
    523: "Origin Is Unreachable",
    524: "A Timeout Occurred",
    525: "SSL Handshake Failed",
    526: "Invalid SSL Certificate",
    529: "Site Is Overloaded",
}


@frozen
class ErrorReply:
    """An answer with an error status.

    Attributes:
        status: The HTTP status.
        headers: The headers.
        content: The first 1 MiB of the body.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


def failure_of(
    method: str, path: str, answer: ErrorReply, effect: Effect, retry_after: float | None, key: Secret
) -> ApiError:
    """The error that an answer with an error status is.

    Args:
        method: The HTTP method of the request.
        path: The path of the request.
        answer: The answer.
        effect: What the call does at the service.
        retry_after: Seconds to wait as the service asks for them; None if it does not say.
        key: The API key, which is struck out wherever the service repeats it.
    """
    content = key.strike_bytes(answer.content)
    headers = {name.lower(): key.strike(value) for name, value in answer.headers.items()}
    reason, errors = _envelope(content)
    response = ApiResponse(answer.status, headers, content)
    said = f": {_shown(reason)}" if reason else ""
    message = f"{answer.status} {_phrase(answer.status)} from {method} {path}{said}. {_advice(answer, effect)}".rstrip()
    if answer.status == TOO_MANY_REQUESTS:
        return RateLimited(message, response=response, reason=reason, errors=errors, retry_after=retry_after)
    return _kind(answer.status, reason, errors)(message, response=response, reason=reason, errors=errors)


def _envelope(content: bytes) -> tuple[str, tuple[ErrorDetail, ...]]:
    """Reason and details of the service's error envelope; nothing of a body that is none."""
    try:
        value = json.loads(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):
        return "", ()
    if not isinstance(value, dict):
        return "", ()
    envelope = cast("dict[str, Any]", value)
    listed = envelope.get("errors")
    entries = [cast("dict[str, Any]", entry) for entry in _entries(listed) if isinstance(entry, dict)]
    errors = tuple(ErrorDetail(_text(entry.get("reason")), _text(entry.get("message"))) for entry in entries)
    reasons = (detail.reason or detail.message for detail in errors)
    return next(filter(None, reasons), _text(envelope.get("message"))), errors


def _entries(value: object) -> list[Any]:
    return list(cast("Iterable[Any]", value)) if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _shown(reason: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in reason).strip(" .")
    return printable if len(printable) <= _LONGEST_REASON else f"{printable[:_LONGEST_REASON]}…"


def _kind(status: int, reason: str, errors: tuple[ErrorDetail, ...]) -> type[ApiError]:
    # The published description says 400 where the service was seen to answer 409.
    words = " ".join([reason, *(f"{detail.reason} {detail.message}" for detail in errors)]).casefold()
    if status == HTTPStatus.BAD_REQUEST and "not ready" in words:
        return ModelNotReady
    return _KINDS.get(status, ServerError if status >= _SERVER_ERRORS else ApiError)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return _PHRASES.get(status, "(no standard status)")


def _advice(answer: ErrorReply, effect: Effect) -> str:
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        return "The service never redirects, and the API key is not carried elsewhere; check the base URL."
    if answer.status >= _SERVER_ERRORS:
        return {
            Effect.READS: "The service or a gateway before it failed; try later.",
            Effect.CHANGES: "It may have been carried out all the same: look before you send it again.",
            Effect.BILLS: "It may have been carried out and billed all the same: look with ocr.list_predictions "
            "before you send it again.",
        }[effect]
    return _ADVICE.get(answer.status, "")
