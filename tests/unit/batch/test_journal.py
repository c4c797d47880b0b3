"""The journal of a batch: what it refuses, what it keeps."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

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
