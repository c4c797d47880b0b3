"""Ways in which the mock breaks on request, and when it does."""

import random
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import field, frozen

from nanonets_sdk.mock.ranges import (
    AT_LEAST_0,
    AT_LEAST_10,
    NONE_OR_AT_LEAST_0,
    NONE_OR_AT_LEAST_1,
    NONE_OR_SHARE,
    STATUS,
)

HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE: Final = re.compile(r"(?! )[\x20-\x7e\xa0-\xff]*(?<! )")
SET_BY_THE_BODY: Final = ("content-length", "transfer-encoding")


def _no_headers() -> dict[str, str]:
    return {}


def _sendable(_instance: object, _attribute: object, headers: Mapping[str, str]) -> None:
    """Raise ValueError for headers that no server could send."""
    for name, value in headers.items():
        if name.lower() in SET_BY_THE_BODY:
            raise ValueError(f"{name} follows from the body; `Truncated` ends a body before it should")
        if not (HEADER_NAME.fullmatch(name) and HEADER_VALUE.fullmatch(value)):
            raise ValueError(f"{name}: {value!r} cannot be sent as a header")


@frozen
class Latency:
    """The answer comes late.

    Attributes:
        seconds: How late, in seconds of real time.
    """

    seconds: float = field(validator=AT_LEAST_0)


@frozen
class Answer:
    """The answer is another one.

    Attributes:
        status: Its HTTP status, 200 to 599.
        body: A value that is sent as JSON, or text that is sent as it stands; None for no body.
        headers: Headers of it, by name; `content-type` fits the body unless it is among them.
        after_work: Whether the work is done all the same, as when a gateway gives up waiting.
    """

    status: int = field(validator=STATUS)
    body: Any = None
    headers: dict[str, str] = field(factory=_no_headers, validator=_sendable)
    after_work: bool = False


def rate_limited(retry_after: str | int | None = None) -> Answer:
    """Return the answer 429, with or without a `Retry-After` header (seconds, or an HTTP date)."""
    body: dict[str, Any] = {"message": "Too Many Requests", "code": 429, "errors": []}
    return Answer(429, body, {} if retry_after is None else {"Retry-After": str(retry_after)})


@frozen
class Reset:
    """The connection is reset (TCP RST) when the request has been read.

    Attributes:
        after_work: Whether it is reset after the work, not before it.
    """

    after_work: bool = False


@frozen
class Truncated:
    """The connection ends before the body does, which the headers promised whole.

    Attributes:
        at: Bytes of the body that are sent.
    """

    at: int = field(validator=AT_LEAST_0)


@frozen
class Slow:
    """The body trickles.

    Attributes:
        bytes_per_second: How fast, in bytes a second of real time; at least 10.
    """

    bytes_per_second: int = field(validator=AT_LEAST_10)


@frozen
class Nested:
    """The pages of a reply stand one level deeper, as in the published example of a submission."""


@frozen
class OtherStatus:
    """The reply comes with another status, as 206 for 202.

    Attributes:
        status: The HTTP status, 200 to 599.
    """

    status: int = field(validator=STATUS)


@frozen
class ExtraField:
    """An object of the reply has one more field.

    Attributes:
        name: Name of the field.
        value: Its value, whatever JSON can hold.
        pointer: JSON pointer to the object, as `/result/0`, without escapes; "" is the whole reply. Where there is no
            such place, nothing changes.
    """

    name: str
    value: Any = "new"
    pointer: str = ""


@frozen
class WrongType:
    """A value of the reply has another type.

    Attributes:
        pointer: JSON pointer to the value, as `/result/0/page`, without escapes. Where there is no such place, nothing
            changes.
        value: What stands there instead, whatever JSON can hold.
    """

    pointer: str
    value: Any = None


Fault = Latency | Answer | Reset | Truncated | Slow | Nested | OtherStatus | ExtraField | WrongType

KINDS: Final[dict[str, type[Fault]]] = {
    "latency": Latency,
    "answer": Answer,
    "reset": Reset,
    "truncated": Truncated,
    "slow": Slow,
    "nested": Nested,
    "other_status": OtherStatus,
    "extra_field": ExtraField,
    "wrong_type": WrongType,
}
"""The kinds of fault by the names that the control API uses."""


@frozen
class When:
    """Which calls a fault strikes: all those that meet every condition given."""

    times: int | None = field(default=None, validator=NONE_OR_AT_LEAST_0)
    """At most so many."""
    every: int | None = field(default=None, validator=NONE_OR_AT_LEAST_1)
    """The interval: 7 for the 7th call, the 14th, and so on."""
    probability: float | None = field(default=None, validator=NONE_OR_SHARE)
    """Each with this probability, 0 to 1, drawn from the server's seed."""


class Faults:
    """The faults of one server; may be shared by threads."""

    def __init__(self, seed: str | None = None) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []
        self.seed(seed)

    def seed(self, seed: str | None) -> None:
        """Begin the random draws anew; None draws from the operating system."""
        self._random = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311  # no secret

    def arm(self, operation_id: str, fault: Fault, when: When) -> None:
        """Add a fault to an operation, or to all with "*"."""
        with self._lock:
            self._armed.append(_Armed(operation_id, fault, when))

    def draw(self, operation_id: str) -> list[Fault]:
        """Return the faults that strike this call."""
        with self._lock:
            armed = [item for item in self._armed if item.operation_id in {operation_id, "*"}]
            return [item.fault for item in armed if item.strikes(self._random.random)]

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._armed.clear()


class _Armed:
    """A fault and the calls that it has seen."""

    def __init__(self, operation_id: str, fault: Fault, when: When) -> None:
        self.operation_id = operation_id
        self.fault = fault
        self._when = when
        self._calls = 0
        self._strikes = 0

    def strikes(self, draw: Callable[[], float]) -> bool:
        self._calls += 1
        when = self._when
        if when.times is not None and self._strikes >= when.times:
            return False
        if when.every is not None and self._calls % when.every:
            return False
        if when.probability is not None and draw() >= when.probability:
            return False
        self._strikes += 1
        return True
