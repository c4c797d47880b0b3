"""axe-core finds no violation on the review pages: `nox -s browser` fetches it and runs this."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browser import CSS, IN_A_BROWSER, resize
from nanonets_sdk import Nanonets
from nanonets_sdk.mock import MockServer
from review_desk import Desk
from samples import INVOICE

AXE = os.environ.get("AXE_CORE", "")
VIEWS = pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1280, False), (1280, True)], ids=str)
pytestmark = [
    *IN_A_BROWSER, pytest.mark.slow, pytest.mark.skipif(not AXE, reason="needs axe-core: nox -s browser"),
]  # fmt: skip


def violations(driver: Any) -> list[str]:
    """Everything that axe-core holds against the page as it is now, with the element and the reason."""
    driver.execute_script(Path(AXE).read_text("utf-8"))
    found = driver.execute_async_script(
        "const done = arguments[0]; axe.run({resultTypes: ['violations']}).then((all) => done(all.violations))"
    )
    return [f"{one['id']}: {node['html'][:120]} {node['failureSummary']}" for one in found for node in one["nodes"]]


@VIEWS
def test_axe_finds_nothing_on_the_page_that_is_served(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets, file: str, width: int, dark: bool
) -> None:
    desk = at_desk(file, width=width, height=844, dark=dark)
    assert violations(desk.driver) == []
    desk.type("seller, page 1", "Lindenhof Ltd")
    theirs = client.ocr.edit(mock.model_id, file)
    theirs.set("seller", "Lindenhof plc")
    theirs.save()
    desk.driver.find_element(CSS, "#help-button").click()
    assert violations(desk.driver) == []
    desk.driver.find_element(CSS, "#help .close").click()
    desk.driver.find_element(CSS, "#save").click()
    desk.until(lambda: desk.is_open("#conflict"), "no conflict")
    assert violations(desk.driver) == []
    desk.driver.find_element(CSS, "#conflict input").click()
    desk.driver.find_element(CSS, "#conflict .done").click()
    desk.driver.find_element(CSS, "#tab-json").click()
    assert violations(desk.driver) == []


@VIEWS
def test_axe_finds_nothing_on_the_page_in_a_file(
    driver: Any, client: Nanonets, mock: MockServer, tmp_path: Path, width: int, dark: bool
) -> None:
    client.ocr.predict_file(mock.model_id, INVOICE).save_html(tmp_path / "review.html", source=INVOICE)
    resize(driver, width, 844, dark=dark)
    driver.get((tmp_path / "review.html").as_uri())
    assert violations(driver) == []
    driver.find_element(CSS, ".field").click()
    driver.find_element(CSS, "#larger").click()
    assert violations(driver) == []
    driver.find_element(CSS, "#tab-json").click()
    assert violations(driver) == []


def test_axe_sees_what_is_wrong(driver: Any) -> None:
    driver.get("data:text/html,<title>wrong</title><img src=x><button></button>")
    assert any(one.startswith("image-alt") for one in violations(driver))
