"""What a plan allows: free calls, and pages a minute for each model, as the service counts them."""

import threading
from typing import Final

from nanonets_sdk.mock.account.behaviour import Behaviour
from nanonets_sdk.mock.account.refusals import Refusal

WINDOW_SECONDS: Final = 60


class Usage:
    """The prediction calls of the account, and the pages of each model in its window of one minute."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._calls = 0
        self._windows: dict[str, tuple[int, int]] = {}

    def charge(self, model_id: str, pages: int, now: float, plan: Behaviour) -> None:
        """Count a prediction call and its pages, or count nothing and raise Refusal 402 or 429.

        A call that finds the window below its limit is taken whole, so that a file larger than the limit can pass.
        """
        with self._lock:
            if plan.free_calls is not None and self._calls >= plan.free_calls:
                raise Refusal(402, "The free calls of the month are used up", "Please choose a paid plan")
            used, limit = self._pages(model_id, now), plan.pages_per_minute
            if limit is not None and used >= limit:
                raise Refusal(429, f"More than {limit} pages in one minute", "Please wait 30, 60 or 120 seconds")
            self._calls += 1
            self._windows[model_id] = (_window(now), used + pages)

    def clear(self) -> None:
        """Forget calls and pages."""
        with self._lock:
            self._calls = 0
            self._windows.clear()

    def _pages(self, model_id: str, now: float) -> int:
        window, pages = self._windows.get(model_id, (0, 0))
        return pages if window == _window(now) else 0


def _window(now: float) -> int:
    return int(now // WINDOW_SECONDS)
