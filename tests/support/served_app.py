"""An ASGI application on a socket, served by uvicorn in a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Literal

import uvicorn


@contextmanager
def serving_app(app: Any, *, lifespan: Literal["on", "off"] = "on", access_log: bool = False) -> Generator[str]:
    """Serve an application, and yield its URL without a slash at the end."""
    level = "info" if access_log else "critical"
    config = uvicorn.Config(
        app, port=0, ws="none", lifespan=lifespan, log_config=None, log_level=level, access_log=access_log
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.005)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
