"""The policy of a repository: severities of its own, and findings that it accepts until a day.

severities:
- rule: reply-field-added         by rule, operation or pointer; `*` and `/**` as in pointers
severity: documentation
accepted:
- where: POST /OCR/Model/{model_id}/LabelFile
pointer: /parameters/**
until: 2027-01-31               the last day; afterwards the gate fails until it is decided again
reason: We do not call it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_tree
from nanonets_sdk.drift.facts.parsing import decoded
from nanonets_sdk.drift.facts.pointers import matches
from nanonets_sdk.drift.facts.yaml12 import load_yaml
from nanonets_sdk.drift.project.checkout import shown
from nanonets_sdk.drift.project.places import Places
from nanonets_sdk.drift.report.outcome import Accepted, Finding, NotComparable, Outcome, Severity

POLICY: Final = "nanonets-drift.yaml"
_WHICH: Final = ("gate", "rule", "where", "pointer")


@frozen
class Entry:
    """An entry of the policy.

    Attributes:
        line: Its line in the file.
        which: Patterns by `gate`, `rule`, `where` and `pointer`; those that are not given fit everything.
        severity: The severity that it gives; None if it accepts.
        until: The last day on which it accepts; None if it gives a severity.
        reason: Why it accepts.
    """

    line: int
    which: dict[str, str]
    severity: Severity | None = None
    until: date | None = None
    reason: str = ""

    def is_for(self, gate: str) -> bool:
        """Return whether the entry can be about findings of a gate."""
        return matches(self.which.get("gate", gate), gate)

    def fits(self, gate: str, finding: Finding) -> bool:
        """Return whether the entry is about a finding."""
        values = {"rule": finding.rule, "where": finding.where, "pointer": finding.pointer}
        return self.is_for(gate) and all(
            matches(self.which[name], value) for name, value in values.items() if name in self.which
        )


@frozen
class Policy:
    """What a repository says about findings.

    Attributes:
        path: The file.
        severities: Entries that give a severity; the first that fits counts.
        accepted: Entries that accept.
    """

    path: Path
    severities: tuple[Entry, ...] = field(repr=False)
    accepted: tuple[Entry, ...] = field(repr=False)

    def applied(self, outcome: Outcome, today: date | None = None) -> Outcome:
        """Return an outcome with the severities of the policy, and without what it accepts.

        An entry whose day is over accepts nothing, and is a finding itself, whether or not anything fits it.

        Args:
            outcome: What the gate found.
            today: The day that counts; by default today in UTC.
        """
        day = today or datetime.now(tz=UTC).date()
        findings: list[Finding] = []
        accepted = list(outcome.accepted)
        for found in outcome.findings:
            given = next((entry for entry in self.severities if entry.fits(outcome.gate, found)), None)
            finding = evolve(found, severity=given.severity) if given and given.severity else found
            entries = (entry for entry in self.accepted if entry.fits(outcome.gate, found))
            valid = next((entry for entry in entries if entry.until and entry.until >= day), None)
            if valid:
                accepted.append(Accepted(finding, valid.reason, str(valid.until)))
            else:
                findings.append(finding)
        over = [entry for entry in self.accepted if entry.is_for(outcome.gate) and entry.until and entry.until < day]
        findings += [self._expired(entry, outcome) for entry in over]
        return evolve(outcome, findings=tuple(findings), accepted=tuple(accepted))

    def _expired(self, entry: Entry, outcome: Outcome) -> Finding:
        # It has to fail whatever --fail-on says: nobody would look at it again otherwise.
        severity = max(Severity.AGREEMENT, outcome.fail_on, key=lambda one: one.weight)
        which = ", ".join(f"{name} {value}" for name, value in entry.which.items())
        said = f"{which} was accepted until {entry.until}: {entry.reason} Decide again, or delete the entry."
        file = shown(self.path)
        return Finding(severity, "acceptance-expired", file, said, file=file, line=entry.line)


def read_policy(path: Path) -> Policy:
    """Return the policy in a file.

    Raises:
        NotComparable: The file cannot be read, or an entry is not complete.
    """
    try:
        content = path.read_bytes()
        data: Any = load_yaml(decoded(content), path.name) or {}
    except (OSError, UnicodeDecodeError) as error:
        raise NotComparable(f"The policy {path} cannot be read: {error}.") from error
    if not is_tree(data) or not set(data) <= {"severities", "accepted"}:
        raise NotComparable(
            f"{path} is not a policy: it has `severities` and `accepted`, both lists, and nothing else."
        )
    places = Places(content)
    return Policy(
        path,
        severities=tuple(_severity(*entry) for entry in _entries(data, "severities", path, places)),
        accepted=tuple(_acceptance(*entry) for entry in _entries(data, "accepted", path, places)),
    )


def _entries(data: Tree, name: str, path: Path, places: Places) -> Iterator[tuple[Tree, str, int]]:
    """Yield each entry of a list, how messages call it, and its line."""
    listed: Any = data.get(name) or []
    if not is_list(listed):
        raise NotComparable(f"{path}: `{name}` is not a list.")
    for index, entry in enumerate(listed):
        line = places.line_at((name, str(index)))
        if not is_tree(entry):
            raise NotComparable(f"{path}, line {line}: the entry is not a mapping.")
        yield entry, f"{path}, line {line}", line


def _severity(entry: Tree, where: str, line: int) -> Entry:
    which = _which(entry, where, {"severity"})
    try:
        return Entry(line, which, severity=Severity(str(entry.get("severity"))))
    except ValueError:
        known = ", ".join(Severity)
        raise NotComparable(f"{where}: `severity` is {entry.get('severity')!r}, which is not one of {known}.") from None


def _acceptance(entry: Tree, where: str, line: int) -> Entry:
    which = _which(entry, where, {"until", "reason"})
    reason = str(entry.get("reason") or "").strip()
    if not reason:
        raise NotComparable(f"{where}: the entry has no `reason`.")
    try:
        return Entry(line, which, until=date.fromisoformat(str(entry.get("until"))), reason=reason)
    except ValueError:
        said = f"`until` is {entry.get('until')!r}, which is not a day such as 2027-01-31"
        raise NotComparable(f"{where}: {said}. Every acceptance has to end.") from None


def _which(entry: Tree, where: str, others: set[str]) -> dict[str, str]:
    which: dict[str, str] = {name: str(entry[name]) for name in _WHICH if name in entry}
    unknown = sorted(set(entry) - {*_WHICH, *others})
    if unknown:
        raise NotComparable(f"{where}: the entry has {', '.join(unknown)}; known are {', '.join((*_WHICH, *others))}.")
    if not set(which) - {"gate"}:
        raise NotComparable(f"{where}: the entry names no `rule`, `where` or `pointer`, so it would fit everything.")
    return which
