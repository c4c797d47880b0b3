"""The review in a real browser, used as a person would: by keys and by mouse."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any, Final, Self

from browser import CSS, ENTER, TAB, resize
from nanonets_sdk import Document, Nanonets
from nanonets_sdk.mock import MockServer
from nanonets_sdk.review import ReviewServer

KEY: Final = "a-key-that-must-not-show"


class Desk:
    """A review that is open in the browser."""

    def __init__(self, driver: Any, mock: MockServer, client: Nanonets, server: ReviewServer) -> None:
        self.driver, self.mock, self.client, self.server = driver, mock, client, server

    @classmethod
    def opened(
        cls,
        stack: ExitStack,
        driver: Any,
        mock: MockServer,
        client: Nanonets,
        ids: Iterable[str],
        *,
        width: int = 1280,
        height: int = 860,
        dark: bool = False,
        **options: Any,
    ) -> Self:
        """Open the review of some files, and wait until the first one is there."""
        server = stack.enter_context(ReviewServer(client, mock.model_id, list(ids), **options))
        resize(driver, width, height, dark=dark)
        driver.get_log("performance")
        driver.get_log("browser")
        driver.get(server.url)
        desk = cls(driver, mock, client, server)
        desk.until(lambda: driver.find_elements(CSS, ".item.chosen"), "no file was opened")
        return desk

    def keys(self, *keys: str) -> None:
        """Press keys on whatever has the focus, as a keyboard does."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def chord(self, *keys: str) -> None:
        """Press keys together."""
        from selenium.webdriver.common.action_chains import ActionChains

        chain = ActionChains(self.driver, duration=0)
        for key in keys:
            chain.key_down(key)
        for key in reversed(keys):
            chain.key_up(key)
        chain.perform()

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        """Wait until something is so."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if found := condition():
                return found
            time.sleep(0.02)
        raise AssertionError(f"{what}; the page says {self.text('#left')!r}, {self.text('#notice')!r}")

    def text(self, selector: str) -> str:
        """The text of an element, also if it is not shown."""
        found: str = self.driver.execute_script("return document.querySelector(arguments[0]).textContent", selector)
        return " ".join(found.split())

    def focused(self) -> str:
        """The name of what has the focus."""
        found: str = self.driver.execute_script(
            "return document.activeElement.getAttribute('aria-label') || document.activeElement.id"
        )
        return found

    def says(self, part: str) -> None:
        """Wait for a notice."""
        self.until(lambda: part in self.text("#notice"), f"no notice {part!r}")

    def is_open(self, selector: str) -> bool:
        """Whether a dialog is shown."""
        shown: bool = self.driver.find_element(CSS, selector).is_displayed()
        return shown

    def focus(self, name: str) -> None:
        """Go to the value whose name begins like this, as by a click."""
        self.driver.execute_script("document.querySelector(arguments[0]).focus()", f'textarea[aria-label^="{name}"]')

    def document(self, request_file_id: str) -> Document:
        """The file as the client reads it."""
        return self.client.ocr.get_file(self.mock.model_id, request_file_id)

    def reach(self, name: str, key: str = TAB) -> None:
        """Press a key until the value with a name has the focus."""
        for _ in range(60):
            if self.focused() == name:
                return
            self.keys(key)
        raise AssertionError(f"no {name!r} by {key!r}, but {self.focused()!r}")

    def type(self, name: str, text: str) -> None:
        """Type over a value that is shown, found by its name, and leave it with Enter."""
        self.focus(name)
        self.keys(text, ENTER)

    def queue(self) -> list[str]:
        """The names in the list of files. One script reads them: the list is made again while scores arrive."""
        shown: list[str] = self.driver.execute_script(
            "return [...document.querySelectorAll('#queue .entry')].map(entry => entry.innerText.split(/\\s/)[0])"
        )
        return shown

    def chosen(self) -> str:
        """The id of the file that is open, by the list of files."""
        found: str = self.driver.execute_script("return document.querySelector('#queue [aria-current]').dataset.id")
        return found

    def value(self, name: str) -> str:
        """What a value says."""
        found: str = self.driver.find_element(CSS, f'textarea[aria-label="{name}"]').get_property("value")
        return found

    def drag(self, element: Any, start: tuple[int, int], by: tuple[int, int]) -> None:
        """Drag on an element, from a place in pixels from its middle."""
        from selenium.webdriver.common.action_chains import ActionChains

        chain = ActionChains(self.driver, duration=20).move_to_element_with_offset(element, *start).click_and_hold()
        chain.move_by_offset(by[0] // 2, by[1] // 2).move_by_offset(by[0] - by[0] // 2, by[1] - by[1] // 2)
        chain.release().perform()

    def picture(self, name: str) -> None:
        """Keep a picture of the page if REVIEW_PICTURES names a folder."""
        if folder := os.environ.get("REVIEW_PICTURES"):
            time.sleep(0.3)
            self.driver.save_screenshot(f"{folder}/{name}.png")
