"""Faults: the ways in which the mock fails on request, and the calls that each one strikes.

A fault is one class. It overrides those of the four hooks of `Fault` that it needs, and the request handler calls them
in this order, each for all faults that strike the call:

    request line and headers have arrived
      |
      |  delay()           the handler sleeps for the sum
      v
    the body has been read
      |
      |  before()          the first fault to return a response replaces the work; ConnectionCut ends the call
      v
    the operation has done its work, and the reply is a RawResponse
      |
      |  after(response)   every fault changes the response in turn; ConnectionCut ends the call
      v
    the response is sent
         pieces(body)      the first fault to return pieces decides how the body is sent

A response that replaces the work skips `after`. This module loads no web framework, so that a test can import a fault
at little cost.
"""

import random
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Final

from attrs import define, evolve, field, frozen

from nanonets_sdk.mock.coerce import (
    AT_LEAST_0,
    AT_LEAST_10,
    NONE_OR_AT_LEAST_0,
    NONE_OR_AT_LEAST_1,
    NONE_OR_PROBABILITY,
    STATUS,
    convert,
    dump_json,
    parse_json,
    require_object,
)

PIECES_PER_SECOND: Final = 10
BODILESS: Final = (204, 304)
HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE: Final = re.compile(r"(?! )[\x20-\x7e\xa0-\xff]*(?<! )")
SET_BY_THE_BODY: Final = ("content-length", "transfer-encoding")


@frozen
class RawResponse:
    """A response before it is sent."""

    status: int
    content: bytes
    headers: dict[str, str]


class ConnectionCut(Exception):
    """The call ends with a reset of its connection instead of a response."""


@frozen
class Pieces:
    """How a body is sent.

    Attributes:
        content: The pieces, in order.
        pause: Seconds of real time after each piece.
        complete: Whether the pieces are the whole body; if not, the connection is closed after them.
    """

    content: Sequence[bytes]
    pause: float = 0.0
    complete: bool = True


class Fault:
    """A way in which a call fails. The base class changes nothing."""

    __slots__ = ()

    # `kind` in the control API and on the command line: the name of the class in snake case.
    kinds: ClassVar[dict[str, type["Fault"]]] = {}

    def __init_subclass__(cls) -> None:
        # attrs creates a class with slots a second time, and that one takes the place of the first here.
        Fault.kinds[re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()] = cls

    def delay(self) -> float:
        """Return the seconds of real time to wait before the body is read."""
        return 0.0

    def before(self) -> RawResponse | None:
        """Return a response that replaces the work, or None to go on."""

    def after(self, response: RawResponse) -> RawResponse:
        """Return the response to send in place of the one that the work produced."""
        return response

    def pieces(self, body: bytes) -> Pieces | None:
        """Return how the body is to be sent, or None to leave that to others."""


