"""Classifications on standard output."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from nanonets_sdk.cli.classify import ClassFormat
from nanonets_sdk.cli.terminal import print_rows
from nanonets_sdk.exports.texts import neutral

if TYPE_CHECKING:
    from nanonets_sdk.documents import Classification

_COLUMNS: Final = ("file", "class", "probability", "next")

Write: TypeAlias = "Callable[[Path, Classification], object]"


@contextmanager
def classes_to_stdout(form: ClassFormat) -> Generator[Write]:
    """A block in which classifications are written; a table for people comes at its end."""
    match form:
        case ClassFormat.JSONL:
            yield _write_line
        case ClassFormat.CSV:
            rows = csv.writer(sys.stdout, lineterminator="\n")
            rows.writerow(("file", "label", "probability"))
            yield lambda file, classification: rows.writerows(
                (neutral(str(file)), neutral(score.label), score.probability) for score in classification.scores
            )
        case ClassFormat.TABLE:
            found: list[tuple[str, str, str, str]] = []
            try:
                yield lambda file, classification: found.append(_row(file, classification))
            finally:  # what was paid for is shown, whatever ended the rest
                print_rows(_COLUMNS, sorted(found), right=("probability",), whole=("probability",))


def _write_line(file: Path, classification: Classification) -> None:
    scores = [{"label": score.label, "probability": score.probability} for score in classification.scores]
    print(json.dumps({"file": str(file), "scores": scores}, ensure_ascii=False), flush=True)


def _row(file: Path, classification: Classification) -> tuple[str, str, str, str]:
    best, *others = (*classification.scores[:2], None)
    second = others[0] if others else None
    return (
        str(file),
        best.label if best else "",
        f"{best.probability:.3f}" if best else "",
        f"{second.label} {second.probability:.3f}" if second else "",
    )
