"""Mistakes of the mock itself, which no test may pass over."""

import logging
import threading
from typing import Final

LOGGER: Final = logging.getLogger("nanonets_sdk.mock")


class MockAlarm(AssertionError):
    """The mock answered outside its own description, or failed; the message lists what happened."""


class Alarms:
    """The alarms of one server; may be shared by threads."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._alarms: list[str] = []

    def sound(self, alarm: str, *, error: BaseException | None = None) -> None:
        """Record an alarm and write it to the log."""
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
        """Raise MockAlarm where there was one."""
        alarms = self.all()
        if alarms:
            raise MockAlarm("\n".join(alarms))
