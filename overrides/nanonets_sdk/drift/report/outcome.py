"""What a gate found, and what that means for the exit status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import Enum, StrEnum
from typing import Any, Final, Literal

from attrs import field, frozen

CLEAN: Final = 0
DRIFT: Final = 10
NOT_COMPARABLE: Final = 20


class NotComparable(Exception):
    """A gate could not do its work; the message says why, in a sentence.

    Attributes:
        unreachable: Whether a document could not be had at all, as against being unusable.
    """

    def __init__(self, sentence: str, *, unreachable: bool = False) -> None:
        """Say what is wrong.

        Args:
            sentence: For people, with a full stop.
            unreachable: Whether a document could not be had at all.
        """
        super().__init__(sentence)
        self.unreachable = unreachable


class Kind(StrEnum):
    """How much a finding matters; later ones matter more."""

    DOCUMENTATION = "documentation"
    ADDITIVE = "additive"
    AGREEMENT = "agreement"
    WIRE = "wire"
    CALLERS = "callers"

    @property
    def weight(self) -> int:
        """Its place in that order."""
        return list(Kind).index(self)

    @property
    def label(self) -> str:
        """Its name in words."""
        return _LABELS[self]


_LABELS: Final = {
    Kind.DOCUMENTATION: "documentation",
    Kind.ADDITIVE: "additive",
    Kind.AGREEMENT: "not as agreed",
    Kind.WIRE: "breaking on the wire",
    Kind.CALLERS: "breaking for callers",
}


class _Nothing(Enum):
    NOTHING = "nothing"

    def __repr__(self) -> str:
        return "nothing"


NOTHING: Final = _Nothing.NOTHING
Nothing = Literal[_Nothing.NOTHING]


@frozen
class Finding:
    """One thing that moved.

    Attributes:
        kind: How much it matters.
        rule: The name of what happened, as `reply-field-removed`.
        where: The operation, file, or public name.
        pointer: JSON pointer inside it; empty for the whole.
        message: A sentence for people.
        before: The value that was agreed; `NOTHING` for none.
        after: The value now; `NOTHING` for none.
        count: How often it was seen.
    """

    kind: Kind
    rule: str
    where: str
    message: str
    pointer: str = ""
    before: Any = NOTHING
    after: Any = NOTHING
    count: int = 1


def _order(finding: Finding) -> tuple[int, str, str, str]:
    return (-finding.kind.weight, finding.rule, finding.where, finding.pointer)


def _sorted(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=_order))


@frozen
class Outcome:
    """What a gate found.

    Attributes:
        gate: Its name, as on the command line.
        subject: What was looked at.
        findings: What moved, the worst first.
        notes: What else is good to know, with numbers.
        advice: What to do when it fires.
        fail_on: The least kind that fails.
    """

    gate: str
    subject: str
    findings: tuple[Finding, ...] = field(converter=_sorted)
    notes: tuple[str, ...] = ()
    advice: str = ""
    fail_on: Kind = Kind.ADDITIVE

    @property
    def exit_status(self) -> int:
        """0 when nothing moved that fails, else 10."""
        return DRIFT if any(finding.kind.weight >= self.fail_on.weight for finding in self.findings) else CLEAN

    @property
    def counts(self) -> dict[Kind, int]:
        """How many findings there are of each kind, the worst first."""
        return counted(self.findings)


def counted(findings: Iterable[Finding]) -> dict[Kind, int]:
    """Return how many findings there are of each kind, the worst first."""
    numbers = Counter(finding.kind for finding in findings)
    return {kind: numbers[kind] for kind in reversed(Kind) if numbers[kind]}
