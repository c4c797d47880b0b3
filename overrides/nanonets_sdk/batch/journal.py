"""The journal of a batch: what was sent and what came back, on the disk before the next step is taken.

A content, known by its SHA-256, is sent once, however many files have it. Its states:

```text
sending     noted before the first byte leaves; found after a crash, nobody knows whether the service took it
unknown     it was sent and no usable answer came
submitted   the service took it; request_file_id says under which id
failed      the service took it and failed on it
refused     the service did not take it, so that it was not billed
```
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, TypeVar

from attrs import field, frozen

from nanonets_sdk.errors import NanonetsError

State: TypeAlias = Literal["sending", "unknown", "submitted", "failed", "refused"]

T = TypeVar("T")

Change: TypeAlias = Callable[[sqlite3.Connection], T]
"""What is done in a transaction; returns what its author wants to know."""

_APPLICATION: Final = 0x4E414E4F
_VERSION: Final = 2
_SECONDS_TO_A_LOCK: Final = 1.0

_TABLES: Final = """
CREATE TABLE batch (model_id TEXT NOT NULL, language TEXT NOT NULL, pages TEXT NOT NULL);
CREATE TABLE content (
    sha256 TEXT PRIMARY KEY,
    token TEXT NOT NULL,
    state TEXT NOT NULL,
    request_file_id TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    sent_at REAL NOT NULL,
    pages INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE file (
    path TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    is_done INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
"""
_FROM_VERSION_1: Final = "ALTER TABLE content ADD COLUMN pages INTEGER NOT NULL DEFAULT 0"


class JournalError(NanonetsError):
    """The journal cannot be used: it is another batch's, another run has it, or the disk refuses."""


@frozen
class Entry:
    """What is known of a content.

    Attributes:
        token: Goes with the file as `request_metadata`, so that it can be found at the service.
        state: See the module.
        request_file_id: The service's id; empty where it is not known.
        reason: Why it failed, was refused or is unknown.
        sent_at: When it was last sent, in seconds since 1970-01-01 (GMT).
        pages: Number of pages that the service announced; 0 when that is not known.
    """

    token: str
    state: State
    request_file_id: str
    reason: str
    sent_at: float
    pages: int = 0


@frozen
class Known:
    """What is known of a file of the batch.

    Attributes:
        name: The name of its results, unique in the journal.
        is_done: Whether its result was handed over in full.
        entry: What is known of its content; None before it was ever sent.
    """

    name: str
    is_done: bool
    entry: Entry | None


@frozen
class Journal:
    """An open journal. One run at a time has it; others are refused."""

    _connection: sqlite3.Connection = field(alias="connection", repr=False)

    def commit(self, changes: Sequence[Change[Any]]) -> list[Any]:
        """Make changes in one transaction, and return when it is on the disk.

        Returns:
            What each change returned.

        Raises:
            JournalError: They could not be written; none of them was made.
        """
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                return [change(self._connection) for change in changes]
        except sqlite3.Error as error:
            raise JournalError(f"the journal cannot be written: {error}") from error

    def close(self) -> None:
        """Close it."""
        self._connection.close()


def open_journal(path: Path | None, model_id: str, language: str | None, pages: str | None) -> Journal:
    """Open the journal of a batch, or begin it.

    Args:
        path: The file; None for a private one that vanishes at the end.
        model_id: Id of the model.
        language: As the files are sent with.
        pages: As the files are sent with.

    Raises:
        JournalError: It was begun with another model, language or pages, another run has it, or it is no journal.
    """
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite makes a private file on the disk, and removes it, for an empty name.
        connection = sqlite3.connect(
            path or "", timeout=_SECONDS_TO_A_LOCK, isolation_level=None, check_same_thread=False
        )
    except (OSError, sqlite3.Error) as error:
        raise JournalError(f"the journal {str(path)!r} cannot be opened: {error}") from error
    try:
        _prepare(connection, is_private=path is None)
        _check_batch(connection, (model_id, language or "", pages or ""), path)
    except sqlite3.OperationalError as error:
        connection.close()
        locked = "locked" in str(error)
        why = "another run is using it" if locked else str(error)
        raise JournalError(f"the journal {str(path)!r} cannot be used: {why}") from error
    except sqlite3.Error as error:
        connection.close()
        raise JournalError(f"{str(path)!r} is no journal of a batch: {error}") from error
    except JournalError:
        connection.close()
        raise
    return Journal(connection)


def _prepare(connection: sqlite3.Connection, *, is_private: bool) -> None:
    # Held by one connection, a write-ahead log needs no shared memory, and works on network drives too.
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    if is_private:
        connection.execute("PRAGMA synchronous=OFF")
    else:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
    with connection:
        connection.execute("BEGIN EXCLUSIVE")
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if (application, version) == (0, 0):
            _create(connection)
        elif (application, version) == (_APPLICATION, 1):
            connection.execute(_FROM_VERSION_1)
            connection.execute(f"PRAGMA user_version={_VERSION}")
        elif (application, version) != (_APPLICATION, _VERSION):
            raise JournalError("the journal is of another program, or of another version of this one")


def _create(connection: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id={_APPLICATION}")
    connection.execute(f"PRAGMA user_version={_VERSION}")


def _check_batch(connection: sqlite3.Connection, batch: tuple[str, str, str], path: Path | None) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        begun = connection.execute("SELECT model_id, language, pages FROM batch").fetchone()
        if begun is None:
            connection.execute("INSERT INTO batch VALUES (?, ?, ?)", batch)
        elif begun != batch:
            names = ("model", "language", "pages")
            other = ", ".join(
                f"{name} {was!r}" for name, was, now in zip(names, begun, batch, strict=True) if was != now
            )
            raise JournalError(
                f"the journal {str(path)!r} was begun with {other}; use another folder for another batch"
            )


def known(path: Path, wanted_name: str, digest: str) -> Change[Known]:
    """Note that a file has this content; tells what is `Known` of it."""
    key = _text(str(path.absolute()))

    def change(connection: sqlite3.Connection) -> Known:
        row = connection.execute("SELECT name, sha256, is_done FROM file WHERE path = ?", (key,)).fetchone()
        if row is None:
            name, is_done = _claimed(connection, key, _text(wanted_name), digest), False
        else:
            name, is_done = row[0], bool(row[2]) and row[1] == digest
            connection.execute("UPDATE file SET sha256 = ?, is_done = ? WHERE path = ?", (digest, is_done, key))
        return Known(name, is_done, _entry(connection, digest))

    return change


def _claimed(connection: sqlite3.Connection, key: str, wanted: str, digest: str) -> str:
    """The name, or where another file has it, the name and a bit of the hash of the path."""
    for name in (wanted, f"{wanted}-{sha256(key.encode()).hexdigest()[:8]}"):
        name_key = unicodedata.normalize("NFC", name).casefold()
        row = (key, name, name_key, digest)
        cursor = connection.execute("INSERT OR IGNORE INTO file VALUES (?, ?, ?, ?, 0)", row)
        if cursor.rowcount:
            return name
    raise sqlite3.IntegrityError(f"no free name for {key}")


def entry(digest: str) -> Change[Entry | None]:
    """Tells the `Entry` of a content; None before it was ever sent."""
    return lambda connection: _entry(connection, digest)


def _entry(connection: sqlite3.Connection, digest: str) -> Entry | None:
    columns = "token, state, request_file_id, reason, sent_at, pages"
    row = connection.execute(f"SELECT {columns} FROM content WHERE sha256 = ?", (digest,)).fetchone()  # noqa: S608 - the columns stand above
    return None if row is None else Entry(*row)


def sending(digest: str, token: str, moment: float) -> Change[object]:
    """Note that a content is about to be sent."""
    statement = """
        INSERT INTO content (sha256, token, state, sent_at) VALUES (?, ?, 'sending', ?)
        ON CONFLICT (sha256) DO UPDATE
        SET state = 'sending', request_file_id = '', reason = '', sent_at = excluded.sent_at, pages = 0
    """
    return lambda connection: connection.execute(statement, (digest, token, moment))


def became(digest: str, state: State, *, request_file_id: str = "", reason: str = "", pages: int = 0) -> Change[object]:
    """Note what became of a content; an id and a number of pages that are known stay known."""
    statement = """
        UPDATE content
        SET state = ?, reason = ?, request_file_id = coalesce(nullif(?, ''), request_file_id), pages = max(?, pages)
        WHERE sha256 = ?
    """
    return lambda connection: connection.execute(statement, (state, _text(reason), request_file_id, pages, digest))


def done(path: Path) -> Change[object]:
    """Note that the result of a file was handed over in full."""
    key = _text(str(path.absolute()))
    return lambda connection: connection.execute("UPDATE file SET is_done = 1 WHERE path = ?", (key,))


def _text(text: str) -> str:
    """Text that SQLite can hold; names of files may hold bytes that are no text."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
