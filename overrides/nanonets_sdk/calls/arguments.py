"""What callers may pass, and what becomes of it on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import index
from typing import Final, TypeAlias

from nanonets_sdk.documents import Annotation

Day: TypeAlias = date | datetime | timedelta | int
"""A day: a date, a moment in it, how long ago, or the number of days since 1970-01-01 (GMT)."""

UrlAnnotations: TypeAlias = Sequence[Annotation] | Mapping[str, Sequence[Annotation]]
"""Annotations of one URL, or of each of several."""

_EPOCH: Final = date(1970, 1, 1)


def checked_id(value: str, name: str) -> str:
    """An id as part of a path.

    Raises:
        ValueError: It is empty, or would change the path.
        TypeError: It is no text.
    """
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"{name} is a str, not {type(value).__name__}")
    if not value.strip() or value in {".", ".."}:
        raise ValueError(f"{name} is empty or no id: {value!r}")
    return value


def checked_language(language: str | None) -> str | None:
    """A language as a parameter of a request.

    Raises:
        ValueError: It is empty.
    """
    if language is not None and not language.strip():
        raise ValueError("language is empty; leave it out instead")
    return language


def checked_urls(urls: Iterable[str]) -> list[str]:
    """URLs as a list.

    Raises:
        ValueError: There is none, or an empty one.
        TypeError: A single text was passed, whose characters are no URLs, or something else than text.
    """
    if isinstance(urls, str | bytes):
        raise TypeError("urls is a list of URLs, not one of them; write [url]")
    listed = list(urls)
    if not listed:
        raise ValueError("urls is empty; pass at least one URL")
    for url in listed:
        checked_id(url, "each of urls")
    return listed


def checked_categories(categories: Iterable[str], at_least: int) -> list[str]:
    """Categories as a list.

    Raises:
        ValueError: There are too few, or one is empty or stands twice.
        TypeError: A single text was passed, or something else than text.
    """
    if isinstance(categories, str | bytes):
        raise TypeError("categories is a list of names, not one of them; write [name]")
    listed = [checked_id(name, "each of categories") for name in categories]
    if len(listed) < at_least:
        raise ValueError(f"a model needs {at_least} or more categories, not {len(listed)}")
    if len(set(listed)) < len(listed):
        raise ValueError("a category stands twice in categories")
    return listed


def page_numbers(pages: Iterable[int] | str | None) -> str | None:
    """Page numbers as the service writes them, `1,2`; a text as it stands.

    Raises:
        ValueError: There is none, or a negative one.
        TypeError: They are no whole numbers: what is meant would be a guess, and is billed.
    """
    if pages is None:
        return None
    sent = pages.strip() if isinstance(pages, str) else ",".join(map(_page_number, _listed(pages)))
    if not sent:
        raise ValueError("pages is empty; leave it out for all pages")
    return sent


def checked_page_count(pages: int) -> int:
    """How many pages a file has; 0 when that is not known.

    Raises:
        ValueError: It is negative.
        TypeError: It is no whole number.
    """
    if isinstance(pages, bool) or not isinstance(pages, int):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"pages is a number of pages here, not {pages!r}")
    if pages < 0:
        raise ValueError(f"pages is a number of pages here, not {pages}")
    return pages


def _listed(pages: Iterable[int]) -> Iterable[int]:
    if isinstance(pages, bytes) or not isinstance(pages, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"pages is a list of page numbers or a text, not {type(pages).__name__}")
    return pages


def _page_number(number: int) -> str:
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"each of pages is a whole number, not {number!r}")
    if number < 0:
        raise ValueError(f"{number} in pages is no page")
    return str(index(number))


def day_number(day: Day, now: datetime) -> int:
    """A day as the service counts it, in days since 1970-01-01 (GMT).

    Args:
        day: A date; a moment, which without a time zone is taken as GMT; a timedelta before now; or the number itself.
        now: The present moment, in UTC.

    Examples:
        >>> from datetime import date, datetime, UTC
        >>> day_number(date(2021, 5, 4), datetime.now(UTC))
        18751
    """
    match day:
        case bool():
            raise TypeError("a day is a date, a datetime, a timedelta or a number of days, not a bool")
        case int():
            return day
        case timedelta():
            return day_number(now - day, now)
        case datetime():
            return (day.astimezone(UTC) if day.tzinfo else day).toordinal() - _EPOCH.toordinal()
        case date():
            return day.toordinal() - _EPOCH.toordinal()
    raise TypeError(f"a day is a date, a datetime, a timedelta or a number of days, not {type(day).__name__}")


def interval(start: Day | None, end: Day | None, now: datetime) -> tuple[int | None, int | None]:
    """First and last day of an interval, as numbers.

    Raises:
        ValueError: It ends before it starts.
    """
    first = None if start is None else day_number(start, now)
    last = None if end is None else day_number(end, now)
    if first is not None and last is not None and first > last:
        raise ValueError(f"the interval ends (day {last}) before it starts (day {first})")
    return first, last


def annotations_by_url(urls: Sequence[str], annotations: UrlAnnotations) -> dict[str, Sequence[Annotation]]:
    """The annotations of each URL.

    Raises:
        ValueError: It is not said which URL they are of, or they are of one that is not sent.
    """
    if isinstance(annotations, Mapping):
        if unknown := annotations.keys() - set(urls):
            raise ValueError(f"annotations are of URLs that are not sent: {', '.join(sorted(unknown))}")
        return dict(annotations)
    if annotations and len(urls) > 1:
        raise ValueError("annotations of several URLs are a dict with the URLs as keys")
    return {urls[0]: annotations} if annotations else {}
