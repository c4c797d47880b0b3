"""What a gate found, and the exit status that follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum
from typing import Any, Final

from attrs import field, frozen

CLEAN: Final = 0
DRIFT: Final = 10
NOT_COMPARABLE: Final = 20


class NotComparable(Exception):
    """A gate could not compare its documents; the message says why.

    Attributes:
        unreachable: True if a document could not be fetched or is empty, False if it was fetched but is unusable.
    """

    def __init__(self, message: str, *, unreachable: bool = False) -> None:
        super().__init__(message)
        self.unreachable = unreachable


class Severity(StrEnum):
    """How much a finding matters, in ascending order."""

    DOCUMENTATION = "documentation"
    ADDITIVE = "additive"
    AGREEMENT = "agreement"
    WIRE = "wire"
    CALLERS = "callers"

    @property
    def weight(self) -> int:
        """The position in that order."""
        return list(Severity).index(self)

    @property
    def label(self) -> str:
        """The severity as people read it."""
        return _LABELS[self]


_LABELS: Final = {
    Severity.DOCUMENTATION: "documentation",
    Severity.ADDITIVE: "additive",
    Severity.AGREEMENT: "not as agreed",
    Severity.WIRE: "breaking on the wire",
    Severity.CALLERS: "breaking for callers",
}


class _Nothing(Enum):
    NOTHING = "nothing"

    def __repr__(self) -> str:
        return "nothing"


# An absent fact. None will not do: null is a value that descriptions contain.
NOTHING: Final = _Nothing.NOTHING


@frozen
class Finding:
    """A single thing that moved.

    Attributes:
        severity: How much it matters.
        rule: The name of the rule that matched, e.g. `reply-field-removed`.
        where: The operation, file or public name.
        message: A sentence for people.
        pointer: JSON pointer inside `where`; empty for all of it.
        before: The agreed value, or `NOTHING`.
        after: The current value, or `NOTHING`.
        count: How often it was seen.
        file: The file that shows it, relative to the current folder; empty if there is none.
        line: The line in that file, from 1; 0 if it is not known.
    """

    severity: Severity
    rule: str
    where: str
    message: str
    pointer: str = ""
    before: Any = NOTHING
    after: Any = NOTHING
    count: int = 1
    file: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """Operation and pointer, as people read them."""
        return f"{self.where} {self.pointer}".rstrip()


@frozen
class Accepted:
    """A finding that an entry of the policy accepts.

    Attributes:
        finding: What moved.
        reason: Why it is accepted.
        until: The last day on which it is, as `YYYY-MM-DD`.
    """

    finding: Finding
    reason: str
    until: str


def _worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda found: (-found.severity.weight, found.rule, found.where, found.pointer)))


@frozen
class Outcome:
    """The result of one run of a gate.

    Attributes:
        gate: Name of the gate, as on the command line.
        subject: What was compared.
        findings: What moved, the worst first.
        notes: Further facts about the run, with numbers.
        advice: What to do if the gate fails.
        fail_on: The lowest severity that fails.
        accepted: What moved and is accepted; it never fails.
        operations: Whether each operation was used, by its id; empty except for traffic.
    """

    gate: str
    subject: str
    findings: tuple[Finding, ...] = field(converter=_worst_first)
    notes: tuple[str, ...] = ()
    advice: str = ""
    fail_on: Severity = Severity.ADDITIVE
    accepted: tuple[Accepted, ...] = ()
    operations: Mapping[str, bool] = field(factory=dict[str, bool])

    def fails(self, finding: Finding) -> bool:
        """Return whether a finding is at least as severe as `fail_on`."""
        return finding.severity.weight >= self.fail_on.weight

    @property
    def exit_status(self) -> int:
        """10 if any finding fails, else 0."""
        return DRIFT if any(map(self.fails, self.findings)) else CLEAN

    @property
    def state(self) -> str:
        """`drift` if any finding fails, else `clean`."""
        return "drift" if self.exit_status else "clean"

    @property
    def counts(self) -> dict[Severity, int]:
        """The number of findings by severity, the worst first."""
        numbers = Counter(found.severity for found in self.findings)
        return {severity: numbers[severity] for severity in reversed(Severity) if numbers[severity]}


@frozen
class Failure:
    """A run of a gate that could not compare.

    Attributes:
        gate: Name of the gate.
        reason: Why not, and what to do.
        unreachable: True if a document could not be fetched or is empty.
        ended: How the run ended, after the name of the gate.
    """

    gate: str
    reason: str
    unreachable: bool = False
    ended: str = "could not compare"

    @property
    def exit_status(self) -> int:
        """Always 20."""
        return NOT_COMPARABLE

    @classmethod
    def of(cls, gate: str, error: NotComparable) -> Failure:
        """Return the failure that an exception describes."""
        return cls(gate, str(error), error.unreachable)

    @property
    def state(self) -> str:
        """`unreachable` or `not-comparable`."""
        return "unreachable" if self.unreachable else "not-comparable"


Result = Outcome | Failure
