"""Batches: against threads that send with raw httpx, and how fast the journal is and stays."""

from __future__ import annotations

import sqlite3
import tempfile
import time
import tracemalloc
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

import anyio
import httpx

from loopback import loopback
from measuring import Figure, by_turns, ratio_of
from nanonets_sdk import Nanonets
from nanonets_sdk.batch import BatchOptions, predict_files
from nanonets_sdk.batch.journal import Journal, open_journal

FILES = 100
IN_FLIGHT = 16
SECONDS_A_FILE = 0.05
ROUNDS = 7
NOTED = 1000
TASKS = 32
FEW, MANY = 1_000, 100_000
_DIGEST = "%064x"


def figures() -> list[Figure]:
    """A batch, and the journal."""
    with tempfile.TemporaryDirectory() as folder:
        return [_batch(Path(folder)), *_journal(Path(folder))]


def _batch(folder: Path) -> Figure:
    files = [folder / f"{number}.pdf" for number in range(FILES)]
    for number, file in enumerate(files):
        file.write_bytes(b"%PDF-1.7\n" + b"%d" % number + b"x" * 10_000)
    journals = (folder / f"batch-{number}.sqlite" for number in count())
    with loopback(SECONDS_A_FILE) as base_url:
        seconds = by_turns(
            {
                "nanonets_sdk": lambda: _ours(base_url, files, next(journals)),
                "threads": lambda: _threads(base_url, files),
            },
            ROUNDS,
        )
    return Figure(
        name=f"{FILES} files that take {SECONDS_A_FILE * 1000:g} ms, {IN_FLIGHT} at a time, with a journal",
        unit="seconds",
        values={name: median(taken) for name, taken in seconds.items()},
        ratio=ratio_of(seconds["nanonets_sdk"], seconds["threads"]),
        reference="threads",
        bound=1.15,
    )


def _ours(base_url: str, files: list[Path], journal: Path) -> None:
    options = BatchOptions(sync=True, jobs=IN_FLIGHT)
    with (
        Nanonets("bench-key", base_url=base_url) as client,
        predict_files(client, "m", files, journal=journal, options=options) as outcomes,
    ):
        ended = [outcome.status for outcome in outcomes]
    if ended != ["done"] * FILES:
        raise RuntimeError(f"{FILES - ended.count('done')} of {FILES} files are not done")


def _threads(base_url: str, files: list[Path]) -> None:
    url = f"{base_url}/OCR/Model/m/LabelFile"
    with httpx.Client(timeout=60) as client, ThreadPoolExecutor(IN_FLIGHT) as threads:

        def send(file: Path) -> object:
            part = (file.name, file.read_bytes(), "application/pdf")
            return client.post(url, auth=("bench-key", ""), files={"file": part}).json()

        list(threads.map(send, files))


def _journal(folder: Path) -> list[Figure]:
    """The journal against one commit of SQLite a file, and a journal of many files against one of few."""
    numbers = count(MANY)
    with _opened(folder / "few.sqlite", FEW) as few, _opened(folder / "many.sqlite", MANY) as many:
        work = {
            "nanonets_sdk": partial(_note, few, folder, numbers),
            "many": partial(_note, many, folder, numbers),
            "sqlite3": partial(_plain, folder / "plain.sqlite", numbers),
        }
        seconds = by_turns(work, ROUNDS)
        peaks = {name: _peak(work[name]) for name in ("nanonets_sdk", "many")}
    rate = {name: NOTED / median(taken) for name, taken in seconds.items()}
    names = {f"with {FEW} files": "nanonets_sdk", f"with {MANY} files": "many"}
    return [
        Figure(
            name=f"journal: four notes a file by {TASKS} tasks, against one commit of sqlite3 a file",
            unit="files a second",
            values={"nanonets_sdk": rate["nanonets_sdk"], "sqlite3": rate["sqlite3"]},
            ratio=1 / ratio_of(seconds["nanonets_sdk"], seconds["sqlite3"]),
            reference="sqlite3",
            bound=1.0,
            more_is_better=True,
        ),
        Figure(
            name="journal: growth",
            unit="files a second",
            values={name: rate[one] for name, one in names.items()},
            ratio=1 / ratio_of(seconds["many"], seconds["nanonets_sdk"]),
            reference=f"a journal of {FEW} files",
            bound=0.8,
            more_is_better=True,
        ),
        Figure(
            name=f"journal: memory while {NOTED} files are noted",
            unit="KiB",
            values={name: peaks[one] / 1024 for name, one in names.items()},
            ratio=peaks["many"] / peaks["nanonets_sdk"],
            reference=f"a journal of {FEW} files",
            bound=1.25,
        ),
    ]


@contextmanager
def _opened(path: Path, files: int) -> Generator[Journal]:
    """Open a journal that knows so many files already."""
    open_journal(path, "m", None, None).close()
    names = [(str(path.with_name(f"old-{number}.pdf")), f"old-{number}") for number in range(files)]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO content VALUES (?, ?, 'submitted', ?, '', 1.0, 1, ?, 0)",
            ((_DIGEST % number, f"token-{number}", f"id-{number}", number) for number in range(files)),
        )
        connection.executemany(
            "INSERT INTO file VALUES (?, ?, ?, ?, 1)",
            ((file, name, name, _DIGEST % number) for number, (file, name) in enumerate(names)),
        )
    with closing(open_journal(path, "m", None, None)) as journal:
        yield journal


def _note(journal: Journal, folder: Path, numbers: count[int]) -> None:
    """Note the life of files, as a batch does."""
    remaining = iter(range(NOTED))

    async def work() -> None:
        for _ in remaining:
            number = next(numbers)
            path, digest = folder / f"{number}.pdf", _DIGEST % number
            await journal.known(path, str(number), digest)
            await journal.sending(path, digest, f"token-{number}", time.time())
            await journal.became(digest, "submitted", request_file_id=f"id-{number}", pages=1)
            await journal.done(path)

    async def work_together() -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(TASKS):
                tasks.start_soon(work)

    anyio.run(work_together)


def _plain(path: Path, numbers: count[int]) -> None:
    """Commit a row a file, one after another, as safely as the journal does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID")
        for _ in range(NOTED):
            connection.execute("INSERT INTO file VALUES (?, 'done')", (f"{path}-{next(numbers)}",))


def _peak(work: partial[None]) -> int:
    """Return the most memory that Python's objects take while the work is done."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
