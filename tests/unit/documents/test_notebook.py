"""A notebook shows everything, and none of it becomes markup."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from reply_bodies import field_box, grid, predicted, table_box

ATTACK = '<script>alert(1)</script><img src=x onerror="alert(2)">'
DOCUMENT = predicted(
    [field_box(ATTACK, ATTACK), table_box(grid([[ATTACK, "2"]], [ATTACK, "n"]), label=ATTACK)],
    input=ATTACK,
    message=ATTACK,
)


def html_of(shown: Any) -> str:
    html: str = shown._repr_html_()
    return html


class Tags(HTMLParser):
    """The tags of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert all(name == "style" for name, _ in attrs)
        self.seen.add(tag)


@pytest.mark.parametrize(
    "shown",
    [DOCUMENT, DOCUMENT.pages[0], DOCUMENT.fields, DOCUMENT.fields.all()[0], DOCUMENT.tables[0]],
    ids=["document", "page", "fields", "field", "table"],
)
def test_text_is_never_markup(shown: Any) -> None:
    html = html_of(shown)
    assert "&lt;script&gt;" in html
    assert Tags(html).seen <= {"table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "p", "strong", "br"}


def test_notebook_output_of_long_documents_is_truncated_and_says_so() -> None:
    html = html_of(predicted([field_box("a", str(at)) for at in range(500)]))
    assert len(re.findall("<tr>", html)) == 201
    assert "… 300 more fields" in html


def test_a_table_shows_its_header_and_rows() -> None:
    html = html_of(predicted([table_box(grid([["Pump", "12.50"]], ["Item", "Price"]))]).tables[0])
    assert re.findall(">([^<]+)<", html) == ["Item", "Price", "Pump", "12.50"]
