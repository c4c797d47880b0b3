"""The server of a review: on this machine only, until it is closed."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Self

import uvicorn

from nanonets_sdk._net.lingering import Lingering
from nanonets_sdk._net.serving import PromptServer
from nanonets_sdk.calls.review import file_ids
from nanonets_sdk.client import Nanonets
from nanonets_sdk.documents import Document
from nanonets_sdk.errors import ConfigurationError
from nanonets_sdk.extras import require
from nanonets_sdk.review.app import review_app
from nanonets_sdk.review.checking import check_class
from nanonets_sdk.review.desk import Desk
from nanonets_sdk.review.guard import Guard
from nanonets_sdk.review.waiting import WaitingFile, checked_below

if TYPE_CHECKING:
    from os import PathLike

    from nanonets_sdk.calls.review import FileRef

HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 30
_GRACE_SECONDS: Final = 10
_TICK_SECONDS: Final = 0.005


class ReviewServer:
    """Serves the review of some files at an address on this machine, in a thread of its own.

    The browser talks to this server alone, which talks to the service with the client. The API key stays here. The
    address contains a random token, without which nothing is served.

    Args:
        client: The client; it stays yours to close, after the server.
        model_id: Id of the model.
        files: Ids of the files, which are read at once, or documents. They are queued by their lowest score.
        below: The score below which a value is doubtful, from 0 to 1; 0.9 by default.
        types: A class as for `Document.read_as`; what cannot be read is shown at its field.
        sources: The files themselves by id, as paths or bytes, to show pages from them. Without one the pages are
            downloaded from their signed URLs.
        port: TCP port; 0 for a free one.

    Raises:
        ConfigurationError: The port is taken.
        MissingExtra: The extra `review` is not installed.
        NanonetsError: A file cannot be read.
        TypeError: The class cannot be read from any document, or the client is not a `Nanonets`.

    Example:
        ```python
        from nanonets_sdk.review import ReviewServer

        with ReviewServer(client, model_id, [request_file_id], below=0.8) as server:
            print(server.url)
        print(server.approved, server.unsaved)
        ```
    """

    def __init__(
        self,
        client: Nanonets,
        model_id: str,
        files: FileRef | Iterable[FileRef],
        *,
        below: float | None = None,
        types: type[Any] | None = None,
        sources: Mapping[str, str | PathLike[str] | bytes] | None = None,
        port: int = 0,
    ) -> None:
        require("PIL", "pypdfium2")
        if not isinstance(client, Nanonets):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
            raise TypeError(f"client must be a Nanonets, got {type(client).__name__}")
        if types is not None:
            check_class(types)
        self._desk = Desk(client, model_id, checked_below(below), types, sources or {})
        self._guard = Guard(review_app(self._desk))
        self._listener: socket.socket | None = None
        self._serving: tuple[PromptServer, threading.Thread] | None = None
        self._port = port
        listed = [files] if isinstance(files, str | Document) else list(files)
        for one in file_ids(listed):
            self._desk.add(
                next((file for file in listed if isinstance(file, Document) and file.request_file_id == one), one)
            )

    @property
    def url(self) -> str:
        """The address of the page. Treat it as a password: who has it can correct and approve."""
        return f"http://{HOST}:{self._bound_port}/{self._guard.token}/"

    @property
    def files(self) -> tuple[WaitingFile, ...]:
        """The files as they were last read, the least certain one first."""
        return tuple(self._desk.files)

    @property
    def approved(self) -> tuple[str, ...]:
        """The ids of the files that were approved here."""
        return tuple(sorted(self._desk.approved))

    @property
    def saved(self) -> tuple[str, ...]:
        """The ids of the files with corrections that were saved here."""
        return tuple(sorted(self._desk.saved))

    @property
    def unsaved(self) -> dict[str, int]:
        """The number of unsaved edits by name of the file, as the browser last reported it."""
        return {self._desk.name_of(file): edits for file, edits in self._desk.unsaved.items() if edits}

    def open_browser(self) -> bool:
        """Open the page in the user's browser, and return whether there is one. Works once."""
        # Without a display Python finds browsers for the terminal, which cannot run the page.
        if sys.platform == "linux" and not any(map(os.environ.get, ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))):
            return False
        return webbrowser.open(f"http://{HOST}:{self._bound_port}/{self._guard.ticket}")

    def start(self) -> Self:
        """Start to listen, and return the server itself.

        Raises:
            ConfigurationError: The port is taken.
            RuntimeError: The server is running already, or did not start.
        """
        if self._serving is not None:
            raise RuntimeError("the review is running already")
        self._listener = _listening(self._port)
        config = uvicorn.Config(
            Lingering(self._guard),
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = PromptServer(config)
        thread = threading.Thread(target=server.run, args=([self._listener],), name="nanonets-review", daemon=True)
        thread.start()
        self._serving = server, thread
        deadline = time.monotonic() + _START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the server of the review did not start")
            time.sleep(_TICK_SECONDS)
        return self

    def stop(self) -> None:
        """Stop listening. What is being written is finished first, within a few seconds."""
        serving, self._serving = self._serving, None
        if serving is not None:
            server, thread = serving
            server.leave()
            thread.join()
        if self._listener is not None:
            self._listener.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _bound_port(self) -> int:
        if self._serving is None or self._listener is None:
            raise RuntimeError("the review is not running; use `with ReviewServer(...) as server:`")
        port: int = self._listener.getsockname()[1]
        return port


def review(
    client: Nanonets,
    model_id: str,
    files: FileRef | Iterable[FileRef],
    *,
    below: float | None = None,
    types: type[Any] | None = None,
    sources: Mapping[str, str | PathLike[str] | bytes] | None = None,
    port: int = 0,
) -> ReviewServer:
    """Open the review of some files in the browser, and wait until Ctrl-C.

    Args:
        client: The client.
        model_id: Id of the model.
        files: Ids of the files, or documents; `waiting_files` finds those that wait for approval.
        below: The score below which a value is doubtful, from 0 to 1; 0.9 by default.
        types: A class as for `Document.read_as`; what cannot be read is shown at its field.
        sources: The files themselves by id, as paths or bytes.
        port: TCP port; 0 for a free one.

    Returns:
        The server, which has stopped: `approved`, `saved` and `unsaved` tell what was done.

    Raises:
        ConfigurationError: The port is taken.
        NanonetsError: A file cannot be read.
        TypeError: The class cannot be read from any document.
    """
    with ReviewServer(client, model_id, files, below=below, types=types, sources=sources, port=port) as server:
        print(f"Review at {server.url}; stop with Ctrl-C.", file=sys.stderr, flush=True)
        server.open_browser()
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            return server


def _listening(port: int) -> socket.socket:
    # asyncio switches off Nagle's algorithm only where the protocol is named.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"port {port} of {HOST} is in use; choose another port, or 0 for a free one"
            ) from None
        raise
    return listener
