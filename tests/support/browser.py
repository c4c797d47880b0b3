"""A real browser if one is installed: headless Chromium, driven through chromedriver."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, Final, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., object])

CSS: Final = "css selector"
XPATH: Final = "xpath"

# The keys as WebDriver writes them (W3C WebDriver, 17.4.2).
ENTER, ESCAPE = "\ue007", "\ue00c"
LEFT, UP, RIGHT, DOWN = "\ue012", "\ue013", "\ue014", "\ue015"
TAB, SHIFT, CONTROL, ALT = "\ue004", "\ue008", "\ue009", "\ue00a"

_ARGUMENTS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_TRIES = 3


def why_no_browser() -> str:
    """Return what is missing for a browser; empty if nothing is."""
    programs = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    missing = programs + ([] if find_spec("selenium") else ["selenium"])
    return f"needs {', '.join(missing)}" if missing else ""


# `nox -s browser` runs what has this mark; the other sessions leave it out.
IN_A_BROWSER: Final = (
    pytest.mark.browser,
    pytest.mark.skipif(bool(why_no_browser()), reason=why_no_browser() or "there is a browser"),
)


def needs_browser(test: Test) -> Test:
    """Mark a test that uses the browser."""
    for mark in IN_A_BROWSER:
        test = mark(test)
    return test


@contextmanager
def browser() -> Generator[Any]:
    """Start a browser that keeps its console messages, and quit it at the end."""
    driver = _started()
    try:
        yield driver
    finally:
        driver.quit()


def _started() -> Any:
    """Return a browser that responds; on a busy machine one may fail to start."""
    from selenium.common.exceptions import WebDriverException
    from urllib3.exceptions import HTTPError

    for left in reversed(range(_TRIES)):
        try:
            return _awake(_chromium())
        except (HTTPError, WebDriverException):
            if not left:
                raise
    raise AssertionError("unreachable")


def _chromium() -> Any:
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    for argument in _ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return Chrome(options=options, service=Service(shutil.which("chromedriver")))


def _awake(driver: Any) -> Any:
    try:
        resize(driver, 1400, 900)
    except BaseException:
        driver.quit()
        raise
    return driver


def resize(driver: Any, width: int, height: int, *, dark: bool = False) -> None:
    """Set the size of the window and the colour scheme; a narrow window counts as a phone."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})


def point_at(driver: Any, element: Any, *, click: bool = False) -> None:
    """Move the mouse to an element, and click it if asked to."""
    from selenium.webdriver.common.action_chains import ActionChains

    actions = ActionChains(driver).move_to_element(element)
    (actions.click() if click else actions).perform()
