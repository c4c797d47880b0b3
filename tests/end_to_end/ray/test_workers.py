"""Several workers with one journal, on the mock: what is sent, what is billed, and the rows that come of it.

The journal is in another thread, as it is in an actor on a cluster. `chaos.py` does the same on Ray, and kills it all.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from keeper_thread import KeeperThread
from nanonets_sdk import AsyncNanonets, Nanonets, Unauthorized
from nanonets_sdk.batch import BatchOptions, predict_files
from nanonets_sdk.documents.loading import load_documents
from nanonets_sdk.mock import MockServer, Progression, Reset
from nanonets_sdk.ray.options import RayOptions
from nanonets_sdk.ray.remote import RemoteNotes
from nanonets_sdk.ray.worker import Worker
from nanonets_sdk.transport.clock import SYSTEM_CLOCK
from samples import INVOICE
from scans import scan, write_scans

LEASE = 1.0


@pytest.fixture(scope="module")
def one_server() -> Iterator[MockServer]:
    with MockServer(api_key="ray-key") as running:
        yield running


@pytest.fixture
def server(one_server: MockServer) -> MockServer:
    one_server.reset()
    one_server.jobs = Progression.immediate()
    return one_server


@pytest.fixture
def keeper(server: MockServer, tmp_path: Path) -> Iterator[KeeperThread]:
    keeper = KeeperThread(tmp_path / "journal", server.model_id, LEASE)
    yield keeper
    keeper.kill()


def client_of(server: MockServer, key: str = "ray-key") -> Callable[[], AsyncNanonets]:
    return partial(AsyncNanonets, key, base_url=server.base_url)


def worker_of(server: MockServer, keeper: KeeperThread, **changes: Any) -> Worker:
    plain: dict[str, Any] = {"path_column": "path", "bytes_column": None, "explode": None, "client": client_of(server)}
    options = changes.pop("options", RayOptions(lease_seconds=LEASE, batch=BatchOptions(jobs=4)))
    return Worker(server.model_id, keeper, options=options, root=str(keeper.journal.parent), **{**plain, **changes})


def paths_of(paths: list[Path]) -> pa.Table:
    return pa.table({"path": [str(path) for path in paths]})


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def billed(server: MockServer) -> int:
    with Nanonets("ray-key", base_url=server.base_url) as client:
        return len(client.ocr.list_predictions(server.model_id).pages)


def test_workers_that_get_the_same_files_pay_for_each_once(
    server: MockServer, keeper: KeeperThread, tmp_path: Path
) -> None:
    block = paths_of(write_scans(tmp_path / "in", 12))
    worker = worker_of(server, keeper)
    with ThreadPoolExecutor(3) as threads:
        tables = list(threads.map(worker, [block, block, block]))
    assert [row["status"] for table in tables for row in rows_of(table)] == ["done"] * 36
    assert tables[0].column("request_file_id") == tables[1].column("request_file_id")
    assert billed(server) == 12


def test_what_a_lost_worker_was_sending_is_found_by_its_metadata(
    server: MockServer, keeper: KeeperThread, tmp_path: Path
) -> None:
    paths = write_scans(tmp_path / "in", 2)
    lost = RemoteNotes(keeper, LEASE, SYSTEM_CLOCK)

    async def vanish(path: Path) -> None:
        from nanonets_sdk.batch.hashed_file import open_hashed

        file = open_hashed(path)
        await keeper("claim", lost.session, file.sha256)
        moment = SYSTEM_CLOCK.now().timestamp()
        await keeper("sending", lost.session, file.sha256, f"token of {path.stem}", moment, None)
        file.close()

    for path in paths:
        asyncio.run(vanish(path))
    # One of them left before its worker was lost.
    with Nanonets("ray-key", base_url=server.base_url) as client:
        job = client.ocr.submit_file(server.model_id, paths[0], request_metadata=f"token of {paths[0].stem}")
    rows = rows_of(worker_of(server, keeper)(paths_of(paths)))
    assert [row["status"] for row in rows] == ["done", "unknown"]
    assert rows[0]["request_file_id"] == job.request_file_id
    assert "the worker that was sending it was lost" in rows[1]["error"]
    assert billed(server) == 1


def test_a_journal_that_is_started_again_loses_and_repeats_nothing(
    server: MockServer, keeper: KeeperThread, tmp_path: Path
) -> None:
    block = paths_of(write_scans(tmp_path / "in", 20))
    restarts = iter([5, 25, 45])
    at = next(restarts)

    def restart(_: str) -> None:
        nonlocal at
        if len(keeper.calls) >= at:
            at = next(restarts, 10**9)
            keeper.restart()

    keeper.before = restart
    rows = rows_of(worker_of(server, keeper)(block))
    keeper.before = lambda _: None
    assert at == 10**9
    assert {row["status"] for row in rows} <= {"done", "unknown"}
    assert all(row["error"] for row in rows if row["status"] == "unknown")
    again = rows_of(worker_of(server, keeper)(block))
    assert [row["path"] for row in again] == block.column("path").to_pylist()
    assert billed(server) == sum(row["status"] == "done" for row in again)


def test_nothing_leaves_without_the_journal(server: MockServer, keeper: KeeperThread, tmp_path: Path) -> None:
    from nanonets_sdk.batch import JournalError

    block = paths_of(write_scans(tmp_path / "in", 3))

    def is_gone(method: str) -> None:
        if method == "sending":
            raise JournalError("the actor is away")

    keeper.before = is_gone
    with pytest.raises(JournalError, match="the actor is away"):
        worker_of(server, keeper)(block)
    assert billed(server) == 0


def test_a_batch_on_one_machine_goes_on_with_the_journal(
    server: MockServer, keeper: KeeperThread, tmp_path: Path
) -> None:
    paths = write_scans(tmp_path / "in", 4)
    worker_of(server, keeper)(paths_of(paths[:3]))
    keeper.kill()
    with (
        Nanonets("ray-key", base_url=server.base_url) as client,
        predict_files(client, server.model_id, paths, journal=keeper.journal) as outcomes,
    ):
        assert {outcome.status for outcome in outcomes} == {"done"}
    assert billed(server) == 4


def test_an_error_that_meets_every_file_ends_the_task(server: MockServer, keeper: KeeperThread, tmp_path: Path) -> None:
    block = paths_of(write_scans(tmp_path / "in", 2))
    with pytest.raises(Unauthorized) as caught:
        worker_of(server, keeper, client=client_of(server, "the-wrong-key"))(block)
    assert "the-wrong-key" not in repr(caught.value)


def test_a_cut_connection_is_searched_for_and_read(server: MockServer, keeper: KeeperThread, tmp_path: Path) -> None:
    server.fail("ocr_submit_file", Reset(after_work=True), times=1)
    rows = rows_of(worker_of(server, keeper)(paths_of(write_scans(tmp_path / "in", 2))))
    assert [row["status"] for row in rows] == ["done", "done"]
    assert billed(server) == 2


def test_contents_in_the_rows_need_no_file(server: MockServer, keeper: KeeperThread) -> None:
    block = pa.table({"name": ["one.png", "two.png"], "body": [scan(1), None]})
    worker = worker_of(server, keeper, path_column="name", bytes_column="body")
    table = worker(block)
    rows = rows_of(table)
    assert "body" not in table.column_names
    assert [row["status"] for row in rows] == ["done", "failed"]
    assert rows[0]["file_name"] == "one.png"
    assert rows[1]["error"] == "'two.png' has no content: its bytes are null"


def test_a_file_in_a_cloud_is_read_through_fsspec(server: MockServer, keeper: KeeperThread) -> None:
    fsspec = pytest.importorskip("fsspec")
    # Names that a bucket may have, and a web address not.
    names = ["scan.png", "scan #2.png", "[scan 3].png"]
    for number, name in enumerate(names):
        with fsspec.open(f"memory://bucket/{name}", "wb") as file:
            file.write(scan(number))
    missing = ["memory://bucket/none.png?signature=secret", "no-such-storage://[bucket/none.png"]
    block = pa.table({"path": [*(f"memory://bucket/{name}" for name in names), *missing]})
    rows = rows_of(worker_of(server, keeper)(block))
    assert [row["status"] for row in rows] == ["done", "done", "done", "failed", "failed"]
    assert [row["file_name"] for row in rows[:3]] == names
    assert rows[3]["error"].startswith("'memory://bucket/none.png' cannot be read")
    assert "secret" not in rows[3]["error"]
    assert rows[4]["error"] == "'no-such-storage://[bucket/none.png' cannot be read: ValueError"
    assert billed(server) == 3


@contextmanager
def file_server(folder: Path) -> Generator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder))) as files:
        threading.Thread(target=files.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{files.server_port}"
        files.shutdown()


def test_a_signed_address_of_the_web_is_read_and_not_shown(
    server: MockServer, keeper: KeeperThread, tmp_path: Path
) -> None:
    pytest.importorskip("aiohttp")
    pytest.importorskip("fsspec")
    (tmp_path / "bucket").mkdir()
    (tmp_path / "bucket" / "a scan.png").write_bytes(scan(1))
    with file_server(tmp_path) as address:
        block = pa.table({"path": [f"{address}/bucket/{name}?signature=secret" for name in ("a%20scan.png", "no.png")]})
        rows = rows_of(worker_of(server, keeper)(block))
    assert [row["status"] for row in rows] == ["done", "failed"]
    assert rows[0]["file_name"] == "a scan.png"
    assert rows[1]["error"] == f"'{address}/bucket/no.png' cannot be read: FileNotFoundError"


def test_a_row_a_file_has_fields_cells_and_the_reply(server: MockServer, keeper: KeeperThread) -> None:
    (row,) = rows_of(worker_of(server, keeper)(pa.table({"path": [str(INVOICE)], "customer": [7]})))
    (document,) = load_documents(row["reply"])
    assert row["customer"] == 7
    assert (row["status"], row["model_id"], row["pages"]) == ("done", server.model_id, len(document.pages))
    assert [field["label"] for field in row["fields"]] == [field.label for field in document.fields.all()]
    assert len(row["cells"]) == sum(len(table.cells) for table in document.tables)
    assert len(row["day"]) == len("2026-01-31")


def test_exploded_rows_carry_the_columns_of_their_file(
    server: MockServer, keeper: KeeperThread, tmp_path: Path
) -> None:
    empty = write_scans(tmp_path / "in", 1)
    block = pa.table({"path": [str(INVOICE), str(empty[0]), "missing.pdf"], "customer": [7, 8, 9]})
    whole = rows_of(worker_of(server, keeper)(block))
    fields = rows_of(worker_of(server, keeper, explode="fields")(block))
    cells = rows_of(worker_of(server, keeper, explode="cells")(block))
    count = len(whole[0]["fields"])
    assert [row["customer"] for row in fields] == [7] * count + [8, 9]
    assert [row["label"] for row in fields] == [field["label"] for field in whole[0]["fields"]] + [None, None]
    assert [row["text"] for row in cells] == [cell["text"] for cell in whole[0]["cells"]] + [None, None]
    assert [row["status"] for row in fields[-2:]] == ["done", "failed"]
    assert "reply" not in fields[0]


def test_an_empty_block_has_the_columns_of_every_other(
    server: MockServer, keeper: KeeperThread, tmp_path: Path
) -> None:
    block = paths_of(write_scans(tmp_path / "in", 1))
    worker = worker_of(server, keeper)
    assert worker(block.slice(0, 0)).schema == worker(block).schema


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"file": ["a"]}, "there is no column 'path'; there are file"),
        ({"path": ["a"], "status": ["b"]}, "the columns status have names of columns that are added"),
        ({"path": [None, 1]}, "the column 'path' must hold str, got int"),
        ({"path": [b"a"]}, "the column 'path' must hold str, got bytes"),
    ],
)
def test_columns_that_do_not_fit_are_named(
    server: MockServer, keeper: KeeperThread, block: dict[str, list[Any]], message: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        worker_of(server, keeper)(pa.table(block))


def test_a_path_that_is_none_is_a_failed_row_and_no_failed_task(
    server: MockServer, keeper: KeeperThread, tmp_path: Path
) -> None:
    paths = [None, "", "null\0byte.pdf", str(tmp_path), "x" * 5000, str(write_scans(tmp_path / "in", 1)[0])]
    rows = rows_of(worker_of(server, keeper)(pa.table({"path": paths})))
    assert [row["status"] for row in rows] == ["failed"] * 5 + ["done"]
    assert all(row["error"] for row in rows[:5])
