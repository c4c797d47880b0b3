"""Break the description and what generators make of it: `broken.py TOOLS-FOLDER [NAME …]`; each check must notice."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import strangers
import yaml

_PLACE: Final = ("components", "schemas", "Model", "properties", "categories")
_WRONG_TYPE: Final = "\nexport const wrong: number = 'a text';\n"
_WRONG_NAME: Final = "\nwrong: Missing = missing\n"

# What a finding about these breaks mentions.
_TELLING: Final = re.compile(r"[Mm]issing\b|resolve|not assignable|API Operations: 44|refs?: a finding")


def dangling(document: Any) -> None:
    """Let a schema refer to one that is not there."""
    for name in _PLACE[:-1]:
        document = document[name]
    document[_PLACE[-1]] = {"$ref": "#/components/schemas/Missing"}


def shortened(document: Any) -> None:
    """Remove an operation."""
    del document["paths"]["/OCR/FullText"]


@contextmanager
def description(spoil: Callable[[Any], None]) -> Generator[None]:
    """Give the checks a broken description."""
    sound = strangers.description
    document = yaml.safe_load(sound().read_text(encoding="utf-8"))
    spoil(document)
    broken = strangers.fresh("broken") / "broken.yaml"
    broken.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    strangers.description = lambda: broken
    try:
        yield
    finally:
        strangers.description = sound


@contextmanager
def output(pattern: str, text: str) -> Generator[None]:
    """Append a text to what the first command of a check writes."""
    sound, is_first = strangers.run, True

    def run(*command: str | Path, **options: Any) -> str:
        nonlocal is_first
        said = sound(*command, **options)
        if is_first:
            is_first = False
            for made in (strangers.TOOLS / "made").glob(pattern):
                with made.open("a", encoding="utf-8") as file:
                    file.write(text)
        return said

    strangers.run = run
    try:
        yield
    finally:
        strangers.run = sound


BREAKS: Final = (
    *(
        (name, "a reference to nothing", description(dangling))
        for name in strangers.CHECKS
        if name.startswith(("openapi-", "@hey-api", "orval", "datamodel", "Specmatic", "redocly", "spectral (oas)"))
    ),
    ("Specmatic", "an operation less", description(shortened)),
    ("openapi-typescript", "a wrong type in its output", output("openapi-typescript/types.ts", _WRONG_TYPE)),
    ("@hey-api/openapi-ts", "a wrong type in its output", output("hey-api/index.ts", _WRONG_TYPE)),
    ("orval", "a wrong type in its output", output("orval/client.ts", _WRONG_TYPE)),
    ("datamodel-code-generator", "a wrong name in its output", output("datamodel-*/models.py", _WRONG_NAME)),
)


def main(words: list[str]) -> int:
    """Print a line for each break whose check contains one of the words; return 1 if a check did not notice one."""
    failed = False
    for name, what, breaking in BREAKS:
        if words and not any(word in name for word in words):
            continue
        try:
            with breaking:
                strangers.CHECKS[name]()
        except strangers.Skipped as reason:
            result = f"SKIPPED: {reason}"
        except strangers.Finding as finding:
            lines = [line.strip() for line in str(finding).splitlines() if _TELLING.search(line)]
            result = f"noticed: {lines[0][:110]}" if lines else f"FAILED, for another reason: {finding}"
            failed = failed or not lines
        else:
            failed = True
            result = "FAILED: not noticed"
        print(f"{name:<38} {what:<27} {result}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:]))
