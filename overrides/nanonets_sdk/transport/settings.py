"""The settings of a client: where they come from, and which are refused."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

import attrs
from attrs import frozen

from nanonets_sdk._net import is_loopback
from nanonets_sdk.errors import ConfigurationError
from nanonets_sdk.events import Drift, Exchange, RetryEvent
from nanonets_sdk.transport.clock import SYSTEM_CLOCK, Clock

SERVICE: Final = "https://app.nanonets.com/api/v2"
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
    clock: Clock = attrs.field(default=SYSTEM_CLOCK, repr=False)
    review_url: str | None = None

    @property
    def is_local(self) -> bool:
        """Whether the service is on this machine."""
        return is_loopback(urlsplit(self.base_url).hostname)

    def changed(
        self, timeout: float | None, max_retries: int | None, recorder: Callable[[Exchange], object] | None
    ) -> Settings:
        """Return a copy with other values where they are given.

        Raises:
            ConfigurationError: A setting cannot be used.
        """
        changes: dict[str, Any] = {} if recorder is None else {"recorder": recorder}
        if timeout is not None:
            changes["timeout"] = checked_timeout(timeout)
        if max_retries is not None:
            changes["max_retries"] = checked_max_retries(max_retries)
        return attrs.evolve(self, **changes)


def settings_from(
    api_key: Secret,
    base_url: str | None,
    timeout: float,
    max_retries: int,
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
        on_retry=on_retry,
        on_drift=on_drift,
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
        ConfigurationError: It is not above 0, or infinite.
    """
    if not 0 < timeout < float("inf"):
        raise ConfigurationError(f"timeout must be a finite number of seconds above 0, got {timeout!r}")
    return timeout


def checked_max_retries(max_retries: int) -> int:
    """Check a number of retries.

    Raises:
        ConfigurationError: It is negative.
    """
    if max_retries < 0:
        raise ConfigurationError(f"max_retries must be at least 0, got {max_retries!r}")
    return max_retries
