"""A cache of what models find on pages, so that the same page and the same rules are worked through once."""

import threading
from collections import OrderedDict
from typing import Final

from nanonets_sdk.mock.learning import Guess, Rules, discover, predict
from nanonets_sdk.mock.reading import Page
from nanonets_sdk.mock.state.records import Model

MAX_PAGES: Final = 512


class PredictionCache:
    """The predictions for the latest pages. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, bool, str], tuple[Guess, ...]] = OrderedDict()

    def on(self, model: Model, page: Page, page_key: str) -> tuple[Guess, ...]:
        """Return what a model finds on a page; `page_key` identifies the content of the page."""
        # Rules are the key, not the model: models with the same rules share predictions, and a training ends their use.
        key = (model.rules, model.discovers, page_key)
        with self._lock:
            guesses = self._known.get(key)
        if guesses is None:
            guesses = predict(Rules.from_json(model.rules), page)
            if model.discovers:
                places = {(guess.xmin, guess.ymin) for guess in guesses}
                guesses += tuple(guess for guess in discover(page) if (guess.xmin, guess.ymin) not in places)
            with self._lock:
                self._known[key] = guesses
                while len(self._known) > MAX_PAGES:
                    self._known.popitem(last=False)
        return guesses
