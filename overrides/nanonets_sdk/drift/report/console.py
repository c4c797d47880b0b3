"""Colours for people, where rich is installed."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Final

from nanonets_sdk.drift.report.outcome import Kind

_STYLES: Final = {
    Kind.CALLERS: "bold red",
    Kind.WIRE: "bold magenta",
    Kind.AGREEMENT: "bold red",
    Kind.ADDITIVE: "bold yellow",
    Kind.DOCUMENTATION: "bold blue",
}


def show(text: str) -> None:
    """Print the text that `rendering.render` gives for people, in colours on a terminal that has them."""
    if find_spec("rich") is None:
        print(text)
        return
    from rich.console import Console
    from rich.text import Text

    shown = Text(text)
    shown.highlight_regex(r"^drift \w+:", "bold")
    for kind, style in _STYLES.items():
        shown.highlight_regex(rf"(?m)^{re.escape(kind.label)}:$", style)
    shown.highlight_regex(r"(?m)^    .*$", "dim")
    Console(highlight=False).print(shown, soft_wrap=True)
