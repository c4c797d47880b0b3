"""TLS for scripts of `raw_server`, with a certificate for localhost whose key is public: it protects nothing."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

from raw_server import Connection, Script

CERTIFICATE: Final = Path(__file__).parent / "localhost.pem"


def in_tls(script: Script) -> Script:
    """Follow a script inside TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    def secured(connection: Connection) -> None:
        connection.socket = context.wrap_socket(connection.socket, server_side=True)
        script(connection)

    return secured


def trusting() -> ssl.SSLContext:
    """Return a client's context that trusts the certificate."""
    return ssl.create_default_context(cafile=CERTIFICATE)
