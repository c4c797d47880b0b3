"""The opt-in recorder: one line for each reply, with the shape of its body and none of its content.

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

from attrs import asdict, frozen

from nanonets_sdk.drift.facts.shapes import Notation, notation, shape_from
from nanonets_sdk.drift.traffic.redaction import redacted_path, shape_without_data
from nanonets_sdk.events import Exchange

__all__ = ["Record", "TrafficRecorder", "record_of"]

NOT_JSON: Final = "not JSON"
NOT_KEPT: Final = "not kept"
_TRUE: Final = frozenset({"1", "t", "true"})
_LOG: Final = logging.getLogger(__name__)


@frozen
class Record:
    """An exchange without its data.

    Attributes:
        method: The HTTP method.
        path: The path, with `{}` in place of ids.
        query: Names of the query parameters.
        request_content_type: Media type of the request body; empty without one.
        status: The HTTP status.
        content_type: Media type of the reply; empty without one.
        body: The shape of the reply (see `shapes.notation`), `not JSON`, `not kept` for an archive without bodies, or
            empty for an empty body.
        flags: Names of the query parameters that are true; None in a recording that does not tell.
    """

    method: str
    path: str
    query: tuple[str, ...]
    request_content_type: str
    status: int
    content_type: str
    body: Notation
    flags: tuple[str, ...] | None = None

    def to_line(self) -> bytes:
        """Return the record as a line of JSON."""
        return json.dumps(asdict(self, recurse=False), separators=(",", ":")).encode("ascii") + b"\n"

    @classmethod
    def from_json(cls, data: Any) -> Record:
        """Return the record of a parsed line.

        Raises:
            KeyError, OverflowError, RecursionError, TypeError, ValueError: The line is not a record.
        """
        body, flags = data["body"], data.get("flags")
        if body not in ("", NOT_JSON, NOT_KEPT):
            # Raises here, where the number of the line is known, and not in the comparison.
            shape_from(body)
        return cls(
            method=str(data["method"]),
            path=str(data["path"]),
            query=tuple(map(str, data["query"])),
            request_content_type=str(data["request_content_type"]),
            status=int(data["status"]),
            content_type=str(data["content_type"]),
            body=body,
            flags=None if flags is None else tuple(map(str, flags)),
        )


def record_of(exchange: Exchange) -> Record:
    """Return an exchange without ids, values, text and file names."""
    try:
        body = notation(shape_without_data(json.loads(exchange.content))) if exchange.content.strip() else ""
    except (ValueError, RecursionError):
        body = NOT_JSON
    return Record(
        method=exchange.method,
        path=redacted_path(exchange.path),
        query=tuple(sorted({name for name, _ in exchange.query})),
        request_content_type=_media_type(exchange.request_content_type),
        status=exchange.status,
        content_type=_media_type(exchange.content_type),
        body=body,
        # A parameter that is repeated has its last value.
        flags=tuple(sorted(name for name, value in dict(exchange.query).items() if value.lower() in _TRUE)),
    )


class TrafficRecorder:
    """Appends one line of JSON per reply to a file; pass it to `with_options(recorder=…)`.

    Threads and processes may share a file: each line is appended with one write. Replies are reduced to shapes before
    they are written; no value, id, file name or key reaches the disk.

    Args:
        path: The file. Existing content is kept; a new file is readable by its owner only.

    Raises:
        OSError: The file cannot be opened.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._file = os.open(Path(path), flags, 0o600)
        self._lock = Lock()
        self._has_warned = False

    def __call__(self, exchange: Exchange) -> None:
        """Append an exchange. Errors are logged, not raised: a reply is worth more than its record."""
        try:
            line = memoryview(record_of(exchange).to_line())
        except RecursionError:
            _LOG.warning("an answer is nested too deeply to be recorded")
            return
        with self._lock:
            if self._file < 0:
                if not self._has_warned:
                    self._has_warned = True
                    _LOG.warning("answers that come after the recorder was closed are not recorded")
                return
            try:
                # Nearly always one write, which O_APPEND keeps whole. A full disk or a signal may cut it short.
                while line:
                    line = line[os.write(self._file, line) :]
            except OSError as error:
                _LOG.warning("recording has ended: %s", error)
                os.close(self._file)
                self._file, self._has_warned = -1, True

    def close(self) -> None:
        """Close the file; further calls do nothing."""
        with self._lock:
            file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _media_type(text: str) -> str:
    return text.partition(";")[0].strip().lower()
