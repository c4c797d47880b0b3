"""The journal of a batch: what was sent and what came back, on disk before the next step is taken.

A process can be killed between any two instructions, and the service bills what it accepts. If a file left first and
was noted afterwards, a kill in between would leave a billed file without a trace, and the next run would pay for it
again. So "sending" is on disk before the first byte leaves. At worst, a kill then leaves a note about a file that never
left, which costs a search at the service and no money.

A content is identified by its SHA-256 and sent once, no matter how many files hold it. Its states:

```text
sending --+-- rejected -----------> refused        not billed; the next run sends it again
          |
          +-- accepted -----------> submitted --> failed       maybe billed; sent again only on request
          |                           ^
          |                           | a listing of the service has its token
          +-- no usable answer ---> unknown        maybe billed; sent again only if not listed, and on request
          |
          '-- process killed -----> sending        the next run treats it as unknown
```

Tasks note things all the time, and each commit waits for the disk. Notes that arrive during one commit share the next:

```text
notes      a    b c    d e f g
commits    [-- a --][-- b c --][-- d e f g --]
```
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import anyio
import anyio.to_thread
from attrs import define, field, frozen

from nanonets_sdk.errors import NanonetsError

State: TypeAlias = Literal["sending", "unknown", "submitted", "failed", "refused"]

_APPLICATION: Final = 0x4E414E4F
_VERSION: Final = 2
_LOCK_TIMEOUT_SECONDS: Final = 1.0

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

# A new file takes its name, or the spare one if another file has that. For a known file both inserts do nothing.
_KNOWN: Final = (
    "INSERT OR IGNORE INTO file VALUES (:path, :name, :name_key, :digest, 0)",
    "INSERT OR IGNORE INTO file VALUES (:path, :spare, :spare_key, :digest, 0)",
    "UPDATE file SET is_done = is_done AND sha256 = :digest, sha256 = :digest WHERE path = :path",
    """
    SELECT name, is_done, token, state, request_file_id, reason, sent_at, pages
    FROM file LEFT JOIN content USING (sha256) WHERE path = :path
    """,
)
_ENTRY: Final = "SELECT token, state, request_file_id, reason, sent_at, pages FROM content WHERE sha256 = :digest"
# The first token stays, so that a search finds the content whichever sending the service accepted.
_SENDING: Final = """
INSERT INTO content (sha256, token, state, sent_at) VALUES (:digest, :token, 'sending', :moment)
ON CONFLICT (sha256) DO UPDATE
SET state = 'sending', request_file_id = '', reason = '', sent_at = excluded.sent_at, pages = 0
"""
_BECAME: Final = """
UPDATE content
SET state = :state, reason = :reason, request_file_id = coalesce(nullif(:request_file_id, ''), request_file_id),
    pages = max(:pages, pages)
