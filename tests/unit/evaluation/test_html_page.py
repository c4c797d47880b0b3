"""The page of an evaluation is self-contained, safe, and can be read without seeing its plots."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import attrs
import pytest

from nanonets_sdk import Document
from nanonets_sdk.evaluation import Evaluation, evaluate
from reply_bodies import field_box, grid, moderated, table_box

HOSTILE: Final = "</style><script>alert(1)</script>\ud800 & \"'"
VOID: Final = {"meta"}


class Reader(HTMLParser):
    """Collects the elements of a page, and checks that they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    documents: list[Document] = []
    for number in range(40):
        score = 0.5 + number / 80
        text = f"value {number}"
        seen = text if number % 4 else "wrong"
        place = (10, 10, 90, 30)
        cells = grid([["pump", "12.50"]], ["Item", "Price"])
        documents.append(
            attrs.evolve(
                moderated(
                    [
                        field_box("total", seen, place, score=score),
                        field_box(HOSTILE, text, place, score=score),
                        table_box(cells),
                    ],
                    [field_box("total", text, place), field_box(HOSTILE, text, place), table_box(cells)],
                ),
                request_file_id=str(number),
            )
        )
    return evaluate(documents)


def saved(evaluation: Evaluation, folder: Path, precision: float = 0.9, title: str = "Title") -> str:
    evaluation.save_html(folder / "page.html", precision, title=title)
    return (folder / "page.html").read_text("utf-8")


@pytest.fixture
def page(evaluation: Evaluation, tmp_path: Path) -> Reader:
    reader = Reader()
    reader.feed(saved(evaluation, tmp_path))
    reader.close()
    assert reader.open == []
    return reader


def test_nothing_in_a_label_or_title_becomes_markup(evaluation: Evaluation, tmp_path: Path) -> None:
    html = saved(evaluation, tmp_path, title=HOSTILE)
    assert "<script" not in html
    assert html.count("</style>") == 1
    assert "&lt;script&gt;" in html


def test_the_policy_allows_the_style_of_the_page_and_nothing_else(evaluation: Evaluation, tmp_path: Path) -> None:
    html = saved(evaluation, tmp_path)
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}';" in html
    assert " style=" not in html
    assert not re.search(r"(?:src|href)=|url\(", html)


def test_every_plot_says_what_it_shows_and_has_a_table_beside_it(page: Reader) -> None:
    plots = [about for tag, about in page.elements if tag == "svg" and "aria-hidden" not in about]
    figures = [about for tag, about in page.elements if tag == "figure"]
    # Labels and columns, all scores, and two for each of two labels and two columns.
    assert len(plots) == len(figures) == sum(tag == "table" for tag, _ in page.elements) == 2 + 2 + 2 * 4
    assert all(about["role"] == "img" and (about["aria-label"] or "").endswith(".") for about in plots)
    assert all(about.get("scope") in {"col", "row"} for tag, about in page.elements if tag == "th")


def test_figures_are_in_the_tables(page: Reader, evaluation: Evaluation) -> None:
    total = evaluation.labels["total"]
    assert total.precision == 0.75
    assert {"75.0%", "total", "all labels", "Price", "0.9 to 1.0"} <= {*page.texts}
    assert "40 approved documents with 40 pages." in page.texts


def test_a_share_is_never_rounded_to_all_or_nothing(tmp_path: Path) -> None:
    place = (10, 10, 90, 30)
    fields = [field_box("a", str(number), (0, 0, 0, 0), id=str(number)) for number in range(3000)]
    wrong = [*fields[:-1], field_box("a", "x", place, id="2999")]
    html = saved(evaluate([moderated(wrong, fields)]), tmp_path)
    assert "<dd>99.9%</dd>" in html


def test_the_same_evaluation_gives_the_same_page(evaluation: Evaluation, tmp_path: Path) -> None:
    assert saved(evaluation, tmp_path) == saved(evaluation, tmp_path)


def test_an_evaluation_of_nothing_is_a_page_too(tmp_path: Path) -> None:
    html = saved(evaluate([]), tmp_path)
    assert "0 approved documents" in html
    assert "<figure" not in html


def test_a_precision_that_no_threshold_reaches_is_said(tmp_path: Path) -> None:
    place = (10, 10, 90, 30)
    html = saved(evaluate([moderated([field_box("a", "1", place)], [field_box("a", "2", place)])]), tmp_path)
    assert "which no threshold reaches." in html
    assert "not reached" in html


def test_a_precision_out_of_range_is_refused_before_anything_is_written(evaluation: Evaluation, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="above 0"):
        evaluation.save_html(tmp_path / "page.html", 2)
    assert list(tmp_path.iterdir()) == []
