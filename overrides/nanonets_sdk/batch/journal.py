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

A note protects a file only while the next run finds it. So each commit ends with a look at the journal's file: one that
was deleted, replaced or truncated ends the batch before the next file leaves (see `journal_file`).

Each sending has a number, and so has each moment at which a file became unknown; they count up through all runs. Clocks
jump, and a listing of the service can only be judged by files that were surely sent before and after another one.

Tasks note things all the time, and each commit waits for the disk. Notes that arrive during one commit share the next:

```text
notes      a    b c    d e f g
commits    [-- a --][-- b c --][-- d e f g --]
```
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import unicodedata
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, closing
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias
from uuid import uuid4

import anyio
import anyio.to_thread
from attrs import define, field, frozen

from nanonets_sdk.batch.forking import forget, keep_forever, on_fork
from nanonets_sdk.batch.journal_file import JournalFile, LockedError, RunLock
from nanonets_sdk.batch.keyed_lock import KeyedLock
from nanonets_sdk.errors import NanonetsError

State: TypeAlias = Literal["sending", "unknown", "submitted", "failed", "refused"]

_APPLICATION: Final = 0x4E414E4F
_VERSION: Final = 3
_LOCK_TIMEOUT_SECONDS: Final = 1.0
_SHOWN: Final = 5

_TABLES: Final = """
CREATE TABLE batch (model_id TEXT NOT NULL, language TEXT NOT NULL, pages TEXT NOT NULL);
CREATE TABLE content (
    sha256 TEXT PRIMARY KEY,
    token TEXT NOT NULL,
    state TEXT NOT NULL,
    request_file_id TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    sent_at REAL NOT NULL,
    pages INTEGER NOT NULL DEFAULT 0,
    number INTEGER NOT NULL DEFAULT 0,
    unknown_since INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX by_number ON content (number);
CREATE TABLE identity (token TEXT NOT NULL);
CREATE TABLE file (
    path TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    is_done INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
"""
_UPGRADES: Final = {
    1: ("ALTER TABLE content ADD COLUMN pages INTEGER NOT NULL DEFAULT 0",),
    2: (
        "ALTER TABLE content ADD COLUMN number INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE content ADD COLUMN unknown_since INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX by_number ON content (number)",
        "CREATE TABLE identity (token TEXT NOT NULL)",
    ),
}
# What was being sent when the last run ended became unknown then, before anything that this run sends.
_OPENED: Final = (
    "DELETE FROM identity",
    "INSERT INTO identity VALUES (:token)",
    "UPDATE content SET unknown_since = :number WHERE state = 'sending' AND unknown_since = 0",
)

# A new file takes its name, or the spare one if another file has that. For a known file both rows are ignored.
_KNOWN: Final = (
    """
    INSERT OR IGNORE INTO file
    SELECT :path, column1, column2, :digest, 0 FROM (VALUES (:name, :name_key), (:spare, :spare_key))
    """,
    "UPDATE file SET is_done = 0, sha256 = :digest WHERE path = :path AND sha256 != :digest",
    """
    SELECT name, is_done, token, state, request_file_id, reason, sent_at, pages, number, unknown_since
    FROM file LEFT JOIN content USING (sha256) WHERE path = :path
    """,
)
_ENTRY: Final = """
SELECT token, state, request_file_id, reason, sent_at, pages, number, unknown_since
FROM content WHERE sha256 = :digest
"""
_KNOWN_IDS: Final = """
SELECT request_file_id FROM content WHERE request_file_id IN (SELECT value FROM json_each(:request_file_ids))
"""
_NEAR: Final = """
SELECT token FROM content
WHERE state = 'submitted' AND request_file_id != '' AND number {side}
ORDER BY number {order} LIMIT :most
"""
_BEFORE: Final = _NEAR.format(side="< :number", order="DESC")
_AFTER: Final = _NEAR.format(side="> :unknown_since", order="ASC")
# The first token stays, so that a search finds the content whichever sending the service accepted.
_SENDING: Final = """
INSERT INTO content (sha256, token, state, sent_at, number) VALUES (:digest, :token, 'sending', :moment, :number)
ON CONFLICT (sha256) DO UPDATE
SET state = 'sending', request_file_id = '', reason = '', sent_at = excluded.sent_at, pages = 0,
    number = excluded.number, unknown_since = 0
"""
_BECAME: Final = """
UPDATE content
SET state = :state, reason = :reason, request_file_id = coalesce(nullif(:request_file_id, ''), request_file_id),
    pages = max(:pages, pages), unknown_since = CASE :state WHEN 'unknown' THEN :number ELSE unknown_since END
WHERE sha256 = :digest
"""
_LAST_SENT: Final = """
SELECT sent_at, pages FROM (SELECT * FROM content ORDER BY number DESC LIMIT :most) WHERE state != 'refused'
"""
_DONE: Final = "UPDATE file SET is_done = 1 WHERE path = :path"


