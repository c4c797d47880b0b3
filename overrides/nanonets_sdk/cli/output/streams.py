"""The standard streams: always open, and able to carry any text.

A command cannot choose what it is connected to:

```text
closed by the caller, as by `>&-` or a scheduler    open_closed_streams         at the start
a pipe, under a locale such as C or cp1252          let_pipes_carry_any_text    at the start
a pipe whose reader has gone, as with `| head`      discard_stdout              after a BrokenPipeError
```

SIGPIPE itself is never seen: Python ignores it, and the write raises BrokenPipeError instead.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Final

_STREAMS: Final = ("stdin", "stdout", "stderr")


def open_closed_streams() -> None:
    """Open standard streams that are closed on the null device."""
    # The system gives out the lowest free descriptor. If 1 were free, the next file to be opened, perhaps the journal,
    # would get it, and whatever is printed would be written into that file.
    descriptor = os.open(os.devnull, os.O_RDWR)
    while descriptor < len(_STREAMS):
        descriptor = os.dup(descriptor)
    os.close(descriptor)
    for number, name in enumerate(_STREAMS):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


def let_pipes_carry_any_text() -> None:
    """Write UTF-8 into pipes and files whatever the locale, and escape what cannot be encoded."""
    # Documents are in any language, and file names may hold bytes that are not text. A terminal keeps its encoding,
    # which it alone knows.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace", **({} if stream.isatty() else {"encoding": "utf-8"}))


def discard_stdout() -> None:
    """Connect standard output to the null device, after its reader has gone."""
    # Otherwise the interpreter would flush what is buffered when it exits, fail again, and print a traceback.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
