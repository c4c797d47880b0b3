"""Make the pictures of the documentation from the product itself, on the offline mock.

Run it with `nox -s pictures [-- NAME …]`. Terminals are captured from tmux and written as SVG; notebook, review pages
and overlay are drawn by Chromium or by the SDK and written as WebP.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import yaml
from PIL import Image
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from browser import CSS, ENTER, XPATH, browser, resize, why_no_browser
from nanonets_sdk import Document, Nanonets
from nanonets_sdk.mock import Answer, Latency, MockServer, Progression
from nanonets_sdk.review import ReviewServer
from scans import write_scans

ROOT: Final = Path(__file__).parents[2]
PICTURES: Final = ROOT / "docs" / "pictures"
SAMPLES: Final = ROOT / "tests" / "samples"
LARGEST: Final = 150_000
_KEY: Final = "example-key"
_SECONDS: Final = 120.0
# After a change of colours, which the page does by degrees.
_SETTLED: Final = 1.0
_LOADED: Final = "return [...document.images].length > 0 && [...document.images].every(one => one.naturalWidth)"
_DONE: Final = "command-is-done"
_COLOURS: Final = re.compile(r"\x1b\[[\d;]*m")

# Rich's own frame loads a font from another host.
_SVG: Final = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


class Studio:
    """A folder with files to read, a mock, and a terminal; what every picture needs."""

    def __init__(self, folder: Path, server: MockServer) -> None:
        """Take a folder, and a mock that is running."""
        self.folder, self.server = folder, server
        shutil.copy(SAMPLES / "invoice.pdf", folder)
        os.environ["NANONETS_API_KEY"] = _KEY
        os.environ["NANONETS_BASE_URL"], os.environ["NANONETS_MODEL_ID"] = server.base_url, server.model_id

    def document(self) -> Document:
        """Return what the mock reads in the sample."""
        with Nanonets() as client:
            return client.ocr.predict_file(self.server.model_id, self.folder / "invoice.pdf")

    def terminal(self, name: str, *commands: str, columns: int = 92, lines: int = 60, until: str = _DONE) -> None:
        """Run commands in tmux, and write its screen as an SVG: at the end, or as soon as it matches `until`."""
        script = "; ".join(f"printf '$ %s\\n' {_quoted(one)}; {one}" for one in commands)
        screen = self._screen(script, columns, lines, re.compile(until))
        console = Console(record=True, width=columns, file=io.StringIO(), force_terminal=True, color_system="truecolor")
        # An empty line: the last one would be cut by the frame.
        console.print(Text.from_ansi(screen + "\n"))
        console.print()
        svg = console.export_svg(title="", theme=MONOKAI, code_format=_SVG, unique_id=name)
        _write(f"{name}.svg", svg.encode())

    def _screen(self, script: str, columns: int, lines: int, until: re.Pattern[str]) -> str:
        socket = f"pictures-{os.getpid()}"
        tmux = ["tmux", "-f", os.devnull, "-L", socket]
        # The folder of this Python comes first: that is where the command is installed.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        shell = self.folder / "commands.sh"
        shell.write_text(f"cd {_quoted(str(self.folder))}\n{script}\nprintf %s {_DONE}\nsleep 600\n", encoding="utf-8")
        settings = {**os.environ, "PATH": path, "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
        size = ["-x", str(columns), "-y", str(lines)]
        subprocess.run([*tmux, "new-session", "-d", *size, "sh", str(shell)], env=settings, check=True)
        try:
            for _ in range(int(_SECONDS / 0.2)):
                time.sleep(0.2)
                shown = subprocess.run([*tmux, "capture-pane", "-e", "-p"], check=True, capture_output=True, text=True)
                if until.search(_COLOURS.sub("", shown.stdout)):
                    return shown.stdout.split(_DONE)[0].rstrip()
        finally:
            subprocess.run([*tmux, "kill-server"], check=False)
        raise SystemExit(f"No {until.pattern!r} within {_SECONDS:g} s; the screen shows:\n{shown.stdout}")


def predict(studio: Studio) -> None:
    """A file in the terminal."""
    studio.terminal("terminal-predict", "nanonets predict invoice.pdf")


def folder(studio: Studio) -> None:
    """A folder of files, one of which cannot be read, then a look at its results."""
    scans = studio.folder / "scans"
    scans.mkdir()
    for path in sorted((SAMPLES / "born_digital").glob("*-order.pdf")):
        shutil.copy(path, scans)
    (scans / "broken.pdf").write_bytes(b"%PDF-1.7 nothing else")
    (scans / "notes.docx").write_bytes(b"PK\x03\x04")
    studio.terminal("terminal-folder", "nanonets predict scans --output results --format csv", "ls results")


def progress(studio: Studio) -> None:
    """The middle of a batch of sixty files, of which the service refuses some."""
    write_scans(studio.folder / "in", 60)
    studio.server.jobs = Progression.after_seconds(2)
    studio.server.fail("ocr_submit_file", Latency(0.25))
    studio.server.fail("ocr_submit_file", Answer(400, {"message": "The file cannot be opened"}), every=15)
    studio.terminal("terminal-progress", "nanonets predict in --output out", until=r"done (2[5-9]|3\d)")


def drift(studio: Studio) -> None:
    """A reply that has lost a field and gained another, and a parameter that calls need now."""
    described = yaml.safe_load((ROOT / "openapi" / "nanonets.yaml").read_bytes())
    (studio.folder / "before.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")
    parts = described["components"]
    parts["schemas"]["FullTextReply"]["properties"].pop("result")
    parts["parameters"]["Language"]["required"] = True
    parts["schemas"]["FullTextReply"]["properties"]["language"] = {"type": "string"}
    (studio.folder / "after.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")
    studio.terminal("terminal-drift", "nanonets drift compare before.yaml after.yaml", columns=100)


def notebook(studio: Studio) -> None:
    """A document and a table as a notebook shows them."""
    document = studio.document()
    style = "body{margin:16px;font:14px system-ui;background:Canvas;color:CanvasText}:root{color-scheme:light dark}"
    # As notebooks set the cells of tables apart.
    style += "td,th{padding:2px 8px}"
    code = 'document = client.ocr.predict_file(model_id, "invoice.pdf")\ndocument'
    cell = f"<pre style='background:#8882;padding:8px'>{code}</pre>"
    page = studio.folder / "notebook.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{cell}{document._repr_html_()}", "utf-8")
    _shoot(page, "notebook", width=700, height=620)


def review(studio: Studio) -> None:
    """The page that shows where each value was found."""
    page = studio.folder / "review.html"
    studio.document().save_html(page, source=studio.folder / "invoice.pdf")
    _shoot(page, "review", width=1280, height=800)


def review_server(studio: Studio) -> None:
    """The page that saves at the service, after a first correction."""
    from selenium.webdriver.support.wait import WebDriverWait

    studio.server.jobs = Progression.immediate()
    files = [*sorted((SAMPLES / "born_digital").glob("*-order.pdf")), studio.folder / "invoice.pdf"]
    with Nanonets() as client, browser() as driver:
        model = studio.server.model_id
        orders = [client.ocr.submit_file(model, file).request_file_id for file in files]
        with ReviewServer(client, model, reversed(orders)) as served:
            resize(driver, 1280, 800)
            driver.get(served.url)
            waiting = WebDriverWait(driver, _SECONDS)
            # Files move up and down the list as their scores arrive.
            waiting.until(lambda browsing: browsing.find_element(CSS, "#queue").text.count("%") == len(files))
            driver.find_element(XPATH, "//*[@id='queue']//*[contains(text(), 'invoice.pdf')]").click()
            waiting.until(lambda browsing: browsing.find_element(CSS, "h1").text == "invoice.pdf")
            waiting.until(lambda browsing: "seller" in browsing.switch_to.active_element.accessible_name)
            driver.switch_to.active_element.send_keys("Lindenhof Instruments Limited", ENTER)
            waiting.until(lambda browsing: browsing.execute_script(_LOADED))
            for scheme in ("light", "dark"):
                resize(driver, 1280, 800, dark=scheme == "dark")
                time.sleep(_SETTLED)
                _photograph(driver, f"review-server-{scheme}")


def overlay(studio: Studio) -> None:
    """The first page of the sample with what was read."""
    made = studio.document().save_overlay(studio.folder / "overlay.png", source=studio.folder / "invoice.pdf")
    with Image.open(made[0]) as picture:
        # The lower half of the page is empty.
        part = picture.crop((0, 0, picture.width, picture.height * 6 // 10))
        _webp("overlay", part.resize((900, part.height * 900 // part.width)))


ALL: Final[dict[str, Callable[[Studio], None]]] = {
    "terminal-predict": predict, "terminal-folder": folder, "terminal-progress": progress, "terminal-drift": drift,
    "notebook": notebook, "review": review, "review-server": review_server, "overlay": overlay,
}  # fmt: skip


def _shoot(page: Path, name: str, *, width: int, height: int) -> None:
    """Write a picture of a page for each colour scheme."""
    with browser() as driver:
        for scheme in ("light", "dark"):
            resize(driver, width, height, dark=scheme == "dark")
            driver.get(page.as_uri())
            _photograph(driver, f"{name}-{scheme}")


def _photograph(driver: Any, name: str) -> None:
    with Image.open(io.BytesIO(driver.get_screenshot_as_png())) as picture:
        _webp(name, picture)


def _webp(name: str, picture: Any) -> None:
    bytes_of = io.BytesIO()
    picture.convert("RGB").save(bytes_of, "WEBP", quality=82, method=6)
    _write(f"{name}.webp", bytes_of.getvalue())


def _write(name: str, content: bytes) -> None:
    if len(content) > LARGEST:
        raise SystemExit(f"{name} would have {len(content)} bytes; at most {LARGEST} are allowed")
    (PICTURES / name).write_bytes(content)
    print(f"docs/pictures/{name}: {len(content) / 1000:.0f} kB")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


@contextmanager
def studio() -> Iterator[Studio]:
    """Yield a studio whose mock gives the same ids and scores each time."""
    with tempfile.TemporaryDirectory() as folder, MockServer(api_key=_KEY, seed="pictures", port=0) as server:
        yield Studio(Path(folder), server)


def missing(names: list[str]) -> str:
    """Return what is missing for some pictures; empty if nothing is."""
    needs = why_no_browser() if {"notebook", "review", "review-server"} & set(names) else ""
    if any(name.startswith("terminal") for name in names) and shutil.which("tmux") is None:
        needs += f"{' and ' if needs else 'needs '}tmux"
    return needs


def main() -> int:
    """Make the pictures that are named; all of them if none is."""
    names = sys.argv[1:] or list(ALL)
    if unknown := [name for name in names if name not in ALL]:
        print(f"There is no picture {', '.join(unknown)}; there are {', '.join(ALL)}.", file=sys.stderr)
        return 2
    if needs := missing(names):
        print(f"No picture was made: this {needs}. Pictures that need neither can be named.", file=sys.stderr)
        return 1
    PICTURES.mkdir(exist_ok=True)
    for name in names:
        with studio() as one:
            ALL[name](one)
    return 0


if __name__ == "__main__":
    sys.exit(main())
