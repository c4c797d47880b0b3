"""Call every operation with both clients on a server that answers with examples: `call_every_operation.py ADDRESS`."""

from __future__ import annotations

import asyncio
import inspect
import sys
from pathlib import Path
from typing import Any, Final

from nanonets_sdk import AsyncNanonets, Nanonets, NanonetsError

sys.path.append(str(Path(__file__).parents[1] / "support"))
from every_operation import USES

SETTINGS: Final[dict[str, Any]] = {
    "api_key": "strangers", "base_url": sys.argv[1], "review_url": sys.argv[1], "max_retries": 0
}  # fmt: skip

_ONE_FILE: Final = "Prism takes a file as text, and does not make a list of the parts of one name."
FAULTS_OF_PRISM: Final = {
    "ocr_read_text": _ONE_FILE,
    "ml_upload_files": _ONE_FILE,
    "ml_predict_files": _ONE_FILE,
    "ic_create_model": "Prism keeps the last of the parts of one name, and two are needed.",
}
"""Operations whose valid requests Prism 5.14.2 refuses, with the reason; one that it accepts fails the run.

`prism_on_forms` shows the same for forms that were written by hand."""


def call_all() -> dict[str, str]:
    """Return the error of each operation that fails with the blocking client."""
    failures: dict[str, str] = {}
    with Nanonets(**SETTINGS) as client:
        for operation_id, use in USES.items():
            try:
                use(client)
            except NanonetsError as error:
                failures[operation_id] = f"{type(error).__name__}: {error}"
    return failures


async def call_all_async() -> dict[str, str]:
    """Return the error of each operation that fails with the asynchronous client."""
    failures: dict[str, str] = {}
    async with AsyncNanonets(**SETTINGS) as client:
        for operation_id, use in USES.items():
            try:
                result = use(client)
                if inspect.isawaitable(result):
                    await result
            except NanonetsError as error:
                failures[operation_id] = f"{type(error).__name__}: {error}"
    return failures


def main() -> int:
    """Print what failed; return 1 if anything did."""
    failed = 0
    for name, failures in (("Nanonets", call_all()), ("AsyncNanonets", asyncio.run(call_all_async()))):
        for operation_id in FAULTS_OF_PRISM:
            if failures.pop(operation_id, "").startswith("BadRequest: 400"):
                print(f"{name}: {operation_id}: refused as expected. {FAULTS_OF_PRISM[operation_id]}")
            else:
                failures[operation_id] = "not refused by Prism; delete the entry of FAULTS_OF_PRISM"
        failed += len(failures)
        print(f"{name}: {len(USES) - len(failures)} of {len(USES)} operations")
        for operation_id, failure in failures.items():
            print(f"  {operation_id}: {failure}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
