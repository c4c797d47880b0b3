"""Types that several threads use for the first time at once."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

RACE: Final = """
import sys, threading
from msgspec import defstruct
from nanonets_sdk.replies.decode import decode

sys.setswitchinterval(1e-6)
for _ in range(100):
    cell = defstruct("Cell", [(f"c{at}", int | None, None) for at in range(20)])
    box = defstruct("Box", [(f"b{at}", tuple[cell, ...] | None, None) for at in range(20)])
    page = defstruct("Page", [(f"p{at}", tuple[box, ...] | None, None) for at in range(20)])
    start = threading.Barrier(4)

    def read(kind, start=start):
        start.wait()
        decode(b'{"p1": [{"b1": [{"c1": 1}]}]}', kind, "any")

    threads = [threading.Thread(target=read, args=(kind,)) for kind in (page, page, box, cell)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_threads_that_decode_a_type_for_the_first_time_do_not_end_the_process() -> None:
    ended = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
