"""The spool: bodies of webhooks in SQLite, from before the 200 until the handler has succeeded.

A delivery is one row. `due` is all that schedules it: waiting for its next attempt, or claimed by a process until its
lease ends. A process that dies therefore leaves nothing to clean up; what it had claimed is due again after the lease.

```text
            store            claim                    finish
  a POST ---------> waiting -------> claimed -----------------------> done    kept for `keep` seconds
                       ^   due := now   |   due := end of the lease
                       |                | fail
                       +----------------+-----------------------------> dead  kept until replayed or deleted
                       ^   due := later     after the last attempt       |
                       |                                                 |
                       +------------------- replay <--------------------+     also if the same body arrives again
```

The number of the attempt is counted when it begins, and says whose claim it is: a process whose lease has ended,
because it was suspended for too long, cannot undo what the next one did. Counting at the beginning also ends a body
that kills its process each time.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from attrs import field, frozen

from nanonets_sdk.errors import SpoolError

_FORMAT: Final = 0x6E6E5701
_BUSY_SECONDS: Final = 30.0
_LONGEST_ERROR: Final = 500
_LONGEST_NAME: Final = 200
# A claim or a wait that ends later than this was made by a clock that has been set back since.
_FAR: Final = 8 * 86_400.0
_COUNTED: Final = ("received", "duplicates", "handled", "failures")
_SCHEMA: Final = (
    (
        "CREATE TABLE IF NOT EXISTS deliveries (id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE, "
        "name TEXT NOT NULL, body BLOB NOT NULL, received REAL NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', "
        "due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, ended REAL, error TEXT NOT NULL DEFAULT '')"
    ),
    "CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due)",
    "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
)
_KEPT_OPEN: Final[list[sqlite3.Connection]] = []


@frozen
class Claim:
    """A delivery that this process handles until its lease ends.

    Attributes:
        id: The number of the delivery.
        name: What followed the token in the path.
        body: The bytes that arrived.
        attempt: The number of this attempt, from 1.
    """

    id: int
    name: str
    body: bytes = field(repr=False)
    attempt: int


@frozen
class DeadLetter:
    """A delivery that was given up.

    Attributes:
        id: The number of the delivery.
        name: What followed the token in the path; often the trigger.
        received_at: When it arrived first.
        attempts: How often the handler was called.
        size: The size of the body in bytes.
        error: The last error of the handler, which may quote the document.
    """

    id: int
    name: str
    received_at: datetime
    attempts: int
    size: int
    error: str = field(repr=False)


@frozen
class SpoolCounts:
    """The state of a spool as plain numbers. The first four count from its creation, in all processes.

    Attributes:
        received: Bodies that were stored and answered with 200, duplicates included.
        duplicates: Bodies that were there already.
        handled: Deliveries that the handler finished.
        failures: Attempts that failed.
        waiting: Deliveries that wait for their first or next attempt, or are being handled.
        dead: Deliveries that were given up.
        oldest_seconds: The age of the oldest waiting delivery; 0 if there is none.
    """

    received: int
    duplicates: int
    handled: int
    failures: int
    waiting: int
    dead: int
    oldest_seconds: float


class Spool:
    """Bodies of webhooks in a file. Several processes may use it at the same time; a network drive will not do.

    The file is opened on first use, so that a spool can be created before a server forks its workers. It is readable by
    its owner alone.

    Args:
        path: The file, created if it does not exist. SQLite keeps two more beside it, `-wal` and `-shm`.

    Examples:
        ```python
        from nanonets_sdk.webhooks import Spool

        with Spool("webhooks.sqlite") as spool:
            for letter in spool.dead_letters():
                print(letter.id, letter.received_at, letter.error)
            spool.replay()  # all of them
        ```
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None
        self._process = 0

    def __repr__(self) -> str:
        return f"Spool({str(self.path)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Using the spool again opens it again."""
        with self._lock:
            connection, self._opened = self._opened, None
            if connection is not None and self._process == os.getpid():
                connection.close()

    def store(self, body: bytes, name: str = "") -> bool:
        """Store a body, and return whether it is new. It is on the disk once this returns.

        A body is a duplicate if the same bytes arrived under the same name before. One that was given up waits again.

        Raises:
            SpoolError: It could not be stored.
        """
        # Neither a digest nor SQLite takes half a character, and a name may be anything that a URL holds.
        name = name.encode(errors="replace").decode()[:_LONGEST_NAME]
        digest, now = hashlib.sha256(name.encode() + b"\n" + body).digest(), time.time()
        with self._transaction() as connection:
            known = connection.execute("SELECT 1 FROM deliveries WHERE digest = ?", (digest,)).fetchone() is not None
            connection.execute(
                "INSERT INTO deliveries (digest, name, body, received, due) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (digest) DO UPDATE SET state = 'waiting', due = excluded.due, attempts = 0 "
                "WHERE state = 'dead'",
                (digest, name, body, now, now),
            )
            self._count(connection, "received", 1)
            self._count(connection, "duplicates", int(known))
        return not known

    def claim(self, *, lease: float, attempts: int) -> Claim | None:
        """Claim a delivery that is due; None if none is.

        Args:
            lease: Seconds after which it is due again.
            attempts: The largest number of attempts. A delivery whose last one was cut off is given up.

        Raises:
            SpoolError: The spool cannot be read or written.
        """
        due = self.next_due()
        if due is None or due > time.time():
            return None
        with self._transaction() as connection:
            now = time.time()
            connection.execute(
                "UPDATE deliveries SET state = 'dead', ended = ?, error = 'the process ended during the last attempt' "
                "WHERE state = 'waiting' AND attempts >= ? AND (due <= ? OR due > ?)",
                (now, attempts, now, now + _FAR),
            )
            row = connection.execute(
                "SELECT id, name, body, attempts FROM deliveries WHERE state = 'waiting' AND (due <= ? OR due > ?) "
                "ORDER BY due, id LIMIT 1",
                (now, now + _FAR),
            ).fetchone()
            if row is None:
                return None
            claim = Claim(row[0], row[1], row[2], row[3] + 1)
            connection.execute(
                "UPDATE deliveries SET attempts = ?, due = ? WHERE id = ?", (claim.attempt, now + lease, claim.id)
            )
        return claim

    def next_due(self) -> float | None:
        """Return when the next delivery is due, as seconds since 1970; None if none waits.

        Raises:
            SpoolError: The spool cannot be read.
        """
        far = time.time() + _FAR
        query = "SELECT min(iif(due > ?, 0, due)) FROM deliveries WHERE state = 'waiting'"
        with self._connection() as connection:
            due: float | None = connection.execute(query, (far,)).fetchone()[0]
        return due

    def renew(self, claim: Claim, *, lease: float) -> None:
        """Extend a lease to so many seconds from now.

        Raises:
            SpoolError: The spool cannot be written.
        """
        self._update(claim, "due = ?", time.time() + lease)

    def finish(self, claim: Claim) -> None:
        """Record that a delivery was handled, even if another process has claimed it since.

        Raises:
            SpoolError: The spool cannot be written.
        """
        with self._transaction() as connection:
            done = connection.execute(
                "UPDATE deliveries SET state = 'done', ended = ?, error = '' WHERE id = ? AND state != 'done'",
                (time.time(), claim.id),
            )
            self._count(connection, "handled", done.rowcount)

    def fail(self, claim: Claim, error: str, *, wait: float | None) -> None:
        """Record that an attempt failed.

        Args:
            claim: The delivery.
            error: What happened. It is kept in the spool alone.
            wait: Seconds until the next attempt; None to give the delivery up.

        Raises:
            SpoolError: The spool cannot be written.
        """
        now, error = time.time(), error[:_LONGEST_ERROR]
        with self._transaction() as connection:
            self._count(connection, "failures", 1)
            if wait is None:
                self._update(claim, "state = 'dead', ended = ?, error = ?", now, error)
            else:
                self._update(claim, "due = ?, error = ?", now + wait, error)

    def release(self, claim: Claim) -> None:
        """Give a claim back as if the attempt had not begun.

        Raises:
            SpoolError: The spool cannot be written.
        """
        self._update(claim, "due = ?, attempts = attempts - 1", time.time())

    def prune(self, keep: float) -> None:
        """Delete deliveries that were handled more than so many seconds ago.

        Raises:
            SpoolError: The spool cannot be written.
        """
        with self._transaction() as connection:
            connection.execute("DELETE FROM deliveries WHERE state = 'done' AND ended < ?", (time.time() - keep,))

    def dead_letters(self) -> list[DeadLetter]:
        """Return the deliveries that were given up, oldest first.

        Raises:
            SpoolError: The spool cannot be read.
        """
        query = (
            "SELECT id, name, received, attempts, length(body), error FROM deliveries WHERE state = 'dead' ORDER BY id"
        )
        with self._connection() as connection:
            rows = connection.execute(query).fetchall()
        return [DeadLetter(row[0], row[1], datetime.fromtimestamp(row[2], UTC), *row[3:]) for row in rows]

    def body(self, delivery_id: int) -> bytes:
        """Return the body of a delivery.

        Raises:
            LookupError: There is no such delivery, or it was deleted.
            SpoolError: The spool cannot be read.
        """
        with self._connection() as connection:
            row = connection.execute("SELECT body FROM deliveries WHERE id = ?", (delivery_id,)).fetchone()
        if row is None:
            raise LookupError(f"there is no delivery {delivery_id} in {self.path}")
        body: bytes = row[0]
        return body

    def replay(self, *delivery_ids: int) -> int:
        """Let deliveries be handled again, from the first attempt, and return how many they are.

        A receiver that runs on the spool takes them within a second, and one that is started later takes them then.

        Args:
            delivery_ids: Deliveries that were given up or handled; all that were given up if there are none.

        Raises:
            LookupError: One of them is not in the spool, or is waiting already. None is replayed then.
            SpoolError: The spool cannot be written.
        """
        change = "UPDATE deliveries SET state = 'waiting', due = ?, attempts = 0 WHERE state"
        with self._transaction() as connection:
            if not delivery_ids:
                return connection.execute(f"{change} = 'dead'", (time.time(),)).rowcount
            for one in dict.fromkeys(delivery_ids):
                if not connection.execute(f"{change} != 'waiting' AND id = ?", (time.time(), one)).rowcount:
                    raise LookupError(f"there is no delivery {one} in {self.path} that was given up or handled")
        return len(set(delivery_ids))

    def discard(self, *delivery_ids: int) -> None:
        """Delete deliveries that were given up.

        Raises:
            LookupError: One of them was not given up. None is deleted then.
            SpoolError: The spool cannot be written.
        """
        with self._transaction() as connection:
            for one in dict.fromkeys(delivery_ids):
                if not connection.execute("DELETE FROM deliveries WHERE state = 'dead' AND id = ?", (one,)).rowcount:
                    raise LookupError(f"there is no delivery {one} in {self.path} that was given up")

    def counts(self) -> SpoolCounts:
        """Return how many deliveries there are and were.

        Raises:
            SpoolError: The spool cannot be read.
        """
        with self._connection() as connection:
            counted = dict.fromkeys(_COUNTED, 0) | dict(connection.execute("SELECT name, value FROM counters"))
            states = dict(connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state"))
            query = "SELECT min(received) FROM deliveries WHERE state = 'waiting'"
            oldest: float | None = connection.execute(query).fetchone()[0]
        age = 0.0 if oldest is None else max(0.0, time.time() - oldest)
        return SpoolCounts(**counted, waiting=states.get("waiting", 0), dead=states.get("dead", 0), oldest_seconds=age)

    def _update(self, claim: Claim, change: str, *values: object) -> None:
        statement = f"UPDATE deliveries SET {change} WHERE id = ? AND state = 'waiting' AND attempts = ?"  # noqa: S608 - our own
        with self._transaction() as connection:
            connection.execute(statement, (*values, claim.id, claim.attempt))

    @staticmethod
    def _count(connection: sqlite3.Connection, name: str, number: int) -> None:
        if number:
            connection.execute(
                "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
                (name, number),
            )

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        """Commit when the outermost block ends, or roll back."""
        with self._connection() as connection:
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _connection(self) -> Generator[sqlite3.Connection]:
        """Hold the connection of this process."""
        with self._lock, self._own_errors():
            if self._process != os.getpid():
                # SQLite must not be used, nor closed, in the child of a fork.
                if self._opened is not None:
                    _KEPT_OPEN.append(self._opened)
                self._opened, self._process = None, os.getpid()
            self._opened = self._opened or self._open()
            yield self._opened

    @contextmanager
    def _own_errors(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            # The text of SQLite's errors names no values.
            raise SpoolError(f"the spool {self.path} cannot be used: {error}") from error

    def _open(self) -> sqlite3.Connection:
        # SQLite creates the file as the umask allows, and gives `-wal` and `-shm` the permissions of the file.
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=_BUSY_SECONDS)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != _FORMAT:
            connection.execute("BEGIN IMMEDIATE")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables and version != _FORMAT:
                raise SpoolError(f"{self.path} is not a spool of this version: another program made it")
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {_FORMAT}")
            connection.execute("COMMIT")
        # Two processes that switch to the log at the same time get an error at once, in spite of the time to wait.
        _until_free(lambda: connection.execute("PRAGMA journal_mode = WAL"))
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")


def _until_free(work: Callable[[], Any]) -> None:
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            work()
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
