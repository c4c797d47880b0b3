"""The records that reports are written from."""

from __future__ import annotations

from typing import Final, Literal

from attrs import frozen

Level = Literal["error", "warning", "note"]
State = Literal["passed", "failed", "error", "skipped"]


@frozen
class Problem:
    """One thing that is wrong, as scanners report it.

    Attributes:
        rule: The name of the rule, e.g. `reply-field-removed`.
        level: How much it matters.
        message: A sentence for people.
        place: Where it is in the API, e.g. `GET /OCR/Model /responses/200`; empty if it has no such place.
        file: The path of the file that it is in, relative to the repository, with `/`; empty if there is none.
        line: The line in that file, from 1; 0 if it is not known.
        accepted: The reason why it is accepted; empty if it is not.
    """

    rule: str
    level: Level
    message: str
    place: str = ""
    file: str = ""
    line: int = 0
    accepted: str = ""


@frozen
class Case:
    """One check and its result, as test reports list it.

    Attributes:
        name: The name of the check, unique in its group.
        group: What it belongs to, e.g. the operation or the gate.
        state: `error` means that the check could not be made.
        message: Why it failed or was skipped, as a sentence.
        detail: More about it, of several lines.
        seconds: How long it took.
        file: The path of a file that it is about, relative to the repository.
        line: The line in that file; 0 if it is not known.
    """

    name: str
    group: str
    state: State = "passed"
    message: str = ""
    detail: str = ""
    seconds: float = 0.0
    file: str = ""
    line: int = 0


REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
