"""Where the files of a command go: one rule for every option that names a file to write."""

from __future__ import annotations

from pathlib import Path


def make_folders_of(*files: Path | None) -> None:
    """Make the folders that files are to be written into, before the work whose result they take.

    Args:
        files: The files; None for one that was not asked for.

    Raises:
        OSError: A folder cannot be made.
    """
    for file in files:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