WHERE sha256 = :digest
"""
_DONE: Final = "UPDATE file SET is_done = 1 WHERE path = :path"


class JournalError(NanonetsError):
    """The journal belongs to another batch, is used by another run, or cannot be read or written."""


@frozen
class Entry:
    """What the journal says about a content.

    Attributes:
        token: Sent with the file as `request_metadata`, so that the file can be found at the service.
        state: One of the states that the module's docstring draws.
        request_file_id: The service's id; empty if it is not known.
        reason: Why it failed, was refused or is unknown.
        sent_at: When it was last sent, in seconds since 1970-01-01 (GMT).
        pages: Number of pages that the service announced; 0 if it is not known.
    """

    token: str
    state: State
    request_file_id: str
    reason: str
    sent_at: float
    pages: int = 0


@frozen
class Known:
    """What the journal says about a file of the batch.

    Attributes:
        name: The name of its results, unique in the journal.
        is_done: Whether its result was delivered in full.
        entry: The entry of its content; None if it was never sent.
    """

    name: str
    is_done: bool
    entry: Entry | None


@define(eq=False)
class _Note:
    """Statements that share their values, and the rows that the last one returned; None until they are on disk."""

    statements: Sequence[str]
    values: Mapping[str, Any]
    rows: list[Any] | None = None


@define(eq=False)
class Journal:
    """An open journal, shared by the tasks of one run; other runs are refused.

    Every method but `close` returns when its note is on disk, and raises `JournalError` if it cannot be written. After
    that nothing is written any more.
    """

    _connection: sqlite3.Connection = field(alias="connection", repr=False)
    _queue: list[_Note] = field(factory=list[_Note], init=False, repr=False)
    _committing: anyio.Lock = field(factory=anyio.Lock, init=False, repr=False)
    _failure: Exception | None = field(default=None, init=False, repr=False)

    async def known(self, path: Path, wanted_name: str, digest: str) -> Known:
        """Note which content a file has, and return what is known of both.

        Args:
            path: The file.
            wanted_name: The name for its results, extended if another file of the batch already uses it.
            digest: SHA-256 of its content.
        """
        key, name = _key(path), _storable(wanted_name)
        spare = f"{name}-{sha256(key.encode()).hexdigest()[:8]}"
        rows = await self._note(
            *_KNOWN, path=key, name=name, name_key=_folded(name), spare=spare, spare_key=_folded(spare), digest=digest
        )
        if not rows:
            raise JournalError(f"the journal cannot be written: no free name for {key}")
        name, is_done, *past = rows[0]
        return Known(name, bool(is_done), None if past[0] is None else Entry(*past))

    async def entry(self, digest: str) -> Entry | None:
        """Return the entry of a content; None if it was never sent."""
        rows = await self._note(_ENTRY, digest=digest)
        return Entry(*rows[0]) if rows else None

    async def sending(self, digest: str, token: str, moment: float) -> None:
        """Note that a content is about to be sent."""
        await self._note(_SENDING, digest=digest, token=token, moment=moment)

    async def became(
        self, digest: str, state: State, *, request_file_id: str = "", reason: str = "", pages: int = 0
    ) -> None:
        """Note the new state of a content. An id and a number of pages, once known, are kept."""
        await self._note(
            _BECAME, digest=digest, state=state, request_file_id=request_file_id, reason=_storable(reason), pages=pages
        )

    async def done(self, path: Path) -> None:
        """Note that the result of a file was delivered in full."""
        await self._note(_DONE, path=_key(path))

    def close(self) -> None:
        """Close the journal, so that another run can open it."""
        self._connection.close()

    async def _note(self, *statements: str, **values: Any) -> list[Any]:
        """Queue statements, and return the rows of the last one when all of them are on disk."""
        note = _Note(statements, values)
        self._queue.append(note)
        # Any task may commit a queued note. A task that left now would not know whether its own was.
        with anyio.CancelScope(shield=True):
            async with self._committing:
                if note.rows is None:
                    # Notes build on each other. After a lost one, a later one could say more than is true.
                    if self._failure is not None:
                        raise self._failure
                    notes, self._queue = self._queue, []
                    try:
                        await anyio.to_thread.run_sync(self._commit, notes)
                    except Exception as error:
                        self._failure = error
                        raise
        return note.rows or []

    def _commit(self, notes: Sequence[_Note]) -> None:
        """Write notes in one transaction. Whatever an open journal reads or writes passes through here."""
        results: list[list[Any]] = []
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                for note in notes:
                    rows: list[Any] = []
                    for statement in note.statements:
                        rows = self._connection.execute(statement, note.values).fetchall()
                    results.append(rows)
        except sqlite3.Error as error:
            raise JournalError(f"the journal cannot be written: {error}") from error
        # Not before the transaction is over: it may still fail and be undone.
        for note, rows in zip(notes, results, strict=True):
            note.rows = rows


def open_journal(path: Path | None, model_id: str, language: str | None, pages: str | None) -> Journal:
    """Open the journal of a batch, or create it.

    Raises:
        JournalError: It was begun with another model, language or pages, another run uses it, or it is not a journal.
    """
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        # For an empty name SQLite makes a private file on disk and removes it in the end.
        connection = sqlite3.connect(
            path or "", timeout=_LOCK_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False
        )
    except (OSError, sqlite3.Error) as error:
        raise JournalError(f"the journal {str(path)!r} cannot be opened: {error}") from error
    with ExitStack() as undo:
        undo.callback(connection.close)
        try:
            # With an exclusive lock a write-ahead log needs no shared memory, and so works on network drives too.
            # The system releases the lock when the process ends, even after kill -9.
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            if path is None:
                connection.execute("PRAGMA synchronous=OFF")
            else:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
            with connection:
                connection.execute("BEGIN EXCLUSIVE")
                _prepare(connection, (model_id, language or "", pages or ""), path)
        except sqlite3.OperationalError as error:
            why = "another run is using it" if "locked" in str(error) else str(error)
            raise JournalError(f"the journal {str(path)!r} cannot be used: {why}") from error
        except sqlite3.Error as error:
            raise JournalError(f"{str(path)!r} is not a batch journal: {error}") from error
        undo.pop_all()
    return Journal(connection)


def _prepare(connection: sqlite3.Connection, batch: tuple[str, str, str], path: Path | None) -> None:
    """Create or upgrade the tables, and check that they are of this batch."""
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if (application, version) == (0, 0):
        # `executescript` would end the transaction.
        for statement in (*_TABLES.split(";"), f"PRAGMA application_id={_APPLICATION}"):
            connection.execute(statement)
    elif (application, version) == (_APPLICATION, 1):
        connection.execute(_FROM_VERSION_1)
    elif (application, version) != (_APPLICATION, _VERSION):
        raise JournalError("the journal belongs to another program, or to another version of this one")
    if version != _VERSION:
        connection.execute(f"PRAGMA user_version={_VERSION}")
    begun = connection.execute("SELECT model_id, language, pages FROM batch").fetchone()
    if begun is None:
        connection.execute("INSERT INTO batch VALUES (?, ?, ?)", batch)
    elif begun != batch:
        pairs = zip(("model", "language", "pages"), begun, batch, strict=True)
        other = ", ".join(f"{name} {was!r}" for name, was, now in pairs if was != now)
        raise JournalError(f"the journal {str(path)!r} was begun with {other}; use another folder for another batch")


def _key(path: Path) -> str:
    return _storable(str(path.absolute()))


def _folded(name: str) -> str:
    # Some file systems ignore case, and some compare names after Unicode normalisation.
    return unicodedata.normalize("NFC", name).casefold()


def _storable(text: str) -> str:
    """Escape what SQLite cannot hold: a file name may contain bytes that are not valid in its encoding."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
