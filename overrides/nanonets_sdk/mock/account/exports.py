"""Where the events of a file are exported to: here nowhere, and to webhooks with `mock.webhooks`."""

from typing import Literal

Trigger = Literal["inference", "validation", "approval", "assignment", "rejection"]


class Exports:
    """Exports that go nowhere."""

    def fire(self, trigger: Trigger, request_file_id: str) -> None:
        """Take note of an event. It must return at once."""

    def repeat(self, request_file_id: str) -> bool:
        """Export a file again, and return whether it is exported anywhere. The outcome is recorded later."""
        del request_file_id
        return False
