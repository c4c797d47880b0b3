"""Annotations of training files, from a JSON file in the form in which the service takes them.

```json
[{"filename": "a.pdf", "object": [{"name": "total", "ocr_text": "12.50",
  "bndbox": {"xmin": 401, "ymin": 655, "xmax": 480, "ymax": 671}}]}]
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from nanonets_sdk.cli.running.main import UsageProblem
from nanonets_sdk.documents import Annotation, Box


class _Place(msgspec.Struct, forbid_unknown_fields=True):
    xmin: int
    ymin: int
    xmax: int
    ymax: int


class _Object(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    bndbox: _Place
    ocr_text: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    filename: str
    object: list[_Object] = []


def read_annotations(path: Path) -> dict[str, list[Annotation]]:
    """The annotations of each file, by its name.

    Raises:
        UsageProblem: The file is not in that form, or a name stands twice.
        OSError: It cannot be read.
    """
    try:
        files = msgspec.json.decode(path.read_bytes(), type=list[_File])
    except msgspec.DecodeError as error:
        raise UsageProblem(f"{str(path)!r} holds no annotations: {error}") from error
    names = [file.filename for file in files]
    if doubles := {name for name in names if names.count(name) > 1}:
        raise UsageProblem(f"{str(path)!r} has {', '.join(sorted(doubles))} twice")
    return {file.filename: [_annotation(thing) for thing in file.object] for file in files}


def annotations_for(files: Sequence[Path], annotations: Mapping[str, Sequence[Annotation]]) -> list[list[Annotation]]:
    """The annotations of each file.

    Raises:
        UsageProblem: Some are of a file that is not sent, or of two of the same name.
    """
    names = [file.name for file in files]
    if strangers := annotations.keys() - set(names):
        raise UsageProblem(f"annotations are of files that are not sent: {', '.join(sorted(strangers))}")
    if doubles := {name for name in annotations if names.count(name) > 1}:
        raise UsageProblem(f"annotations fit to several files called {', '.join(sorted(doubles))}")
    return [list(annotations.get(name, ())) for name in names]


def _annotation(thing: _Object) -> Annotation:
    place = thing.bndbox
    return Annotation(thing.name, thing.ocr_text, Box(place.xmin, place.ymin, place.xmax, place.ymax))
