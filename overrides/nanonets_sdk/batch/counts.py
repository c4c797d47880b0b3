"""How far a batch is: what was sent, and so will be billed, and how each file ended.

```text
                    sent           at the service
file ──► taken by the service ──► result there ──► done, failed
  │                                     └──────► pending, if the batch ends before
  ├──► not taken ──► failed
  ├──► no answer ──► unknown
  └──► done by an earlier run
```
"""

from __future__ import annotations

from collections import Counter

from attrs import define, field, frozen

from nanonets_sdk.batch.outcome import Outcome


@frozen(kw_only=True)
class Counts:
    """How far a batch is, as numbers of files.

    Attributes:
        sent: Files that the service took in this run. It bills them.
        at_service: Files whose results are waited for, also of those that an earlier run sent.
        done: Files whose results are there.
        done_before: Files that an earlier run finished.
        failed: Files that failed, whether or not the service took them.
        unknown: Files that were sent without an answer, and may be billed.
        pending: Files that the service has, and that are not waited for any more.
        pages: Pages of the files that were sent, as far as the service has said how many they have.
    """

    sent: int = 0
    at_service: int = 0
    done: int = 0
    done_before: int = 0
    failed: int = 0
    unknown: int = 0
    pending: int = 0
    pages: int = 0

    @property
    def ended(self) -> int:
        """The number of files that have an outcome."""
        return self.done + self.done_before + self.failed + self.unknown + self.pending


@define(eq=False)
class Tally:
    """Counts while a batch runs.

    Attributes:
        sent: As for `Counts`.
        at_service: As for `Counts`.
        pages: As for `Counts`.
    """

    sent: int = field(default=0, init=False)
    at_service: int = field(default=0, init=False)
    pages: int = field(default=0, init=False)
    _ended: Counter[str] = field(factory=Counter[str], init=False)

    def counted(self, outcome: Outcome | None) -> Outcome | None:
        """Count an outcome, if there is one, and return it."""
        if outcome is not None:
            self._ended["done_before" if outcome.was_done_before else outcome.status] += 1
        return outcome

    def counts(self, set_aside: int) -> Counts:
        """Return the numbers; files that were set aside have an unknown outcome until they are found."""
        ended = {**self._ended, "unknown": self._ended["unknown"] + set_aside}
        return Counts(sent=self.sent, at_service=self.at_service, pages=self.pages, **ended)
