"""Alarms: mistakes of the mock itself, which must fail the test that runs into one."""

import logging
import threading
from typing import Final

LOGGER: Final = logging.getLogger("nanonets_sdk.mock")


class MockAlarm(AssertionError):
    """The mock violated its own API description, or failed; the message lists what happened."""


class Alarms:
    """The alarms of one server. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._alarms: list[str] = []

    def sound(self, alarm: str, *, error: BaseException | None = None) -> None:
        """Record an alarm and log it."""
        with self._lock:
            self._alarms.append(alarm)
        LOGGER.error("%s", alarm, exc_info=error)

    def all(self) -> list[str]:
        """Return the alarms so far."""
        with self._lock:
            return list(self._alarms)

    def clear(self) -> None:
        """Forget the alarms."""
        with self._lock:
            self._alarms.clear()

    def check(self) -> None:
        """Raise MockAlarm if there are alarms."""
        alarms = self.all()
        if alarms:
            raise MockAlarm("\n".join(alarms))
