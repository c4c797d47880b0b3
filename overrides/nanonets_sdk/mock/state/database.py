"""Records in SQLite, each as one JSON document beside the columns by which it is looked up."""

import sqlite3
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Generic, TypeVar

import msgspec
from attrs import frozen

R = TypeVar("R")

COLUMNS: Final = (
    "sequence INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, parent TEXT NOT NULL, day INTEGER NOT NULL, "
    "document TEXT NOT NULL"
)

FORMAT: Final = 0x6E6E0001
"""In the head of the file: what the tables are like; another number for others."""


class Database:
    """One connection for all threads; a transaction holds it alone."""

    def __init__(self, path: Path, *, durable: bool) -> None:
        """Open or create the database; a durable one is on the disk when a transaction returns.

        Raises:
            OSError: it cannot be opened, or is none of ours.
        """
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        except sqlite3.Error as error:
            raise OSError(f"{path} cannot be opened: {error}") from error
        try:
            self._prepare(durable=durable)
        except (sqlite3.Error, ValueError) as error:
            self._connection.close()
            raise OSError(f"{path} cannot be used to keep the state of a mock: {error}") from error

    def _prepare(self, *, durable: bool) -> None:
        with self.transaction() as connection:  # before anything is changed in what may be somebody else's database
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables and version != FORMAT:
                raise ValueError("another program, or another version of the mock, made it")
            connection.execute(f"PRAGMA user_version={FORMAT}")
        self._connection.execute(f"PRAGMA journal_mode={'WAL' if durable else 'MEMORY'}")
        self._connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """Hold the connection; commit on leaving the outermost one, roll back where an error leaves it."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite itself rolls back where the disk is full
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()


@frozen
class Place:
    """Where a record belongs: its own key, the key of what it is part of, and its day."""

    key: str
    parent: str = ""
    day: int = 0


class Table(Generic[R]):
    """The records of one kind."""

    def __init__(self, database: Database, name: str, kind: type[R]) -> None:
        """Create the table where it is not there; `name` is one of the program's own words."""
        self._database = database
        self._name = name
        self._kind = kind
        with database.transaction() as connection:
            connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({COLUMNS})")
            connection.execute(f"CREATE INDEX IF NOT EXISTS {name}_parent ON {name} (parent, day)")

    def put(self, place: Place, record: R) -> None:
        """Store a record, in the place of one with the same key."""
        with self._database.transaction() as connection:
            connection.execute(
                f"INSERT INTO {self._name} (key, parent, day, document) VALUES (?, ?, ?, ?) "  # noqa: S608  # our own name
                "ON CONFLICT (key) DO UPDATE SET parent = excluded.parent, day = excluded.day, "
                "document = excluded.document",
                (place.key, place.parent, place.day, msgspec.json.encode(record).decode()),
            )

    def get(self, key: str) -> R | None:
        """Return the record with this key, or None."""
        return next(self._select("WHERE key = ?", key), None)

    def all(self) -> list[R]:
        """Return every record in the order in which they were first stored."""
        return list(self._select(""))

    def children(self, parent: str) -> list[R]:
        """Return the records of a parent in the order in which they were first stored."""
        return list(self._select("WHERE parent = ?", parent))

    def between(self, parent: str, first_day: int, last_day: int) -> list[R]:
        """Return the records of a parent and an interval of days, both ends included."""
        return list(self._select("WHERE parent = ? AND day BETWEEN ? AND ?", parent, first_day, last_day))

    def clear(self) -> None:
        """Delete every record."""
        with self._database.transaction() as connection:
            connection.execute(f"DELETE FROM {self._name}")  # noqa: S608  # our own name

    def _select(self, condition: str, *values: str | int) -> Iterator[R]:
        query = f"SELECT document FROM {self._name} {condition} ORDER BY sequence"  # noqa: S608  # our own names
        with self._database.transaction() as connection:
            rows: list[tuple[str]] = connection.execute(query, values).fetchall()
        return (msgspec.json.decode(document, type=self._kind) for (document,) in rows)
