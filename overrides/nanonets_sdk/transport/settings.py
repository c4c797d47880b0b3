"""The settings of a client: where they come from, and which are refused."""

from __future__ import annotations

import os
import sys
from base64 import b64encode
from collections.abc import Callable
from inspect import iscoroutinefunction
from numbers import Real
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import urlsplit

import attrs
from attrs import frozen

from nanonets_sdk._net import is_loopback
from nanonets_sdk.errors import ConfigurationError
from nanonets_sdk.events import Drift, Exchange, RetryEvent
from nanonets_sdk.transport.clock import SYSTEM_CLOCK, Clock

C = TypeVar("C")

SERVICE: Final = "https://app.nanonets.com/api/v2"
DEFAULT_TIMEOUT: Final = 60.0
"""Seconds for one call, with all its attempts."""

MAX_REPLY_BYTES: Final = 256 << 20
"""The default limit on the size of a reply."""

REVIEW_SERVICE: Final = "https://preview.nanonets.com"
# A key of a letter or two would be found in every word.
_SHORTEST_TO_REDACT: Final = 4
_REDACTED: Final = "[API key]"


class Secret:
    """The API key. It is in no repr and in no pickle."""

    __slots__ = ("_key",)

    def __init__(self, key: str) -> None:
        self._key = key

    def authorization(self) -> str:
        """Return the `Authorization` header: HTTP Basic, the key as user, an empty password."""
        return f"Basic {self._encoded()}"

    def redact(self, text: str) -> str:
        """Replace the key and its Base64 form in a text; a service may repeat what it was sent."""
        if len(self._key) >= _SHORTEST_TO_REDACT:
            text = text.replace(self._encoded(), _REDACTED).replace(self._key, _REDACTED)
        return text

    def redact_bytes(self, content: bytes) -> bytes:
        """Replace the key and its Base64 form in bytes."""
        if len(self._key) >= _SHORTEST_TO_REDACT:
            for form in (self._encoded(), self._key):
                content = content.replace(form.encode(), _REDACTED.encode())
        return content

    def _encoded(self) -> str:
        return b64encode(f"{self._key}:".encode()).decode("ascii")

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key cannot be pickled; create the client where it is needed")


@frozen
class Settings:
    """The settings of a client.

    Attributes:
        base_url: URL of the service, without a trailing slash.
        api_key: The API key.
        timeout: Seconds for one call, including all attempts and waits.
        max_retries: The maximum number of times that a call is sent again.
        max_reply_bytes: The largest reply that is read, in bytes after decompression.
        on_retry: Called before each wait.
        on_drift: Called for each value of a reply that has an unexpected type or is an unknown word for a page's state.
        recorder: Called with each response.
        clock: Where time comes from.
        review_url: URL of the host that makes review links, without a trailing slash; None if it is not known. It
            receives the API key in that one call.
    """

    base_url: str
    api_key: Secret
    timeout: float
    max_retries: int
    on_retry: Callable[[RetryEvent], object] | None = None
    on_drift: Callable[[Drift], object] | None = None
    recorder: Callable[[Exchange], object] | None = None
    max_reply_bytes: int = MAX_REPLY_BYTES
    clock: Clock = attrs.field(default=SYSTEM_CLOCK, repr=False)
    review_url: str | None = None

    @property
    def urls(self) -> frozenset[str]:
        """The URLs of the hosts that are called."""
        return frozenset(filter(None, (self.base_url, self.review_url)))

    def changed(
        self,
        timeout: float | None,
        max_retries: int | None,
        max_reply_bytes: int | None,
        recorder: Callable[[Exchange], object] | None,
    ) -> Settings:
        """Return a copy with other values where they are given.

        Raises:
            ConfigurationError: A setting cannot be used.
        """
        changes: dict[str, Any] = {} if recorder is None else {"recorder": checked_callback(recorder, "recorder")}
        if timeout is not None:
            changes["timeout"] = checked_timeout(timeout)
        if max_retries is not None:
            changes["max_retries"] = checked_max_retries(max_retries)
        if max_reply_bytes is not None:
            changes["max_reply_bytes"] = checked_max_reply_bytes(max_reply_bytes)
        return attrs.evolve(self, **changes)


def settings_from(
    api_key: Secret,
    base_url: str | None,
    timeout: float,
    max_retries: int,
    max_reply_bytes: int,
    on_retry: Callable[[RetryEvent], object] | None,
    on_drift: Callable[[Drift], object] | None,
    review_url: str | None = None,
) -> Settings:
    """Create settings from arguments and the environment.

    Raises:
        ConfigurationError: A setting cannot be used.
    """
    service = checked_base_url(base_url or os.environ.get("NANONETS_BASE_URL") or SERVICE)
    return Settings(
        base_url=service,
        api_key=api_key,
        timeout=checked_timeout(timeout),
        max_retries=checked_max_retries(max_retries),
        max_reply_bytes=checked_max_reply_bytes(max_reply_bytes),
        on_retry=checked_callback(on_retry, "on_retry"),
        on_drift=checked_callback(on_drift, "on_drift"),
        review_url=review_url_from(review_url, service),
    )


