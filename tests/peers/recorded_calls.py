"""Makes calls in the environment of another package, and writes how each one ended as JSON.

It runs without this project: it needs the standard library and what the other package installs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeGuard


def settings() -> dict[str, Any]:
    """Return what the first argument, a JSON text, says."""
    read: dict[str, Any] = json.loads(sys.argv[1])
    return read


def record(calls: Iterable[tuple[str, Callable[[], Any]]]) -> None:
    """Make the calls in order, and write the results into the file that the settings name."""
    ended: list[dict[str, Any]] = []
    for name, call in calls:
        try:
            ended.append({"call": name, "result": plain(call()), "error": None})
        except (Exception, SystemExit) as error:  # noqa: BLE001 - any error is a result
            ended.append({"call": name, "result": None, "error": f"{type(error).__name__}: {error}"})
    Path(settings()["results"]).write_text(json.dumps(ended), encoding="utf-8")


def plain(value: Any) -> Any:
    """Return a value as JSON values; of a response, its status and body."""
    if hasattr(value, "status_code"):
        return {"status": value.status_code, "body": value.text}
    if is_list(value):
        return [plain(one) for one in value]
    return value


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Return whether a value is a list or a tuple."""
    return isinstance(value, list | tuple)


def is_dict(value: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether a value is a dict."""
    return isinstance(value, dict)