def _check_headers(_instance: object, _attribute: object, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if name.lower() in SET_BY_THE_BODY:
            raise ValueError(f"{name} follows from the body; use `Truncated` to end a body early")
        if not (HEADER_NAME.fullmatch(name) and HEADER_VALUE.fullmatch(value)):
            raise ValueError(f"{name}: {value!r} cannot be sent as a header")


@frozen
class Latency(Fault):
    """The response comes late.

    Attributes:
        seconds: The delay, in seconds of real time.
    """

    seconds: float = field(validator=AT_LEAST_0)

    def delay(self) -> float:
        """Return `seconds`."""
        return self.seconds


@frozen
class Answer(Fault):
    """Another response is sent instead.

    Attributes:
        status: Its HTTP status, 200 to 599.
        body: A value to send as JSON, or a string to send as it is; None for no body.
        headers: Its headers, by name; `content-type` fits the body unless it is given here.
        after_work: Whether the work is still done, as when a gateway gives up waiting.
    """

    status: int = field(validator=STATUS)
    body: Any = None
    headers: dict[str, str] = field(factory=dict[str, str], validator=_check_headers)
    after_work: bool = False

    def before(self) -> RawResponse | None:
        """Replace the work, unless it is to be done first."""
        return None if self.after_work else self._response()

    def after(self, response: RawResponse) -> RawResponse:
        """Replace the response to the work."""
        return self._response() if self.after_work else response

    def _response(self) -> RawResponse:
        if self.status in BODILESS:
            return RawResponse(self.status, b"", self.headers)
        if isinstance(self.body, str):
            content, content_type = self.body.encode(), "text/html; charset=utf-8"
        else:
            content, content_type = b"" if self.body is None else dump_json(self.body), "application/json"
        return RawResponse(self.status, content, {"content-type": content_type, **self.headers})


def rate_limited(retry_after: str | int | None = None) -> Answer:
    """Return the answer 429, with or without a `Retry-After` header (seconds, or an HTTP date)."""
    body: dict[str, Any] = {"message": "Too Many Requests", "code": 429, "errors": []}
    return Answer(429, body, {} if retry_after is None else {"Retry-After": str(retry_after)})


@frozen
class Reset(Fault):
    """The connection is reset (TCP RST) once the request has been read.

    Attributes:
        after_work: Whether it is reset after the work instead of before it.
    """

    after_work: bool = False

    def before(self) -> RawResponse | None:
        """Cut the connection, unless the work is to be done first."""
        if not self.after_work:
            raise ConnectionCut
        return None

    def after(self, response: RawResponse) -> RawResponse:
        """Cut the connection after the work."""
        if self.after_work:
            raise ConnectionCut
        return response


@frozen
class Truncated(Fault):
    """The connection ends before the body does, although the headers promise all of it.

    Attributes:
        at: Number of bytes of the body to send.
    """

    at: int = field(validator=AT_LEAST_0)

    def pieces(self, body: bytes) -> Pieces | None:
        """Return the beginning alone."""
        return Pieces([body[: self.at]], complete=False)


@frozen
class Slow(Fault):
    """The body arrives slowly.

    Attributes:
        bytes_per_second: How fast, in bytes per second of real time; at least 10.
    """

    bytes_per_second: int = field(validator=AT_LEAST_10)

    def pieces(self, body: bytes) -> Pieces | None:
        """Return ten pieces per second."""
        size = max(1, self.bytes_per_second // PIECES_PER_SECOND)
        content = [body[start : start + size] for start in range(0, len(body), size)]
        return Pieces(content, pause=1 / PIECES_PER_SECOND)


@frozen
class Nested(Fault):
    """The pages of a reply are nested one level deeper, as in the published example of a submission."""

    def after(self, response: RawResponse) -> RawResponse:
        """Wrap the pages in an entry for their file."""

        def nest(reply: Any) -> Any:
            return reply | {"result": [{"message": reply["message"], "result": reply["result"]}]}

        return _with_changed_json(response, nest)


@frozen
class OtherStatus(Fault):
    """The reply comes with another status, for example 206 for 202.

    Attributes:
        status: The HTTP status, 200 to 599.
    """

    status: int = field(validator=STATUS)

    def after(self, response: RawResponse) -> RawResponse:
        """Exchange the status, and drop the body where the new one has none."""
        return evolve(response, status=self.status, content=b"" if self.status in BODILESS else response.content)


@frozen
class ExtraField(Fault):
    """An object of the reply has one more field.

    Attributes:
        name: Name of the field.
        value: Its value, anything that JSON can hold.
        pointer: JSON pointer to the object, for example `/result/0`, without escapes; "" for the whole reply. If there
            is no such place, nothing changes.
    """

    name: str
    value: Any = "new"
    pointer: str = ""

    def after(self, response: RawResponse) -> RawResponse:
        """Add the field."""
        return _with_changed_json(response, lambda reply: _put(reply, f"{self.pointer}/{self.name}", self.value))


@frozen
class WrongType(Fault):
    """A value of the reply has another type.

    Attributes:
        pointer: JSON pointer to the value, for example `/result/0/page`, without escapes. If there is no such place,
            nothing changes.
        value: What to put there instead, anything that JSON can hold.
    """

    pointer: str
    value: Any = None

    def after(self, response: RawResponse) -> RawResponse:
        """Exchange the value."""
        return _with_changed_json(response, lambda reply: _put(reply, self.pointer, self.value))


def _with_changed_json(response: RawResponse, change: Callable[[Any], Any]) -> RawResponse:
    """Apply a change to the JSON of a response; where it does not fit, return the response as it is."""
    # Another fault may have put a string in place of the JSON, and a reply need not have the place of this one.
    try:
        changed = change(parse_json(response.content))
    except (LookupError, TypeError, ValueError):
        return response
    return evolve(response, content=dump_json(changed))


def _put(reply: Any, pointer: str, value: Any) -> Any:
    *parents, last = pointer.split("/")[1:]
    place = reply
    for step in parents:
        place = place[int(step) if isinstance(place, list) else step]
    place[int(last) if isinstance(place, list) else last] = value
    return reply


@frozen
class When:
    """Which calls a fault strikes: those that meet every condition given."""

    times: int | None = field(default=None, validator=NONE_OR_AT_LEAST_0)
    """The largest number of calls to strike."""
    every: int | None = field(default=None, validator=NONE_OR_AT_LEAST_1)
    """The interval: 7 for the 7th call, the 14th, and so on."""
    probability: float | None = field(default=None, validator=NONE_OR_PROBABILITY)
    """The probability for each call, 0 to 1, drawn from the server's seed."""


class Faults:
    """The faults of one server. Threads may share it."""

    def __init__(self, seed: str | None = None) -> None:
        self._lock = threading.Lock()
        self._armed: list[_ArmedFault] = []
        self.seed(seed)

    def seed(self, seed: str | None) -> None:
        """Restart the random draws; None draws from the operating system."""
        self._random = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311  # no secret

    def arm(self, operation_id: str, fault: Fault, when: When) -> None:
        """Add a fault to an operation, or to all of them with "*"."""
        with self._lock:
            self._armed.append(_ArmedFault(operation_id, fault, when))

    def draw(self, operation_id: str) -> list[Fault]:
        """Return the faults that strike this call, in the order in which they were added."""
        with self._lock:
            armed = [item for item in self._armed if item.operation_id in {operation_id, "*"}]
            return [item.fault for item in armed if item.strikes_now(self._random.random)]

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._armed.clear()


@define
class _ArmedFault:
    """A fault, and how many calls it has seen and struck."""

    operation_id: str
    fault: Fault
    when: When
    calls: int = 0
    strikes: int = 0

    def strikes_now(self, draw: Callable[[], float]) -> bool:
        self.calls += 1
        when = self.when
        # The draw comes last: a call that the other conditions rule out must not use up a number of the seed.
        struck = (
            (when.times is None or self.strikes < when.times)
            and (when.every is None or self.calls % when.every == 0)
            and (when.probability is None or draw() < when.probability)
        )
        self.strikes += struck
        return struck


@frozen
class FaultSpec:
    """A fault written as plain data: what happens, in which operation, and when."""

    operation_id: str
    fault: Fault
    when: When

    @classmethod
    def from_data(cls, data: Any) -> "FaultSpec":
        """Read the body of a control API request.

        Raises:
            ValueError: The kind, a field or a value is not known.

        Examples:
            >>> FaultSpec.from_data({"operation_id": "*", "kind": "latency", "seconds": 0.5, "times": 2}).fault
            Latency(seconds=0.5)
        """
        rest = require_object(data)
        operation_id, kind = rest.pop("operation_id", "*"), str(rest.pop("kind", ""))
        if kind not in Fault.kinds:
            raise ValueError(f"{kind!r} is not a kind of fault; the kinds are {', '.join(Fault.kinds)}")
        when = {name: rest.pop(name) for name in ("times", "every", "probability") if name in rest}
        return cls(str(operation_id), convert(rest, Fault.kinds[kind]), convert(when, When))


def parse_fault(text: str) -> FaultSpec:
    """Read a fault written as `OPERATION:KIND[,NAME=VALUE…]`.

    Raises:
        ValueError: The kind, a name or a value is not known.

    Examples:
        >>> parse_fault("ocr_predict_file:answer,status=429,every=7").when.every
        7
    """
    operation_id, _, rest = text.partition(":")
    kind, *settings = rest.split(",")
    data: dict[str, Any] = {"operation_id": operation_id, "kind": kind}
    for setting in settings:
        name, _, value = setting.partition("=")
        data[name] = value
        with suppress(ValueError):  # a value that is not JSON is a string
            data[name] = parse_json(value)
    return FaultSpec.from_data(data)
