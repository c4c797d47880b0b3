"""Stored replies to Parquet, against json.loads and pandas. Both read the same files and write the same rows."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, cast

import pandas as pd
import pyarrow.parquet as pq

from measuring import Figure, by_turns, ratio_of
from nanonets_sdk import Nanonets
from nanonets_sdk.cli.output.conversion_file import ConversionFile
from nanonets_sdk.cli.running.conversion import convert_all, stored_replies
from nanonets_sdk.formats.registry import FORMATS
from nanonets_sdk.mock import MockServer

INVOICE = Path(__file__).parent.parent / "samples" / "invoice.pdf"
FILES = 2_000
ROUNDS = 5
SIDES = ("moderated_images", "unmoderated_images")
EDGES = ("xmin", "ymin", "xmax", "ymax")


def figures() -> list[Figure]:
    """Predictions and listings of the sample invoice, one reply a file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = write_replies(folder, FILES)
        mine, theirs = folder / "mine.parquet", folder / "theirs.parquet"
        seconds = by_turns(
            {"nanonets_sdk": lambda: convert(folder, mine), "json.loads + pandas": lambda: _pandas(folder, theirs)},
            ROUNDS,
        )
        # Otherwise the figures would compare two different pieces of work.
        assert _sorted_rows(mine) == _sorted_rows(theirs)
    return [
        Figure(
            name=f"{FILES} stored replies ({size / 1e6:.0f} MB) to Parquet",
            unit="s",
            values={name: median(taken) for name, taken in seconds.items()},
            ratio=ratio_of(seconds["nanonets_sdk"], seconds["json.loads + pandas"]),
            reference="json.loads + pandas",
            bound=0.75,
        )
    ]


def _sorted_rows(path: Path) -> list[str]:
    # The stubs of pyarrow leave some types open.
    rows: list[dict[str, Any]] = cast("Any", pq).read_table(path).to_pylist()
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def write_replies(folder: Path, number: int, file: Path = INVOICE) -> int:
    """Write replies with an id each, half of them predictions and half of them listings, and return their size."""
    with MockServer(api_key="bench-key") as mock, Nanonets("bench-key", base_url=mock.base_url) as client:
        predicted = client.ocr.predict_file(mock.model_id, file)
        stored = client.ocr.get_file(mock.model_id, predicted.request_file_id)
    known, size = predicted.request_file_id.encode(), 0
    for at in range(number):
        body = (predicted if at % 2 else stored).raw_bytes.replace(known, f"{at:036}".encode())
        size += (folder / f"{at:06}.json").write_bytes(body)
    return size


def convert(folder: Path, target: Path) -> None:
    """Write the fields of all stored replies in a folder, as `nanonets convert` does."""
    convert_all(stored_replies([folder], recursive=False), ConversionFile(target, FORMATS["parquet"], "long"))


def _pandas(folder: Path, target: Path) -> None:
    records = [record for path in sorted(folder.glob("*.json")) for record in _records(json.loads(path.read_bytes()))]
    pd.DataFrame(records).to_parquet(target, compression="zstd")


def _records(reply: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for page in reply.get("result") or [image for side in SIDES for image in reply[side]]:
        for box in page.get("moderated_boxes") or page.get("predicted_boxes") or page.get("prediction") or ():
            if box["type"] == "field":
                yield {
                    "file_name": page.get("original_file_name") or page["input"],
                    "request_file_id": page["request_file_id"],
                    "page_index": page["page"],
                    "label": box["label"],
                    "text": box["ocr_text"],
                    "score": box["score"],
                    **{edge: box[edge] for edge in EDGES},
                }
