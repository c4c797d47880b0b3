"""The file of a journal: used by one run at a time, and known by more than its path.

Two things must not happen while a batch runs. Another run must not use the same journal, and the journal must not go
away: notes in a file that nobody finds again protect nothing.

SQLite's own lock is not enough for the first. It is a POSIX lock, which a process loses when it closes *any* descriptor
of the file, for instance that of a copy which it made. The lock here is on a file beside the journal, by `flock` (by
`msvcrt.locking` on Windows), and belongs to one descriptor:

```text
journal.sqlite         SQLite's lock: released when this process closes any descriptor of the file
journal.sqlite-wal     what was noted since the last checkpoint
journal.sqlite.lock    our lock: released when this descriptor is closed, or the process ends
```

For the second, the journal is compared with what was opened: the device and the number of the file at its path, of its
log and of the lock; a token inside, at a fixed place in the file; and the size of the log, which never shrinks. A path
that leads elsewhere, a truncated file and another file written over it all differ in one of them.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from attrs import define, field

if sys.platform == "win32":
    import msvcrt

    def _lock_now(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock_now(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_RETRY_SECONDS: Final = 0.05
# For about a hundred files. SQLite begins at the start again after 4 MiB.
_LOG_BYTES: Final = 1 << 20
_READ_ONLY: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0)


class LockedError(Exception):
    """Another run holds the lock."""


@define(eq=False)
class RunLock:
    """An exclusive lock beside a journal, held until it is released or the process ends.

    Attributes:
        path: The file that is locked. It is removed on release.
    """

    path: Path
    _descriptor: int
    _was: os.stat_result = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._was = os.fstat(self._descriptor)

    @classmethod
    def acquire(cls, path: Path, seconds: float) -> RunLock:
        """Lock a file, created if it does not exist.

        Raises:
            LockedError: It was locked for so many seconds.
            OSError: It cannot be created, or the file system has no locks.
        """
        end = time.monotonic() + seconds
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                _lock(descriptor)
                # The run before may have removed the file between opening and locking it.
                lock = cls(path, descriptor)
                lock.check()
            except (LockedError, OSError) as error:
                os.close(descriptor)
                if not isinstance(error, LockedError | FileNotFoundError) or time.monotonic() >= end:
                    raise
                time.sleep(_RETRY_SECONDS)
            else:
                return lock

    def check(self) -> None:
        """Check that the lock is still at its path.

        Raises:
            FileNotFoundError: It is not.
        """
        _check_same(self.path, self._was)

    def release(self) -> None:
        """Remove the file, and release the lock."""
        # Under the lock: later it could be the lock of the next run. Windows does not remove an open file.
        with suppress(OSError):
            self.check()
            self.path.unlink()
        self.abandon()

    def abandon(self) -> None:
        """Close the descriptor; in the child of a fork the parent keeps the lock."""
        os.close(self._descriptor)


def _lock(descriptor: int) -> None:
    try:
        _lock_now(descriptor)
    except (BlockingIOError, PermissionError) as error:
        raise LockedError from error


@define(eq=False)
class JournalFile:
    """A journal that SQLite has open, and what it is known by.

    Attributes:
        path: The path that the batch was given.
        log: SQLite's write-ahead log.
        lock: The lock of the run.
    """

    path: Path
    log: Path
    lock: RunLock
    _descriptor: int
    _token: bytes
    _offset: int
    _was: os.stat_result = field(init=False)
    _log_was: os.stat_result = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._was, self._log_was = os.fstat(self._descriptor), self.log.stat()

    @classmethod
    def watch(cls, path: Path, lock: RunLock, token: bytes, page: range) -> JournalFile:
        """Open a journal to watch it, and find the token in one of its pages.

        Raises:
            OSError: It cannot be read, or does not hold the token.
        """
        with ExitStack() as undo:
            # Kept open until SQLite has closed the file: closing it earlier would release SQLite's lock.
            descriptor = os.open(path, _READ_ONLY)
            undo.callback(os.close, descriptor)
            at = _read(descriptor, len(page), page.start).find(token)
            if at < 0:
                raise OSError("its token was not written")
            real = Path(os.path.realpath(path))
            log = real.with_name(f"{real.name}-wal")
            _make_room(log)
            watched = cls(path, log, lock, descriptor, token, page.start + at)
            undo.pop_all()
            return watched

    def problem(self) -> str:
        """Return what happened to the journal; an empty string if it is as it was left."""
        # After each system call this thread waits until the event loop lets it go on, so there are few of them.
        what, log = "it", self._log_was
        try:
            _check_same(self.path, self._was)
            what = "its lock"
            self.lock.check()
            what = "its log"
            log = _check_same(self.log, log)
        except FileNotFoundError as error:
            return f"{what} {error.strerror or 'was deleted or moved'}"
        except OSError as error:
            return f"{what} cannot be reached ({error.strerror or error})"
        try:
            held = _read(self._descriptor, len(self._token), self._offset)
        except OSError as error:
            return f"it cannot be read ({error.strerror or error})"
        if held != self._token:
            return "it was overwritten or truncated"
        if log.st_size < self._log_was.st_size:
            return "its log was truncated"
        self._log_was = log
        return ""

    def close(self) -> None:
        """Stop watching. SQLite must have closed the file."""
        os.close(self._descriptor)
        self.lock.release()

    def abandon(self) -> None:
        """Close what the child of a fork inherited, without touching what the parent holds."""
        os.close(self._descriptor)
        self.lock.abandon()


def _make_room(log: Path) -> None:
    """Write zeros where the first commits go.

    A commit that makes the log longer waits for the journal of the file system as well, which takes longer than the
    content. SQLite reads a log up to the first frame that is not valid.
    """
    # On a full disk there is none. Whether there is enough for the notes shows at their commits.
    with suppress(OSError), log.open("r+b") as file:
        if not os.fstat(file.fileno()).st_size:
            file.write(bytes(_LOG_BYTES))


def _check_same(path: Path, was: os.stat_result) -> os.stat_result:
    try:
        there = path.stat()
    except FileNotFoundError:
        raise FileNotFoundError(2, "was deleted or moved") from None
    if (there.st_dev, there.st_ino) != (was.st_dev, was.st_ino):
        raise FileNotFoundError(2, "was replaced by another file")
    return there


def _read(descriptor: int, size: int, offset: int) -> bytes:
    # Windows has no `pread`. Only one thread at a time reads here.
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, size)
