"""What keeps a document from becoming an object: all of it in one error."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from attrs import frozen

from nanonets_sdk.errors import NanonetsError
from nanonets_sdk.layout.geometry import Box

ProblemKind: TypeAlias = Literal[
    "missing", "empty", "unreadable", "ambiguous", "repeated", "low_score", "refused", "incomplete"
]

_SHOWN: Final = 20


@frozen
class ReadProblem:
    """Why one attribute could not be read.

    Attributes:
        kind: `missing`: no such label or column. `empty`: the label is there without text. `unreadable`: not of the
            type. `ambiguous`: more than one reading, or more than one label fits. `repeated`: a label repeats with
            different values. `low_score`: below the score asked for. `refused`: by a constraint or the class itself.
            `incomplete`: a page failed or is still being processed.
        attribute: The attribute, for example `total` or `lines[2].amount`; empty for the class or document as a whole.
        label: The label or column header; empty if none was found.
        text: What was read; None if nothing was.
        score: Score from 0 to 1; None if there is none.
        page: Page number in the file, from 0; None if there is no place.
        box: Its place in pixels of the page image; None without a location.
        expected: The type, as the class names it.
        reason: What is wrong.
        hint: What to do.
        detail: What the class said when it refused the value. It may quote the document.
    """

    kind: ProblemKind
    attribute: str
    expected: str
    reason: str
    hint: str
    label: str = ""
    text: str | None = None
    score: float | None = None
    page: int | None = None
    box: Box | None = None
    detail: str = ""

    @property
    def message(self) -> str:
        """The problem in one line, without the text of the document."""
        place = [f"label {self.label!r}"] if self.label else []
        place += [f"page {self.page + 1}"] if self.page is not None else []
        where = f" ({', '.join(place)})" if place else ""
        return f"{self.attribute or 'the document'}{where}: {self.reason}" + (f"; {self.hint}" if self.hint else "")

    def __str__(self) -> str:
        lines = [self.message]
        lines += [f"expected {self.expected}, read {self.text!r} at {self.box}"] if self.text is not None else []
        return "\n    ".join(lines + ([self.detail] if self.detail else []))


class ReadAsError(NanonetsError, ValueError):
    """A document cannot become an object of the class; all reasons are listed.

    The message names labels, attributes and pages. The text of the document is only in `problems` and in `report()`,
    because messages end up in logs.

    Attributes:
        problems: Each reason, with label, attribute, text, page, box, expected type, and what to do.
    """

    def __init__(self, kind: str, problems: tuple[ReadProblem, ...]) -> None:
        count = len(problems)
        lines = [f"{count} problem{'' if count == 1 else 's'} in reading {kind}:"]
        lines += [f"- {problem.message}" for problem in problems[:_SHOWN]]
        lines += [f"… and {count - _SHOWN} more in `problems`"] if count > _SHOWN else []
        super().__init__("\n".join(lines))
        self.problems = problems

    def report(self) -> str:
        """Return every problem with the text that was read and its box, for people to read."""
        return "\n".join(f"- {problem}" for problem in self.problems)
