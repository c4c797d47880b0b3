"""The file of `nanonets upload --annotations`, in the form that the service uses.

```json
[{"filename": "a.pdf", "object": [{"name": "total", "ocr_text": "12.50",
  "bndbox": {"xmin": 401, "ymin": 655, "xmax": 480, "ymax": 671}}]}]
```
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.documents import Annotation, Box


# Unknown members are refused: a misspelled one would train the model on less than the file says, and training is slow.
class _Corners(msgspec.Struct, forbid_unknown_fields=True):
    xmin: int
    ymin: int
    xmax: int
    ymax: int


class _Object(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    bndbox: _Corners
    ocr_text: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    filename: str
    object: list[_Object] = []


def read_annotations(path: Path, files: Sequence[Path]) -> dict[str, list[Annotation]]:
    """Read the annotations of files that are to be sent, by file name.

    Raises:
        UsageProblem: The file has another form, or an entry does not belong to exactly one of the files.
        OSError: The file cannot be read.
    """
    try:
        content = path.read_bytes()
        # Editors on Windows save UTF-8 with a byte order mark, and PowerShell UTF-16.
        entries = msgspec.json.decode(content.decode(json.detect_encoding(content)), type=list[_File])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageProblem(f"{str(path)!r} is not a file of annotations: {error}") from error
    annotated, sent = Counter(entry.filename for entry in entries), Counter(file.name for file in files)
    if repeated := sorted(name for name, number in annotated.items() if number > 1):
        raise UsageProblem(f"{str(path)!r} has several entries for {', '.join(repeated)}; join them")
    if missing := sorted(annotated.keys() - sent.keys()):
        raise UsageProblem(f"{str(path)!r} annotates files that are not sent: {', '.join(missing)}")
    if ambiguous := sorted(name for name in annotated if sent[name] > 1):
        raise UsageProblem(f"several files have the same name: {', '.join(ambiguous)}; upload them one by one")
    return {
        entry.filename: [
            Annotation(one.name, one.ocr_text, Box(one.bndbox.xmin, one.bndbox.ymin, one.bndbox.xmax, one.bndbox.ymax))
            for one in entry.object
        ]
        for entry in entries
    }
