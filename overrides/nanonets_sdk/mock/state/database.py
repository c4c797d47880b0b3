"""Records in SQLite, each as a JSON document beside the columns by which it is found."""

import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Generic, TypeVar

import msgspec
from attrs import frozen

from nanonets_sdk._decoding import decoder

# Durability. What a call has acknowledged survives `kill -9` and a power cut, because two writes happen in this order:
#
#     uploads.keep(file)      the bytes are synced, then the folder that has their name
#     transaction() ends      COMMIT returns once SQLite has synced its write-ahead log
#     the reply is sent
#
# A crash between the two leaves bytes that no record names, never a record without its bytes. A mock without a state
# file needs none of this: SQLite keeps a database without a name in memory, and what does not fit there in a file that
# has no name either.
#
# Transactions. One connection serves all threads of the server, and a reentrant lock gives it to one of them at a time:
#
#     with transaction():          BEGIN IMMEDIATE     waits up to 30 s for another process with the same file
#         with transaction():      (nothing)           a method may be called alone or as part of a larger step
#             ...
#                                  COMMIT or ROLLBACK  at the end of the outermost block alone
#
# Every read of a record that a later write depends on must be inside the same transaction as that write.

R = TypeVar("R")

COLUMNS: Final = (
    "sequence INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, parent TEXT NOT NULL, day INTEGER NOT NULL, "
    "document TEXT NOT NULL"
)
# In the header of the file. A change of the tables or records that old files do not fit needs another number.
FORMAT: Final = 0x6E6E0002


class Database:
    """One connection for all threads."""

    def __init__(self, path: Path | None) -> None:
        """Open or create the database.

        Args:
            path: A file, which is durable; None for a database that is forgotten when it is closed.

        Raises:
            OSError: The file cannot be opened, or another program made it.
        """
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(path or "", check_same_thread=False, isolation_level=None, timeout=30)
        except sqlite3.Error as error:
            raise OSError(f"{path} cannot be opened: {error}") from error
        try:
            self._prepare(durable=path is not None)
        except (sqlite3.Error, ValueError) as error:
            self._connection.close()
            raise OSError(f"{path} cannot be used to keep the state of a mock: {error}") from error

    def _prepare(self, *, durable: bool) -> None:
        # The check comes before anything is changed in what may be somebody else's database.
        with self.transaction() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables and version != FORMAT:
                raise ValueError("another program, or another version of the mock, made it")
            if version != FORMAT:
                connection.execute(f"PRAGMA user_version={FORMAT}")
        self._connection.execute(f"PRAGMA journal_mode={'WAL' if durable else 'MEMORY'}")
        self._connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """Hold the connection. The outermost block commits when it ends, or rolls back on an error."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()


@frozen
class Place:
    """Where a record belongs: its own key, the key of its parent, and its day."""

    key: str
    parent: str = ""
    day: int = 0


class Table(Generic[R]):
    """The records of one kind, always in the order in which they were first stored."""

    def __init__(self, database: Database, name: str, kind: type[R], place: Callable[[R], Place]) -> None:
        """Create the table if it is not there. `place` tells where a record belongs."""
        self._database = database
        self._name = name
        self._kind = kind
        self._place = place
        with database.transaction() as connection:
            connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({COLUMNS})")
            connection.execute(f"CREATE INDEX IF NOT EXISTS {name}_parent ON {name} (parent, day)")

    def put(self, record: R) -> None:
        """Store a record, replacing one with the same key."""
        place = self._place(record)
        with self._database.transaction() as connection:
            connection.execute(
                f"INSERT INTO {self._name} (key, parent, day, document) VALUES (?, ?, ?, ?) "  # noqa: S608  # our own name
                "ON CONFLICT (key) DO UPDATE SET parent = excluded.parent, day = excluded.day, "
                "document = excluded.document",
                (place.key, place.parent, place.day, msgspec.json.encode(record).decode()),
            )

    def get(self, key: str) -> R | None:
        """Return the record with this key, or None."""
        return next(iter(self._select("WHERE key = ?", key)), None)

    def all(self) -> list[R]:
        """Return every record."""
        return self._select("")

    def of(self, parent: str) -> list[R]:
        """Return the records of a parent."""
        return self._select("WHERE parent = ?", parent)

    def between(self, parent: str, first_day: int, last_day: int) -> list[R]:
        """Return the records of a parent in an interval of days, both ends included."""
        return self._select("WHERE parent = ? AND day BETWEEN ? AND ?", parent, first_day, last_day)

    def delete(self, key: str) -> None:
        """Delete the record with this key, if there is one."""
        with self._database.transaction() as connection:
            connection.execute(f"DELETE FROM {self._name} WHERE key = ?", (key,))  # noqa: S608  # our own name

    def clear(self) -> None:
        """Delete every record."""
        with self._database.transaction() as connection:
            connection.execute(f"DELETE FROM {self._name}")  # noqa: S608  # our own name

    def _select(self, condition: str, *values: str | int) -> list[R]:
        query = f"SELECT document FROM {self._name} {condition} ORDER BY sequence"  # noqa: S608  # our own names
        with self._database.transaction() as connection:
            rows: list[tuple[str]] = connection.execute(query, values).fetchall()
        read = decoder(self._kind).decode
        return [read(document) for (document,) in rows]
