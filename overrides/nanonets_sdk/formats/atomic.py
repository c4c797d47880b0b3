"""Files that appear all at once: a reader sees the old file or the new one, never half of it."""

#     folder/results.json                 the old content, until the last step
#     (a draft without a name)            written, given owner and permissions ── link ──┐
#     folder/.nanonets-draft-k3f9.part    ◀──────────────────────────────────────────────┘ ── rename ──▶ results.json
#
# A rename is atomic only within one file system, so the draft is in the folder of its target. Linux can keep it without
# a name until it is complete, and then even a killed process leaves nothing behind. Elsewhere, and on file systems
# without such files, the draft has its name from the start. An error deletes it and leaves the old file alone.

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from attrs import define

_PREFIX: Final = ".nanonets-draft-"
# Not the suffix of the file itself, so that a search for `*.json` finds only complete files.
_SUFFIX: Final = ".part"
_DESCRIPTORS: Final = "/proc/self/fd"
_ACCESS_LIST: Final = "system.posix_acl_access"


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Generator[BinaryIO]:
    """Yield a file to write to, which replaces `path` when the block ends without an error.

    It gets the permissions of the file that it replaces, and its owner and group if the system allows that. A symbolic
    link keeps pointing to its file; another hard link keeps the old content.

    Raises:
        OSError: The folder does not exist or is not writable, the file is read-only, or the path is a folder.
    """
    target, old = os.path.realpath(path), _existing(path)
    try:
        draft = _Draft.beside(target, 0o666 if old is None else 0o600)
    except OSError as error:
        # The name of the draft would tell nobody which file could not be written.
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error
    try:
        yield draft.file
        draft.file.flush()
        if old is not None:
            _keep_access(draft.file.fileno(), old, target)
        draft.replace(target)
    except BaseException:
        draft.discard()
        raise


def remove_drafts(folder: Path) -> None:
    """Remove the drafts that a killed process left in a folder and its subfolders.

    Call this only when no other process is writing to the folder.
    """
    for draft in folder.rglob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError):
            draft.unlink()


@define
class _Draft:
    """A file that is being written; its name is None while it has none."""

    file: BinaryIO
    name: str | None

    @classmethod
    def beside(cls, target: str, mode: int) -> _Draft:
        """Create a draft. The system takes the umask off the mode, so that it need not be known here."""
        folder = os.path.dirname(target)  # noqa: PTH120 - of a path that is resolved already
        if hasattr(os, "O_TMPFILE") and Path(_DESCRIPTORS).is_dir():
            # Not every file system has files without a name; where the folder is to blame, the next attempt says so.
            with suppress(OSError):
                return cls(open(os.open(folder, os.O_TMPFILE | os.O_RDWR, mode), "w+b"), None)  # noqa: PTH123 - closed by `replace` and `discard`
        name = _new_name(folder)
        return cls(open(name, "x+b", opener=lambda path, flags: os.open(path, flags, mode)), name)

    def replace(self, target: str) -> None:
        if self.name is None:
            folder = os.path.dirname(target)  # noqa: PTH120 - as above
            name = _new_name(folder)
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                # With a folder's descriptor Python calls linkat, which follows the link in /proc to the file.
                os.link(f"{_DESCRIPTORS}/{self.file.fileno()}", name, src_dir_fd=descriptor)
            finally:
                os.close(descriptor)
            self.name = name
        self.file.close()
        Path(self.name).replace(target)

    def discard(self) -> None:
        with suppress(OSError):
            self.file.close()
        if self.name is not None:
            with suppress(OSError):
                Path(self.name).unlink()


def _new_name(folder: str) -> str:
    return str(Path(folder, f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"))


def _existing(path: str | os.PathLike[str]) -> os.stat_result | None:
    """Return the status of a file that may be replaced; None if there is no file."""
    name = os.fspath(path)
    try:
        status = os.stat(path)  # noqa: PTH116 - unlike pathlib, it does not take "" for the current folder
    except FileNotFoundError:
        if not name:
            raise
        status = None
    if (status is not None and stat.S_ISDIR(status.st_mode)) or name.endswith(("/", os.sep)):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
    # A rename needs no right to write to the file, so it would replace one that is protected.
    if status is not None and not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), name)
    return status


def _keep_access(descriptor: int, old: os.stat_result, target: str) -> None:
    """Give a new file the access rights of the one that it replaces, or narrower ones."""
    if not hasattr(os, "fchown"):  # Windows: a new file has the rights of its folder
        return
    mode = stat.S_IMODE(old.st_mode)
    try:
        os.fchown(descriptor, old.st_uid, -1)
    except OSError:
        mode &= ~stat.S_ISUID
    try:
        os.fchown(descriptor, -1, old.st_gid)
    except OSError:
        # What the old group was allowed is not for another group; that may do what everybody may.
        mode = (mode & ~(stat.S_ISGID | stat.S_IRWXG)) | (mode & stat.S_IRWXO) << 3
    # With an access list, the bits of the group are the mask of the list: without it they would give the group more.
    if hasattr(os, "getxattr"):
        with suppress(OSError):
            os.setxattr(descriptor, _ACCESS_LIST, os.getxattr(target, _ACCESS_LIST))
    os.fchmod(descriptor, mode)
