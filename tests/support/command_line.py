"""Runs the command `nanonets`: in this process, in pipes, or on a terminal of a given width."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import re
import select
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pytest
from attrs import frozen

from nanonets_sdk.cli import main
from nanonets_sdk.mock import MockServer

COMMAND: Final = (sys.executable, "-m", "nanonets_sdk.cli")
KEY: Final = "a-key-that-must-not-show"
_PATIENCE: Final = 180.0
_ESCAPE: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]")


@frozen
class Ended:
    """A command that has ended.

    Attributes:
        status: Its exit status.
        out: What it wrote to standard output; on a terminal everything, with its control sequences.
        err: What it wrote to standard error; on a terminal nothing.
    """

    status: int
    out: str
    err: str = ""

    @property
    def screen(self) -> str:
        """The output on a terminal without control sequences; each rewrite of a line is a line of its own."""
        return _ESCAPE.sub("", self.out.replace("\r\n", "\n").replace("\r", "\n"))


def environment(server: MockServer | None, **more: str) -> dict[str, str]:
    """Return the environment of a command that uses a server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NANONETS_", "LINES", "COLUMNS"))}
    own = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TERM": "xterm-256color"}
    if server is not None:
        own |= {"NANONETS_BASE_URL": server.base_url, "NANONETS_MODEL_ID": server.model_id, "NANONETS_API_KEY": KEY}
    return {"PYTHONWARNINGS": "error", **kept, **own, **more}


def run(
    *arguments: str | Path,
    server: MockServer | None = None,
    folder: Path | None = None,
    together: bool = False,
    **more: str,
) -> Ended:
    """Run a command in this process through its entry point, which is several times faster than a new process.

    If `together` is true, both streams are one, as on a terminal, and it is `out`.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2))
    with (
        patch.dict(os.environ, environment(server, **more), clear=True),
        patch.object(sys, "argv", ["nanonets", *map(str, arguments)]),
        contextlib.chdir(folder or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out if together else err),
        pytest.raises(SystemExit) as end,
    ):
        main()
    assert isinstance(end.value.code, int)
    return Ended(end.value.code, _written(out), _written(err))


def _written(stream: io.TextIOWrapper[io.BytesIO]) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8")


def run_in_pipes(
    *arguments: str | Path, server: MockServer | None = None, folder: Path | None = None, **more: str
) -> Ended:
    """Run a command as a process with its output in pipes."""
    ended = subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", check=False,
        env=environment(server, **more), cwd=folder, timeout=_PATIENCE,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@contextlib.contextmanager
def started(
    *arguments: str | Path, server: MockServer, folder: Path | None = None, **more: str
) -> Generator[subprocess.Popen[str]]:
    """Start a command with its output in pipes, and kill it at the end if it is still running."""
    with subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env=environment(server, **more), cwd=folder,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def run_on_terminal(
    *arguments: str | Path,
    server: MockServer | None = None,
    folder: Path | None = None,
    width: int = 100,
    typed: str = "",
    **more: str,
) -> Ended:
    """Run a command on a pseudo-terminal on which something was typed before it asked."""
    return on_terminal([*COMMAND, *map(str, arguments)], environment(server, **more), folder, width, typed)


def on_terminal(
    command: Sequence[str], env: Mapping[str, str], folder: Path | None = None, width: int = 100, typed: str = ""
) -> Ended:
    """Run any program on a pseudo-terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    os.write(ours, typed.encode())
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, cwd=folder, start_new_session=True
    ) as process:
        os.close(theirs)
        try:
            written = _read_all(ours)
            status = process.wait(_PATIENCE)
        finally:
            process.kill()
            os.close(ours)
    return Ended(status, written.decode("utf-8", "replace"))


def _read_all(descriptor: int) -> bytes:
    """Read until the other side is closed."""
    written = bytearray()
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if select.select([descriptor], [], [], 1.0)[0]:
            try:
                piece = os.read(descriptor, 1 << 16)
            except OSError:  # EIO: on Linux the other side was closed
                break
            if not piece:
                break
            written += piece
    return bytes(written)


def sent_files(server: MockServer, *, taken_only: bool = False) -> list[str]:
    """Return the SHA-256 of every file that was sent to be read, with repetitions."""
    return [
        part.sha256
        for request in server.requests
        if request.operation_id in {"ocr_submit_file", "ocr_predict_file"} and (request.status == 200 or not taken_only)
        for part in request.parts
        if part.name == "file"
    ]


def unused_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
