"""The datasets on Ray itself; skipped where it is not installed. `nox -s ray` runs them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from nanonets_sdk import Nanonets
from nanonets_sdk.batch import JournalError
from nanonets_sdk.documents.loading import load_documents
from nanonets_sdk.mock import MockServer, Progression
from nanonets_sdk.ray.columns import day_of
from ray_cluster import RayCluster, running
from samples import INVOICE
from scans import write_scans

pytest.importorskip("ray")
# Ray warns of itself: it sets what it calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::Warning")

KEY = "a-key-that-must-not-be-logged"
WRONG = "a-wrong-key-that-must-not-be-logged"


def billed(client: Nanonets, server: MockServer) -> int:
    return len({page.request_file_id for page in client.ocr.list_predictions(server.model_id).pages})


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(api_key=KEY, jobs=Progression.immediate()) as running:
        yield running


@pytest.fixture(scope="module")
def cluster(server: MockServer) -> Iterator[RayCluster]:
    # Not in the folder for temporary files, whose path may be too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="nn-", dir="/tmp"))
    environment = {"NANONETS_API_KEY": KEY, "NANONETS_BASE_URL": server.base_url}
    with running(folder, environment, [2]) as (cluster, _):
        yield cluster
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data(cluster: RayCluster) -> Any:
    """`ray.data`, connected to the cluster."""
    import ray.data

    assert cluster.processes(title="raylet")
    return ray.data


def test_rows_come_from_the_workers_and_are_paid_for_once(data: Any, server: MockServer, tmp_path: Path) -> None:
    from nanonets_sdk.ray import RayOptions, close_journal, predict

    paths = [INVOICE, *write_scans(tmp_path / "in", 5)]
    server.reset()
    files = data.from_items([{"path": str(path), "number": at} for at, path in enumerate(paths * 2)])
    journal, options = tmp_path / "journal", RayOptions(files_per_task=4, pages_per_minute=6000)
    rows = predict(files, server.model_id, path_column="path", journal=journal, options=options).take_all()
    assert sorted(row["number"] for row in rows) == list(range(12))
    assert {row["status"] for row in rows} == {"done"}
    fields = predict(files, server.model_id, path_column="path", journal=journal, options=options, explode="fields")
    labels = {row["label"] for row in fields.take_all() if row["path"] == str(INVOICE)}
    assert labels == {field["label"] for row in rows for field in row["fields"]}
    with Nanonets(KEY, base_url=server.base_url) as client:
        assert billed(client, server) == len(paths)
        # A program on one machine can have the journal as soon as it is closed.
        from nanonets_sdk.batch import predict_files

        with pytest.raises(JournalError, match="another run is using it"):
            predict_files(client, server.model_id, paths, journal=journal).__enter__()
        close_journal(journal)
        with predict_files(client, server.model_id, paths, journal=journal) as outcomes:
            assert {outcome.status for outcome in outcomes} == {"done"}
        assert billed(client, server) == len(paths)


def test_a_journal_of_another_model_is_refused_at_once(data: Any, server: MockServer, tmp_path: Path) -> None:
    from nanonets_sdk.ray import close_journal, predict

    files = data.from_items([{"path": str(INVOICE)}])
    journal = tmp_path / "journal"
    predict(files, server.model_id, path_column="path", journal=journal)
    with pytest.raises(JournalError, match="was begun with model"):
        predict(files, "another-model", path_column="path", journal=journal)
    close_journal(journal)
    with pytest.raises(JournalError, match="was begun with model"):
        predict(files, "another-model", path_column="path", journal=journal)
    close_journal(journal)
    close_journal(journal)


def test_a_journal_that_vanished_sends_nothing(data: Any, server: MockServer, tmp_path: Path) -> None:
    from nanonets_sdk.ray import close_journal, predict

    server.reset()
    journal = tmp_path / "folder" / "journal"
    read = predict(data.from_items([{"path": str(INVOICE)}]), server.model_id, path_column="path", journal=journal)
    close_journal(journal)
    shutil.rmtree(journal.parent)
    with pytest.raises(Exception, match="is not on this machine any more"):
        read.take_all()
    with Nanonets(KEY, base_url=server.base_url) as client:
        assert not client.ocr.list_predictions(server.model_id).pages


def test_a_job_begins_while_the_actor_is_away(
    data: Any, server: MockServer, cluster: RayCluster, tmp_path: Path
) -> None:
    from nanonets_sdk.ray import close_journal, predict

    server.reset()
    journal = tmp_path / "journal"
    files = data.from_items([{"path": str(INVOICE)}])
    for _ in range(2):
        read = predict(files, server.model_id, path_column="path", journal=journal)
        assert cluster.kill(*cluster.processes(title="ray::JournalActor"))
        read = predict(files, server.model_id, path_column="path", journal=journal)
        cluster.kill(*cluster.processes(title="ray::JournalActor"))
        assert [row["status"] for row in read.take_all()] == ["done"]
    cluster.kill(*cluster.processes(title="ray::JournalActor"))
    close_journal(journal)
    with Nanonets(KEY, base_url=server.base_url) as client:
        assert billed(client, server) == 1


def test_a_wrong_key_ends_the_job_and_is_in_no_log(
    data: Any, server: MockServer, cluster: RayCluster, tmp_path: Path
) -> None:
    from nanonets_sdk import AsyncNanonets
    from nanonets_sdk.ray import predict

    base_url, keys = server.base_url, tmp_path / "key"
    keys.write_text(WRONG)

    def client() -> AsyncNanonets:
        return AsyncNanonets(keys.read_text(), base_url=base_url)

    read = predict(
        data.from_items([{"path": str(INVOICE)}]),
        server.model_id,
        path_column="path",
        journal=tmp_path / "journal",
        client=client,
    )
    with pytest.raises(Exception, match="401") as caught:
        read.take_all()
    assert WRONG not in f"{caught.value!r} {caught.value} {read}"
    logs = [path.read_bytes() for path in cluster.folder.rglob("*") if path.is_file()]
    assert any(b"predict" in log for log in logs)
    assert not any(WRONG.encode() in log or KEY.encode() in log for log in logs)


def test_what_would_carry_its_key_to_ray_is_refused(data: Any, server: MockServer, tmp_path: Path) -> None:
    from nanonets_sdk import AsyncNanonets
    from nanonets_sdk.ray import predict

    with Nanonets(KEY, base_url=server.base_url) as client:
        carriers: list[Any] = [client, KEY, partial(AsyncNanonets, KEY), partial(AsyncNanonets, api_key=KEY)]
        for carrier in carriers:
            with pytest.raises(TypeError, match="a function that finds the key on the worker") as caught:
                predict(data.from_items([{"p": "x"}]), "m", path_column="p", journal=tmp_path / "j", client=carrier)
            assert KEY not in str(caught.value)
    assert not (tmp_path / "j").exists()


def test_no_key_is_in_what_goes_to_the_workers(
    data: Any, server: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nanonets_sdk import AsyncNanonets
    from nanonets_sdk.ray import close_journal, predict

    pickled = import_module("ray.cloudpickle").dumps
    monkeypatch.setenv("NANONETS_API_KEY", WRONG)
    files = data.from_items([{"path": "a"}])
    read = predict(files, server.model_id, path_column="path", journal=tmp_path / "journal")
    sent = pickled(read)
    assert str(tmp_path / "journal").encode() in sent
    assert WRONG.encode() not in sent
    carried = predict(
        files, server.model_id, path_column="path", journal=tmp_path / "journal", client=lambda: AsyncNanonets(WRONG)
    )
    # What this test would see of a key.
    assert WRONG.encode() in pickled(carried)
    close_journal(tmp_path / "journal")


def test_a_listing_is_not_repeated_for_each_of_its_files(data: Any, server: MockServer, tmp_path: Path) -> None:
    from nanonets_sdk.ray import read_replies

    assert data
    server.reset()
    with Nanonets(KEY, base_url=server.base_url) as client:
        for path in [INVOICE, *write_scans(tmp_path / "in", 20)]:
            client.ocr.predict_file(server.model_id, path)
        listing = client.ocr.list_predictions(server.model_id).raw_bytes
    (tmp_path / "listing.json").write_bytes(listing)
    rows = read_replies(str(tmp_path / "listing.json")).take_all()
    documents = load_documents(listing)
    assert [row["request_file_id"] for row in rows] == [document.request_file_id for document in documents]
    assert [load_documents(row["reply"]) for row in rows] == [[document] for document in documents]
    assert sum(len(row["reply"]) for row in rows) < 2 * len(listing)


def test_a_few_archives_are_shared_among_the_tasks(data: Any, server: MockServer, tmp_path: Path) -> None:
    from nanonets_sdk.ray import read_replies

    assert data
    with Nanonets(KEY, base_url=server.base_url) as client:
        predicted = client.ocr.predict_file(server.model_id, INVOICE)
    archives = tmp_path / "archives"
    archives.mkdir()
    for number in range(4):
        (archives / f"{number}.jsonl").write_bytes((predicted.raw_bytes + b"\n") * 2)
    archived: Any = read_replies(str(archives), override_num_blocks=4)
    read = archived.materialize()
    assert (read.num_blocks(), read.count()) == (4, 8)


def test_stored_replies_become_parquet_by_day_and_model(data: Any, server: MockServer, tmp_path: Path) -> None:
    from nanonets_sdk.ray import read_replies, write_parquet

    assert data
    server.reset()
    replies = tmp_path / "replies"
    replies.mkdir()
    with Nanonets(KEY, base_url=server.base_url) as client:
        predicted = client.ocr.predict_file(server.model_id, INVOICE)
        stored = client.ocr.get_file(server.model_id, predicted.request_file_id)
    (replies / "stored.json").write_bytes(stored.raw_bytes)
    (replies / "two.jsonl").write_bytes(predicted.raw_bytes + b"\nnothing\n" + stored.raw_bytes + b"\n")
    (replies / "broken.json").write_bytes(b"{")
    rows = read_replies(str(replies)).take_all()
    assert sorted(row["status"] for row in rows) == ["done", "done", "done", "failed", "failed"]
    broken = sorted(row["error"] for row in rows if row["status"] == "failed")
    assert [error.partition("replies/")[2] for error in broken] == [
        "broken.json is not JSON. `raw` of this error has it.",
        "two.jsonl, line 2 is not JSON. `raw` of this error has it.",
    ]
    fields = read_replies(str(replies), explode="fields")
    write_parquet(fields, str(tmp_path / "out"))
    import pyarrow.dataset as pads

    kept: Any = pads
    table = kept.dataset(tmp_path / "out", partitioning="hive").to_table()
    # A row for each field of three documents, and one for each of two bodies that hold none.
    assert table.num_rows == 3 * len(load_documents(stored.raw_bytes)[0].fields.all()) + 2
    assert {"day", "model_id"} <= {*table.column_names}
    folders = {path.parent.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.parquet")}
    # What every program takes for null. A prediction says neither.
    unknown = "__HIVE_DEFAULT_PARTITION__"
    day = day_of(load_documents(stored.raw_bytes)[0])
    assert folders == {f"day={unknown}/model_id={unknown}", f"day={day}/model_id={server.model_id}"}
