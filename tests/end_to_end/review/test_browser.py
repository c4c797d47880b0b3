"""A person reviews files in a real browser by keyboard and mouse, and the client reads back what they did."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from browser import ALT, CONTROL, CSS, DOWN, ENTER, ESCAPE, IN_A_BROWSER, LEFT, RIGHT, SHIFT, TAB, UP
from nanonets_sdk import Nanonets
from nanonets_sdk.mock import MockServer
from review_desk import KEY, Desk
from samples import INVOICE

pytestmark = [*IN_A_BROWSER]
slow = pytest.mark.slow


def requested(driver: Any) -> list[str]:
    sent = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    return [one["params"]["request"]["url"] for one in sent if one["method"] == "Network.requestWillBeSent"]


def test_five_corrections_and_an_approval_by_keyboard_alone_are_read_back(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets, file: str
) -> None:
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
    desk.until(lambda: desk.is_open("#ask"), "no question about doubtful values")
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


@slow
def test_a_conflict_shows_both_values_and_loses_neither(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets, file: str
) -> None:
    desk = at_desk(file)
    desk.type("seller, page 1", "Lindenhof Ltd")
    desk.type("buyer, page 1", "Brightwater AG")
    theirs = client.ocr.edit(mock.model_id, file)
    theirs.set("seller", "Lindenhof plc")
    theirs.set("currency", "GBP")
    theirs.save()
    desk.chord(CONTROL, "s")
    desk.until(lambda: desk.is_open("#conflict"), "no conflict")
    desk.picture("conflict")
    choices = [" ".join(one.text.split()) for one in desk.driver.find_elements(CSS, "#conflict label")]
    assert choices == ["Yours Lindenhof Ltd", "Theirs Lindenhof plc"]
    assert (
        desk.text("#conflict .merged")
        == "Kept from both sides, without a conflict: 1 of their changes and 1 of your edits."
    )
    assert not desk.driver.find_element(CSS, "#conflict .done").is_enabled()
    desk.keys(ESCAPE)
    assert desk.is_open("#conflict")
    desk.keys(" ", TAB, ENTER)
    desk.until(lambda: not desk.is_open("#conflict"), "still a conflict")
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


@slow
def test_a_file_that_was_approved_meanwhile_is_not_written(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets, file: str
) -> None:
    desk = at_desk(file)
    desk.type("seller, page 1", "Lindenhof Ltd")
    client.ocr.approve(mock.model_id, file)
    desk.chord(CONTROL, "s")
    desk.until(lambda: desk.is_open("#conflict"), "no conflict")
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


@slow
def test_undo_and_redo_go_through_every_edit_until_it_is_saved(at_desk: Callable[..., Desk], file: str) -> None:
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


@slow
def test_rows_are_added_in_the_middle_and_removed(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets, file: str
) -> None:
    before = client.ocr.get_file(mock.model_id, file).tables[0].rows
    desk = at_desk(file)
    desk.focus("Item, row 1,")
    desk.chord(ALT, "r")
    assert desk.focused() == "Item, row 2, page 1"
    desk.keys("1a", RIGHT, "Cable", RIGHT, "2", UP)
    assert desk.focused() == "Quantity, row 1, page 1"
    desk.picture("row")
    desk.focus("Item, row 5,")
    desk.chord(ALT, "x")
    desk.chord(CONTROL, "s")
    desk.says("Saved.")
    after = desk.document(file).tables[0].rows
    assert after == (before[0], ("1a", "Cable", "2", "", ""), *before[1:3], *before[4:])


@slow
def test_a_field_is_added_where_its_box_is_drawn_and_another_one_is_moved_and_removed(
    at_desk: Callable[..., Desk], file: str
) -> None:
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
    desk.focus("seller, page 1")
    moved = desk.driver.find_element(CSS, "rect.chosen")
    desk.drag(moved, (0, 0), (0, 40))
    desk.focus("currency, page 1")
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


@slow
def test_a_box_is_moved_and_resized_by_keys(at_desk: Callable[..., Desk], file: str) -> None:
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


@slow
def test_a_class_of_the_user_s_own_shows_its_problems_at_the_field(at_desk: Callable[..., Desk], file: str) -> None:
    desk = at_desk(file, types=Invoice)
    desk.until(lambda: "cost_centre" in desk.text("#list"), "no problem of a missing label")
    desk.type("due_date, page 1", "soon")
    desk.until(lambda: desk.driver.find_elements(CSS, ".field.invalid"), "no problem at the field")
    desk.picture("types")
    (wrong,) = desk.driver.find_elements(CSS, ".field.invalid")
    assert "due_date" in wrong.find_element(CSS, "input.label").get_property("value")
    assert "date" in wrong.find_element(CSS, ".wrong").text
    desk.type("due_date, page 1", "1 May 2026")
    desk.until(lambda: not desk.driver.find_elements(CSS, ".field.invalid"), "still a problem")


@slow
def test_the_queue_begins_with_the_least_certain_and_goes_on_after_an_approval(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets, file: str
) -> None:
    ids = [file, *(client.ocr.submit_file(mock.model_id, INVOICE).request_file_id for _ in range(2))]
    desk = at_desk(*ids)
    assert desk.queue() == ["invoice.pdf"] * 3
    first = desk.chosen()
    desk.type("seller, page 1", "A")
    desk.chord(ALT, DOWN)
    desk.until(lambda: desk.chosen() != first, "the same file is still open")
    assert desk.value("seller, page 1") == "Lindenhof Instruments Ltd"
    desk.chord(ALT, UP)
    desk.until(lambda: desk.value("seller, page 1") == "A", "the edits of the first file are lost")
    desk.chord(CONTROL, ENTER)
    desk.until(lambda: desk.is_open("#ask"), "no question")
    desk.keys(ENTER)
    desk.says("invoice.pdf is approved.")
    assert desk.document(first).is_moderated
    assert desk.document(first).fields["seller"].text == "A"
    assert desk.chosen() != first
    desk.picture("queue")


@slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overlaps_or_is_cut_off(at_desk: Callable[..., Desk], file: str, width: int, dark: bool) -> None:
    desk = at_desk(file, width=width, height=844, dark=dark)
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


@slow
def test_the_help_lists_the_keys(at_desk: Callable[..., Desk], file: str) -> None:
    desk = at_desk(file)
    desk.keys("\ue031")
    desk.until(lambda: desk.is_open("#help"), "no help")
    desk.picture("help")
    desk.keys(ESCAPE)
    assert desk.focused() == "seller, page 1"


@slow
def test_what_was_read_is_text_whatever_it_says(
    at_desk: Callable[..., Desk], mock: MockServer, client: Nanonets, file: str
) -> None:
    attack = "</script><img src=x onerror=\"document.title='owned'\"><b>"
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


@slow
def test_a_server_that_has_ended_is_said_and_the_edits_stay(at_desk: Callable[..., Desk], file: str) -> None:
    desk = at_desk(file)
    desk.server.stop()
    desk.type("seller, page 1", "Lindenhof Ltd")
    desk.says("The review has ended")
    desk.picture("ended")
    assert desk.value("seller, page 1") == "Lindenhof Ltd"
    desk.driver.find_element(CSS, "#tab-json").click()
    assert '"text": "Lindenhof Ltd"' in desk.text("#json")
    desk.picture("json")


def field(key: int | None, label: str, text: str) -> dict[str, Any]:
    return {"uid": f"1 {label}", "key": key, "id": "", "label": label, "text": text, "box": None}


def table(*rows: str) -> dict[str, Any]:
    cells = [
        {"uid": f"1 t {row}", "key": row, "row": row, "column": 0, "text": text, "box": None}
        for row, text in enumerate(rows)
    ]
    return {
        "uid": "1 t", "key": 9, "id": "", "label": "t", "header": ["A"], "box": None, "cells": cells, "spanned": [],
        "height": len(rows), "width": 1,
    }  # fmt: skip


def page_of(*boxes: dict[str, Any]) -> dict[str, Any]:
    tables = [one for one in boxes if "cells" in one]
    return {"pages": [{"number": 1, "fields": [one for one in boxes if "cells" not in one], "tables": tables}]}


A, B, ONE, TWO = field(0, "a", "1"), field(1, "b", "2"), table("x", "y"), table("x", "z")
CASES: dict[str, tuple[list[dict[str, Any]], ...]] = {
    # what the page was given, what it made of it, what the service says now
    "both changed": ([A], [field(0, "a", "3")], [field(0, "a", "4")]),
    "removed here, changed there": ([A, B], [B], [field(0, "a", "4"), B]),
    "changed here, removed there": ([A, B], [field(0, "a", "3"), B], [B]),
    "same change": ([A], [field(0, "a", "3")], [field(0, "a", "3")]),
    "both added": ([A], [A, field(None, "c", "5")], [A, field(1, "d", "6")]),
    "a cell each": ([table("x", "y")], [table("3", "y")], [table("x", "4")]),
    "the same cell": ([ONE], [TWO], [table("x", "w")]),
    "a row here, a cell there": ([ONE], [table("x", "n", "y")], [table("x", "w")]),
    "a table changed here, removed there": ([ONE], [TWO], []),
}
EXPECTED: dict[str, tuple[int, list[str], list[str]]] = {
    "both changed": (1, ["a=3"], ["a=4"]),
    "removed here, changed there": (1, ["b=2"], ["a=4", "b=2"]),
    "changed here, removed there": (1, ["a=3", "b=2"], ["b=2"]),
    "same change": (0, ["a=3"], ["a=3"]),
    "both added": (0, ["a=1", "d=6", "c=5"], ["a=1", "d=6", "c=5"]),
    "a cell each": (0, ["3", "4"], ["3", "4"]),
    "the same cell": (1, ["x", "z"], ["x", "w"]),
    "a row here, a cell there": (1, ["x", "n", "y"], ["x", "w"]),
    "a table changed here, removed there": (1, ["x", "z"], []),
}
MERGE = """
const [base, mine, theirs, side] = arguments;
const merge = merging.merge(base, mine, theirs);
for (const one of merge.conflicts) one.take(side);
const page = merge.finish().pages[0];
const rows = page.tables.flatMap((table) => [...table.cells].sort((a, b) => a.row - b.row).map((cell) => cell.text));
return [merge.conflicts.length, [...page.fields.map((one) => `${one.label}=${one.text}`), ...rows]];
"""


@slow
def test_what_one_side_changed_is_taken_and_the_rest_is_for_the_person(at_desk: Callable[..., Desk], file: str) -> None:
    desk = at_desk(file)
    found = {
        name: [
            desk.driver.execute_script(MERGE, *(page_of(*boxes) for boxes in case), side) for side in ("mine", "theirs")
        ]
        for name, case in CASES.items()
    }
    assert found == {
        name: [[conflicts, mine], [conflicts, theirs]] for name, (conflicts, mine, theirs) in EXPECTED.items()
    }
