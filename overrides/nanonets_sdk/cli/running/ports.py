"""A port that a command cannot listen on."""

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager

from nanonets_sdk.cli.running.exit_codes import UsageProblem


@contextmanager
def named_if_in_use(host: str, port: int) -> Generator[None]:
    """Name the port if another program listens on it, and the way out.

    Raises:
        UsageProblem: The port is in use.
    """
    try:
        yield
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise UsageProblem(
            f"port {port} of {host} is in use; choose another with --port, or a free one with --port 0"
        ) from None
