"""Datasets of Ray from files and from stored replies."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast, get_args

from nanonets_sdk.calls.arguments import checked_id
from nanonets_sdk.client import AsyncNanonets, Nanonets
from nanonets_sdk.documents import Document
from nanonets_sdk.documents.document import documents_of
from nanonets_sdk.documents.reply_types import LEAN, WHOLE
from nanonets_sdk.documents.stored_files import Loading
from nanonets_sdk.errors import DecodeError
from nanonets_sdk.extras import optional
from nanonets_sdk.ray import actor
from nanonets_sdk.ray.columns import Explode, FileRow, day_of, file_table
from nanonets_sdk.ray.options import RayOptions
from nanonets_sdk.ray.worker import Worker
from nanonets_sdk.stored.bodies import bodies_of
from nanonets_sdk.stored.doors import check_door
from nanonets_sdk.stored.shapes import recognised

if TYPE_CHECKING:
    import pyarrow as pa
    from ray.data import Dataset


def predict(
    dataset: Dataset,
    model_id: str,
    *,
    path_column: str | None = None,
    bytes_column: str | None = None,
    journal: str | os.PathLike[str],
    client: Callable[[], AsyncNanonets] = AsyncNanonets,
    explode: Explode | None = None,
    options: RayOptions | None = None,
) -> Dataset:
    """Read the files of a dataset with an OCR model, and pay for each content once.

    Every content is sent at most once, no matter how often the dataset is computed with the same journal, which workers
    die meanwhile, and how many rows hold it. A detached actor has the journal; without it no file leaves.

    Each row keeps its columns, except the contents, and gets these: `status`, `error` and `request_file_id`, as those
    of an `Outcome`; `file_name`, `model_id`, `day` (GMT, as 2026-01-31), `pages`, `is_moderated`; and `fields` and
    `cells`, lists of records, and `reply`, the reply as it came, which `load_documents` reads.

    Args:
        dataset: A row a file.
        model_id: Id of the model.
        path_column: The column with paths, or URLs that fsspec opens. Relative ones start from the working directory.
        bytes_column: The column with contents. With both columns, the paths only name them.
        journal: The journal, as of `batch.predict_files`, on a disk that outlives the cluster.
        client: Makes the client, with a key that is found on the worker, where it is called; none may be in it.
        explode: `fields` or `cells` for a row each, in the place of the lists and the reply. A file without any has one
            row, in which they are null.
        options: How to run.

    Returns:
        The dataset. Whenever it is computed, its files are sent, or their results read again, which is not billed.

    Raises:
        JournalError: The journal cannot be used.
        MissingExtra: Ray is not installed.
        TypeError: `client` is a client, or one with its key in a `partial`.
        ValueError: The id of the model or `explode` is invalid, or there is no column.

    Example:
        ```python
        rows = ray.data.from_items([{"path": "invoice.pdf"}])
        read = predict(rows, model_id, path_column="path", journal="journal.sqlite")
        ```
    """
    options = options or RayOptions()
    checked_id(model_id, "model_id")
    _checked_explode(explode)
    if isinstance(client, AsyncNanonets | Nanonets) or not callable(client) or _has_key(client):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError("client must be a function that finds the key on the worker: one with a key carries it to Ray")
    if path_column is None and bytes_column is None:
        raise ValueError("name a path_column or a bytes_column")
    place = _place(os.path.realpath(journal), model_id, options)
    actor.begin(place, options.away_seconds)
    door = actor.ActorDoor(place, options.away_seconds)
    worker = Worker(model_id, door, client, options, os.path.realpath("."), path_column, bytes_column, explode)
    return _mapped(dataset, "predict", worker, options.files_per_task, options.num_cpus, options.workers)


def _has_key(client: object) -> bool:
    """Whether the key is an argument that a `partial` keeps. What a lambda has in it cannot be told from other text."""
    return isinstance(client, partial) and bool(client.args or client.keywords.get("api_key"))


def _place(journal: str, model_id: str, options: RayOptions) -> actor.Place:
    optional("pyarrow")
    batch, node = options.batch, optional("ray").get_runtime_context().get_node_id()
    return actor.Place(
        journal, model_id, batch.language, batch.pages, options.workers * batch.jobs, batch.patience,
        options.pages_per_minute, options.lease_seconds, node,
    )  # fmt: skip


def read_replies(
    paths: str | Sequence[str], *, explode: Explode | None = None, workers: int | None = None, **reading: Any
) -> Dataset:
    """Read stored replies, or archives of several, as a dataset of documents.

    Args:
        paths: Files or folders, local or in a cloud, each with what `load_documents` reads.
        explode: As for `predict`.
        workers: How many tasks read at a time; None for as many as the cluster has room for.
        **reading: More arguments for `ray.data.read_binary_files`, such as `filesystem` or `file_extensions`.

    Returns:
        A dataset with a row a document: the columns of `predict`, and `path`. For what holds no document, there is a
        row with the `status` `failed`, and the place and the reason in `error`. `day`, on which the service got the
        file, and `model_id` are null if the reply does not say them. `reply` is the reply as it was stored or, where
        it covers several files, what `Document.to_json` makes of this one.

    Raises:
        MissingExtra: Ray is not installed.
        ValueError: `explode` is invalid.

    Example:
        ```python
        write_parquet(read_replies("replies"), "documents")
        ```
    """
    _checked_explode(explode)
    data = optional("ray.data")
    bodies = data.read_binary_files(paths, include_paths=True, **reading)

    def load(block: pa.Table) -> pa.Table:
        return _loaded(block, explode)

    # A task for each block that Ray reads. With a number of rows, a few archives would all be read by one task.
    return _mapped(bodies, "read_replies", load, None, 1, workers)


def write_parquet(dataset: Dataset, path: str, **writing: Any) -> None:
    """Write a dataset of `predict` or `read_replies` as Parquet, in folders by day and model.

    Args:
        dataset: The dataset.
        path: The folder, local or in a cloud.
        **writing: More arguments for `Dataset.write_parquet`.

    Example:
        ```python
        write_parquet(read, "documents")  # documents/day=2026-01-31/model_id=…/….parquet
        ```
    """
    dataset.write_parquet(path, partition_cols=["day", "model_id"], **writing)


def close_journal(journal: str | os.PathLike[str]) -> None:
    """Close a journal, and end its actor, so that a program on one machine can use it.

    Call this when nothing is computed any more: the actor outlives the program.
    """
    actor.end(os.path.realpath(journal))


def _mapped(
    dataset: Dataset,
    name: str,
    work: Callable[[pa.Table], pa.Table],
    rows: int | None,
    num_cpus: float,
    workers: int | None,
) -> Dataset:
    # A function, whose name Ray shows; of an object it would show what it is made of.
    def task(block: pa.Table) -> pa.Table:
        return work(block)

    task.__name__ = task.__qualname__ = name
    # With a size, Ray would not join the task with the one before it that reads.
    size = {} if workers is None else {"compute": optional("ray.data").TaskPoolStrategy(size=workers)}
    return dataset.map_batches(
        task, batch_size=rows, batch_format="pyarrow", zero_copy_batch=True, num_cpus=num_cpus, **size
    )


class _Named(BytesIO):
    """A content with the name by which messages call it."""

    name = ""


def _loaded(block: pa.Table, explode: Explode | None) -> pa.Table:
    paths: list[str] = []
    rows: list[FileRow] = []
    columns = (cast("list[Any]", block[name].to_pylist()) for name in ("path", "bytes"))
    for path, content in zip(*columns, strict=True):
        for row in _stored_rows(path, content, explode):
            paths.append(path)
            rows.append(row)
    table, origins = file_table(rows, explode)
    return table.append_column("path", optional("pyarrow").array([paths[row] for row in origins], "string"))


def _stored_rows(path: str, content: bytes, explode: Explode | None) -> Iterator[FileRow]:
    """Yield a row for each document, and for each body that holds none: the others of an archive are not lost by it."""
    loading = Loading(types=LEAN if explode == "fields" else WHOLE)
    file = _Named(content)
    file.name = path
    bodies = bodies_of(file)
    while True:
        try:
            # What is damaged as a whole has no next body.
            body = next(bodies, None)
            if body is None:
                return
            for found in recognised(body):
                check_door("load_documents", found)
                documents = documents_of(found, loading)
                replies: list[bytes | None] = [None] * len(documents)
                if explode is None:
                    # A listing is as large as all of its files together, and would be repeated for each of them.
                    is_shared = len(documents) > 1
                    replies = [one.to_json().encode() if is_shared else one.raw_bytes for one in documents]
                yield from map(_stored_row, documents, replies)
        except DecodeError as error:
            yield FileRow(None, "failed", str(error), "", None, None)


def _stored_row(document: Document, reply: bytes | None) -> FileRow:
    status = {"success": "done", "failure": "failed"}.get(document.status, "pending")
    model_id, day = document.model_id or None, day_of(document)
    return FileRow(document, status, document.error, document.request_file_id, model_id, day, reply)


def _checked_explode(explode: object) -> None:
    if explode is not None and explode not in get_args(Explode):
        raise ValueError(f"explode must be 'fields', 'cells' or None, got {explode!r}")
