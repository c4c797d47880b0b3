"""The client's messages in the words of the command: options in place of arguments and methods."""

from __future__ import annotations

import re
from typing import Final

_IN_OPTIONS: Final = {
    " `raw` of this error has it.": "",
    "pass api_key=… or set NANONETS_API_KEY": "set NANONETS_API_KEY",
    "pass the key as api_key=… instead": "set NANONETS_API_KEY instead",
    "pass review_url=… or set NANONETS_REVIEW_URL": "set NANONETS_REVIEW_URL",
    "choose another port, or 0 for a free one": "choose another with --port, or a free one with --port 0",
    "pass resolution=…, the": "add --resolution with the",
    "take the approval back with ocr.unapprove before you correct it": (
        "take the approval back with `nanonets unapprove` before you correct it"
    ),
    "read the file again and repeat the changes": "run the command again to correct it as it is now",
    "Check the API key (api_key=… or NANONETS_API_KEY).": "Check NANONETS_API_KEY.",
    "The model is not trained: upload files with upload_file and call train, or wait for its training to finish.": (
        "The model is not trained: upload files with `nanonets upload`, then run `nanonets train`, or wait for its "
        "training to finish."
    ),
    "for instance with ocr.list_predictions": "for instance with `nanonets results list`",
    "check ocr.list_predictions before": "check `nanonets results list` before",
    "`document` of this error has it. Check ocr.list_predictions before": "Check `nanonets results list` before",
    "and a batch sends files; pass it to ocr.predict_urls": "and files are sent; download it first",
    "Read it later with ocr.get_file and the request_file_id": "Read it later with `nanonets results get` and the id",
    "A larger max_reply_bytes admits it; `raw` of this error has what was read.": "",
    "keep waiting with `error.job.result()`, or anywhere with": "wait again with",
    "use add() for a new one": "use --add for a new one",
    "read the file again with edit() to change more": "run the command again to change more",
    "`decimal_mark` may settle it": "--decimal-mark may settle it",
    "pass `cut=True` to cut it, or write CSV": "write CSV instead",
    "pass allow_remote=True to allow that": "add --allow-remote to allow that",
    "start the mock with allow_remote_webhooks=True, or --allow-remote-webhooks, to send there": (
        "add --allow-remote-webhooks to send there"
    ),
    "Saving again writes only what is missing.": (
        "See what is there with `nanonets results get` before you run the command again."
    ),
}
"""Parts of messages, and what the command says instead. A test looks for each of them in the source."""


_PATTERNS: Final = (
    # There is no error object on a terminal that could have the bytes.
    (re.compile(r"[;.]? `raw` of this error has [^.;]+"), ""),
    (
        re.compile(r"client\.ocr\.job\('([^']*)', '([^']*)'(?:, pages=\d+)?\)\.result\(\)"),
        r"`nanonets job wait --model \1 \2`",
    ),
    (
        re.compile(r"client\.ocr\.list_predictions\('([^']*)', timedelta\(days=1\)\)"),
        r"`nanonets results list --model \1 --since 1d`",
    ),
    (
        re.compile(r"Look with client\.ocr\.get_file\('([^']*)', '([^']*)'\)"),
        r"See it with `nanonets results get --model \1 \2`",
    ),
    # No command reads a single page.
    (re.compile(r" Look with client\.ocr\.get_page\([^)]*\)\."), ""),
    (re.compile(r"Wait again with wait_until_trained\('([^']*)'\)"), r"See it with `nanonets models show \1`"),
)
"""Code in messages, and the command that does the same."""


def in_options(message: str) -> str:
    """Return a message without arguments and methods of Python.

    Examples:
        >>> in_options("no API key: pass api_key=… or set NANONETS_API_KEY")
        'no API key: set NANONETS_API_KEY'
    """
    for said, instead in _IN_OPTIONS.items():
        message = message.replace(said, instead)
    for pattern, instead in _PATTERNS:
        message = pattern.sub(instead, message)
    return message.rstrip()
