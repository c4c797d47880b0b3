"""Everything that can go wrong, as one tree.

```text
NanonetsError                 catch this for all of them
├── ConfigurationError        no API key, a base URL that would leak it: nothing was sent
├── UploadError               the file is missing, empty, or no PNG, JPEG or PDF: nothing was sent
├── ConnectionFailed          the request did not get through: nothing was accepted
├── RequestTimeout            no answer in time to a call that may simply be repeated, or no connection in time
├── OutcomeUnknown            the request was sent, no answer came: it may have been carried out and billed
├── ApiError                  the service answered with an error status
│   ├── BadRequest            400
│   ├── Unauthorized          401
│   ├── PaymentRequired       402
│   ├── Forbidden             403
│   ├── NotFound              404
│   ├── ModelNotReady         409, and 400 with that meaning
│   ├── RateLimited           429
│   └── ServerError           500 and above
├── DecodeError               the service answered with something that is no reply; the bytes are attached
├── JobFailed                 the service took the file and could not read a page of it, or could not train
├── WaitTimeout               the result was not there in time; it can still be waited for
├── ExportError               a result does not fit into the format that it is exported to
├── MissingExtra              an optional dependency is not installed
└── PictureError              there is no image of a page, or it cannot be drawn on
```

No message and no repr of them holds the API key or the body of a request or reply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping


class NanonetsError(Exception):
    """The root of all errors of this package."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Let an error with keyword arguments cross processes."""
        return rebuilt, (type(self), self.args, self.__dict__)


class ConfigurationError(NanonetsError):
    """The client cannot be made from these settings. Raised before anything is sent."""


class UploadError(NanonetsError):
    """The file cannot be sent: missing, unreadable, empty, or no PNG, JPEG or PDF. The service accepted nothing."""


class ConnectionFailed(NanonetsError):
    """The request did not reach the service as a whole, so that it cannot have acted on it. Sending again is safe."""


class RequestTimeout(NanonetsError):
    """The deadline passed, and the service cannot have changed or billed anything. Sending again is safe."""


class OutcomeUnknown(NanonetsError):
    """The request was sent and no usable answer came; the service may have carried it out and billed it.

    Look before you send it again: `ocr.list_predictions` shows the files that arrived.

    Attributes:
        raw: What had come of the answer's body before it broke off; empty when nothing had.
    """

    def __init__(self, message: str, *, raw: bytes = b"") -> None:
        super().__init__(message)
        self.raw = raw


@frozen
class ApiResponse:
    """An error reply as it came, the API key struck out where the service repeated it.

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
    """One entry of the `errors` list of the service's error envelope.

    Attributes:
        reason: What is wrong, in the service's words; empty if it gave none.
        message: What to do about it, in the service's words; empty if it gave none.
    """

    reason: str = ""
    message: str = ""


class ApiError(NanonetsError):
    """The service answered with an error status that has no class of its own.

    Attributes:
        status_code: The HTTP status.
        reason: What the service says is wrong; empty if it said nothing that could be read.
        errors: The details of the error envelope, if there was one.
        response: The reply as it came.
    """

    def __init__(
        self,
        message: str,
        *,
        response: ApiResponse,
        reason: str = "",
        errors: tuple[ErrorDetail, ...] = (),
    ) -> None:
        super().__init__(message)
        self.status_code = response.status_code
        self.reason = reason
        self.errors = errors
        self.response = response


class BadRequest(ApiError):
    """400: the service cannot use the request, for instance a file that it cannot open or an unknown category."""


class Unauthorized(ApiError):
    """401: the API key is missing or wrong."""


class PaymentRequired(ApiError):
    """402: the free calls of the month are used up, or the plan does not include the call."""


class Forbidden(ApiError):
    """403: the API key may not do this."""


class NotFound(ApiError):
    """404: there is no such model, file or page for this API key."""


class ModelNotReady(ApiError):
    """409, or 400 with that meaning: the model cannot be trained in its present state."""


class RateLimited(ApiError):
    """429: too many pages in this minute. The call was not carried out and may be repeated.

    Attributes:
        retry_after: Seconds to wait as the service asks for them, or None if it does not say.
    """

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
    """500 and above: the service or a gateway before it failed. A call that bills may have been carried out."""


class DecodeError(NanonetsError):
    """The service answered with success and a body that cannot be read as its reply.

    Attributes:
        raw: The bytes of the body, which may have been paid for.
    """

    def __init__(self, message: str, *, raw: bytes) -> None:
        super().__init__(message)
        self.raw = raw


class ExportError(NanonetsError, ValueError):
    """A result does not fit into the format; nothing was written."""


class MissingExtra(NanonetsError, ImportError):
    """An optional dependency is not installed; the message says how to get it."""


class PictureError(NanonetsError):
    """There is no image of a page, or it cannot be read, fetched or drawn on; the message says why."""


def rebuilt(kind: type[NanonetsError], args: tuple[Any, ...], state: dict[str, Any]) -> NanonetsError:
    """Make an error again in another process, from what `__reduce__` gave."""
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error
