"""The shapes of printed dates, for `dates`, which loads this module with the first date that is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dateutil.parser import parserinfo

# python-dateutil has the names of months and weekdays, and the abbreviations in use.
NAMES: Final = parserinfo()


def _one_of(names: Sequence[tuple[str, ...]]) -> str:
    """Return a pattern for any of the names; the longest that fits counts."""
    return "|".join(sorted((spelling for spellings in names for spelling in spellings), key=len, reverse=True))


_MONTH: Final = f"(?P<month>{_one_of(parserinfo.MONTHS)})"
_DAY: Final = "(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = "'?(?P<year>[0-9]{4}|[0-9]{2})"
_BETWEEN: Final = "(?: ?[-/.,] ?| )"
_SHAPES: Final = (
    r"(?P<first>[0-9]{1,4}) ?(?P<mark>[-/.]) ?(?P<second>[0-9]{1,2}) ?(?P=mark) ?(?P<third>[0-9]{1,4})(?P<end>\.)?",
    r"(?P<first>[0-9]{2}) (?P<second>[0-9]{2}) (?P<third>[0-9]{4})",
    r"(?P<first>[0-9]{4}) (?P<second>[0-9]{2}) (?P<third>[0-9]{2})",
    # Eight digits in a row are as often a number as a date, so only years that documents have count.
    r"(?P<first>(?:19|20)[0-9]{2})(?P<second>[0-9]{2})(?P<third>[0-9]{2})",
    r"(?P<first>[0-9]{4}) ?[年년] ?(?P<second>[0-9]{1,2}) ?[月월] ?(?P<third>[0-9]{1,2}) ?[日일]",
    rf"{_DAY}(?: of)?{_BETWEEN}?{_MONTH}{_BETWEEN}?{_YEAR}",
    rf"{_MONTH}{_BETWEEN}?{_DAY}{_BETWEEN}{_YEAR}",
    rf"(?P<year>[0-9]{{4}}){_BETWEEN}?{_MONTH}{_BETWEEN}?{_DAY}",
)
_WEEKDAY: Final = f"(?:(?:{_one_of(parserinfo.WEEKDAYS)}|tues|thurs?)[.,]? )?"
# The time is checked for being one and then ignored, like its zone: a date on paper is the one that is printed.
_TIME: Final = (
    r"(?:(?:t|,? (?:at )?)(?:(?P<half>(?:0?[1-9]|1[0-2]):[0-5][0-9](?::[0-5][0-9])? ?[ap]\.?m\.?)|"
    r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:[.,][0-9]{1,9})?)?|(?<=t)(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?)"
    r"(?: ?(?:z|utc|gmt|bst|[cew]es?t|[ecmp][sd]t|ist|jst|(?:utc|gmt)?[-+][0-9]{1,2}(?::?[0-9]{2})?))?)?"
)
DATES: Final = tuple(re.compile(f"{_WEEKDAY}{shape}(?P<time>{_TIME})", re.ASCII | re.IGNORECASE) for shape in _SHAPES)
