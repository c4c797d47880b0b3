"""The review page works in a real browser by mouse, keys and on small screens, offline and safely."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import CSS, DOWN, ENTER, ESCAPE, RIGHT, UP, XPATH, browser, needs_browser, point_at, resize
from nanonets_sdk.documents import Document
from nanonets_sdk.formats.shown import score_text
from reply_bodies import cell, field_box, grid, predicted, table_box
from samples import INVOICE

ATTACK = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"><b>%%data%%"


def two_pages() -> Document:
    first = [
        field_box("invoice_number", "INV-2026-00417", (155, 201, 229, 212), score=0.97),
        field_box("seller", "Lindenhof Instruments Ltd", (59, 119, 176, 130), score=0.75),
        field_box("note", "no place at all", score=0.4),
        table_box([*grid([["1", "pH electrode"], ["2", "Cell"]], ["Item", "Description"]), cell(3, 1, "3", score=0.5)]),
    ]
    return predicted(first, [field_box("total", "9,245.22 EUR", (465, 277, 535, 289), score=0.81)])


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("review") / "review.html"
    two_pages().save_html(path, source=INVOICE)
    return path.as_uri()


@pytest.fixture
def page(driver: Any, review: str) -> Any:
    resize(driver, 1400, 900)
    driver.get(review)
    return driver


def shown(page: Any) -> list[str]:
    return [row.text.split("\n")[0] for row in page.find_elements(CSS, ".item") if row.is_displayed()]


def chosen(page: Any) -> str:
    rows = page.find_elements(CSS, ".item.chosen")
    assert len(rows) == len(page.find_elements(CSS, "[aria-current]")) <= 1
    return rows[0].text.replace("\n", " | ") if rows else ""


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.switch_to.active_element.send_keys(key)


def set_confidence(page: Any, percent: int) -> None:
    page.execute_script(
        "const s = document.getElementById('confidence'); s.value = arguments[0]; s.dispatchEvent(new Event('input'))",
        percent,
    )


@needs_browser
@pytest.mark.slow
def test_a_row_and_its_box_light_up_together(page: Any) -> None:
    row = page.find_element(XPATH, "//div[contains(@class,'field')][contains(.,'INV-2026')]")
    point_at(page, row)
    (lit,) = page.find_elements(CSS, "rect.lit")
    assert (lit.get_attribute("x"), lit.get_attribute("y"), lit.get_attribute("width")) == ("155", "201", "74")
    seller = next(box for box in page.find_elements(CSS, "rect") if box.get_attribute("x") == "59")
    point_at(page, seller)
    (lit_row,) = page.find_elements(CSS, ".item.lit")
    assert "Lindenhof" in lit_row.text


@needs_browser
@pytest.mark.slow
def test_a_box_stands_where_the_print_is(page: Any) -> None:
    image = page.find_element(CSS, ".sheet img").rect
    box = next(box for box in page.find_elements(CSS, "rect") if box.get_attribute("x") == "155").rect
    place = [(box["x"] - image["x"]) / image["width"], (box["y"] - image["y"]) / image["height"]]
    assert place == pytest.approx([155 / 600, 201 / 840], abs=0.004)


@needs_browser
@pytest.mark.slow
def test_a_click_on_a_box_chooses_its_row_even_on_another_page(page: Any) -> None:
    total = next(box for box in page.find_elements(CSS, "rect") if box.get_attribute("x") == "465")
    page.execute_script("arguments[0].scrollIntoView({block: 'center'})", total)
    point_at(page, total, click=True)
    assert chosen(page) == "total | 9,245.22 EUR | 81%"


@needs_browser
@pytest.mark.slow
def test_arrows_walk_through_everything_enter_zooms_and_escape_goes_back(page: Any) -> None:
    press(page, DOWN, DOWN)
    assert chosen(page).startswith("invoice_number")
    press(page, UP)
    assert chosen(page).startswith("seller")
    press(page, ENTER)
    assert page.find_elements(CSS, "#pages.zoomed")
    box, frame = page.find_element(CSS, "rect.chosen").rect, page.find_element(CSS, "#pages").rect
    assert frame["x"] <= box["x"] <= box["x"] + box["width"] <= frame["x"] + frame["width"]
    press(page, ESCAPE)
    assert not page.find_elements(CSS, "#pages.zoomed")
    press(page, ESCAPE)
    assert chosen(page) == ""


@needs_browser
@pytest.mark.slow
def test_arrows_go_through_a_table_by_rows_and_columns(page: Any) -> None:
    press(page, *[DOWN] * 4)
    assert chosen(page) == "1"
    press(page, RIGHT)
    assert chosen(page) == "pH electrode"
    press(page, DOWN)
    assert chosen(page) == "Cell"


@needs_browser
@pytest.mark.slow
def test_the_slider_leaves_what_is_doubtful(page: Any) -> None:
    set_confidence(page, 80)
    assert shown(page) == ["seller", "note", "3"]
    assert page.find_element(CSS, "#count").text == "3 of 9 shown"
    drawn = [box for box in page.find_elements(CSS, "rect") if box.is_displayed()]
    assert len(drawn) == 2
    press(page, ESCAPE)
    assert page.find_element(CSS, "#count").text == "9 of 9 shown"


@needs_browser
@pytest.mark.slow
def test_search_finds_texts_and_labels(page: Any) -> None:
    press(page, "/")
    press(page, *"LINDEN ltd")
    assert shown(page) == ["seller"]
    press(page, ENTER)
    assert chosen(page).startswith("seller")


@needs_browser
@pytest.mark.slow
def test_the_review_page_makes_no_request_and_keeps_its_own_policy(page: Any) -> None:
    page.get_log("performance")
    page.get_log("browser")
    page.get(page.current_url)
    sent = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    urls = [message["params"]["request"]["url"] for message in sent if message["method"] == "Network.requestWillBeSent"]
    assert urls
    assert all(url.startswith(("file:", "data:")) for url in urls)
    assert page.get_log("browser") == []


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_phone_nothing_is_cut_off_and_everything_can_be_reached(page: Any, review: str, dark: bool) -> None:
    resize(page, 390, 844, dark=dark)
    page.get(review)
    assert page.execute_script("return document.documentElement.scrollWidth") == 390
    for part in ("#search", "#confidence", "#count", "#pages", "#list"):
        rect = page.find_element(CSS, part).rect
        assert rect["width"] > 60
        assert rect["x"] >= 0
        assert rect["x"] + rect["width"] <= 390
    ground = page.execute_script("return getComputedStyle(document.getElementById('list')).backgroundColor")
    assert ground == ("rgb(23, 30, 40)" if dark else "rgb(255, 255, 255)")


@needs_browser
def test_nothing_that_was_read_runs_or_becomes_markup(driver: Any, tmp_path: Path) -> None:
    boxes = [field_box(ATTACK, ATTACK, (10, 10, 99, 20)), table_box([cell(1, 1, ATTACK, ATTACK)], label=ATTACK)]
    predicted(boxes, input=ATTACK).save_html(tmp_path / "a.html", source=INVOICE)
    driver.get((tmp_path / "a.html").as_uri())
    assert driver.title == ATTACK
    assert driver.find_element(CSS, "h1").text == ATTACK
    assert driver.find_element(CSS, ".field .text").text == ATTACK
    assert driver.find_elements(CSS, "b") == []
    assert len(driver.find_elements(CSS, "img")) == 1


@needs_browser
@pytest.mark.slow
def test_a_script_that_got_in_would_not_run(driver: Any, review: str, tmp_path: Path) -> None:
    html = Path(review.removeprefix("file://")).read_text(encoding="utf-8")
    tampered = html.replace(
        "</body>", "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"></body>"
    )
    (tmp_path / "tampered.html").write_text(tampered, encoding="utf-8")
    driver.get((tmp_path / "tampered.html").as_uri())
    assert driver.title == "sample.pdf"
    assert any("Content Security Policy" in entry["message"] for entry in driver.get_log("browser"))


@needs_browser
@pytest.mark.slow
def test_zoom_keeps_the_place_under_two_fingers_and_has_buttons(page: Any) -> None:
    page.find_element(CSS, "#larger").click()
    assert page.find_element(CSS, "#zoom").text == "125%"
    page.find_element(CSS, "#fit").click()
    resize(page, 390, 844)
    page.refresh()
    box = next(box for box in page.find_elements(CSS, "rect") if box.get_attribute("x") == "155")
    x, y = (box.rect["x"] + box.rect["width"] / 2, box.rect["y"] + box.rect["height"] / 2)

    def touch(kind: str, apart: int) -> None:
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}] if kind != "touchEnd" else []
        page.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    page.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    touch("touchStart", 20)
    for apart in (30, 40, 50, 60):
        touch("touchMove", apart)
    touch("touchEnd", 0)
    page.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
    assert page.find_element(CSS, "#zoom").text == "300%"
    middle = (box.rect["x"] + box.rect["width"] / 2, box.rect["y"] + box.rect["height"] / 2)
    assert middle == pytest.approx((x, y), abs=25)


@needs_browser
@pytest.mark.slow
def test_a_value_a_table_and_everything_as_json_can_be_copied(page: Any) -> None:
    page.execute_script("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")
    press(page, DOWN, DOWN, "c")
    assert page.execute_script("return window.copied") == "INV-2026-00417"
    page.find_element(CSS, "h3 button").click()
    assert page.execute_script("return window.copied") == "1\tpH electrode\n2\tCell\n3\t"
    page.find_element(CSS, "#tab-json").click()
    page.find_element(CSS, "#copy").click()
    copied = json.loads(page.execute_script("return window.copied"))
    assert [one["page"] for one in copied["pages"]] == [1, 2]
    (total,) = copied["pages"][1]["fields"]
    assert (total["label"], total["text"], total["score"]) == ("total", "9,245.22 EUR", 0.81)
    assert total["box"] == {"left": 465, "top": 277, "width": 70, "height": 12}
    assert copied["pages"][0]["tables"][0]["rows"] == [["1", "pH electrode"], ["2", "Cell"], ["3", ""]]


def test_the_file_names_no_address_but_its_own_parts(review: str) -> None:
    html = Path(review.removeprefix("file://")).read_text(encoding="utf-8")
    assert html.count("http") == html.count('http-equiv="Content-Security-Policy"') + html.count(
        "http://www.w3.org/2000/svg"
    )


@needs_browser
def test_scores_are_rounded_as_in_all_other_outputs(page: Any) -> None:
    scores = [*(number / 2000 for number in range(2001)), 0.9999999, 1e-9]
    assert page.execute_script("return arguments[0].map(view.percent)", scores) == [*map(score_text, scores)]
    assert [row.text.split("\n") for row in page.find_elements(CSS, ".item")][-1] == ["total", "9,245.22 EUR", "81%"]
