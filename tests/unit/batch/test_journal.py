"""The journal of a batch: what it refuses, what it keeps."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event, Timer
from typing import TypeVar, cast

import anyio
import anyio.lowlevel
import pytest

from nanonets_sdk.batch.journal import Entry, Journal, JournalError, Known, open_journal

T = TypeVar("T")

BROKEN = """
CREATE TRIGGER broken BEFORE INSERT ON content WHEN NEW.sha256 = 'broken' BEGIN SELECT RAISE(FAIL, 'broken'); END
"""


def opened(path: Path | None, model_id: str = "model", language: str | None = None) -> Journal:
    return open_journal(path, model_id, language, None)


def opened_broken(path: Path) -> Journal:
    """A journal that fails to write an entry for the content "broken"."""
    opened(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(BROKEN)
    return opened(path)


def wait_for(note: Awaitable[T]) -> T:
    async def written() -> T:
        return await note

    return anyio.run(written)


def ask(journal: Journal, path: str, name: str, digest: str) -> Known:
    return wait_for(journal.known(Path(path), name, digest))


def entry_of(journal: Journal, digest: str) -> Entry:
    past = wait_for(journal.entry(digest))
    assert past is not None
    return past


def digests_in(path: Path) -> set[str]:
    """Return the contents that a closed journal has entries for."""
    with closing(sqlite3.connect(path)) as connection:
        return {digest for (digest,) in connection.execute("SELECT sha256 FROM content")}


def test_a_new_file_is_not_known(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    assert ask(journal, "in/a.pdf", "a", "digest") == Known("a", False, None)
    journal.close()


def test_a_journal_keeps_its_entries_when_reopened(tmp_path: Path) -> None:
    journal = opened(tmp_path / "new folder" / "journal")
    ask(journal, "a.pdf", "a", "digest")
    wait_for(journal.sending(Path("a.pdf"), "digest", "token", 1.5))
    wait_for(journal.became("digest", "submitted", request_file_id="id"))
    wait_for(journal.done(Path("a.pdf")))
    journal.close()
    again = opened(tmp_path / "new folder" / "journal")
    assert ask(again, "a.pdf", "a", "digest") == Known("a", True, Entry("token", "submitted", "id", "", 1.5, number=2))
    again.close()


VERSION_1 = """
CREATE TABLE batch (model_id TEXT NOT NULL, language TEXT NOT NULL, pages TEXT NOT NULL);
CREATE TABLE content (
    sha256 TEXT PRIMARY KEY,
    token TEXT NOT NULL,
    state TEXT NOT NULL,
    request_file_id TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    sent_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE file (
    path TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    is_done INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO batch VALUES ('model', '', '');
INSERT INTO content VALUES ('digest', 'token', 'submitted', 'id', '', 1.5);
PRAGMA application_id=0x4E414E4F;
PRAGMA user_version=1;
"""


def test_a_journal_from_before_pages_were_counted_goes_on(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "journal")) as before:
        before.executescript(VERSION_1)
    for _ in range(2):
        journal = opened(tmp_path / "journal")
        assert entry_of(journal, "digest") == Entry("token", "submitted", "id", "", 1.5, number=1, unknown_since=1)
        journal.close()
    journal = opened(tmp_path / "journal")
    wait_for(journal.became("digest", "submitted", pages=3))
    assert entry_of(journal, "digest").pages == 3
    journal.close()


def test_the_number_of_pages_stays_known_until_a_content_is_sent_again(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    wait_for(journal.sending(Path("a.pdf"), "digest", "token", 1.0))
    wait_for(journal.became("digest", "submitted", request_file_id="id", pages=7))
    wait_for(journal.became("digest", "failed", reason="blurred"))
    assert entry_of(journal, "digest").pages == 7
    wait_for(journal.sending(Path("a.pdf"), "digest", "token", 2.0))
    assert entry_of(journal, "digest").pages == 0
    journal.close()


def test_a_journal_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    opened(tmp_path / "journal").close()
    with closing(sqlite3.connect(tmp_path / "journal")) as later:
        later.execute("PRAGMA user_version=99")
    with pytest.raises(JournalError, match="another version"):
        opened(tmp_path / "journal")


def test_a_content_sent_again_has_its_old_token(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    wait_for(journal.sending(Path("a.pdf"), "digest", "first", 1.0))
    wait_for(journal.became("digest", "failed", request_file_id="id", reason="blurred"))
    wait_for(journal.sending(Path("a.pdf"), "digest", "second", 2.0))
    assert entry_of(journal, "digest") == Entry("first", "sending", "", "", 2.0, number=4)
    journal.close()


def test_an_id_stays_known(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    wait_for(journal.sending(Path("a.pdf"), "digest", "token", 1.0))
    wait_for(journal.became("digest", "submitted", request_file_id="id"))
    wait_for(journal.became("digest", "failed", reason="blurred"))
    assert entry_of(journal, "digest") == Entry("token", "failed", "id", "blurred", 1.0, number=2)
    journal.close()


def test_a_file_with_another_content_is_not_done(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    ask(journal, "a.pdf", "a", "before")
    wait_for(journal.done(Path("a.pdf")))
    assert not ask(journal, "a.pdf", "a", "after").is_done
    journal.close()


@pytest.mark.parametrize(("one", "other"), [("a", "a"), ("Rechnung", "RECHNUNG"), ("caf\u00e9", "cafe\u0301")])
def test_names_that_a_file_system_may_take_for_the_same_differ(tmp_path: Path, one: str, other: str) -> None:
    journal = opened(tmp_path / "journal")
    first, second = ask(journal, "x/a.pdf", one, "1").name, ask(journal, "y/a.pdf", other, "2").name
    assert first == one
    assert second.startswith(f"{other}-")
    assert ask(journal, "y/a.pdf", other, "2").name == second
    journal.close()


def test_a_path_that_is_not_valid_unicode_is_kept_apart(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    ask(journal, "in/\udcff.pdf", "\udcff", "digest")
    wait_for(journal.done(Path("in/\udcff.pdf")))
    assert ask(journal, "in/\udcff.pdf", "\udcff", "digest").is_done
    assert not ask(journal, "in/\udcfe.pdf", "\udcfe", "digest").is_done
    journal.close()


def test_a_second_run_on_the_same_journal_is_refused(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    with pytest.raises(JournalError, match="another run is using it"):
        opened(tmp_path / "journal")
    journal.close()
    opened(tmp_path / "journal").close()


@pytest.mark.parametrize(
    ("model_id", "language", "said"), [("other", None, "model 'model'"), ("model", "de", "language ''")]
)
def test_a_journal_of_another_model_is_refused(tmp_path: Path, model_id: str, language: str | None, said: str) -> None:
    opened(tmp_path / "journal").close()
    with pytest.raises(JournalError, match=f"begun with {said};"):
        opened(tmp_path / "journal", model_id, language)


def test_a_file_that_is_not_a_journal_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database " * 100)
    with pytest.raises(JournalError, match="not a batch journal"):
        opened(tmp_path / "text")
    assert (tmp_path / "text").read_text() == "not a database " * 100


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("PRAGMA user_version=7")
    other.close()
    with pytest.raises(JournalError, match="another program"):
        opened(tmp_path / "other")


def test_a_journal_that_lacks_its_tables_is_not_taken_for_one_in_use(tmp_path: Path) -> None:
    opened(tmp_path / "journal").close()
    with closing(sqlite3.connect(tmp_path / "journal")) as damaged:
        damaged.execute("DROP TABLE batch")
    with pytest.raises(JournalError, match="cannot be used: no such table"):
        opened(tmp_path / "journal")


def test_a_journal_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="cannot be opened"):
        opened(tmp_path / "file" / "journal")


def test_a_note_that_fails_undoes_those_of_the_same_transaction(tmp_path: Path) -> None:
    journal = opened_broken(tmp_path / "journal")
    said: list[str] = []

    async def write(digest: str) -> None:
        with pytest.raises(JournalError, match="broken") as caught:
            await journal.sending(Path("a.pdf"), digest, "token", 1.0)
        said.append(str(caught.value))

    async def write_together() -> None:
        async with anyio.create_task_group() as tasks:
            for digest in ("before", "broken", "after"):
                tasks.start_soon(write, digest)

    anyio.run(write_together)
    assert len(said) == 3
    journal.close()
    assert digests_in(tmp_path / "journal") == set()


def test_many_writers_share_transactions(tmp_path: Path) -> None:
    opened(tmp_path / "journal").close()
    statements: list[str] = []
    connection = sqlite3.connect(tmp_path / "journal", isolation_level=None, check_same_thread=False)
    connection.set_trace_callback(statements.append)
    journal = Journal(connection)

    async def write_many() -> None:
        async with anyio.create_task_group() as tasks:
            for number in range(50):
                tasks.start_soon(journal.sending, Path("a.pdf"), f"digest {number}", "token", 1.0)

    anyio.run(write_many)
    journal.close()
    assert digests_in(tmp_path / "journal") == {f"digest {number}" for number in range(50)}
    assert 1 <= statements.count("BEGIN IMMEDIATE") < 10


def test_a_note_of_a_cancelled_task_is_written_all_the_same(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")

    async def write_and_leave() -> None:
        async with anyio.create_task_group() as tasks:
            for digest in ("first", "second"):
                tasks.start_soon(journal.sending, Path("a.pdf"), digest, "token", 1.0)
            await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()

    anyio.run(write_and_leave)
    journal.close()
    assert digests_in(tmp_path / "journal") == {"first", "second"}


def test_a_commit_that_asyncio_cut_off_ends_the_wait_of_every_note_and_says_so(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    in_use = journal._in_use  # pyright: ignore[reportPrivateUsage] - holds the thread that commits up, as a slow disk would

    async def write_and_cancel() -> BaseException | None:
        in_use.acquire()
        first, second = (
            asyncio.create_task(journal.sending(Path("a.pdf"), digest, "token", 1.0)) for digest in ("first", "second")
        )
        await asyncio.sleep(0.05)
        Timer(0.05, in_use.release).start()
        # Not by a scope of anyio, from which the commit is shielded.
        first.cancel()
        with anyio.fail_after(20):
            cut_off, behind = await asyncio.gather(first, second, return_exceptions=True)
        assert isinstance(cut_off, asyncio.CancelledError)
        with pytest.raises(JournalError, match="interrupted"):
            await journal.sending(Path("a.pdf"), "third", "token", 1.0)
        return behind

    behind = asyncio.run(write_and_cancel())
    journal.close()
    # The thread was either before its commit, or past it.
    assert digests_in(tmp_path / "journal") == (set[str]() if behind else {"first", "second"})
    assert behind is None or "interrupted" in str(behind)


class Held:
    """A value that another thread gives to SQLite, and that takes until it is let go."""

    def __init__(self) -> None:
        self.is_taken = Event()
        self.may_go = Event()
        self.is_connected = True

    def __conform__(self, _protocol: object) -> str:
        self.is_taken.set()
        assert self.may_go.wait(10)
        # With a connection that was closed the process would end here.
        assert self.is_connected
        return "digest"


def test_the_end_of_a_journal_waits_for_a_statement_of_another_thread(tmp_path: Path) -> None:
    journal, held, is_closed = opened(tmp_path / "journal"), Held(), Event()

    def close() -> None:
        journal.close()
        is_closed.set()

    with ThreadPoolExecutor(2) as threads:
        entry = threads.submit(wait_for, journal.entry(cast("str", held)))
        assert held.is_taken.wait(10)
        ending = threads.submit(close)
        held.is_connected = not is_closed.wait(0.05)
        held.may_go.set()
        assert entry.result(10) is None
        ending.result(10)
    assert held.is_connected


def test_a_journal_that_was_closed_does_not_say_that_it_is_lost(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    journal.close()
    with pytest.raises(JournalError, match="closed") as caught:
        ask(journal, "a.pdf", "a", "digest")
    assert not caught.value.is_lost


def test_a_new_journal_reads_nothing_of_one_that_was_deleted_before_its_log_was(tmp_path: Path) -> None:
    path, log = tmp_path / "journal", tmp_path / "journal-wal"
    journal = opened(path)
    wait_for(journal.sending(Path("a.pdf"), "old", "token", 1.0))
    left = log.read_bytes()
    journal.close()
    path.unlink()
    log.write_bytes(left)
    with closing(opened(path)) as journal:
        assert wait_for(journal.entry("old")) is None


def test_a_journal_is_created_beside_what_a_killed_run_left_of_one(tmp_path: Path) -> None:
    (tmp_path / "journal.new").write_bytes(b"half of a journal")
    with closing(opened(tmp_path / "journal")) as journal:
        assert ask(journal, "a.pdf", "a", "digest") == Known("a", False, None)
    assert [path.name for path in tmp_path.iterdir()] == ["journal"]


def test_a_new_journal_appears_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(_descriptor: int) -> None:
        raise Killed

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(Killed):
        opened(tmp_path / "journal")
    assert not (tmp_path / "journal").exists()


@pytest.mark.parametrize("link", [False, True])
def test_the_first_notes_do_not_make_the_log_longer(tmp_path: Path, link: bool) -> None:
    path = tmp_path / "journal"
    if link:
        (tmp_path / "elsewhere").mkdir()
        path.symlink_to(tmp_path / "elsewhere" / "journal")
    with closing(opened(path)) as journal:
        log = Path(f"{path.resolve()}-wal")
        size = log.stat().st_size
        wait_for(journal.sending(Path("a.pdf"), "digest", "token", 1.0))
        assert log.stat().st_size == size
    assert digests_in(path) == {"digest"}


def test_after_a_write_that_failed_nothing_is_written(tmp_path: Path) -> None:
    journal = opened_broken(tmp_path / "journal")

    async def write_badly() -> list[str]:
        said: list[str] = []
        for digest in ("broken", "digest"):
            try:
                await journal.sending(Path("a.pdf"), digest, "token", 1.0)
            except JournalError as error:
                said.append(str(error))
        return said

    first, second = anyio.run(write_badly)
    assert first == second
    journal.close()
    assert digests_in(tmp_path / "journal") == set()


def deleted(path: Path) -> None:
    path.unlink()


def replaced(path: Path) -> None:
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    copy.replace(path)


def moved_with_its_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


def truncated(path: Path) -> None:
    os.truncate(path, 0)


def truncated_by_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    other = path.with_name("other")
    opened(other).close()
    path.write_bytes(other.read_bytes())


def without_log(path: Path) -> None:
    path.with_name(f"{path.name}-wal").unlink()


def with_a_shorter_log(path: Path) -> None:
    os.truncate(path.with_name(f"{path.name}-wal"), 32)


def without_lock(path: Path) -> None:
    path.with_name(f"{path.name}.lock").unlink()


@pytest.mark.parametrize(
    "harm",
    [
        deleted, replaced, moved_with_its_folder, truncated, truncated_by_half, overwritten, without_log,
        with_a_shorter_log, without_lock,
    ],
)  # fmt: skip
def test_a_journal_that_goes_away_fails_at_the_next_note(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    path = tmp_path / "folder" / "journal"
    journal = opened(path)
    wait_for(journal.sending(Path("a.pdf"), "first", "token", 1.0))
    harm(path)
    with pytest.raises(JournalError, match="is gone: it") as caught:
        wait_for(journal.sending(Path("b.pdf"), "second", "token", 1.0))
    assert caught.value.is_lost
    with pytest.raises(JournalError, match="is gone: it"):
        wait_for(journal.entry("first"))
    journal.close()


def test_a_lost_journal_names_what_was_sent_and_not_stored(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    for name in ("stored", "answered", "refused", "silent"):
        ask(journal, f"{name}.pdf", name, name)
        wait_for(journal.sending(Path(f"{name}.pdf"), name, "token", 1.0))
    wait_for(journal.became("stored", "submitted", request_file_id="id-1"))
    wait_for(journal.done(Path("stored.pdf")))
    wait_for(journal.became("refused", "refused"))
    (tmp_path / "journal").unlink()
    with pytest.raises(JournalError) as caught:
        wait_for(journal.became("answered", "submitted", request_file_id="id-2"))
    error = journal.failure(caught.value)
    assert error.undelivered == ((Path("answered.pdf"), "id-2"), (Path("silent.pdf"), ""))
    assert "answered.pdf (id-2), silent.pdf (no answer yet)" in str(error)
    journal.close()


def test_a_copy_made_by_the_process_itself_does_not_release_the_lock(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    shutil.copytree(tmp_path, tmp_path / "copy")
    program = (
        "import sys; from pathlib import Path; from nanonets_sdk.batch.journal import open_journal\n"
        "open_journal(Path(sys.argv[1]), 'model', None, None)"
    )
    other = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "journal"], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert "another run is using it" in other.stderr
    wait_for(journal.sending(Path("a.pdf"), "digest", "token", 1.0))
    journal.close()


def test_a_second_run_through_a_link_is_refused(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    (tmp_path / "link").symlink_to(tmp_path / "journal")
    (tmp_path / "folder").symlink_to(tmp_path)
    os.link(tmp_path / "journal", tmp_path / "hard")
    for other in ("link", "folder/journal", "hard"):
        with pytest.raises(JournalError, match="another run is using it"):
            opened(tmp_path / other)
    journal.close()


def test_a_closed_journal_leaves_nothing_beside_it(tmp_path: Path) -> None:
    opened(tmp_path / "journal").close()
    assert [path.name for path in tmp_path.iterdir()] == ["journal"]


def test_a_journal_is_at_its_path_although_the_working_directory_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    journal = opened(Path("journal"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    wait_for(journal.sending(Path("a.pdf"), "digest", "token", 1.0))
    journal.close()


def in_a_fork(work: Callable[[], None]) -> str:
    """Run something in a fork, and return what it raised."""
    receive, send = os.pipe()
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the parent reads it
            os.write(send, str(error).encode())
        finally:
            os._exit(0)
    os.close(send)
    with os.fdopen(receive) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_cannot_write_to_the_journal_of_its_parent(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    wait_for(journal.sending(Path("a.pdf"), "parent", "token", 1.0))

    def write() -> None:
        try:
            wait_for(journal.sending(Path("b.pdf"), "child", "token", 1.0))
        finally:
            journal.close()

    said = in_a_fork(write)
    assert "is a fork; begin a batch with a journal of its own here" in said
    assert "another run is using it" in in_a_fork(lambda: opened(tmp_path / "journal").close())
    wait_for(journal.sending(Path("c.pdf"), "parent again", "token", 1.0))
    journal.close()
    assert digests_in(tmp_path / "journal") == {"parent", "parent again"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_leaves_descriptors_alone_that_a_closed_journal_had(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    journal.close()
    reused = [os.open(tmp_path / "journal", os.O_RDONLY) for _ in range(4)]

    def look() -> None:
        for descriptor in reused:
            os.fstat(descriptor)

    assert in_a_fork(look) == ""
    for descriptor in reused:
        os.close(descriptor)
    # Until here it exists, and could be told of the forks.
    del journal


FORKING = """
import os, sys
from pathlib import Path
import anyio
from nanonets_sdk.batch.journal import open_journal
journal = open_journal(Path(sys.argv[1]), "model", None, None)
anyio.run(journal.sending, Path("a.pdf"), "first", "token", 1.0)
child = os.fork()
if not child:
    sys.exit()  # finalizes what the child inherited
os.waitpid(child, 0)
anyio.run(journal.sending, Path("b.pdf"), "second", "token", 1.0)
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_that_ends_takes_nothing_from_the_journal_of_its_parent(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", FORKING, tmp_path / "journal"], check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    opened(tmp_path / "journal").close()
    assert digests_in(tmp_path / "journal") == {"first", "second"}


def test_witnesses_are_the_nearest_accepted_files_on_both_sides(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")

    def submit(digest: str) -> None:
        wait_for(journal.sending(Path("a.pdf"), digest, f"token of {digest}", 1.0))
        wait_for(journal.became(digest, "submitted", request_file_id=f"id of {digest}"))

    submit("far")
    submit("before")
    wait_for(journal.sending(Path("a.pdf"), "refused", "token", 1.0))
    wait_for(journal.became("refused", "refused"))
    wait_for(journal.sending(Path("a.pdf"), "unknown", "token", 1.0))
    submit("meanwhile")
    wait_for(journal.became("unknown", "unknown"))
    assert wait_for(journal.near(entry_of(journal, "unknown"), 1)) == (["token of before"], [])
    submit("after")
    assert wait_for(journal.near(entry_of(journal, "unknown"), 2)) == (
        ["token of before", "token of far"], ["token of after"]
    )  # fmt: skip
    assert wait_for(journal.known_ids(["id of far", "id of another"])) == {"id of far"}
    journal.close()


def test_a_file_that_was_being_sent_when_the_last_run_ended_is_unknown_since_then(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    wait_for(journal.sending(Path("a.pdf"), "cut off", "token", 1.0))
    journal.close()
    journal = opened(tmp_path / "journal")
    wait_for(journal.sending(Path("b.pdf"), "later", "token of later", 1.0))
    wait_for(journal.became("later", "submitted", request_file_id="id"))
    for _ in range(2):
        assert wait_for(journal.near(entry_of(journal, "cut off"), 3)) == ([], ["token of later"])
        # A run that has nothing to send does not make it unknown once more.
        journal.close()
        journal = opened(tmp_path / "journal")
    journal.close()


def test_a_note_that_nobody_waits_for_goes_to_disk_with_the_next_one(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")

    async def write() -> None:
        await journal.known(Path("a.pdf"), "a", "digest")
        finish = journal.begin_done(Path("a.pdf"))
        async with anyio.create_task_group() as tasks:
            for number in range(20):
                tasks.start_soon(journal.sending, Path("b.pdf"), f"digest {number}", "token", 1.0)
        await finish()

    anyio.run(write)
    assert ask(journal, "a.pdf", "a", "digest").is_done
    journal.close()


def test_notes_that_come_during_a_commit_wait_for_the_next_one_even_behind_one_without_a_waiter(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")

    async def write() -> None:
        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(journal.sending, Path("a.pdf"), "first", "token", 1.0)
                # The first commit is under way once its task waits for the thread that writes.
                while journal._queue or not journal._is_committing:  # pyright: ignore[reportPrivateUsage] - what is under way is visible nowhere else
                    await anyio.lowlevel.checkpoint()
                journal.begin_done(Path("a.pdf"))
                for digest in ("second", "third"):
                    tasks.start_soon(journal.sending, Path("a.pdf"), digest, "token", 1.0)

    anyio.run(write)
    journal.close()
    assert digests_in(tmp_path / "journal") == {"first", "second", "third"}


def test_a_write_that_fails_ends_the_wait_of_every_note_behind_it(tmp_path: Path) -> None:
    journal = opened_broken(tmp_path / "journal")
    said: list[str] = []

    async def write(digest: str) -> None:
        with pytest.raises(JournalError, match="broken") as caught:
            await journal.sending(Path("a.pdf"), digest, "token", 1.0)
        said.append(str(caught.value))

    async def write_one_after_another() -> None:
        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                for digest in ("broken", "second", "third", "fourth"):
                    tasks.start_soon(write, digest)
                    await anyio.lowlevel.checkpoint()
                    await anyio.lowlevel.checkpoint()

    anyio.run(write_one_after_another)
    assert len(said) == 4
    journal.close()
    assert digests_in(tmp_path / "journal") == set()
