"""Records are stored as they are, in order, and all or none of a transaction."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from attrs import evolve, frozen

from nanonets_sdk.mock.database import Database, Place, Table


@frozen
class Note:
    text: str
    numbers: tuple[int, ...] = ()


@pytest.fixture(params=[True, False], ids=["durable", "not durable"])
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    opened = Database(tmp_path / "notes.sqlite", durable=request.param)
    yield opened
    opened.close()


@pytest.fixture
def notes(database: Database) -> Table[Note]:
    return Table(database, "notes", Note)


def test_a_record_comes_back_as_it_was(notes: Table[Note]) -> None:
    note = Note("ü \U0001f4c4 \x00", (1, 2))
    notes.put(Place("a"), note)
    assert notes.get("a") == note
    assert notes.get("b") is None


def test_a_record_with_the_same_key_takes_the_place_of_the_first(notes: Table[Note]) -> None:
    for key in ("a", "b"):
        notes.put(Place(key, "p"), Note(key))
    notes.put(Place("a", "p"), Note("again"))
    assert [note.text for note in notes.children("p")] == ["again", "b"]


def test_days_are_an_interval_with_both_ends(notes: Table[Note]) -> None:
    for day in range(5):
        notes.put(Place(str(day), "p", day), Note(str(day)))
    assert [note.text for note in notes.between("p", 1, 3)] == ["1", "2", "3"]
    assert notes.between("q", 0, 9) == []


def test_a_failed_transaction_leaves_nothing(database: Database, notes: Table[Note]) -> None:
    def fail() -> None:
        with database.transaction():
            notes.put(Place("a"), Note("a"))
            with database.transaction():
                notes.put(Place("b"), Note("b"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert notes.all() == []
    notes.put(Place("c"), Note("c"))
    assert notes.all() == [Note("c")]


def test_threads_do_not_overwrite_each_other(database: Database, notes: Table[Note]) -> None:
    notes.put(Place("a"), Note("", ()))

    def append(number: int) -> None:
        with database.transaction():
            note = notes.get("a")
            assert note is not None
            notes.put(Place("a"), evolve(note, numbers=(*note.numbers, number)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(append, range(100)))
    note = notes.get("a")
    assert note is not None
    assert sorted(note.numbers) == list(range(100))


def test_records_outlive_the_connection(tmp_path: Path) -> None:
    for text in ("first", "second"):
        database = Database(tmp_path / "notes.sqlite", durable=True)
        Table(database, "notes", Note).put(Place(text), Note(text))
        database.close()
    database = Database(tmp_path / "notes.sqlite", durable=True)
    assert [note.text for note in Table(database, "notes", Note).all()] == ["first", "second"]
    database.close()
