"""The client's messages in the words of the command: options in place of arguments and methods."""

from __future__ import annotations

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
    "read the file again with edit() and repeat the changes": "run the command again to correct it as it is now",
    "Calling save() again writes only what is missing.": (
        "See what is there with `nanonets results get` before you run the command again."
    ),
}
"""Parts of messages, and what the command says instead. A test looks for each of them in the source."""


def in_options(message: str) -> str:
    """Return a message without arguments and methods of Python.

    Examples:
        >>> in_options("no API key: pass api_key=… or set NANONETS_API_KEY")
        'no API key: set NANONETS_API_KEY'
    """
    for said, instead in _IN_OPTIONS.items():
        message = message.replace(said, instead)
    return message
