"""Use the built site as a reader does, in headless Chromium: search it, copy its examples, look at its widths.

Run it with `nox -s site`, which builds the site first. It prints each check, and exits with 1 if one of them fails.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from browser import CSS, browser, resize, why_no_browser
from samples import ROOT

GUIDES: Final = {
    "excel": "guides/exports/",
    "retry": "guides/errors/",
    "rate limit": "guides/errors/",
    "proxy": "settings/",
    "docx": "guides/predict/",
    "certificate": "settings/",
    "fork": "guides/processes/",
    "webhook": "guides/webhooks/",
    "dataclass": "guides/typed-documents/",
    "approve": "guides/",
    "many files": "guides/many-files/",
}
WIDTHS: Final = (390, 1280)
# The index is loaded again for each word.
_SECONDS: Final = 90.0

# Takes what the theme has selected, in place of the clipboard: a click that is not a person's may not write there.
_WATCH_COPYING: Final = """
window.copied = [];
document.execCommand = () => {
  const field = document.activeElement, isField = "value" in field;
  window.copied.push(isField ? field.value.slice(field.selectionStart, field.selectionEnd) : String(getSelection()));
  return true;
};
"""
_BUTTONS: Final = ".md-clipboard, .md-code__button[data-md-type=copy], [data-clipboard-target]"


class Site(SimpleHTTPRequestHandler):
    """The files of the site; without the boosts of its search index if the server is asked to."""

    boosted = True

    def do_GET(self) -> None:
        """Answer with a file."""
        if type(self).boosted or not self.path.endswith("search_index.json"):
            super().do_GET()
            return
        index = json.loads((Path(self.directory) / "search" / "search_index.json").read_bytes())
        for entry in index["docs"]:
            entry.pop("boost", None)
        body = json.dumps(index).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Forbid caches: the index is served in two versions."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback, and yield its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def waited_for(driver: Any, script: str) -> Any:
    """Return what a script returns as soon as it is truthy."""
    from selenium.webdriver.support.wait import WebDriverWait

    return WebDriverWait(driver, _SECONDS).until(lambda browsing: browsing.execute_script(script))


def first_hit(driver: Any, url: str, words: str) -> str:
    """Return the path of the page that the search box of the site lists first."""
    driver.get(f"{url}?q={words.replace(' ', '+')}")
    found = waited_for(driver, "return document.querySelector('.md-search-result__item a')?.href")
    return str(urlsplit(found).path).lstrip("/")


def snippets(page: Path) -> list[str]:
    """Return what a reader should copy from a page: its examples without prompts and without output."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^( *)```([\w-]+)\n(.*?)^\1```", text, re.MULTILINE | re.DOTALL)
    return [_copied(language, re.sub(f"^{indent}", "", body, flags=re.MULTILINE)) for indent, language, body in blocks]


def _copied(language: str, body: str) -> str:
    if language not in ("console", "shell-session"):
        return body.rstrip()
    return "\n".join(line[2:] for line in body.splitlines() if line.startswith(("$ ", "> "))).rstrip()


def copied(driver: Any, url: str) -> list[str]:
    """Press every copy button of a page, and return what was copied."""
    driver.get(url)
    driver.execute_script(_WATCH_COPYING)
    if driver.find_elements(CSS, "pre > code"):
        waited_for(driver, f"return document.querySelector({_BUTTONS!r})")
    buttons = driver.find_elements(CSS, _BUTTONS)
    for button in buttons:
        driver.execute_script("arguments[0].click()", button)
    return [text.rstrip() for text in driver.execute_script("return window.copied")]


def pages() -> dict[str, Path]:
    """Return the pages with examples by their paths on the site; those of the reference are made from docstrings."""
    docs = ROOT / "docs"
    files = [*docs.glob("*.md"), *(docs / "guides").glob("*.md")]
    names = {file: file.relative_to(docs).with_suffix("").as_posix() for file in files}
    return {"" if name == "index" else f"{name}/": file for file, name in names.items()}


def search_problems(driver: Any, url: str) -> Iterator[str]:
    """Yield the words that do not lead to their guide, and say so if they all do without the boosts too."""
    for words, guide in GUIDES.items():
        found = first_hit(driver, url, words)
        print(f"search {words!r}: {found}")
        if not found.startswith(guide):
            yield f"{words!r} leads to {found}, not to {guide}"
    Site.boosted = False
    unboosted = {words: first_hit(driver, url, words) for words in GUIDES}
    Site.boosted = True
    print(f"search without boosts: {unboosted}")
    if all(unboosted[words].startswith(guide) for words, guide in GUIDES.items()):
        yield "every word leads to its guide without the boosts too: this check sees nothing"


def copy_problems(driver: Any, url: str) -> Iterator[str]:
    """Yield the examples whose copy is not the text that runs."""
    count = 0
    for path, page in sorted(pages().items()):
        expected, found = snippets(page), copied(driver, url + path)
        count += len(found)
        if len(found) != len(expected):
            yield f"{path}: {len(found)} copies of {len(expected)} examples"
        for mine, theirs in zip(expected, found, strict=False):
            if mine != theirs:
                yield f"{path}: copied {theirs[:120]!r} in place of {mine[:120]!r}"
    print(f"copied {count} examples")


def width_problems(driver: Any, url: str) -> Iterator[str]:
    """Yield the pages that are wider than the window, and pictures that are missing or have no words in their place."""
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    broken = (
        "return [...document.images].filter(image => image.complete && !image.naturalWidth).map(image => image.src)"
    )
    wordless = "return [...document.images].filter(image => !image.alt.trim()).map(image => image.src)"
    every = [
        *pages(),
        *(f"reference/{file.stem}/" for file in (ROOT / "docs/reference").glob("*.md") if file.stem != "index"),
    ]
    for width in WIDTHS:
        resize(driver, width, 900)
        for path in every:
            driver.get(url + path)
            if (over := driver.execute_script(wide)) > 0:
                yield f"{path} is {over} pixels wider than a window of {width}"
            for source in driver.execute_script(broken):
                yield f"{path} shows no picture at {source}"
            for source in driver.execute_script(wordless):
                yield f"{path} has a picture without alternative text: {source}"
    print(f"looked at {len(every)} pages at {' and '.join(map(str, WIDTHS))} pixels")


def main() -> int:
    """Run all checks on the site in the folder that is given."""
    if why_no_browser():
        print(f"The site is not checked: it {why_no_browser()}.")
        return 1
    with served(Path(sys.argv[1]).resolve()) as url, browser() as driver:
        problems = [
            *search_problems(driver, url), *copy_problems(driver, url), *width_problems(driver, url),
        ]  # fmt: skip
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
