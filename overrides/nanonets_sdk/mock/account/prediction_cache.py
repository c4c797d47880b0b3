"""What models find on pages, remembered: the same bytes with the same rules are looked at once."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from nanonets_sdk.mock.learning import Guess, Rules, discover, predict
from nanonets_sdk.mock.reading import Page
from nanonets_sdk.mock.state.records import Model

MAX_PAGES: Final = 512


class Guesses:
    """The latest pages that models looked at; may be shared by threads."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, bool, str], tuple[Guess, ...]] = OrderedDict()

    def on(self, model: Model, page: Page, page_key: str) -> tuple[Guess, ...]:
        """Return what the model finds on a page; `page_key` names the page's content."""
        key = (model.rules, model.discovers, page_key)
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = _found(model, page)
            self._keep(key, known)
        return known

    def _keep(self, key: tuple[str, bool, str], guesses: tuple[Guess, ...]) -> None:
        with self._lock:
            self._known[key] = guesses
            while len(self._known) > MAX_PAGES:
                self._known.popitem(last=False)


def _found(model: Model, page: Page) -> tuple[Guess, ...]:
    guesses = predict(Rules.from_json(model.rules), page)
    return (*guesses, *_not_among(guesses, discover(page))) if model.discovers else guesses


def _not_among(known: Iterable[Guess], found: Iterable[Guess]) -> list[Guess]:
    places = {(guess.xmin, guess.ymin) for guess in known}
    return [guess for guess in found if (guess.xmin, guess.ymin) not in places]
