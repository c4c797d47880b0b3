"""The opt-in recorder: a line for each answer of the service, with the shape of its body and nothing of what it says.

    from nanonets_sdk.drift.recording import TrafficRecorder

    with TrafficRecorder("traffic.jsonl") as recorder, Nanonets() as client:
        client.with_options(recorder=recorder).ocr.predict_file(model_id, "invoice.pdf")

`nanonets drift traffic traffic.jsonl` compares the lines with the description of the API.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self

from attrs import frozen

from nanonets_sdk.drift.facts.shapes import Notation, notation
from nanonets_sdk.drift.traffic.redaction import redacted_path, shape_without_data
from nanonets_sdk.events import Exchange

__all__ = ["Record", "TrafficRecorder", "record_of"]

NOT_JSON: Final = "not JSON"
NOT_KEPT: Final = "not kept"
_LOG: Final = logging.getLogger(__name__)


@frozen
class Record:
    """An exchange without its data.

    Attributes:
        method: The HTTP method.
        path: The path, ids replaced by `{}`.
        query: Names of the query's parameters.
        request_content_type: Media type of the request's body; empty without one.
        status: The HTTP status.
        content_type: Media type of the answer; empty without one.
        body: The shape of the answer in short (see `shapes.notation`), `not JSON`, `not kept`
            in an archive without bodies, or empty for no body.
    """

    method: str
    path: str
    query: tuple[str, ...]
    request_content_type: str
    status: int
    content_type: str
    body: Notation


def record_of(exchange: Exchange) -> Record:
    """Return an exchange without its data: ids, values, texts and file names are gone.

    Args:
        exchange: A request with its answer.
    """
    return Record(
        method=exchange.method,
        path=redacted_path(exchange.path),
        query=tuple(sorted({name for name, _ in exchange.query})),
        request_content_type=_media_type(exchange.request_content_type),
        status=exchange.status,
        content_type=_media_type(exchange.content_type),
        body=_body(exchange.content),
    )


class TrafficRecorder:
    """Appends a line of JSON to a file for each answer; give it to `with_options(recorder=…)`.

    Clients in several threads, and several processes, may share a file: a line is written at once, at the end. Answers
    are cut down to shapes before they are written; no value, id, file name or key reaches the disk.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the file, for its owner alone where it is new.

        Args:
            path: The file; what is in it stays.

        Raises:
            OSError: It cannot be opened.
        """
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._file = os.open(Path(path), flags, 0o600)
        self._lock = Lock()
        self._has_told = False

    def __call__(self, exchange: Exchange) -> None:
        """Append an exchange; what goes wrong is logged, since a reply is worth more than its record.

        Args:
            exchange: A request with its answer.
        """
        try:
            line = memoryview(_line(record_of(exchange)))
        except RecursionError:
            _LOG.warning("an answer is nested too deeply to be recorded")
            return
        with self._lock:
            if self._file >= 0:
                self._append(line)
            elif not self._has_told:
                self._has_told = True
                _LOG.warning("answers that come after the recorder was closed are not recorded")

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with self._lock:
            file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def __enter__(self) -> Self:
        """This recorder."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def _append(self, line: memoryview) -> None:
        try:
            while line:
                line = line[os.write(self._file, line) :]
        except OSError as error:
            _LOG.warning("recording has ended: %s", error)
            os.close(self._file)
            self._file, self._has_told = -1, True


def _line(record: Record) -> bytes:
    members: dict[str, Any] = {
        "method": record.method,
        "path": record.path,
        "query": list(record.query),
        "request_content_type": record.request_content_type,
        "status": record.status,
        "content_type": record.content_type,
        "body": record.body,
    }
    return json.dumps(members, separators=(",", ":")).encode("ascii") + b"\n"


def _media_type(text: str) -> str:
    return text.partition(";")[0].strip().lower()


def _body(content: bytes) -> Notation:
    if not content.strip():
        return ""
    try:
        return notation(shape_without_data(json.loads(content)))
    except (ValueError, RecursionError):
        return NOT_JSON
