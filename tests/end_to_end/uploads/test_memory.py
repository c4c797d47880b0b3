"""A large file is uploaded in constant memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from client_doors import DOORS, Door
from raw_server import Connection, RawServer, reply

SIZE: Final = 64 << 20
MOST_GROWTH: Final = 16 << 20
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "f-1", "id": "p-1"}], "signed_urls": {}}'
)

# A small upload first loads everything that is loaded once.
PROGRAM: Final = """
import sys
from pathlib import Path

from client_doors import DOORS


def resident() -> int:
    words = Path("/proc/self/status").read_text().split()
    return int(words[words.index("VmHWM:") + 1]) * 1024


door = next(door for door in DOORS if door.name == sys.argv[1])
base_url, small, large = sys.argv[2:]
door.use(base_url, lambda client: client.ocr.predict_file("m-1", small))
before = resident()
door.use(base_url, lambda client: client.ocr.predict_file("m-1", large))
print(resident() - before)
"""


class Counting:
    """Reads bodies and discards them."""

    def __init__(self) -> None:
        self.bytes: list[int] = []

    def __call__(self, connection: Connection) -> None:
        received = connection.head()
        self.bytes.append(connection.skip(int(received.value("content-length"))))
        connection.send(reply(200, PREDICTED, "Connection: close"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="resident memory is read from /proc")
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_file_of_64_mib_takes_little_memory(door: Door, tmp_path: Path) -> None:
    small, large = tmp_path / "small.pdf", tmp_path / "large.pdf"
    small.write_bytes(b"%PDF-1.7")
    with large.open("wb") as file:
        file.write(b"%PDF-1.7")
        file.truncate(SIZE)

    counting = Counting()
    with RawServer(counting) as server:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, door.name, server.base_url, str(small), str(large)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={"PYTHONPATH": ":".join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"},
        )

    assert done.stderr == ""
    assert counting.bytes[1] > SIZE
    assert int(done.stdout) < MOST_GROWTH
