"""The exceptions of this package, as one tree.

```text
NanonetsError                 the root; catch it to catch every error below
├── ConfigurationError        missing API key, or a base URL that would leak it; nothing was sent
├── UploadError               file missing, empty, or not a PNG, JPEG or PDF; nothing was sent
├── ConnectionFailed          the request did not reach the service in full; nothing was accepted
├── RequestTimeout            no answer in time, and nothing can have been changed or billed
├── OutcomeUnknown            the request was sent but no usable answer came; it may have been processed and billed
├── ApiError                  the service answered with an error status
│   ├── BadRequest            400
│   ├── Unauthorized          401
│   ├── PaymentRequired       402
│   ├── Forbidden             403
│   ├── NotFound              404
│   ├── ModelNotReady         409, or a 400 that says so
│   ├── RateLimited           429
│   └── ServerError           500 and above
├── DecodeError               a success status with a body that cannot be read; the bytes are attached
│   ├── ReplyMismatch         a reply about another file than the one that was sent
│   └── ReplyTooLarge         larger than the client's limit
├── JobFailed                 the service accepted the file but failed on a page, or a training failed
├── WaitTimeout               the result was not ready in time; waiting can be resumed
├── EditConflict              a file changed while it was being corrected, or is approved; the page was not written
├── NotConfirmed              a change was accepted, but reading again does not show it
├── ExportError               a result does not fit into the export format
├── ReadAsError               a document cannot become an object of a class; all reasons are listed
├── SpoolError                webhooks cannot be stored or read; the spool cannot be opened, read or written
├── MissingExtra              an optional dependency is not installed
└── PictureError              a page has no image, or the image cannot be drawn on
```

`JobFailed`, `ReplyMismatch`, `EditConflict`, `NotConfirmed`, `ReadAsError` and `WaitTimeout` hold results and are
defined beside them, in `documents.failed`, `binding.problems` and `resources.jobs`.

Four facts are attributes, so that retries, waiting, batches and the command agree on what an error means:

```text
                     is_transient  may_be_billed  meets_every_file  meets_every_call
ConnectionFailed     yes
RequestTimeout       yes
RateLimited          yes
ServerError          yes           yes
OutcomeUnknown                     yes
DecodeError                        yes
ReplyMismatch                      yes
ReplyTooLarge                      yes
NotConfirmed                       yes
NotFound                                          yes
ModelNotReady                                     yes
Unauthorized                                      yes               yes
PaymentRequired                                   yes               yes
Forbidden                                         yes               yes
every other class
```

A status is a refusal only if it can be given without any work. Every other one may come from a gateway that stopped
waiting, moved or rewrote an answer after the service had done the work and billed it:

```text
200 to 299, body is a reply             carried out
200 to 299, any other body              DecodeError: may be billed
100 to 199 and no other status          OutcomeUnknown or DecodeError: may be billed
400 401 402 403 404 409 413 429         refused, as the service documents
405 407 411 414 415 422 431             refused: HTTP defines them as a fault of the request's form
408 425 499                             ApiError: may be billed; transient
300 to 399, any other 400 to 499        ApiError: may be billed
500 and above                           ServerError: may be billed; transient
```

No message and no repr contains the API key or the body of a request or response.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

_REFUSALS: Final = frozenset({400, 401, 402, 403, 404, 409, 413, 429, 405, 407, 411, 414, 415, 422, 431})
_TRANSIENT: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, 499})


class NanonetsError(Exception):
    """The root of all errors of this package.

    Attributes:
        is_transient: Whether the same call may succeed later with nothing changed.
        may_be_billed: Whether the service may have carried out the call, and billed it.
        meets_every_file: Whether every other file sent to the same model would fail in the same way.
        meets_every_call: Whether every other call with the same API key would fail in the same way.
    """

    is_transient: bool = False
    may_be_billed: bool = False
    meets_every_file: bool = False
    meets_every_call: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception with keyword-only arguments cannot be unpickled by calling its class with `args`.
        return rebuilt, (type(self), self.args, self.__dict__)


class ConfigurationError(NanonetsError):
    """The client cannot be created from these settings, or cannot be used here. Raised before anything is sent."""


class UploadError(NanonetsError):
    """The file cannot be sent: missing, unreadable, empty, or not a PNG, JPEG or PDF. The service accepted nothing."""


class ConnectionFailed(NanonetsError):
    """The request did not reach the service in full, so the service cannot have acted on it. Retrying is safe.

    It is not transient, and every other call would fail in the same way, if the certificate of the service is not
    trusted or a proxy asks for a login.

    Attributes:
        cause: The error of the network below, without its traceback; None if there was none.
    """

    is_transient = True
    cause: Exception | None = None


class RequestTimeout(NanonetsError):
    """The deadline passed, and the service cannot have changed or billed anything. Retrying is safe.

    Attributes:
        cause: The error of the network below, without its traceback; None if there was none.
    """

    is_transient = True
    cause: Exception | None = None


class OutcomeUnknown(NanonetsError):
    """The request was sent and no usable answer came; the service may have processed and billed it.

    Check before you retry: `ocr.list_predictions` shows the files that arrived.

    Attributes:
        raw: What was received of the response body before it broke off; empty if nothing was.
        cause: The error of the network below, without its traceback; None if there was none.
    """

    may_be_billed = True
    cause: Exception | None = None

    def __init__(self, message: str, *, raw: bytes = b"") -> None:
        super().__init__(message)
        self.raw = raw


@frozen
class ApiResponse:
    """An error response as it was received, with the API key redacted if the service echoed it.

    Attributes:
        status_code: The HTTP status.
        headers: The headers, names in lower case.
        body: The first 1 MiB of the body.
    """

    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@frozen
class ErrorDetail:
    """One entry of the `errors` list in the service's error envelope.

    Attributes:
        reason: What is wrong, in the service's words; empty if it gave no reason.
        message: What to do about it, in the service's words; empty if it gave no advice.
    """

    reason: str = ""
    message: str = ""


class ApiError(NanonetsError):
    """The service answered with an error status that has no class of its own.

    `may_be_billed` is true unless the status is a refusal, as the table in `nanonets_sdk.errors` says.

    Attributes:
        status_code: The HTTP status.
        reason: What the service says is wrong; empty if it said nothing readable.
        errors: The details of the error envelope, if the body was one.
        response: The response as it was received.
    """

    def __init__(
        self, message: str, *, response: ApiResponse, reason: str = "", errors: tuple[ErrorDetail, ...] = ()
    ) -> None:
        super().__init__(message)
        self.status_code = response.status_code
        self.reason = reason
        self.errors = errors
        self.response = response
        # A status that says nothing about the work leaves open how far it got.
        self.may_be_billed = not is_refusal(self.status_code)
        self.is_transient = self.is_transient or self.status_code in _TRANSIENT


class BadRequest(ApiError):
    """400: the service cannot use the request, for example a file it cannot open or an unknown category."""


class Unauthorized(ApiError):
    """401: the API key is missing or wrong."""

    meets_every_file = meets_every_call = True


class PaymentRequired(ApiError):
    """402: the free calls of the month are used up, or the plan does not include the call."""

    meets_every_file = meets_every_call = True


class Forbidden(ApiError):
    """403: the API key is not allowed to do this."""

    meets_every_file = meets_every_call = True


class NotFound(ApiError):
    """404: this API key has no model, file or page of that id."""

    meets_every_file = True


class ModelNotReady(ApiError):
    """409, or a 400 that says so: the model cannot be trained in its present state."""

    meets_every_file = True


class RateLimited(ApiError):
    """429: too many pages in this minute. The call was not carried out and may be retried.

    Attributes:
        retry_after: Seconds to wait, as requested by the service; None if it does not say, or not with a usable number:
            under a second, or above a month.
    """

    is_transient = True

    def __init__(
        self,
        message: str,
        *,
        response: ApiResponse,
        reason: str = "",
        errors: tuple[ErrorDetail, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, response=response, reason=reason, errors=errors)
        self.retry_after = retry_after


class ServerError(ApiError):
    """500 and above: the service or a gateway before it failed. A billable call may have been carried out."""

    is_transient = True
    may_be_billed = True


class DecodeError(NanonetsError):
    """The service answered with success and a body that cannot be read as its reply.

    Attributes:
        raw: The bytes of the body, which may have been paid for.
    """

    may_be_billed = True

    def __init__(self, message: str, *, raw: bytes) -> None:
        super().__init__(message)
        self.raw = raw


class ReplyTooLarge(DecodeError):
    """The body of a reply is larger than the client's `max_reply_bytes`, after decompression. The rest was not read.

    Attributes:
        raw: The body up to the limit.
        status_code: The HTTP status.
        request_file_id: The id of the file, if it was found in `raw`; its result can be read with it.
    """

    def __init__(self, message: str, *, raw: bytes, status_code: int, request_file_id: str | None = None) -> None:
        super().__init__(message, raw=raw)
        self.status_code = status_code
        self.request_file_id = request_file_id


class SpoolError(NanonetsError):
    """Webhooks cannot be stored or read: their spool cannot be opened, read or written."""


class ExportError(NanonetsError, ValueError):
    """A result does not fit into the format; nothing was written."""


class MissingExtra(NanonetsError, ImportError):
    """An optional dependency is not installed; the message says how to install it."""


class PictureError(NanonetsError):
    """A page has no image, or its image cannot be read, fetched or drawn on; the message says why."""


def is_refusal(status: int) -> bool:
    """Return whether an HTTP status says for sure that the service did nothing."""
    return status in _REFUSALS


def rebuilt(kind: type[NanonetsError], args: tuple[Any, ...], state: dict[str, Any]) -> NanonetsError:
    """Rebuild an error in another process from what `__reduce__` returned."""
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error
