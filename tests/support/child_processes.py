"""The processes of this machine, looked up in /proc."""

from __future__ import annotations

from pathlib import Path


def children_of(process_id: int) -> list[int]:
    """Return the ids of the processes that a process has started and that have not ended."""
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[1]) == process_id and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


def is_alive(process_id: int) -> bool:
    """Tell whether a process has not ended."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
