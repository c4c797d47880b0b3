"""A minimum of operations that traffic must have used, without which a clean result says little."""

from __future__ import annotations

import math
import re
from typing import Final

from attrs import evolve, frozen

from nanonets_sdk.drift.report.outcome import Finding, Outcome, Severity

_WRITTEN: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")
_MAX_NAMES: Final = 10
_WHOLE: Final = 100


@frozen
class Minimum:
    """The least number of operations, as a number or as a share of all.

    Attributes:
        value: The number, or the share in percent.
        is_share: Whether it is a share.
    """

    value: float
    is_share: bool

    @classmethod
    def read(cls, text: str) -> Minimum:
        """Return the minimum in a text such as `12` (operations) or `30%` (of all).

        Raises:
            ValueError: It is neither.
        """
        match = _WRITTEN.fullmatch(text.strip())
        value = float(match[1]) if match else -1.0
        is_share = bool(match and match[2])
        if value < 0 or (value > _WHOLE if is_share else value % 1):
            message = f"{text!r} is neither a number of operations, such as 12, nor a share of all, such as 30%"
            raise ValueError(message)
        return cls(value, is_share)

    def held(self, outcome: Outcome) -> Outcome:
        """Return an outcome of the gate on traffic, with a finding more if too few operations were used."""
        unused = [name for name, was_used in outcome.operations.items() if not was_used]
        known = len(outcome.operations)
        needed = math.ceil(known * self.value / _WHOLE) if self.is_share else int(self.value)
        used = known - len(unused)
        if used >= needed:
            return outcome
        more = f", and {len(unused) - _MAX_NAMES} more" if len(unused) > _MAX_NAMES else ""
        said = f"{used} of {known} operations were used, and {needed} are required. Not used: "
        said += f"{', '.join(unused[:_MAX_NAMES])}{more}."
        # It has to fail whatever --fail-on says, since it is asked for.
        severity = max(Severity.AGREEMENT, outcome.fail_on, key=lambda one: one.weight)
        found = Finding(severity, "coverage-too-low", "the traffic", said, before=needed, after=used)
        return evolve(outcome, findings=(*outcome.findings, found))
