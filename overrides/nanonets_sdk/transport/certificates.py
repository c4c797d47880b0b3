"""The certificates that are trusted."""

from __future__ import annotations

import os
import ssl
from functools import cache

import httpx


def tls() -> ssl.SSLContext:
    """What httpx trusts: certifi's certificates, or those of SSL_CERT_FILE or SSL_CERT_DIR.

    Reading them takes twenty times as long as everything else about making a client, so that they are read once.
    """
    return _tls_of(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _tls_of(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    return httpx.create_ssl_context()