def review_url_from(argument: str | None, base_url: str) -> str | None:
    """Return the URL of the host that makes review links, from an argument, the environment, or the service's own URL.

    Returns:
        That of Nanonets if the service is Nanonets; the service's own, without `/api/v2`, if it is on this machine,
        because a mock serves both. Otherwise None: a key that is meant for another host must not be sent to Nanonets
        unasked.

    Raises:
        ConfigurationError: It cannot be used, or the API key would leak on its way there.
    """
    given = argument or os.environ.get("NANONETS_REVIEW_URL")
    if given:
        return checked_base_url(given, "review URL", REVIEW_SERVICE)
    host = urlsplit(base_url).hostname
    if host == urlsplit(SERVICE).hostname:
        return REVIEW_SERVICE
    return base_url.removesuffix(urlsplit(SERVICE).path) if is_loopback(host) else None


def api_key_from(argument: str | None) -> Secret:
    """Return the API key from an argument or the environment.

    Raises:
        ConfigurationError: There is none.
    """
    return checked_api_key(os.environ.get("NANONETS_API_KEY") if argument is None else argument)


def checked_api_key(key: str | None) -> Secret:
    """Check an API key. Its form has changed over the years, so only an empty one is refused."""
    if not isinstance(key, str | None):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        # Tracebacks may show local variables, so the key is dropped before the error is raised.
        kind, key = type(key).__name__, None
        raise ConfigurationError(f"api_key must be a str, got {kind}")
    stripped = (key or "").strip()
    if not stripped:
        raise ConfigurationError("no API key: pass api_key=… or set NANONETS_API_KEY (https://app.nanonets.com/#/keys)")
    try:
        stripped.encode()
    except UnicodeEncodeError:
        is_text = False
    else:
        is_text = True
    if not is_text:
        # The error of the codec quotes the key.
        key, stripped = None, ""
        raise ConfigurationError("the API key has half of a surrogate pair; it cannot be a key of the service")
    return Secret(stripped)


def checked_base_url(url: str, name: str = "base URL", example: str = SERVICE) -> str:
    """Check a base URL, and return it without a trailing slash.

    Args:
        url: The URL.
        name: What it is, for messages.
        example: What it should look like, for messages.

    Raises:
        ConfigurationError: It cannot be used, or the API key would leak on its way there.
    """
    if not isinstance(url, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise ConfigurationError(f"base_url must be a str, got {type(url).__name__}")
    url = url.strip()
    # Parsers disagree about spaces, backslashes and control characters: httpx could send the key to another host than
    # the one that was checked here.
    is_plain = url.isascii() and url.isprintable() and not {" ", "\\"} & set(url)
    try:
        parts = urlsplit(url)
        valid = is_plain and bool(parts.hostname) and parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        raise ConfigurationError(f"invalid {name}; it should look like {example}") from None
    if not valid or parts.query or parts.fragment:
        raise ConfigurationError(f"the {name} needs a scheme and a host, and no query; it should look like {example}")
    if parts.username or parts.password:
        raise ConfigurationError(f"the {name} contains credentials; pass the key as api_key=… instead")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ConfigurationError(
            f"plain http to {parts.hostname!r} would expose the API key to everyone on the way; use https"
        )
    return url.rstrip("/")


def checked_timeout(timeout: float) -> float:
    """Check a deadline in seconds.

    Raises:
        ConfigurationError: It is not a number above 0, or infinite.
    """
    is_number = isinstance(timeout, Real) and not isinstance(timeout, bool)  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
    # The largest of floats: a larger int cannot be added to the time.
    if not (is_number and 0 < timeout <= sys.float_info.max):
        raise ConfigurationError(f"timeout must be a finite number of seconds above 0, got {timeout!r}")
    return timeout


def checked_max_retries(max_retries: int) -> int:
    """Check a number of retries.

    Raises:
        ConfigurationError: It is not an int, or negative.
    """
    if isinstance(max_retries, bool) or not isinstance(max_retries, int) or max_retries < 0:  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise ConfigurationError(f"max_retries must be an int of at least 0, got {max_retries!r}")
    return max_retries


def checked_max_reply_bytes(max_reply_bytes: int) -> int:
    """Check a limit on the size of a reply.

    Raises:
        ConfigurationError: It is not a whole number of bytes above 0.
    """
    if isinstance(max_reply_bytes, bool) or not isinstance(max_reply_bytes, int) or max_reply_bytes < 1:  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise ConfigurationError(f"max_reply_bytes must be a whole number of bytes above 0, got {max_reply_bytes!r}")
    return max_reply_bytes


def checked_callback(callback: C, name: str) -> C:
    """Check a function that is called when something happens.

    Raises:
        ConfigurationError: It cannot be called, or would have to be awaited.
    """
    if callback is not None and not callable(callback):
        raise ConfigurationError(f"{name} must be a function, got {type(callback).__name__}")
    if iscoroutinefunction(callback):
        raise ConfigurationError(f"{name} must be a plain function; nothing would await an async one")
    return callback
