"""The two clients: the same methods, the second's to be awaited."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, Self

import attrs
import httpx

import nanonets_api
from nanonets_sdk.calls.runner import AsyncRunner, Runner
from nanonets_sdk.events import Drift, Exchange, RetryEvent
from nanonets_sdk.resources.image_classification import AsyncImageClassification, ImageClassification
from nanonets_sdk.resources.ocr import AsyncOcr, Ocr
from nanonets_sdk.resources.parity import same_docstrings
from nanonets_sdk.transport.pool import async_wire_for, wire_for
from nanonets_sdk.transport.session import AsyncSession, Session
from nanonets_sdk.transport.settings import (
    Settings,
    api_key_from,
    checked_max_retries,
    checked_timeout,
    settings_from,
)

_TIMEOUT: Final = 60.0
_MAX_RETRIES: Final = 4


class Nanonets:
    """A client of the Nanonets API.

    Threads may share it. Close it when done, or use it as a context manager.

    Args:
        api_key: The API key; the environment variable NANONETS_API_KEY when None.
        base_url: Of the service; the environment variable NANONETS_BASE_URL, or the service itself, when None. Https,
            or http on this machine alone.
        timeout: Seconds for one call with all of its tries and the waits between them; 60 by default.
        max_retries: How often a call is sent again at most; 4 by default. A call that bills or changes something is
            sent again only where the service cannot have acted on it.
        http_client: An httpx client to send with, for proxies, certificates and the like; stays yours to close.
        on_retry: Told before each wait, with a `RetryEvent`. What it raises ends the call, unlike with `on_drift`.
        on_drift: Told of each value of a reply that is of an unexpected type, and of each unknown word for the state of
            a page, with a `Drift`. What it raises is logged and goes no further: a reply that was paid for is not lost
            by it.

    Raises:
        ConfigurationError: There is no API key, or a setting cannot be used.

    Example:
        ```python
        with Nanonets() as client:
            document = client.ocr.predict_file(model_id, "invoice.pdf")
            print(document.fields["total"].as_decimal())
        ```
    """

    ocr: Ocr
    image_classification: ImageClassification

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = _TIMEOUT,
        max_retries: int = _MAX_RETRIES,
        http_client: httpx.Client | None = None,
        on_retry: Callable[[RetryEvent], object] | None = None,
        on_drift: Callable[[Drift], object] | None = None,
    ) -> None:
        # A traceback that shows local variables shows no key.
        secret, api_key = api_key_from(api_key), None
        settings = settings_from(secret, base_url, timeout, max_retries, on_retry, on_drift)
        if http_client is not None and not isinstance(http_client, httpx.Client):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
            raise TypeError(f"http_client is an httpx.Client, not {type(http_client).__name__}")
        self._connect(settings, http_client or wire_for(settings), owns_wire=http_client is None)

    def _connect(self, settings: Settings, wire: httpx.Client, *, owns_wire: bool) -> None:
        self._session = Session(settings, wire)
        self._owns_wire = owns_wire
        runner = Runner(self._session)
        self.ocr = Ocr(runner)
        self.image_classification = ImageClassification(runner)

    @cached_property
    def low_level(self) -> nanonets_api.Client:
        """The generated client on this session, for the functions of `nanonets_api.api`.

        It has the same key, deadline, retries and errors; close this client, not that one.

        Example:
            ```python
            from nanonets_api.api.ocr import ocr_get_model

            model = ocr_get_model.sync(model_id, client=client.low_level)
            ```
        """
        return nanonets_api.Client(base_url=self._session.settings.base_url).set_httpx_client(self._session)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        recorder: Callable[[Exchange], object] | None = None,
    ) -> Self:
        """A client with other settings on the same connections; this one stays as it is, and is the one to close.

        Args:
            timeout: Seconds for one call with all of its tries; as before when None.
            max_retries: How often a call is sent again at most; as before when None.
            recorder: Told of each answer, with an `Exchange`; as before when None. It holds the whole body: mind what
                becomes of it.

        Raises:
            ConfigurationError: A setting cannot be used.
        """
        other = type(self).__new__(type(self))
        settings = _changed(self._session.settings, timeout, max_retries, recorder)
        other._connect(settings, self._session.wire, owns_wire=False)  # noqa: SLF001 - of its own class
        return other

    def close(self) -> None:
        """Close the connections; not those of an `http_client` that was passed in."""
        if self._owns_wire:
            self._session.wire.close()

    def __enter__(self) -> Self:
        """This client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        """Settings without the key."""
        return _repr(self)


