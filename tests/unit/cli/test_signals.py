"""Waiting for a signal, in a process that a signal can hang."""

import os
import signal
import subprocess
import sys
import time
from typing import Final

import pytest

from nanonets_sdk.cli.running.signals import caught

# Signals every 100 µs interrupt a wait at each of its steps.
STORM: Final = """
import signal
from nanonets_sdk.cli.running.signals import caught

with caught("SIGALRM") as following:
    signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
    seen = {following() for _ in range(3_000)}
    signal.setitimer(signal.ITIMER_REAL, 0)
print(*(signal.Signals(number).name for number in seen))
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
def test_a_signal_at_any_moment_of_the_wait_ends_it() -> None:
    ran = subprocess.run([sys.executable, "-c", STORM], capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "SIGALRM\n", "")


def test_signals_that_came_before_the_wait_are_waited_for_in_turn_and_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with caught("SIGTERM", "SIGINT", "SIGNOT") as following:
        for number in (signal.SIGTERM, signal.SIGINT):
            os.kill(os.getpid(), number)
            time.sleep(0.001)
        assert [following(), following()] == [signal.SIGTERM, signal.SIGINT]
    assert signal.getsignal(signal.SIGTERM) is before
