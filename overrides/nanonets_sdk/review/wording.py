"""The client's messages in the words of the page: for the person who reviews, who calls nothing in Python."""

from __future__ import annotations

import re
from typing import Final

_ON_PAGE: Final = {
    "Check the API key (api_key=… or NANONETS_API_KEY).": "Check the API key that the review was started with.",
    "check ocr.list_predictions before you send it again.": "open the file again to see how it is now.",
    "check before you send it again, for instance with ocr.list_predictions.": (
        "open the file again to see how it is now."
    ),
    "check before you send it again.": "open the file again to see how it is now.",
    " A larger max_reply_bytes admits it;": "",
    "take the approval back with ocr.unapprove before you correct it": "take the approval back to correct it",
}
"""Parts of messages, and what the page says instead. A test looks for each of them in the source."""

# There is no error object on a page that could have the bytes.
_BYTES: Final = re.compile(r"[;.]? `raw` of this error has [^.;]+")


def on_page(message: str) -> str:
    """Return a message without arguments and methods of Python.

    Examples:
        >>> on_page("401 Unauthorized. Check the API key (api_key=… or NANONETS_API_KEY).")
        '401 Unauthorized. Check the API key that the review was started with.'
    """
    for said, instead in _ON_PAGE.items():
        message = message.replace(said, instead)
    return _BYTES.sub("", message)
