"""Records are stored unchanged and in order, and transactions are atomic."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from attrs import evolve, frozen

from nanonets_sdk.mock.state.database import Database, Place, Table


@frozen
class Note:
    key: str
    text: str = ""
    parent: str = ""
    day: int = 0
    numbers: tuple[int, ...] = ()


def table_of_notes(database: Database) -> Table[Note]:
    return Table(database, "notes", Note, lambda note: Place(note.key, note.parent, note.day))


@pytest.fixture(params=[True, False], ids=["durable", "not durable"])
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    opened = Database(tmp_path / "notes.sqlite" if request.param else None)
    yield opened
    opened.close()


@pytest.fixture
def notes(database: Database) -> Table[Note]:
    return table_of_notes(database)


def test_a_record_comes_back_as_it_was(notes: Table[Note]) -> None:
    note = Note("a", "ü \U0001f4c4 \x00", numbers=(1, 2))
    notes.put(note)
    assert notes.get("a") == note
    assert notes.get("b") is None


def test_a_record_with_the_same_key_takes_the_place_of_the_first(notes: Table[Note]) -> None:
    for key in ("a", "b"):
        notes.put(Note(key, key, "p"))
    notes.put(Note("a", "again", "p"))
    assert [note.text for note in notes.of("p")] == ["again", "b"]


def test_days_are_an_interval_with_both_ends(notes: Table[Note]) -> None:
    for day in range(5):
        notes.put(Note(str(day), parent="p", day=day))
    assert [note.key for note in notes.between("p", 1, 3)] == ["1", "2", "3"]
    assert notes.between("q", 0, 9) == []


def test_a_failed_transaction_leaves_nothing(database: Database, notes: Table[Note]) -> None:
    def fail() -> None:
        with database.transaction():
            notes.put(Note("a"))
            with database.transaction():
                notes.put(Note("b"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert notes.all() == []
    notes.put(Note("c"))
    assert notes.all() == [Note("c")]


def test_a_full_disk_is_reported_and_later_writes_succeed(database: Database, notes: Table[Note]) -> None:
    with database.transaction() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        notes.put(Note("large", "x" * 100_000))
    notes.put(Note("small", "y"))
    assert notes.all() == [Note("small", "y")]


def test_a_commit_that_fails_leaves_nothing(database: Database, notes: Table[Note]) -> None:
    with database.transaction() as connection:
        connection.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        connection.execute("CREATE TABLE children (id REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)")

    def fail_at_the_end() -> None:
        with database.transaction() as connection:
            notes.put(Note("a"))
            connection.execute("INSERT INTO children VALUES (1)")

    connection.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        fail_at_the_end()
    assert notes.all() == []
    notes.put(Note("b"))
    assert notes.all() == [Note("b")]


def test_threads_do_not_overwrite_each_other(database: Database, notes: Table[Note]) -> None:
    notes.put(Note("a"))

    def append(number: int) -> None:
        with database.transaction():
            note = notes.get("a")
            assert note is not None
            notes.put(evolve(note, numbers=(*note.numbers, number)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(append, range(100)))
    note = notes.get("a")
    assert note is not None
    assert sorted(note.numbers) == list(range(100))


def test_records_outlive_the_connection(tmp_path: Path) -> None:
    for text in ("first", "second"):
        database = Database(tmp_path / "notes.sqlite")
        table_of_notes(database).put(Note(text))
        database.close()
    database = Database(tmp_path / "notes.sqlite")
    assert [note.key for note in table_of_notes(database).all()] == ["first", "second"]
    database.close()


def of_no_program(path: Path) -> None:
    path.write_bytes(b"no database" * 1_000)


def of_another_program(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE models (name TEXT)")
    connection.close()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (of_no_program, "file is not a database"),
        (of_another_program, "another program, or another version"),
        (Path.mkdir, "cannot be opened"),
    ],
    ids=["a text", "another database", "a folder"],
)
def test_a_file_that_is_not_a_state_is_refused_and_unchanged(
    tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    path = tmp_path / "state.sqlite"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(OSError, match=said):
        Database(path)
    assert (path.read_bytes() if path.is_file() else b"") == before
