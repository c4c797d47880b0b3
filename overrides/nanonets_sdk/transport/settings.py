"""The settings of a client: where they come from, and which are refused."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable
from typing import Final, NoReturn
from urllib.parse import urlsplit

import attrs
from attrs import frozen

from nanonets_sdk._net import is_loopback
from nanonets_sdk.errors import ConfigurationError
from nanonets_sdk.events import Drift, Exchange, RetryEvent
from nanonets_sdk.transport.clock import SYSTEM_CLOCK, Clock

SERVICE: Final = "https://app.nanonets.com/api/v2"
_SHORTEST_TO_STRIKE: Final = 4
_STRUCK: Final = "[API key]"


class Secret:
    """The API key. It shows in no repr and is in no pickle; it has to be asked for."""

    __slots__ = ("_key",)

    def __init__(self, key: str) -> None:
        self._key = key

    def authorization(self) -> str:
        """The value of the `Authorization` header: HTTP Basic, the key as user, an empty password."""
        return f"Basic {self._encoded()}"

    def strike(self, text: str) -> str:
        """The text with the key and its Base64 form struck out; a service may repeat what it was sent."""
        if len(self._key) >= _SHORTEST_TO_STRIKE:
            text = text.replace(self._encoded(), _STRUCK).replace(self._key, _STRUCK)
        return text

    def strike_bytes(self, content: bytes) -> bytes:
        """The same for bytes."""
        if len(self._key) >= _SHORTEST_TO_STRIKE:
            for form in (self._encoded(), self._key):
                content = content.replace(form.encode(), _STRUCK.encode())
        return content

    def _encoded(self) -> str:
        return b64encode(f"{self._key}:".encode()).decode("ascii")

    def __repr__(self) -> str:
        """Nothing of the key."""
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        """A key is not written down."""
        raise TypeError("an API key cannot be pickled; make the client where it is needed")


@frozen
class Settings:
    """What a client works with.

    Attributes:
        base_url: Of the service, without a trailing slash.
        api_key: The key.
        timeout: Seconds for one call with all of its tries and waits.
        max_retries: How often a call is sent again at most.
        on_retry: Told before each wait.
        on_drift: Told of each value of a reply that has an unexpected type, or is an unknown word for a page's state.
        recorder: Told of each answer.
        clock: Where time comes from.
    """

    base_url: str
    api_key: Secret
    timeout: float
    max_retries: int
    on_retry: Callable[[RetryEvent], object] | None = None
    on_drift: Callable[[Drift], object] | None = None
    recorder: Callable[[Exchange], object] | None = None
    clock: Clock = attrs.field(default=SYSTEM_CLOCK, repr=False)

    @property
    def is_local(self) -> bool:
        """Whether the service is on this machine, and so no proxy may come between."""
        return is_loopback(urlsplit(self.base_url).hostname)


def settings_from(
    api_key: Secret,
    base_url: str | None,
    timeout: float,
    max_retries: int,
    on_retry: Callable[[RetryEvent], object] | None,
    on_drift: Callable[[Drift], object] | None,
) -> Settings:
    """Settings from arguments and environment.

    Raises:
        ConfigurationError: A setting cannot be used.
    """
    return Settings(
        base_url=checked_base_url(base_url or os.environ.get("NANONETS_BASE_URL") or SERVICE),
        api_key=api_key,
        timeout=checked_timeout(timeout),
        max_retries=checked_max_retries(max_retries),
        on_retry=on_retry,
        on_drift=on_drift,
    )


def api_key_from(argument: str | None) -> Secret:
    """The key from an argument, or from the environment.

    Raises:
        ConfigurationError: There is none.
    """
    return checked_api_key(os.environ.get("NANONETS_API_KEY") if argument is None else argument)


def checked_api_key(key: str | None) -> Secret:
    """The key; its form differs from year to year, so nothing but an empty one is refused."""
    if not isinstance(key, str | None):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        kind, key = type(key).__name__, None
        raise ConfigurationError(f"api_key is a str, not {kind}")
    stripped = (key or "").strip()
    if not stripped:
        raise ConfigurationError("no API key: pass api_key=… or set NANONETS_API_KEY (https://app.nanonets.com/#/keys)")
    return Secret(stripped)


def checked_base_url(url: str) -> str:
    """The URL, unless the key would leak on its way there."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        valid = _is_plain(url) and bool(parts.hostname) and parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        raise ConfigurationError("the base URL cannot be read; it looks like https://app.nanonets.com/api/v2") from None
    if not valid or parts.query or parts.fragment:
        raise ConfigurationError(
            "the base URL needs a scheme and a host, and no query; it looks like https://app.nanonets.com/api/v2"
        )
    if parts.username or parts.password:
        raise ConfigurationError("the base URL holds credentials; pass the key as api_key=… instead")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ConfigurationError(
            f"plain http to {parts.hostname!r} would send the API key readable to everybody on the way; use https"
        )
    return url.rstrip("/")


def checked_timeout(timeout: float) -> float:
    """A deadline in seconds; endless waiting is refused."""
    if not 0 < timeout < float("inf"):
        raise ConfigurationError(f"timeout is a number of seconds above 0, not {timeout!r}")
    return timeout


def checked_max_retries(max_retries: int) -> int:
    """A number of retries."""
    if max_retries < 0:
        raise ConfigurationError(f"max_retries is 0 or more, not {max_retries!r}")
    return max_retries


def _is_plain(url: str) -> bool:
    """Whether every reader of URLs splits it alike; some leave out blanks and control characters, others do not."""
    return url.isascii() and url.isprintable() and not {" ", "\\"} & set(url)
