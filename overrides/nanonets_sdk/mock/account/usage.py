"""What a plan allows: a number of free calls, and for each model a number of pages per minute.

The service documents its limit as pages "in a window of one minute". In the mock a window begins with each minute of
the clock, and a call passes if the window is below the limit when the call arrives. With `pages_per_minute=3`:

    12:00:05   file of 2 pages    window at 0, below 3     taken      window at 2
    12:00:20   file of 2 pages    window at 2, below 3     taken      window at 4
    12:00:40   file of 1 page     window at 4              429
    12:01:00   file of 9 pages    a new window, at 0       taken      window at 9

So a file larger than the limit can pass at all, and a call is charged as a whole or not at all.
"""

import threading
from typing import Final

from nanonets_sdk.mock.account.behaviour import Behaviour
from nanonets_sdk.mock.account.refusals import Refusal

WINDOW_SECONDS: Final = 60


class Usage:
    """The prediction calls of the account, and the pages of each model in its current window."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls = 0
        self._windows: dict[str, tuple[int, int]] = {}

    def charge(self, model_id: str, pages: int, now: float, plan: Behaviour) -> None:
        """Charge a prediction call and its pages.

        Raises:
            Refusal: 402 or 429 if the plan does not allow it; then nothing is charged.
        """
        # Checking and charging are one step, or parallel calls would all find the same window below its limit.
        with self._lock:
            self._require_a_free_call(plan)
            current = int(now // WINDOW_SECONDS)
            window, used = self._windows.get(model_id, (current, 0))
            used = used if window == current else 0
            limit = plan.pages_per_minute
            if limit is not None and used >= limit:
                raise Refusal(429, f"More than {limit} pages in one minute", "Please wait 30, 60 or 120 seconds")
            self._calls += 1
            self._windows[model_id] = (current, used + pages)

    def charge_call(self, plan: Behaviour) -> None:
        """Charge a call without pages.

        Raises:
            Refusal: 402 if the plan does not allow it; then nothing is charged.
        """
        with self._lock:
            self._require_a_free_call(plan)
            self._calls += 1

    def _require_a_free_call(self, plan: Behaviour) -> None:
        if plan.free_calls is not None and self._calls >= plan.free_calls:
            raise Refusal(402, "The free calls of the month are used up", "Please choose a paid plan")

    def clear(self) -> None:
        """Forget calls and pages."""
        with self._lock:
            self._calls = 0
            self._windows.clear()
