"""The page itself: what it shares with `Document.save_html`, and what it takes to edit."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from nanonets_sdk.pictures.review import asset, filled


def page_html(nonce: str) -> str:
    """Return the page. Its style and scripts carry the nonce; it has no other content."""
    return filled(_asset("served.html"), {"nonce": nonce, **_shared()})


def icon() -> str:
    """Return the icon of the page as SVG."""
    return _asset("icon.svg")


@cache
def _shared() -> dict[str, str]:
    return {
        "style": asset("review.css") + _asset("edit.css"),
        "view": asset("review.js"),
        "edit": _asset("merge.js") + _asset("edit.js").removeprefix('"use strict";\n'),
    }


def _asset(name: str) -> str:
    return (files("nanonets_sdk.review") / "assets" / name).read_text(encoding="utf-8")
