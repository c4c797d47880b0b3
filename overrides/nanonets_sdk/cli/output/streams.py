"""Standard streams: there in any case, and able to carry any text."""

from __future__ import annotations

import os
import sys
from typing import Final

_STREAMS: Final = ("stdin", "stdout", "stderr")


def open_closed_streams() -> None:
    """Have what was closed lead nowhere, as with `>&-`: else the next file that is opened would stand in its place."""
    descriptor = os.open(os.devnull, os.O_RDWR)
    while descriptor < len(_STREAMS):
        descriptor = os.dup(descriptor)
    os.close(descriptor)
    for number, name in enumerate(_STREAMS):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


def let_pipes_carry_any_text() -> None:
    """What is read in documents is of any language, whatever the locale; and names of files may be no text at all."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace", **({} if stream.isatty() else {"encoding": "utf-8"}))


def lead_stdout_nowhere() -> None:
    """Let nothing more be written to standard output, whose reader has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
