"""Files that appear all at once: a reader sees the old file or the new one, and a failed write leaves the old one."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from nanonets_sdk.formats.texts import encodable

_BEGINNING: Final = ".nanonets-draft-"
_ENDING: Final = ".part"
"""Not the ending of the file itself: whoever looks for `*.json` finds what is whole."""


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Generator[Path]:
    """A file beside `path` to write to, which takes its place when the block ends well.

    The new file has the permissions of the one that it replaces, and a symbolic link goes on pointing to it.

    Args:
        path: The file to replace or to make.

    Raises:
        OSError: The folder is missing, or cannot be written to.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(f"{os.fspath(path)!r} is a folder")
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=_BEGINNING, suffix=_ENDING)
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
    """Remove what a process that was killed left half written, in a folder and in those inside it.

    Only for who knows that nobody else is writing there.

    Args:
        folder: Where to look.
    """
    for draft in folder.rglob(f"{_BEGINNING}*{_ENDING}"):
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
    """Those of the file that is replaced, else those that any new file gets."""
    with suppress(FileNotFoundError):
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
