"""httpcore's network backends on the sockets of `sockets`: they bring one deadline and early answers to both clients.

httpcore opens connections and moves bytes through the public interfaces `NetworkBackend` and `AsyncNetworkBackend`. Its
own backends limit each system call, look names up where nothing can interrupt them, and on asyncio lose an answer that
comes before the request is sent. See docs/decisions/0082-one-deadline-below-httpx.md.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import anyio
import httpcore
from attrs import frozen

from nanonets_sdk._net.sockets import Address, Channel, aperform, connect, perform, ready_of, resolve

Failures: TypeAlias = tuple[type[Exception], type[Exception]]

_CONNECTING: Final[Failures] = (httpcore.ConnectTimeout, httpcore.ConnectError)
_READING: Final[Failures] = (httpcore.ReadTimeout, httpcore.ReadError)
_WRITING: Final[Failures] = (httpcore.WriteTimeout, httpcore.WriteError)
_BROKEN: Final = (OSError, anyio.ClosedResourceError, anyio.BusyResourceError)


def _in_httpcore_terms(error: Exception, failures: Failures) -> Exception:
    """Return the exception of httpcore for a failed operation."""
    too_late, failed = failures
    # The network itself can time out too, and says so with a number.
    is_late = isinstance(error, TimeoutError) and error.errno is None
    return (too_late if is_late else failed)(error)


def _info(channel: Channel, name: str) -> Any:
    match name:
        case "ssl_object":
            return channel.tls
        case "socket":
            return channel.socket
        case "client_addr":
            return channel.socket.getsockname()
        case "server_addr":
            return channel.socket.getpeername()
        case "is_readable":
            # An idle connection has nothing to read but its end.
            return channel.socket.fileno() < 0 or bool(ready_of((channel.socket,), 0))
        case _:
            return None


@frozen
class Stream(httpcore.NetworkStream):
    """A connection of the blocking client."""

    channel: Channel

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Receive bytes."""
        try:
            return perform(self.channel.read(max_bytes), timeout)
        except _BROKEN as error:
            raise _in_httpcore_terms(error, _READING) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        try:
            perform(self.channel.write(buffer), timeout)
        except _BROKEN as error:
            raise _in_httpcore_terms(error, _WRITING) from error

    def close(self) -> None:
        """Close the connection."""
        self.channel.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        """Return the connection with TLS on it."""
        try:
            try:
                return Stream(perform(self.channel.handshake(ssl_context, server_hostname), timeout))
            except _BROKEN as error:
                raise _in_httpcore_terms(error, _CONNECTING) from error
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        """Return a fact about the connection."""
        return _info(self.channel, info)


class Backend(httpcore.NetworkBackend):
    """Opens the connections of the blocking client."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> Stream:
        """Connect to a host."""
        try:
            return Stream(Channel(perform(connect(host, port, local_address, socket_options or ()), timeout)))
        except _BROKEN as error:
            raise _in_httpcore_terms(error, _CONNECTING) from error


@frozen
class AsyncStream(httpcore.AsyncNetworkStream):
    """A connection of the async client."""

    channel: Channel

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Receive bytes."""
        try:
            return await aperform(self.channel.read(max_bytes), timeout)
        except _BROKEN as error:
            raise _in_httpcore_terms(error, _READING) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        try:
            await aperform(self.channel.write(buffer), timeout)
        except _BROKEN as error:
            raise _in_httpcore_terms(error, _WRITING) from error

    async def aclose(self) -> None:
        """Close the connection, and wake up the tasks that wait for it."""
        if self.channel.socket.fileno() >= 0:
            anyio.notify_closing(self.channel.socket)
        self.channel.close()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncStream:
        """Return the connection with TLS on it."""
        try:
            try:
                return AsyncStream(await aperform(self.channel.handshake(ssl_context, server_hostname), timeout))
            except _BROKEN as error:
                raise _in_httpcore_terms(error, _CONNECTING) from error
        except BaseException:
            self.channel.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        """Return a fact about the connection."""
        return _info(self.channel, info)


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """Opens the connections of the async client."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncStream:
        """Connect to a host."""
        try:
            return AsyncStream(
                Channel(await aperform(connect(host, port, local_address, socket_options or ()), timeout))
            )
        except _BROKEN as error:
            raise _in_httpcore_terms(error, _CONNECTING) from error

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await anyio.sleep(seconds)


async def resolved(host: str, port: int, family: int) -> Sequence[Address]:
    """Return the addresses of a host, from a thread that does not outlive the process."""
    return await aperform(resolve(host, port, family), None)
