"""What a plan allows: free calls, and pages a minute for each model, as the service counts them."""

import threading
from typing import Final

from nanonets_sdk.mock.behaviour import Behaviour
from nanonets_sdk.mock.refusals import Refusal

WINDOW_SECONDS: Final = 60


class Usage:
    """The prediction calls of the account, and the pages of each model in its window of one minute."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._calls = 0
        self._windows: dict[str, tuple[int, int]] = {}

    def begin_call(self, model_id: str, now: float, plan: Behaviour) -> None:
        """Count a prediction call; raises Refusal 402 or 429 where the plan allows no more.

        A call that begins below the limit of pages is taken whole, so that a file larger than the limit can pass.
        """
        with self._lock:
            if plan.free_calls is not None and self._calls >= plan.free_calls:
                raise Refusal(402, "The free calls of the month are used up", "Please choose a paid plan")
            limit = plan.pages_per_minute
            if limit is not None and self._pages(model_id, now) >= limit:
                raise Refusal(429, f"More than {limit} pages in one minute", "Please wait 30, 60 or 120 seconds")
            self._calls += 1

    def count_pages(self, model_id: str, now: float, pages: int) -> None:
        """Count predicted pages."""
        with self._lock:
            self._windows[model_id] = (_window(now), self._pages(model_id, now) + pages)

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
