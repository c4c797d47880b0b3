"""Fetches files by URL. The mock reaches no other machine: only loopback and registered addresses work."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from typing import IO

from nanonets_sdk._net import REDIRECTS, DownloadError, download, is_loopback_url


class FetchFailed(Exception):
    """A URL gave no file; the message goes into its entry of the reply."""


def fetch(url: str, *, max_bytes: int, seconds: float = 10) -> IO[bytes]:
    """Return the content of a loopback URL as an open temporary file, which the caller closes.

    Raises:
        FetchFailed: The URL is on another machine, answers with an error, or is too slow or too large.
    """
    with ExitStack() as resources:
        stream = resources.enter_context(tempfile.TemporaryFile())
        try:
            # The mock must not depend on proxies and certificates of the machine that it runs on.
            download(url, stream, max_bytes=max_bytes, seconds=seconds, allowed=is_loopback_url, trust_env=False)
        except DownloadError as error:
            raise FetchFailed(_message(error, max_bytes)) from error
        stream.seek(0)
        resources.pop_all()
        return stream


def _message(error: DownloadError, max_bytes: int) -> str:
    match error.failure:
        case "refused":
            return "The mock fetches loopback and registered URLs only"
        case "status":
            return f"The URL answered with status {error.detail}"
        case "too large":
            return f"The file is larger than {max_bytes} bytes"
        case "too slow":
            return "The URL took too long"
        case "unreachable" if error.cause == "TooManyRedirects":
            return f"The URL redirects more than {REDIRECTS} times"
        case "unreachable":
            return f"The URL did not answer: {error.cause}"
