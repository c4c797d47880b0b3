"""Files that appear all at once: a reader sees the old file or the new one, never half of it."""

#     folder/results.json                 the old content, until the last step
#     folder/.nanonets-draft-k3f9.part    written, closed, given permissions ── rename ──▶ folder/results.json
#
# A rename is atomic only within one file system, so the draft is beside its target. An error before the rename deletes
# the draft and leaves the old file alone; only a killed process leaves a draft behind.

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from nanonets_sdk.formats.safe_text import encodable

_PREFIX: Final = ".nanonets-draft-"
# Not the suffix of the file itself, so that a search for `*.json` finds only complete files.
_SUFFIX: Final = ".part"


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Generator[Path]:
    """Yield a draft to write to, which replaces `path` when the block ends without an error.

    The new file gets the permissions of the one it replaces, and a symbolic link keeps pointing to its file.

    Raises:
        OSError: The folder does not exist or is not writable.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(f"{os.fspath(path)!r} is a folder")
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=_PREFIX, suffix=_SUFFIX)
    os.close(descriptor)
    draft = Path(name)
    try:
        yield draft
        draft.chmod(_permissions(target))
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def remove_drafts(folder: Path) -> None:
    """Remove the drafts that a killed process left in a folder and its subfolders.

    Call this only when no other process is writing to the folder.
    """
    for draft in folder.rglob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError):
            draft.unlink()


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text file in UTF-8, all at once."""
    with replacing(path) as draft:
        draft.write_text(encodable(text), encoding="utf-8", newline="")


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file, all at once."""
    with replacing(path) as draft:
        draft.write_bytes(content)


def _permissions(target: Path) -> int:
    """Return the permissions of an existing file, or those of any new one."""
    with suppress(FileNotFoundError):
        return stat.S_IMODE(target.stat().st_mode)
    # mkstemp grants access to the owner alone, and the umask can only be read by setting it.
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
