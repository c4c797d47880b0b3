"""`nanonets contract proxy`: what runs, what it prints, and the reports at its end."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from nanonets_sdk.cli.output.places import make_folders_of
from nanonets_sdk.cli.output.terminal import say
from nanonets_sdk.cli.running.ports import named_if_in_use
from nanonets_sdk.cli.running.signals import ENDING, caught

if TYPE_CHECKING:
    from nanonets_sdk.contract.judging.seen import Seen


@frozen
class Files:
    """The files that a proxy writes; None for none.

    Attributes:
        record: The shapes of replies, for `nanonets drift traffic`.
        junit: A JUnit report.
        sarif: A SARIF report.
    """

    record: Path | None
    junit: Path | None
    sarif: Path | None


@define
class _Printer:
    """Prints each kind of violation once, and counts them."""

    calls: Counter[str] = field(factory=Counter[str])
    wrong: dict[tuple[str, str, str], Seen] = field(factory=dict[tuple[str, str, str], "Seen"])
    violations: int = 0

    def __call__(self, seen: Seen) -> None:
        """Take an exchange."""
        self.calls[seen.label] += 1
        for problem in seen.problems:
            self.violations += 1
            if self.wrong.setdefault((seen.label, problem.rule, problem.place), seen) is seen:
                print(f"{seen.label} ({problem.side}): {problem}", flush=True)


def serve_proxy(to: str, port: int, review_to: str | None, files: Files, *, check_replies: bool) -> bool:
    """Serve until interrupted, write the reports, and return whether the contract was kept.

    Raises:
        UsageProblem: The port is in use.
        OSError: A file cannot be written.
    """
    from nanonets_sdk.contract.proxy import Proxy
    from nanonets_sdk.contract.reporting.machine import Case, junit, sarif
    from nanonets_sdk.drift.recording import TrafficRecorder

    printer = _Printer()
    make_folders_of(files.record, files.junit, files.sarif)
    with ExitStack() as stack:
        interrupted = stack.enter_context(caught(*ENDING))
        recorder = stack.enter_context(TrafficRecorder(files.record)) if files.record else None
        proxy = Proxy(to, printer, check_replies=check_replies, review_to=review_to, port=port, record=recorder)
        with named_if_in_use("127.0.0.1", port):
            stack.enter_context(proxy)
        print(f"export NANONETS_BASE_URL={proxy.base_url}", flush=True)
        say(f"Requests are passed on to {to}; stop with Ctrl+C.")
        interrupted()
    wrong = {id(seen): seen for seen in printer.wrong.values()}
    failed = [Case(seen.label, seen.problems[0].rule, seen.problems) for seen in wrong.values()]
    passed = [Case(name, "every exchange") for name in sorted({*printer.calls} - {case.group for case in failed})]
    if files.junit is not None:
        files.junit.write_text(junit("nanonets contract proxy", [*passed, *failed]), encoding="utf-8")
    if files.sarif is not None:
        files.sarif.write_text(sarif(failed), encoding="utf-8")
    calls = sum(printer.calls.values())
    print(f"Exchanges: {calls} of {len(printer.calls)} operations; violations: {printer.violations}")
    return printer.violations == 0
