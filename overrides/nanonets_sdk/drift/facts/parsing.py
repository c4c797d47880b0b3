"""Parses the bytes of an OpenAPI document, or says what they are instead."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.yaml12 import load_yaml
from nanonets_sdk.drift.report.outcome import NotComparable

_LOST_INDENTATION: Final = re.compile(r"^paths:[ \t]*\n(?:[ \t]*(?:#.*)?\n)*/", re.MULTILINE)
_JSON: Final = re.compile(r'\s*\{\s*["}]')
_VERSIONS: Final = ("3.0", "3.1", "3.2")
_TYPES: Final = {"str": "a text", "list": "a list", "NoneType": "nothing"}


def parse(content: bytes, name: str) -> Tree:
    """Return the OpenAPI document in the given bytes as plain data.

    Raises:
        NotComparable: The content is not an OpenAPI 3 document with at least one path.
    """
    try:
        text = decoded(content).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise NotComparable(f"{name} is not UTF-8 text (byte {error.start} is wrong).") from error
    if not text.strip():
        raise NotComparable(f"{name} is empty.", unreachable=True)
    # Error and login pages arrive with status 200, too.
    if text.lstrip().startswith("<"):
        raise NotComparable(f"{name} is a page in HTML or XML, not an OpenAPI document.", unreachable=True)
    # Such a file can still be valid YAML, as one flat mapping; its operations would all seem to be gone.
    if _LOST_INDENTATION.search(text):
        raise NotComparable(
            f"{name} is an OpenAPI document whose indentation was lost: its paths start in the first column. "
            "Its structure cannot be recovered; fetch it again as it was published."
        )
    loaded = _load_json(text, name) if _JSON.match(text) else load_yaml(text, name)
    if not is_tree(loaded):
        kind = type(loaded).__name__
        found = _TYPES.get(kind, f"a {kind}")
        raise NotComparable(f"{name} is not an OpenAPI document: it is {found}, not a mapping.")
    if "swagger" in loaded:
        raise NotComparable(f"{name} is Swagger (OpenAPI {loaded['swagger']}); OpenAPI 3 is required.")
    if "openapi" not in loaded:
        keys = ", ".join(f"`{key}`" for key in list(loaded)[:5]) or "no keys at all"
        raise NotComparable(f"{name} is not an OpenAPI document: it has no key `openapi`, but {keys}.")
    version = str(loaded["openapi"])
    if not version.startswith(_VERSIONS):
        raise NotComparable(f"{name} says that it is OpenAPI {version}; supported are {', '.join(_VERSIONS)}.")
    paths: Any = loaded.get("paths")
    if not is_tree(paths) or not paths:
        raise NotComparable(f"{name} describes no path: it is truncated, or does not describe this API.")
    return loaded


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 as editors on Windows save it, without its byte order mark.

    Raises:
        UnicodeDecodeError: It is something else.
    """
    return content.decode(json.detect_encoding(content))


class _RepeatedKey(Exception):
    """A key occurs twice in one object."""


def _load_json(text: str, name: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> Tree:
        found: Tree = {}
        for key, value in pairs:
            # json.loads would silently keep the last one.
            if key in found:
                raise _RepeatedKey(key)
            found[key] = value
        return found

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            raise NotComparable(f"{name} has something after the end of its JSON, at line {error.lineno}.") from error
        raise NotComparable(f"{name} is broken JSON: {error.msg} at line {error.lineno}.") from error
    except _RepeatedKey as error:
        raise NotComparable(f"{name} says {error.args[0]!r} twice in one place.") from error
    except ValueError as error:
        raise NotComparable(f"{name} contains JSON that cannot be read: {error}.") from error
    except RecursionError as error:
        raise NotComparable(f"{name} is nested too deeply to be an OpenAPI document.") from error
