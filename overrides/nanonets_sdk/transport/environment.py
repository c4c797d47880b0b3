"""What the environment says about proxies and certificates, read once for a client, and checked.

The variables are those of httpx and curl. A value that cannot be used ends in a `ConfigurationError` that names its
variable, before anything is sent. The message repeats no user name and no password.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx
from attrs import field, frozen

from nanonets_sdk._net import is_loopback
from nanonets_sdk.errors import ConfigurationError

_SCHEMES: Final = frozenset({"http", "https", "socks5", "socks5h"})
_LAST_PORT: Final = 65535
# What OpenSSL looks for in a folder of certificates: the hash of a subject and a number.
_HASHED: Final = re.compile(r"[0-9a-f]{8}\.\d+")


@frozen
class Network:
    """How to reach the service.

    Attributes:
        certificate_file: What SSL_CERT_FILE says.
        certificate_folders: What SSL_CERT_DIR says.
        proxies: The proxy for each pattern of URLs, as the `mounts` of httpx spell them; None to connect directly.
        needs_certificates: Whether a host is called by https, or a variable names certificates.
    """

    certificate_file: str | None
    certificate_folders: str | None
    proxies: Mapping[str, httpx.Proxy | None] = field(repr=False)
    needs_certificates: bool

    @property
    def certificates(self) -> ssl.SSLContext:
        """The certificates that are trusted: those of the variables, or else those of certifi.

        Raises:
            ConfigurationError: There are none where a variable says.
        """
        # A lock of OpenSSL that another thread holds while the process forks is never released in the child.
        return _certificates(self.certificate_file, self.certificate_folders, os.getpid())

    @property
    def needed_certificates(self) -> ssl.SSLContext | None:
        """The certificates that are trusted; None if none are needed.

        Raises:
            ConfigurationError: As for `certificates`.
        """
        # Reading them takes a tenth of the time of a program that makes one call to a mock.
        return self.certificates if self.needs_certificates else None

    @property
    def has_socks(self) -> bool:
        """Whether a proxy speaks SOCKS."""
        return any(proxy and proxy.url.scheme.startswith("socks") for proxy in self.proxies.values())


def network_of_the_environment(urls: Iterable[str]) -> Network:
    """Read and check the environment.

    Args:
        urls: URLs of the hosts that are called. No proxy is ever right for those on this machine.

    Raises:
        ConfigurationError: A variable cannot be used.
    """
    file, folders = (os.environ.get(name) or None for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
    hosts = [urlsplit(url) for url in urls]
    needs_certificates = bool(file or folders) or any(host.scheme == "https" for host in hosts)
    if needs_certificates:
        _certificates(file, folders, os.getpid())
    local: dict[str, httpx.Proxy | None] = {
        f"all://{host.netloc}": None for host in hosts if is_loopback(host.hostname)
    }
    try:
        proxies = {} if all(is_loopback(host.hostname) for host in hosts) else _proxies(getproxies())
    except ConfigurationError as error:
        # The frames below hold the URL of the proxy, perhaps with a password, and tracebacks may show local variables.
        raise error.with_traceback(None) from None
    return Network(file, folders, proxies | local if proxies else {}, needs_certificates)


def _proxies(found: Mapping[str, str]) -> dict[str, httpx.Proxy | None]:
    direct = [host.strip() for host in found.get("no", "").split(",")]
    if "*" in direct:
        return {}
    proxies: dict[str, httpx.Proxy | None] = {
        f"{scheme}://": _proxy(scheme, found[scheme]) for scheme in ("http", "https", "all") if found.get(scheme)
    }
    # An entry that httpx has no pattern for, like a network, excepts nothing; other programs may understand it.
    return proxies | dict.fromkeys(filter(None, map(_pattern, direct))) if proxies else {}


def _pattern(host: str) -> str | None:
    """Return the pattern for an entry of NO_PROXY; None if it cannot be used."""
    if not host:
        return None
    if "://" not in host:
        try:
            address = ip_address(host.removeprefix("[").removesuffix("]"))
            host = f"all://{f'[{address}]' if address.version > 4 else address}"  # noqa: PLR2004 - the version of IP
        except ValueError:
            host = f"all://{'' if host.lower() == 'localhost' else '*'}{host}"
    try:
        httpx.URL(host)
    except (httpx.InvalidURL, ValueError):
        return None
    return host


def _proxy(scheme: str, value: str) -> httpx.Proxy:
    """Check the URL of a proxy.

    Raises:
        ConfigurationError: It cannot be used.
    """
    names = [name for name in (f"{scheme}_proxy", f"{scheme}_proxy".upper()) if os.environ.get(name)]
    name = names[0] if names else f"the {scheme} proxy of the system's settings"
    kind, _, rest = value.rpartition("://")
    kind = kind.lower() or "http"
    # A user name and a password stand before the last @, and neither is repeated.
    place = re.split(r"[/?#]", rest.rpartition("@")[2])[0]
    host, _, port = place.partition("]:") if place.startswith("[") else place.partition(":")
    if kind not in _SCHEMES:
        raise ConfigurationError(
            f"{name} names a proxy of an unknown kind, {kind if kind.isalnum() else '?'}://; "
            f"it must be one of {', '.join(sorted(_SCHEMES))}"
        )
    if port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= _LAST_PORT):
        raise ConfigurationError(f"{name} names the proxy {kind}://{host}, whose port is not a number from 1 to 65535")
    try:
        url = httpx.URL(value if "://" in value else f"http://{value}")
        proxy = httpx.Proxy(url) if url.host else None
    except (httpx.InvalidURL, ValueError):
        proxy = None
    if proxy is None:
        raise ConfigurationError(f"{name} is not the URL of a proxy; it should look like http://proxy.example.org:8080")
    if kind.startswith("socks") and find_spec("socksio") is None:
        raise ConfigurationError(
            f"{name} names the SOCKS proxy {kind}://{place}, which needs another package: pip install 'httpx[socks]'"
        )
    return proxy


@cache
def _certificates(file: str | None, folders: str | None, _process: int) -> ssl.SSLContext:
    # Loading them takes twenty times as long as everything else about creating a client.
    if not file and not folders:
        return httpx.create_ssl_context(trust_env=False)
    if not file:
        _check_folders(str(folders))
        return ssl.create_default_context(capath=folders)
    try:
        return ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        reason = "it contains no certificates in PEM form"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise ConfigurationError(f"SSL_CERT_FILE is {file!r}, which cannot be used: {reason}")


def _check_folders(folders: str) -> None:
    """Check a list of folders; OpenSSL takes any, and then trusts nobody."""
    reason = ""
    for folder in folders.split(os.pathsep):
        try:
            if any(_HASHED.fullmatch(entry.name) for entry in Path(folder).iterdir()):
                return
            reason = "it contains no certificates that are named as `openssl rehash` names them"
        except OSError as error:
            reason = error.strerror or type(error).__name__
    raise ConfigurationError(f"SSL_CERT_DIR is {folders!r}, which cannot be used: {reason}")