@same_docstrings(Nanonets)
class AsyncNanonets:
    """A client of the Nanonets API whose methods are awaited; otherwise like `Nanonets`.

    Tasks of one event loop may share it. Where `httpx-aiohttp` is installed (the extra `aiohttp`), it sends through
    aiohttp, which takes many uploads at a time several times faster.

    Args:
        api_key: As for `Nanonets`.
        base_url: As for `Nanonets`.
        timeout: As for `Nanonets`; 60 by default.
        max_retries: As for `Nanonets`; 4 by default.
        http_client: An httpx.AsyncClient to send with; stays yours to close.
        on_retry: As for `Nanonets`; a plain function.
        on_drift: As for `Nanonets`; a plain function.

    Raises:
        ConfigurationError: There is no API key, or a setting cannot be used.

    Example:
        ```python
        async with AsyncNanonets() as client:
            document = await client.ocr.predict_file(model_id, "invoice.pdf")
        ```
    """

    ocr: AsyncOcr
    image_classification: AsyncImageClassification

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = _TIMEOUT,
        max_retries: int = _MAX_RETRIES,
        http_client: httpx.AsyncClient | None = None,
        on_retry: Callable[[RetryEvent], object] | None = None,
        on_drift: Callable[[Drift], object] | None = None,
    ) -> None:
        # A traceback that shows local variables shows no key.
        secret, api_key = api_key_from(api_key), None
        settings = settings_from(secret, base_url, timeout, max_retries, on_retry, on_drift)
        if http_client is not None and not isinstance(http_client, httpx.AsyncClient):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
            raise TypeError(f"http_client is an httpx.AsyncClient, not {type(http_client).__name__}")
        self._connect(settings, http_client or async_wire_for(settings), owns_wire=http_client is None)

    def _connect(self, settings: Settings, wire: httpx.AsyncClient, *, owns_wire: bool) -> None:
        self._session = AsyncSession(settings, wire)
        self._owns_wire = owns_wire
        runner = AsyncRunner(self._session)
        self.ocr = AsyncOcr(runner)
        self.image_classification = AsyncImageClassification(runner)

    @cached_property
    def low_level(self) -> nanonets_api.Client:
        """The generated client on this session, for the functions of `nanonets_api.api` that are awaited.

        It has the same key, deadline, retries and errors; close this client, not that one.
        """
        return nanonets_api.Client(base_url=self._session.settings.base_url).set_async_httpx_client(self._session)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        recorder: Callable[[Exchange], object] | None = None,
    ) -> Self:
        other = type(self).__new__(type(self))
        settings = _changed(self._session.settings, timeout, max_retries, recorder)
        other._connect(settings, self._session.wire, owns_wire=False)  # noqa: SLF001 - of its own class
        return other

    async def close(self) -> None:
        if self._owns_wire:
            await self._session.wire.aclose()

    async def __aenter__(self) -> Self:
        """This client."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.close()

    def __repr__(self) -> str:
        """Settings without the key."""
        return _repr(self)


def asynchronous(client: Nanonets) -> AsyncNanonets:
    """A client with the settings of a blocking one, on connections of its own; close it."""
    settings = client._session.settings  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module
    other = AsyncNanonets.__new__(AsyncNanonets)
    other._connect(settings, async_wire_for(settings), owns_wire=True)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module
    return other


def _changed(
    settings: Settings,
    timeout: float | None,
    max_retries: int | None,
    recorder: Callable[[Exchange], object] | None,
) -> Settings:
    changes: dict[str, Any] = {} if recorder is None else {"recorder": recorder}
    if timeout is not None:
        changes["timeout"] = checked_timeout(timeout)
    if max_retries is not None:
        changes["max_retries"] = checked_max_retries(max_retries)
    return attrs.evolve(settings, **changes)


def _repr(client: Nanonets | AsyncNanonets) -> str:
    session: Session | AsyncSession | None = vars(client).get("_session")
    if session is None:
        # A traceback with local variables shows a client that could not be made.
        return f"{type(client).__name__}(not made)"
    settings = session.settings
    return (
        f"{type(client).__name__}(base_url={settings.base_url!r}, timeout={settings.timeout!r}, "
        f"max_retries={settings.max_retries!r})"
    )
