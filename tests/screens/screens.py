"""Takes pictures of `nanonets predict` on terminals of several widths, as text, and looks at each of them.

A scene runs the command in tmux against the mock, and is captured in the middle and at the end. What holds for every
screen: no line is wrapped by the terminal, no name is cut, and the numbers add up.

```console
python -m nox -s screens                              # all scenes at 60, 80 and 140 columns
python -m nox -s screens -- --write screens ctrl-c    # one scene, its screens written to a folder
```
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import define, field, frozen

from command_line import COMMAND, environment, unused_port
from nanonets_sdk.mock import Answer, Latency, MockServer, Progression
from samples import INVOICE
from scans import write_scans

WIDTHS: Final = (60, 80, 140)
HEIGHT: Final = 40
FILES: Final = 60
LONG: Final = "invoice-of-the-supplier-in-the-north-2026-11-29-2nd.pdf"
_PATIENCE: Final = 60.0
_LOOK: Final = 0.1
_FACT: Final = re.compile(r"(sent|at the service|done|failed|not known) (\d+)|(\d+) pages?\b")
_WHOLE: Final = re.compile(r"\b(\d+) of (\d+)\b")


@frozen
class Screen:
    """What a terminal shows.

    Attributes:
        name: The scene, the moment and the width.
        lines: The lines, without empty ones at the end.
        wrapped: How many of them go on in the next line because they are too wide.
    """

    name: str
    lines: tuple[str, ...]
    wrapped: int

    @property
    def text(self) -> str:
        """The lines as one string."""
        return "\n".join(self.lines)

    def facts(self) -> dict[str, int]:
        """Return the numbers of the progress."""
        return {match[1] or "pages": int(match[2] or match[3]) for match in _FACT.finditer(self.text)}


@define(eq=False)
class Terminal:
    """A command in tmux.

    Attributes:
        scene: The name of the scene.
        width: Columns.
        last: The latest screen.
    """

    scene: str
    width: int
    last: Screen = field(default=Screen("nothing yet", (), 0), init=False)
    _socket: str = field(factory=lambda: f"nanonets-screens-{os.getpid()}", init=False)

    def tmux(self, *arguments: str) -> str:
        """Run tmux, and return what it prints."""
        done = subprocess.run(["tmux", "-L", self._socket, "-f", os.devnull, *arguments], capture_output=True, text=True, check=True)  # fmt: skip # noqa: E501 - one call
        return done.stdout

    @contextmanager
    def running(self, shown: str, command: Sequence[str], env: dict[str, str], folder: Path) -> Generator[None]:
        """Run a command; when it has ended, its exit status is the last line."""
        script = folder / "command.sh"
        lines = [*(f"export {name}={_quoted(value)}" for name, value in env.items()), f"cd {_quoted(str(folder))}"]
        # A shell that runs a script would end with the command that Ctrl-C ends.
        lines += ["trap : INT", f"printf '%s\\n' {_quoted('$ ' + shown)}"]
        lines += [" ".join(map(_quoted, command)), 'echo "exit status $?"']
        script.write_text("\n".join([*lines, "exec sleep 1000"]), encoding="utf-8")
        size = ["-x", str(self.width), "-y", str(HEIGHT)]
        self.tmux("new-session", "-d", "-s", "screen", *size, f"sh {_quoted(str(script))}")
        try:
            yield
        finally:
            self.tmux("kill-server")

    def press(self, key: str) -> None:
        """Press a key."""
        self.tmux("send-keys", "-t", "screen", key)

    def capture(self, moment: str) -> Screen:
        """Return what is shown."""
        as_shown = self.tmux("capture-pane", "-p", "-t", "screen").rstrip().split("\n")
        joined = self.tmux("capture-pane", "-p", "-J", "-t", "screen").rstrip().split("\n")
        name = f"{self.scene}.{moment}.{self.width}"
        self.last = Screen(name, tuple(line.rstrip() for line in as_shown), len(as_shown) - len(joined))
        return self.last

    def until(self, moment: str, holds: Callable[[Screen], bool]) -> Screen:
        """Wait until a screen shows something, and return it."""
        end = time.monotonic() + _PATIENCE
        while not holds(screen := self.capture(moment)):
            assert time.monotonic() < end, f"{screen.name} never came; the screen:\n{screen.text}"
            time.sleep(_LOOK)
        return screen


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def has_ended(screen: Screen) -> bool:
    """Whether the command has ended."""
    return "exit status" in screen.text


def check(screen: Screen, names: Sequence[str]) -> None:
    """Look at a screen.

    Raises:
        AssertionError: A line is wrapped, or a name is cut.
    """
    assert screen.wrapped == 0, f"{screen.name}: a line is wrapped\n{screen.text}"
    for word in re.findall(r"\S*(?:scan-|invoice-of|notes)\S*", screen.text):
        assert Path(word.strip(":,'\"()")).name in names, f"{screen.name}: {word!r} is cut\n{screen.text}"


def check_counts(screen: Screen, refused: int = 0) -> None:
    """Check that the numbers of the progress add up.

    Raises:
        AssertionError: They do not.
    """
    facts = {"sent": 0, "at the service": 0, "failed": 0, "not known": 0, **screen.facts()}
    whole = _WHOLE.search(screen.text)
    assert whole is not None, screen.text
    assert int(whole[2]) >= FILES
    assert int(whole[1]) == facts["done"] + facts["failed"] + facts["not known"], screen.text
    # What failed was refused, or sent before.
    sent_and_ended = facts["sent"] - facts["at the service"] - facts["done"]
    assert max(facts["failed"] - refused, 0) <= sent_and_ended <= facts["failed"], screen.text
    assert facts.get("pages", 0) >= facts["sent"], screen.text


def moved(at_least: int) -> Callable[[Screen], bool]:
    """Return the condition that so many files are done and some are still at the service."""
    return lambda screen: screen.facts().get("done", 0) >= at_least and "at the service" in screen.text


@contextmanager
def a_service(seconds: float = 1.5) -> Generator[MockServer]:
    """A mock that works on each file for some time, and takes them one after another."""
    with MockServer(api_key="a-key-that-must-not-show", jobs=Progression.after_seconds(seconds)) as server:
        server.fail("ocr_submit_file", Latency(0.3))
        yield server


def sixty(terminal: Terminal, folder: Path) -> list[Screen]:
    """Sixty files, all of which succeed."""
    names = [path.name for path in write_scans(folder / "in", FILES)]
    with a_service() as server:
        command = ["predict", "in", "-o", "out", "--jobs", "4"]
        with terminal.running("nanonets predict in -o out", [*COMMAND, *command], environment(server), folder):
            middle = terminal.until("middle", moved(12))
            end = terminal.until("end", has_ended)
    check_counts(middle)
    assert f"{FILES} files: {FILES} done. Results are in out." in end.text
    assert f"Sent in this run: {FILES} files, {FILES} pages." in end.text
    return _checked([middle, end], names)


def failures(terminal: Terminal, folder: Path) -> list[Screen]:
    """Sixty files and more: some that the service refuses or fails on, and some that are no documents."""
    paths = write_scans(folder / "in", FILES)
    (folder / "in" / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing that could be read")
    shutil.copy(INVOICE, folder / "in" / LONG)
    (folder / "in" / "notes.docx").write_bytes(b"PK")
    names = [*(path.name for path in paths), "broken.pdf", LONG, "notes.docx"]
    with a_service() as server:
        # Only the invoice has a second page.
        server.jobs = server.jobs.failing(1)
        server.fail("ocr_submit_file", Answer(400, {"message": "The file cannot be opened"}), every=15)
        command = ["predict", "in", "-o", "out", "--jobs", "4"]
        with terminal.running("nanonets predict in -o out", [*COMMAND, *command], environment(server), folder):
            middle = terminal.until("middle", lambda screen: moved(20)(screen) and "failed" in screen.text)
            end = terminal.until("end", has_ended)
    check_counts(middle, refused=5)
    assert f"in/{LONG}" in end.text
    assert "1 other file: notes.docx" in end.text
    assert "out/nanonets-failed.csv" in end.text
    assert "(1 of them paid for again):" in end.text
    assert "nanonets predict --output out --jobs 4 --resend-failed in" in re.sub(r" \\\n +", " ", end.text)
    assert "exit status 1" in end.text
    return _checked([middle, end], names)


def ctrl_c(terminal: Terminal, folder: Path) -> list[Screen]:
    """Ctrl-C in the middle of sixty files."""
    names = [path.name for path in write_scans(folder / "in", FILES)]
    with a_service(1000) as server:
        command = ["predict", "in", "-o", "out", "--jobs", "4"]
        with terminal.running("nanonets predict in -o out", [*COMMAND, *command], environment(server), folder):
            middle = terminal.until("middle", lambda screen: screen.facts().get("at the service", 0) >= 12)
            terminal.press("C-c")
            end = terminal.until("end", has_ended)
    assert "Run the same command again to continue" in end.text.replace("\n", " ")
    assert "exit status 130" in end.text
    submitted = re.search(r"(\d+) in work at the service, (\d+) not sent", end.text.replace("\n", " "))
    assert submitted is not None, end.text
    assert int(submitted[1]) + int(submitted[2]) == FILES, end.text
    return _checked([middle, end], names)


def no_network(terminal: Terminal, folder: Path) -> list[Screen]:
    """Sixty files and no service, and Ctrl-C once one has seen enough."""
    names = [path.name for path in write_scans(folder / "in", FILES)]
    with a_service() as server:
        env = {**environment(server), "NANONETS_BASE_URL": f"http://127.0.0.1:{unused_port()}/api/v2"}
        with terminal.running("nanonets predict in -o out", [*COMMAND, "predict", "in", "-o", "out"], env, folder):
            middle = terminal.until("middle", lambda screen: "giving up in" in screen.text)
            terminal.press("C-c")
            end = terminal.until("end", has_ended)
    assert "service not reached: next try in" in middle.text
    assert f"{FILES} not sent" in end.text
    assert "exit status 130" in end.text
    return _checked([middle, end], names)


def one_file(terminal: Terminal, folder: Path) -> list[Screen]:
    """One file and no service: it is given up after the timeout, in three lines."""
    shutil.copy(INVOICE, folder)
    with a_service() as server:
        shown = f"nanonets --base-url https://localhost:1 --timeout 3 predict {INVOICE.name}"
        began = time.monotonic()
        with terminal.running(shown, [*COMMAND, *shown.split()[1:]], environment(server), folder):
            end = terminal.until("end", has_ended)
    seconds = time.monotonic() - began
    assert "exit status 5" in end.text
    asked = -(-len(f"$ {shown}") // terminal.width)
    said = [line for line in end.lines[asked:] if "exit status" not in line]
    assert "localhost:1" in end.text.replace("\n", ""), end.text
    assert len(said) <= 4, end.text
    print(f"{end.name}: {seconds:.1f} s")
    return [end]


def _checked(screens: list[Screen], names: Sequence[str]) -> list[Screen]:
    for screen in screens:
        check(screen, names)
    return screens


SCENES: Final[dict[str, Callable[[Terminal, Path], list[Screen]]]] = {
    "sixty": sixty,
    "failures": failures,
    "ctrl-c": ctrl_c,
    "no-network": no_network,
    "one-file": one_file,
}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenes", nargs="*", choices=[*SCENES, []], help="which scenes; all by default")
    parser.add_argument("--write", type=Path, help="a folder for the screens, as text")
    options = parser.parse_args()
    if shutil.which("tmux") is None:
        print("skipped: tmux is not installed, and nothing else draws a terminal here")
        return
    for name in options.scenes or SCENES:
        for width in WIDTHS:
            with tempfile.TemporaryDirectory() as folder:
                terminal = Terminal(name, width)
                try:
                    screens = SCENES[name](terminal, Path(folder))
                except AssertionError:
                    print(f"{terminal.last.name}:\n{terminal.last.text}")
                    raise
            for screen in screens:
                print(f"{screen.name}: {len(screen.lines)} lines, none wrapped, no name cut")
                if options.write is not None:
                    options.write.mkdir(parents=True, exist_ok=True)
                    (options.write / f"{screen.name}.txt").write_text(screen.text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
