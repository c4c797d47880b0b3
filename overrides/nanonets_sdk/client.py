"""The sync and the async client, with the same methods."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final, Self

import nanonets_api
from nanonets_sdk.calls.runner import AsyncRunner, Runner
from nanonets_sdk.events import Drift, Exchange, RetryEvent
from nanonets_sdk.resources.image_classification import AsyncImageClassification, ImageClassification
from nanonets_sdk.resources.multi_label import AsyncMultiLabel, MultiLabel
from nanonets_sdk.resources.object_detection import AsyncObjectDetection, ObjectDetection
from nanonets_sdk.resources.ocr import AsyncOcr, Ocr
from nanonets_sdk.resources.parity import same_docstrings
from nanonets_sdk.transport.pool import AsyncHttpClient, AsyncPool, HttpClient, Pool
from nanonets_sdk.transport.session import AsyncSession, Session
from nanonets_sdk.transport.settings import DEFAULT_TIMEOUT, MAX_REPLY_BYTES, api_key_from, settings_from

_MAX_RETRIES: Final = 4


class Nanonets:
    """A client of the Nanonets API.

    Threads may share it. Close it when done, or use it as a context manager.

    Args:
        api_key: The API key. If None, it is read from the environment variable NANONETS_API_KEY.
        base_url: URL of the service. If None, it is read from the environment variable NANONETS_BASE_URL, and otherwise
            is that of Nanonets. Must be https, or http to this machine.
        timeout: Seconds for one call, including all attempts and the waits between them; 60 by default.
        max_retries: The maximum number of times that a call is sent again; 4 by default. A call that bills or changes
            something is sent again only if the service cannot have carried it out.
        max_reply_bytes: The largest reply that is read, in bytes after decompression; 256 MiB by default. A larger one
            ends in `ReplyTooLarge`.
        http_client: An `httpx.Client` to send with, for proxies, certificates, etc. You remain responsible for closing
            it.
        on_retry: Called before each wait, with a `RetryEvent`. An exception that it raises ends the call.
        on_drift: Called for each value of a reply that has an unexpected type, and for each unknown word for the state
            of a page, with a `Drift`. An exception that it raises is logged and not propagated, so a reply that was
            billed is not lost.
        review_url: URL of the host that makes review links, the only other one that receives the API key, and only in
            `ocr.review_link`. If None, it is read from the environment variable NANONETS_REVIEW_URL, and otherwise is
            that of Nanonets, or `base_url` without `/api/v2` if that is on this machine. With any other `base_url`
            there is none, and `ocr.review_link` refuses. Must be https, or http to this machine.

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
    object_detection: ObjectDetection
    multi_label: MultiLabel

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        max_retries: int = _MAX_RETRIES,
        max_reply_bytes: int = MAX_REPLY_BYTES,
        http_client: HttpClient | None = None,
        on_retry: Callable[[RetryEvent], object] | None = None,
        on_drift: Callable[[Drift], object] | None = None,
        review_url: str | None = None,
    ) -> None:
        # Tracebacks may show local variables, so the key is not left in one.
        secret, api_key = api_key_from(api_key), None
        settings = settings_from(
            secret, base_url, timeout, max_retries, max_reply_bytes, on_retry, on_drift, review_url
        )
        self._connect(Session(settings, Pool.of(settings, http_client)), owns_pool=True)

    def _connect(self, session: Session, *, owns_pool: bool) -> None:
        self._session, self._owns_pool = session, owns_pool
        runner = Runner(session)
        self.ocr = Ocr(runner)
        self.image_classification = ImageClassification(runner)
        self.object_detection = ObjectDetection(runner)
        self.multi_label = MultiLabel(runner)

    @cached_property
    def low_level(self) -> nanonets_api.Client:
        """A generated client for the functions of `nanonets_api.api`, with this client's connections.

        It has the same key, deadline, retries and errors. Close this client, not that one.

        Example:
            ```python
            from nanonets_api.api.ocr import ocr_get_model

            model = ocr_get_model.sync(model_id, client=client.low_level)
            ```
        """
        # The generated client has a timeout, headers and a token of its own, none of which the session needs.
        return nanonets_api.Client(base_url=self._session.settings.base_url).set_httpx_client(self._session)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        max_reply_bytes: int | None = None,
        recorder: Callable[[Exchange], object] | None = None,
    ) -> Self:
        """Return a client with other settings and the same connections. This one is unchanged, and the one to close.

        Args:
            timeout: Seconds for one call, including all attempts and waits; unchanged if None.
            max_retries: The maximum number of times that a call is sent again; unchanged if None.
            max_reply_bytes: The largest reply that is read, in bytes after decompression; unchanged if None.
            recorder: Called with an `Exchange` for each response; unchanged if None. It contains the full response
                body; treat it as sensitive.

        Raises:
            ConfigurationError: A setting cannot be used.
        """
        settings = self._session.settings.changed(timeout, max_retries, max_reply_bytes, recorder)
        other = type(self).__new__(type(self))
        other._connect(Session(settings, self._session.pool), owns_pool=False)  # noqa: SLF001 - of its own class
        return other

    def close(self) -> None:
        """Close the connections, except those of an `http_client` that was passed in."""
        if self._owns_pool:
            self._session.pool.close()

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the client."""
        self.close()

    def __repr__(self) -> str:
        return _repr(self)


@same_docstrings(Nanonets)
class AsyncNanonets:
    """A client of the Nanonets API with async methods; otherwise like `Nanonets`.

    Tasks of one event loop may share it. If `httpx-aiohttp` is installed (the extra `aiohttp`), it sends through
    aiohttp, which is several times faster with many concurrent uploads.

    Args:
        api_key: As for `Nanonets`.
        base_url: As for `Nanonets`.
        timeout: As for `Nanonets`; 60 by default.
        max_retries: As for `Nanonets`; 4 by default.
        max_reply_bytes: As for `Nanonets`; 256 MiB by default.
        http_client: An `httpx.AsyncClient` to send with. You remain responsible for closing it.
        on_retry: As for `Nanonets`; a plain function.
        on_drift: As for `Nanonets`; a plain function.
        review_url: As for `Nanonets`.

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
    object_detection: AsyncObjectDetection
    multi_label: AsyncMultiLabel

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        max_retries: int = _MAX_RETRIES,
        max_reply_bytes: int = MAX_REPLY_BYTES,
        http_client: AsyncHttpClient | None = None,
        on_retry: Callable[[RetryEvent], object] | None = None,
        on_drift: Callable[[Drift], object] | None = None,
        review_url: str | None = None,
    ) -> None:
        # Tracebacks may show local variables, so the key is not left in one.
        secret, api_key = api_key_from(api_key), None
        settings = settings_from(
            secret, base_url, timeout, max_retries, max_reply_bytes, on_retry, on_drift, review_url
        )
        self._connect(AsyncSession(settings, AsyncPool.of(settings, http_client)), owns_pool=True)

    def _connect(self, session: AsyncSession, *, owns_pool: bool) -> None:
        self._session, self._owns_pool = session, owns_pool
        runner = AsyncRunner(session)
        self.ocr = AsyncOcr(runner)
        self.image_classification = AsyncImageClassification(runner)
        self.object_detection = AsyncObjectDetection(runner)
        self.multi_label = AsyncMultiLabel(runner)

    @cached_property
    def low_level(self) -> nanonets_api.Client:
        """A generated client for the async functions of `nanonets_api.api`, with this client's connections.

        It has the same key, deadline, retries and errors. Close this client, not that one.
        """
        return nanonets_api.Client(base_url=self._session.settings.base_url).set_async_httpx_client(self._session)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        max_reply_bytes: int | None = None,
        recorder: Callable[[Exchange], object] | None = None,
    ) -> Self:
        settings = self._session.settings.changed(timeout, max_retries, max_reply_bytes, recorder)
        other = type(self).__new__(type(self))
        other._connect(AsyncSession(settings, self._session.pool), owns_pool=False)  # noqa: SLF001 - of its own class
        return other

    async def close(self) -> None:
        if self._owns_pool:
            await self._session.pool.aclose()

    async def __aenter__(self) -> Self:
        """Return the client itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the client."""
        await self.close()

    def __repr__(self) -> str:
        return _repr(self)


def asynchronous(client: Nanonets, *, prefers_aiohttp: bool = True) -> AsyncNanonets:
    """Return an async client with the settings of a sync one and connections of its own. Close it."""
    settings = client._session.settings  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module
    pool = AsyncPool.of(settings, None, prefers_aiohttp=prefers_aiohttp)
    # The constructor takes no settings: it would read the environment, and the key cannot be taken out of them.
    other = AsyncNanonets.__new__(AsyncNanonets)
    other._connect(AsyncSession(settings, pool), owns_pool=True)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module
    return other


def _repr(client: Nanonets | AsyncNanonets) -> str:
    session: Session | AsyncSession | None = vars(client).get("_session")
    if session is None:
        # A traceback with local variables calls `repr` on a client whose constructor has failed.
        return f"{type(client).__name__}(not created)"
    settings = session.settings
    return (
        f"{type(client).__name__}(base_url={settings.base_url!r}, timeout={settings.timeout!r}, "
        f"max_retries={settings.max_retries!r})"
    )
