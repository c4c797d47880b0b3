"""A loopback server for measurements: reads a request to its end and answers with fixed bytes, as fast as Python can.

It runs in a process of its own, so that its work is not counted as the client's.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

MODEL = b'{"model_id":"m","model_type":"ocr","state":5,"categories":[{"name":"total","count":1}]}'
PREDICTION = (
    b'{"message":"Success","result":[{"message":"Success","input":"a.pdf","page":0,"id":"p","request_file_id":"f",'
    b'"prediction":[{"label":"total","xmin":1,"ymin":2,"xmax":3,"ymax":4,"score":0.9,"ocr_text":"1.00","type":"field"}]'
    b"}]}"
)
_FILE_NAME = re.compile(rb'filename="([^"]+)"')


class Answering(asyncio.Protocol):
    """Counts the bytes of a request by its Content-Length, and answers when all have arrived."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._seconds = seconds
        self._name = b"a.pdf"
        self._head = b""
        self._missing = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Count."""
        if self._missing < 0:
            self._head += data
            head, found, rest = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            self._missing, data = _length(head), rest
            if b"expect: 100-continue" in head.lower():
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # A reply names the file that it is about. Only the batches send more than one.
        if self._seconds and (named := _FILE_NAME.search(data)):
            self._name = named[1]
        self._missing -= len(data)
        if self._missing <= 0:
            body = PREDICTION.replace(b"a.pdf", self._name) if self._head.startswith(b"POST") else MODEL
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
                len(body),
                body,
            )
            self._head, self._missing = b"", -1
            if self._seconds:
                asyncio.get_running_loop().call_later(self._seconds, self._transport.write, answer)
            else:
                self._transport.write(answer)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def serve(seconds: float) -> None:
    """Serve on a free port, which is printed; answer so many seconds after a request."""
    server = await asyncio.get_running_loop().create_server(partial(Answering, seconds), "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def loopback(seconds: float = 0.0) -> Generator[str]:
    """The base URL of a server that runs until the block ends, and answers so many seconds after a request."""
    process = subprocess.Popen([sys.executable, str(Path(__file__)), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/api/v2"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