class JournalError(NanonetsError):
    """The journal belongs to another batch, is used by another run, is gone, or cannot be read or written.

    Attributes:
        is_lost: Whether the journal was deleted, replaced or truncated while the batch ran. A run with a new journal
            would send, and pay for, every file again.
        undelivered: The files that were sent and whose results were not stored, each with its request_file_id, which
            is empty if no answer came. Known if the journal fails while the batch runs.
    """

    def __init__(self, message: str, *, is_lost: bool = False, undelivered: tuple[tuple[Path, str], ...] = ()) -> None:
        super().__init__(message)
        self.is_lost = is_lost
        self.undelivered = undelivered


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
        number: Counts the sendings of the journal: a larger number was sent later.
        unknown_since: The number that was reached when it became unknown; 0 if it is not, or is still being sent.
    """

    token: str
    state: State
    request_file_id: str
    reason: str
    sent_at: float
    pages: int = 0
    number: int = 0
    unknown_since: int = 0


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
    """Statements that share their values, and the rows that the last one returned; None until they are on disk.

    Attributes:
        turn: Set when the note was committed, or when the task that waits for it has to commit; None if none waits.
    """

    statements: Sequence[str]
    values: Mapping[str, Any]
    rows: list[Any] | None = None
    turn: anyio.Event | None = None


@define(eq=False, weakref_slot=True)
class Journal:
    """An open journal, shared by the tasks of one run; other runs are refused.

    Every method but `close` returns when its note is on disk, and raises `JournalError` if it cannot be written. After
    that nothing is written any more.
    """

    _connection: sqlite3.Connection = field(alias="connection", repr=False)
    _file: JournalFile | None = field(default=None, alias="file", repr=False)
    _number: int = field(default=0, alias="number")
    _process: int = field(factory=os.getpid, init=False)
    _queue: deque[_Note] = field(factory=deque[_Note], init=False, repr=False)
    _contents: KeyedLock = field(factory=KeyedLock, init=False, repr=False)
    _is_committing: bool = field(default=False, init=False, repr=False)
    # SQLite does not survive the end of a connection that another thread is using, and a descriptor that was closed may
    # already be that of another file.
    _in_use: threading.Lock = field(factory=threading.Lock, init=False, repr=False)
    _failure: Exception | None = field(default=None, init=False, repr=False)
    # Files that were sent, by content, until their result is stored: if the journal is lost, only these tell of them.
    _undelivered: dict[str, tuple[Path, str]] = field(factory=dict[str, tuple[Path, str]], init=False, repr=False)
    _sent_as: dict[Path | None, str] = field(factory=dict[Path | None, str], init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        on_fork(self, Journal._abandon)

    def hold(self, digest: str) -> AbstractAsyncContextManager[None]:
        """Keep a content from the other tasks of the run."""
        return self._contents.hold(digest)

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

    async def near(self, entry: Entry, most: int) -> tuple[list[str], list[str]]:
        """Return the tokens of files that the service accepted, sent shortly before and after one that is unknown.

        Args:
            entry: The unknown file. Files count as sent after it if they were sent after it became unknown.
            most: The largest number on each side; the nearest are returned, nearest first.
        """
        before = await self._note(_BEFORE, number=entry.number, most=most)
        after = await self._note(_AFTER, unknown_since=max(entry.unknown_since, entry.number), most=most)
        return [token for (token,) in before], [token for (token,) in after]

    def last_sent(self, most: int) -> list[tuple[float, int]]:
        """Return when the last contents were sent, in seconds since 1970-01-01 (GMT), and their pages; 0 if unknown."""
        self.check_process()
        note = _Note((_LAST_SENT,), {"most": most})
        with self._in_use:
            self._commit([note])
        return note.rows or []

    async def known_ids(self, request_file_ids: Iterable[str]) -> set[str]:
        """Return those of the ids that the journal has."""
        rows = await self._note(_KNOWN_IDS, request_file_ids=json.dumps(list(request_file_ids)))
        return {request_file_id for (request_file_id,) in rows}

    async def sending(self, path: Path | None, digest: str, token: str, moment: float) -> None:
        """Note that a content is about to be sent; without a path if its result is stored where the journal is not."""
        await self._note(_SENDING, digest=digest, token=token, moment=moment, number=self._next_number())
        if path is not None:
            self._undelivered[digest] = (path, "")
            self._sent_as[path] = digest

    async def became(
        self, digest: str, state: State, *, request_file_id: str = "", reason: str = "", pages: int = 0
    ) -> None:
        """Note the new state of a content. An id and a number of pages, once known, are kept."""
        # Before the note, so that the id of a paid file is not lost with a journal that cannot be written.
        if state in {"refused", "failed"}:
            path, _ = self._undelivered.pop(digest, (None, ""))
            self._sent_as.pop(path, None)
        elif request_file_id and digest in self._undelivered:
            self._undelivered[digest] = (self._undelivered[digest][0], request_file_id)
        await self._note(
            _BECAME, digest=digest, state=state, request_file_id=request_file_id, reason=_storable(reason), pages=pages,
            number=self._next_number(),
        )  # fmt: skip

    async def done(self, path: Path) -> None:
        """Note that the result of a file was delivered in full."""
        await self.begin_done(path)()

    def begin_done(self, path: Path) -> Callable[[], Awaitable[None]]:
        """Queue the note that the result of a file was delivered in full; the next commit takes it along.

        Returns:
            A function that waits until the note is on disk.
        """
        note = self._queued(_DONE, path=_key(path))

        async def finish() -> None:
            try:
                await self._written(note)
            finally:
                # Also if the task was cancelled while it waited.
                if note.rows is not None:
                    self._undelivered.pop(self._sent_as.pop(path, ""), None)

        return finish

    def close(self) -> None:
        """Close the journal, so that another run can open it. In the child of a fork this does nothing."""
        if os.getpid() != self._process:
            return
        forget(self)
        with self._in_use:
            self._connection.close()
            if self._file is not None:
                self._file.close()
                # A note that comes later fails at the connection, and not because the file looks lost.
                self._file = None

    def failure(self, error: JournalError) -> JournalError:
        """Return an error of this journal with the files that were sent and whose results were not stored."""
        undelivered = tuple(self._undelivered.values())
        message = str(error)
        if error.is_lost and undelivered:
            shown = [f"{path} ({request_file_id or 'no answer yet'})" for path, request_file_id in undelivered[:_SHOWN]]
            left = len(undelivered) - len(shown)
            more = f" and {left} more" if left else ""
            message += f" Sent, and not stored: {', '.join(shown)}{more}."
        copied = JournalError(message, is_lost=error.is_lost, undelivered=undelivered)
        copied.__cause__ = error.__cause__
        return copied

    def check_process(self) -> None:
        """Check that this is the process that opened the journal.

        Raises:
            JournalError: It is a fork of that one.
        """
        check_process(self._process)

    def _abandon(self) -> None:
        # SQLite would checkpoint the log of the parent, and delete it, when the child closes the connection.
        keep_forever(self._connection)
        if self._file is not None:
            self._file.abandon()

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    async def _note(self, *statements: str, **values: Any) -> list[Any]:
        """Queue statements, and return the rows of the last one when all of them are on disk."""
        return await self._written(self._queued(*statements, **values))

    def _queued(self, *statements: str, **values: Any) -> _Note:
        self.check_process()
        note = _Note(statements, values)
        self._queue.append(note)
        return note

    async def _written(self, note: _Note) -> list[Any]:
        """Wait until a queued note is on disk, and return its rows."""
        if note.rows is None and self._is_committing:
            note.turn = anyio.Event()
            try:
                await note.turn.wait()
            except BaseException:
                # Any task may commit a queued note, and it may be this one's turn to commit those of others.
                with anyio.CancelScope(shield=True):
                    await note.turn.wait()
                    await self._commit_unless_written(note)
                raise
        await self._commit_unless_written(note)
        return note.rows or []

    async def _commit_unless_written(self, note: _Note) -> None:
        if note.rows is not None:
            return
        self.check_process()
        # Notes build on each other. After a lost one, a later one could say more than is true.
        if self._failure is not None:
            raise self._failure
        with anyio.CancelScope(shield=True):
            await self._commit_queue()

    async def _commit_queue(self) -> None:
        """Commit what is queued, wake the tasks that wait for it, and leave the next commit to one that waits."""
        self._is_committing = True
        notes: list[_Note] = []
        try:
            await anyio.to_thread.run_sync(self._commit_queued, notes)
        except Exception as error:
            self._failure = error
            raise
        except BaseException:
            # The thread goes on without its task, and takes no more notes once the failure is known.
            with self._in_use:
                self._failure = JournalError("the journal cannot be written: the write was interrupted")
            raise
        finally:
            waiting = [note.turn for note in self._queue if note.turn is not None]
            # The next one begins its commit without a moment in which a third one could. After a failure, all raise.
            is_handed_over = bool(waiting) and self._failure is None
            self._is_committing = is_handed_over
            woken = waiting[:1] if is_handed_over else waiting
            # Those that send first: the service works while the others go on.
            first = sorted(notes, key=lambda note: _SENDING not in note.statements)
            for turn in (*(note.turn for note in first if note.turn is not None), *woken):
                turn.set()

    def _commit_queued(self, notes: list[_Note]) -> None:
        """Take the notes that are queued by now, so that those of many tasks share a commit, and write them."""
        with self._in_use:
            # Other tasks go on queueing meanwhile, so they are taken one by one.
            while self._queue and self._failure is None:
                notes.append(self._queue.popleft())
            self._commit(notes)

    def _commit(self, notes: Sequence[_Note]) -> None:
        """Write notes in one transaction. Whatever an open journal reads or writes passes through here, in use."""
        results: list[list[Any]] = []
        # Before the commit too, which would fill the gap in a log that was truncated.
        self._check_file()
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                for note in notes:
                    rows: list[Any] = []
                    for statement in note.statements:
                        rows = self._connection.execute(statement, note.values).fetchall()
                    results.append(rows)
        except sqlite3.Error as error:
            self._check_file()
            raise JournalError(f"the journal cannot be written: {error}") from error
        # What was committed to a file that nobody finds again is not noted.
        self._check_file()
        # Not before the transaction is over: it may still fail and be undone.
        for note, rows in zip(notes, results, strict=True):
            note.rows = rows

    def _check_file(self) -> None:
        if self._file is not None and (problem := self._file.problem()):
            raise JournalError(
                f"the journal {str(self._file.path)!r} is gone: {problem}. Nothing more is sent. Put the journal back "
                "before the next run: with a new one every file would be sent, and billed, again.",
                is_lost=True,
            )


def check_process(process: int) -> None:
    """Check that this process is the one that runs a batch.

    Raises:
        JournalError: It is a fork of that one.
    """
    if os.getpid() != process:
        raise JournalError(
            f"this batch runs in process {process}, of which this one ({os.getpid()}) is a fork; "
            "begin a batch with a journal of its own here"
        )


def open_journal(path: Path | None, model_id: str, language: str | None, pages: str | None) -> Journal:
    """Open the journal of a batch, or create it.

    Raises:
        JournalError: It was begun with another model, language or pages, another run uses it, or it is not a journal.
    """
    shown = repr(None if path is None else str(path))
    with ExitStack() as undo:
        try:
            lock = None
            if path is not None:
                # A change of the working directory must not lead to another journal.
                path = path.absolute()
                path.parent.mkdir(parents=True, exist_ok=True)
                lock = RunLock.acquire(Path(f"{os.path.realpath(path)}.lock"), _LOCK_TIMEOUT_SECONDS)
                undo.callback(lock.release)
            token, batch = uuid4().hex, (model_id, language or "", pages or "")
            real = None if path is None else Path(os.path.realpath(path))
            is_new = real is not None and not real.exists()
            if real is not None and is_new:
                _create(real, batch, token)
            # For an empty name SQLite makes a private file on disk and removes it in the end.
            connection = sqlite3.connect(
                path or "", timeout=_LOCK_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False
            )
            undo.callback(connection.close)
            number = _begin(connection, path, batch, None if is_new else token)
            file = None
            if path is not None and lock is not None:
                file = JournalFile.watch(path, lock, token.encode(), _page_of_identity(connection))
        except LockedError as error:
            raise JournalError(f"the journal {shown} cannot be used: another run is using it") from error
        except OSError as error:
            raise JournalError(f"the journal {shown} cannot be opened: {error}") from error
        except sqlite3.OperationalError as error:
            why = "another run is using it" if "locked" in str(error) else str(error)
            raise JournalError(f"the journal {shown} cannot be used: {why}") from error
        except sqlite3.Error as error:
            raise JournalError(f"{shown} is not a batch journal: {error}") from error
        undo.pop_all()
    return Journal(connection, file, number)


def _create(path: Path, batch: tuple[str, str, str], token: str) -> None:
    """Create a journal, whole or not at all, with one wait for the disk: SQLite's own steps would take nine.

    The first commit syncs the folder too, because the log is new, so no file leaves before the journal has its name.
    """
    new = path.with_name(f"{path.name}.new")
    # What a run left that was killed here, or beside a journal that was deleted. SQLite would take it for a part.
    for old in (new, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-journal"))):
        old.unlink(missing_ok=True)
    with closing(sqlite3.connect(new, isolation_level=None)) as connection:
        for setting in ("locking_mode=EXCLUSIVE", "synchronous=OFF", "journal_mode=MEMORY"):
            connection.execute(f"PRAGMA {setting}")
        with connection:
            connection.execute("BEGIN EXCLUSIVE")
            _prepare(connection, batch, path)
            connection.execute("INSERT INTO identity VALUES (?)", (token,))
        # Last, so that the log of the new file never holds anything.
        connection.execute("PRAGMA journal_mode=WAL")
    with new.open("r+b") as file:
        os.fsync(file.fileno())
    new.replace(path)


def _begin(connection: sqlite3.Connection, path: Path | None, batch: tuple[str, str, str], token: str | None) -> int:
    """Lock the database for this run, bring its tables up to date, and return the last number that was given.

    Without a token nothing is written: the journal was just created.
    """
    # With an exclusive lock a write-ahead log needs no shared memory, and so works on network drives too.
    # The system releases the lock when the process ends, even after kill -9.
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    if path is None:
        connection.execute("PRAGMA synchronous=OFF")
    else:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
    if token is None:
        return 1
    with connection:
        connection.execute("BEGIN EXCLUSIVE")
        _prepare(connection, batch, path)
        (number,) = connection.execute(
            "SELECT coalesce(max(max(number), max(unknown_since)), 0) FROM content"
        ).fetchone()
        for statement in _OPENED:
            connection.execute(statement, {"token": token, "number": number + 1})
    # The token has to be in the database itself, and not in the log alone.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return int(number) + 1


def _page_of_identity(connection: sqlite3.Connection) -> range:
    """Return where in the file the token is."""
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'identity'").fetchone()
    return range((root - 1) * size, root * size)


def _prepare(connection: sqlite3.Connection, batch: tuple[str, str, str], path: Path | None) -> None:
    """Create or upgrade the tables, and check that they are of this batch."""
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if (application, version) == (0, 0):
        # `executescript` would end the transaction.
        for statement in (*_TABLES.split(";"), f"PRAGMA application_id={_APPLICATION}"):
            connection.execute(statement)
    elif application != _APPLICATION or version not in {*_UPGRADES, _VERSION}:
        raise JournalError("the journal belongs to another program, or to another version of this one")
    else:
        for statement in (one for before, steps in _UPGRADES.items() if before >= version for one in steps):
            connection.execute(statement)
        if version != _VERSION:
            # Before sendings had numbers, only the clock told their order.
            digests = connection.execute("SELECT sha256 FROM content ORDER BY sent_at").fetchall()
            numbered = ((number, digest) for number, (digest,) in enumerate(digests, 1))
            connection.executemany("UPDATE content SET number = ?1, unknown_since = ?1 WHERE sha256 = ?2", numbered)
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
