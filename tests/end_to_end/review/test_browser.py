"""A person reviews files in a real browser by keyboard and mouse, and the client reads back what they did."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest

from browser import CSS, DOWN, ENTER, ESCAPE, LEFT, RIGHT, UP, browser, needs_browser, resize
from nanonets_sdk import Document, Nanonets
from nanonets_sdk.mock import MockServer, Progression
from nanonets_sdk.review import ReviewServer
from samples import INVOICE

KEY: Final = "a-key-that-must-not-show"
TAB, SHIFT, CONTROL, ALT = "\ue004", "\ue008", "\ue009", "\ue00a"

pytestmark = needs_browser


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def one_mock() -> Iterator[MockServer]:
    with MockServer(api_key=KEY, jobs=Progression.immediate()) as running:
        yield running


@pytest.fixture
def mock(one_mock: MockServer) -> MockServer:
    one_mock.reset()
    one_mock.jobs = Progression.immediate()
    return one_mock


@pytest.fixture
def client(mock: MockServer) -> Iterator[Nanonets]:
    with Nanonets(KEY, base_url=mock.base_url) as opened:
        yield opened


class Desk:
    """A review that is open in the browser."""

    def __init__(self, driver: Any, mock: MockServer, client: Nanonets, server: ReviewServer) -> None:
        self.driver, self.mock, self.client, self.server = driver, mock, client, server

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
        return self.driver.execute_script(
            "return document.activeElement.getAttribute('aria-label') || document.activeElement.id"
        )

    def says(self, part: str) -> None:
        """Wait for a notice."""
        self.until(lambda: part in self.text("#notice"), f"no notice {part!r}")

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
        self.driver.execute_script("document.querySelector(arguments[0]).focus()", f'textarea[aria-label="{name}"]')
        self.keys(text, ENTER)

    def value(self, name: str) -> str:
        """What a value says."""
        return self.driver.find_element(CSS, f'textarea[aria-label="{name}"]').get_property("value")

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


@pytest.fixture
def at_desk(driver: Any, mock: MockServer, client: Nanonets) -> Iterator[Callable[..., Desk]]:
    with ExitStack() as stack:

        def opened(*ids: str, width: int = 1280, height: int = 860, dark: bool = False, **options: Any) -> Desk:
            server = stack.enter_context(ReviewServer(client, mock.model_id, ids, **options))
            resize(driver, width, height, dark=dark)
            driver.get_log("performance")
            driver.get_log("browser")
            driver.get(server.url)
            desk = Desk(driver, mock, client, server)
            desk.until(lambda: driver.find_elements(CSS, ".item.chosen"), "no file was opened")
            return desk

        yield opened
        # The page asks before it is left with unsaved edits.
        driver.execute_cdp_cmd("Page.navigate", {"url": "about:blank"})
        try:
            driver.switch_to.alert.accept()
        except Exception:  # noqa: BLE001 - there is an alert only after unsaved edits
            return


def submitted(mock: MockServer, client: Nanonets) -> str:
    return client.ocr.submit_file(mock.model_id, INVOICE).request_file_id


def requested(driver: Any) -> list[str]:
    sent = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    return [one["params"]["request"]["url"] for one in sent if one["method"] == "Network.requestWillBeSent"]


def test_five_corrections_and_an_approval_by_keyboard_alone_are_read_back(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets
) -> None:
    file = submitted(mock, client)
    before = client.ocr.get_file(mock.model_id, file)
    desk = at_desk(file)
    desk.picture("open")
    assert desk.focused() == "seller, page 1"
    desk.keys("Lindenhof Instruments Limited", ENTER)
    assert desk.focused() == "buyer, page 1"
    desk.reach("currency, page 1")
    desk.keys("GBP", DOWN, RIGHT, RIGHT, RIGHT, RIGHT)
    assert desk.focused() == "Amount, row 1, page 1"
    desk.keys("346.50", ENTER)
    desk.picture("edited")
    desk.reach("total, page 2")
    desk.keys("9,254.22 EUR", UP, "1,549.87 EUR", ENTER)
    desk.chord(CONTROL, ENTER)
    desk.until(lambda: desk.driver.find_element(CSS, "#ask").is_displayed(), "no question about doubtful values")
    desk.picture("ask")
    desk.keys(ENTER)
    desk.says("invoice.pdf is approved. Nothing else waits here.")
    desk.picture("approved")
    after = desk.document(file)
    assert after.is_moderated
    assert after.fields["seller"].text == "Lindenhof Instruments Limited"
    assert after.fields["currency"].text == "GBP"
    assert after.tables[0].rows[0][4] == "346.50"
    assert (after.fields["total"].text, after.fields["vat"].text) == ("9,254.22 EUR", "1,549.87 EUR")
    changed = {(one.label, one.page) for one in after.corrected}
    assert changed == {("seller", 0), ("currency", 0), ("Amount", 0), ("total", 1), ("vat", 1)}
    assert len(after.fields.all()) == len(before.fields.all())
    assert desk.server.approved == (file,)
    assert desk.server.unsaved == {}
    urls = requested(desk.driver)
    assert urls
    assert all(url.startswith(f"http://127.0.0.1:{desk.server.url.split(':')[2].split('/')[0]}/") for url in urls)
    assert KEY not in desk.driver.page_source
    assert desk.driver.get_log("browser") == []


def test_a_conflict_shows_both_values_and_loses_neither(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets
) -> None:
    file = submitted(mock, client)
    desk = at_desk(file)
    desk.type("seller, page 1", "Lindenhof Ltd")
    desk.type("buyer, page 1", "Brightwater AG")
    theirs = client.ocr.edit(mock.model_id, file)
    theirs.set("seller", "Lindenhof plc")
    theirs.set("currency", "GBP")
    theirs.save()
    desk.chord(CONTROL, "s")
    desk.until(lambda: desk.driver.find_element(CSS, "#conflict").is_displayed(), "no conflict")
    desk.picture("conflict")
    choices = [" ".join(one.text.split()) for one in desk.driver.find_elements(CSS, "#conflict label")]
    assert choices == ["Yours Lindenhof Ltd", "Theirs Lindenhof plc"]
    assert desk.text("#conflict .merged") == "Kept as they do not touch: 1 of their changes and 1 of your edits."
    assert not desk.driver.find_element(CSS, "#conflict .done").is_enabled()
    desk.keys(ESCAPE)
    assert desk.driver.find_element(CSS, "#conflict").is_displayed()
    desk.keys(" ", TAB, ENTER)
    desk.until(lambda: not desk.driver.find_element(CSS, "#conflict").is_displayed(), "still a conflict")
    assert [desk.value(f"{label}, page 1") for label in ("seller", "buyer", "currency")] == [
        "Lindenhof Ltd", "Brightwater AG", "GBP",
    ]  # fmt: skip
    assert client.ocr.get_file(mock.model_id, file).fields["seller"].text == "Lindenhof plc"
    desk.chord(CONTROL, "s")
    desk.says("Saved.")
    after = desk.document(file)
    assert [after.fields[label].text for label in ("seller", "buyer", "currency")] == [
        "Lindenhof Ltd", "Brightwater AG", "GBP",
    ]  # fmt: skip


def test_a_file_that_was_approved_meanwhile_is_not_written(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets
) -> None:
    file = submitted(mock, client)
    desk = at_desk(file)
    desk.type("seller, page 1", "Lindenhof Ltd")
    client.ocr.approve(mock.model_id, file)
    desk.chord(CONTROL, "s")
    desk.until(lambda: desk.driver.find_element(CSS, "#conflict").is_displayed(), "no conflict")
    assert "approved this file" in desk.text("#conflict .said")
    desk.keys(ENTER)
    desk.until(lambda: desk.text("#state") == "Approved", "not shown as approved")
    assert desk.document(file).fields["seller"].text == "Lindenhof Instruments Ltd"
    desk.driver.find_element(CSS, "#approve").click()
    desk.says("The approval is taken back.")
    assert desk.value("seller, page 1") == "Lindenhof Ltd"
    desk.chord(CONTROL, "s")
    desk.says("Saved.")
    assert desk.document(file).fields["seller"].text == "Lindenhof Ltd"


def test_undo_and_redo_go_through_every_edit_until_it_is_saved(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets
) -> None:
    file = submitted(mock, client)
    desk = at_desk(file)
    desk.type("seller, page 1", "A")
    desk.type("buyer, page 1", "B")
    desk.until(lambda: desk.server.unsaved == {"invoice.pdf": 2}, "the server does not know of unsaved edits")
    desk.chord(CONTROL, "z")
    assert [desk.value(f"{label}, page 1") for label in ("seller", "buyer")] == ["A", "Brightwater Analytical GmbH"]
    desk.chord(CONTROL, "z")
    assert desk.value("seller, page 1") == "Lindenhof Instruments Ltd"
    desk.chord(CONTROL, SHIFT, "z")
    assert desk.value("seller, page 1") == "A"
    desk.chord(CONTROL, "s")
    desk.says("Saved.")
    assert not desk.driver.find_element(CSS, "#undo").is_enabled()
    assert not desk.driver.find_element(CSS, "#redo").is_enabled()
    assert desk.server.unsaved == {}
    assert desk.document(file).fields["seller"].text == "A"


def test_rows_are_added_in_the_middle_and_removed(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets
) -> None:
    file = submitted(mock, client)
    before = client.ocr.get_file(mock.model_id, file).tables[0].rows
    desk = at_desk(file)
    desk.driver.execute_script("document.querySelector(arguments[0]).focus()", 'textarea[aria-label^="Item, row 1,"]')
    desk.chord(ALT, "r")
    assert desk.focused() == "Item, row 2, page 1"
    desk.keys("1a", RIGHT, "Cable", RIGHT, "2", UP)
    assert desk.focused() == "Quantity, row 1, page 1"
    desk.picture("row")
    desk.driver.execute_script("document.querySelector(arguments[0]).focus()", 'textarea[aria-label^="Item, row 5,"]')
    desk.chord(ALT, "x")
    desk.chord(CONTROL, "s")
    desk.says("Saved.")
    after = desk.document(file).tables[0].rows
    assert after == (before[0], ("1a", "Cable", "2", "", ""), *before[1:3], *before[4:])


def test_a_field_is_added_where_its_box_is_drawn_and_another_one_is_moved_and_removed(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets
) -> None:
    file = submitted(mock, client)
    desk = at_desk(file)
    scale = 600 / desk.driver.find_element(CSS, ".sheet svg").rect["width"]
    desk.driver.execute_script("document.activeElement.blur(); view.choose(null)")
    desk.chord(ALT, "b")
    sheet = desk.driver.find_element(CSS, ".sheet svg")
    desk.drag(sheet, (-120, -300), (90, 20))
    assert desk.focused().startswith("Label of the new field")
    desk.keys("note", ENTER, "paid twice", ENTER)
    desk.picture("drawn")
    desk.type("invoice_number, page 1", "INV-1")
    desk.driver.execute_script("document.querySelector(arguments[0]).focus()", 'textarea[aria-label="seller, page 1"]')
    moved = desk.driver.find_element(CSS, "rect.chosen")
    desk.drag(moved, (0, 0), (0, 40))
    desk.driver.execute_script("document.querySelector(arguments[0]).focus()", 'textarea[aria-label="currency, page 1"]')
    desk.chord(ALT, "x")
    desk.chord(CONTROL, "s")
    desk.says("Saved.")
    after = desk.document(file)
    note = after.fields["note"]
    assert note.text == "paid twice"
    assert note.box is not None
    assert note.box.width == pytest.approx(90 * scale, abs=2)
    assert note.box.height == pytest.approx(20 * scale, abs=2)
    seller = after.fields["seller"].box
    assert seller is not None
    assert (seller.xmin, seller.width) == (59, 117)
    assert seller.ymin == pytest.approx(119 + 40 * scale, abs=2)
    assert "currency" not in after.fields


def test_a_box_is_moved_and_resized_by_keys(at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets) -> None:
    file = submitted(mock, client)
    desk = at_desk(file)
    desk.chord(ALT, "b")
    desk.picture("box")
    desk.keys(RIGHT, RIGHT, DOWN, LEFT)
    desk.chord(SHIFT, RIGHT)
    desk.keys(ENTER)
    desk.chord(CONTROL, "s")
    desk.says("Saved.")
    box = desk.document(file).fields["seller"].box
    assert box is not None
    assert (box.xmin, box.ymin, box.width, box.height) == (61, 121, 119, 11)


@dataclass
class Invoice:
    """What a user expects of an invoice."""

    invoice_number: str
    due_date: date
    total: Decimal
    cost_centre: str


def test_a_class_of_the_user_s_own_shows_its_problems_at_the_field(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets
) -> None:
    desk = at_desk(submitted(mock, client), types=Invoice)
    desk.until(lambda: "cost_centre" in desk.text("#list"), "no problem of a missing label")
    desk.type("due_date, page 1", "soon")
    desk.until(lambda: desk.driver.find_elements(CSS, ".field.invalid"), "no problem at the field")
    desk.picture("types")
    (wrong,) = desk.driver.find_elements(CSS, ".field.invalid")
    assert "due_date" in wrong.find_element(CSS, "input.label").get_property("value")
    assert "date" in wrong.find_element(CSS, ".wrong").text
    desk.type("due_date, page 1", "1 May 2026")
    desk.until(lambda: not desk.driver.find_elements(CSS, ".field.invalid"), "still a problem")


def test_the_queue_begins_with_the_least_certain_and_goes_on_after_an_approval(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets
) -> None:
    ids = [submitted(mock, client) for _ in range(3)]
    desk = at_desk(*ids)
    assert [one.text.split()[0] for one in desk.driver.find_elements(CSS, "#queue .entry")] == ["invoice.pdf"] * 3
    first = desk.driver.find_element(CSS, "#queue [aria-current]").get_attribute("data-id")
    desk.type("seller, page 1", "A")
    desk.chord(ALT, DOWN)
    desk.until(lambda: desk.driver.find_element(CSS, "#queue [aria-current]").get_attribute("data-id") != first, "same")
    assert desk.value("seller, page 1") == "Lindenhof Instruments Ltd"
    desk.chord(ALT, UP)
    desk.until(lambda: desk.value("seller, page 1") == "A", "the edits of the first file are lost")
    desk.chord(CONTROL, ENTER)
    desk.until(lambda: desk.driver.find_element(CSS, "#ask").is_displayed(), "no question")
    desk.keys(ENTER)
    desk.says("invoice.pdf is approved.")
    assert desk.document(first).is_moderated
    assert desk.document(first).fields["seller"].text == "A"
    assert desk.driver.find_element(CSS, "#queue [aria-current]").get_attribute("data-id") != first
    desk.picture("queue")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overlaps_or_is_cut_off(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets, width: int, dark: bool
) -> None:
    desk = at_desk(submitted(mock, client), width=width, height=844, dark=dark)
    assert desk.driver.execute_script("return document.documentElement.scrollWidth") == width
    frames = {
        name: desk.driver.find_element(CSS, name).rect
        for name in ("#save", "#approve", "#help-button", "#larger", "#draw", "#search", "#pages", "#list", "#add")
    }
    for name, one in frames.items():
        assert one["width"] > 20, name
        assert one["x"] >= 0, name
        assert one["x"] + one["width"] <= width, name
        for other, two in frames.items():
            beside = one["x"] + one["width"] <= two["x"] or two["x"] + two["width"] <= one["x"]
            below = one["y"] + one["height"] <= two["y"] or two["y"] + two["height"] <= one["y"]
            assert name == other or beside or below, (name, other)
    desk.picture(f"{'dark' if dark else 'light'}-{width}")
    if width < 600:
        desk.driver.find_element(CSS, "#queue-button").click()
        assert desk.driver.find_element(CSS, "#queue .entry").is_displayed()
        desk.picture(f"{'dark' if dark else 'light'}-{width}-queue")


def test_the_help_lists_the_keys(at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets) -> None:
    desk = at_desk(submitted(mock, client))
    desk.keys("\ue031")
    desk.until(lambda: desk.driver.find_element(CSS, "#help").is_displayed(), "no help")
    desk.picture("help")
    desk.keys(ESCAPE)
    assert desk.focused() == "seller, page 1"


def test_what_was_read_is_text_whatever_it_says(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets
) -> None:
    attack = "</script><img src=x onerror=\"document.title='owned'\"><b>"
    file = submitted(mock, client)
    draft = client.ocr.edit(mock.model_id, file)
    draft.set("seller", attack)
    draft.add(attack, attack)
    draft.tables[0].set(0, 1, attack)
    draft.save()
    desk = at_desk(file)
    assert desk.value("seller, page 1") == attack
    assert desk.driver.find_elements(CSS, "b, img[src=x]") == []
    assert "owned" not in desk.driver.title
    assert desk.driver.get_log("browser") == []


def test_a_server_that_has_ended_is_said_and_the_edits_stay(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets
) -> None:
    desk = at_desk(submitted(mock, client))
    desk.server.stop()
    desk.type("seller, page 1", "Lindenhof Ltd")
    desk.says("The review has ended")
    desk.picture("ended")
    assert desk.value("seller, page 1") == "Lindenhof Ltd"
    desk.driver.find_element(CSS, "#tab-json").click()
    assert '"text": "Lindenhof Ltd"' in desk.text("#json")
    desk.picture("json")
