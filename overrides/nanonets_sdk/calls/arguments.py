"""What callers may pass, checked and as the service takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import index
from typing import Final, TypeAlias

from attrs import field, frozen

from nanonets_sdk.documents import Annotation

Day: TypeAlias = date | datetime | timedelta | int
"""A day: a date, a moment in it, how long ago, or the number of days since 1970-01-01 (GMT)."""

UrlAnnotations: TypeAlias = Sequence[Annotation] | Mapping[str, Sequence[Annotation]]
"""Annotations of one URL, or of each of several."""

_EPOCH: Final = date(1970, 1, 1)


def checked_text(value: str, name: str) -> str:
    """Check text that is sent.

    Raises:
        ValueError: It cannot be encoded as UTF-8.
        TypeError: It is not a string.
    """
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"{name} must be a str, got {type(value).__name__}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{name} has half of a surrogate pair at position {error.start}, which cannot be sent: {value!r}"
        ) from None
    return value


def checked_id(value: str, name: str) -> str:
    """Check an id that becomes part of a path.

    Raises:
        ValueError: It is empty, would change the path, or cannot be encoded as UTF-8.
        TypeError: It is not a string.
    """
    checked_text(value, name)
    if not value.strip() or value in {".", ".."}:
        raise ValueError(f"{name} is empty or not an id: {value!r}")
    return value


def checked_language(language: str | None) -> str | None:
    """Check a language.

    Raises:
        ValueError: It is empty, or cannot be encoded as UTF-8.
        TypeError: It is not a string.
    """
    if language is not None and not checked_text(language, "language").strip():
        raise ValueError("language is empty; leave it out instead")
    return language


def checked_metadata(request_metadata: str | None) -> str | None:
    """Check the text that comes back with a result.

    Raises:
        ValueError: It cannot be encoded as UTF-8.
        TypeError: It is not a string. Its `repr` would not be readable as JSON when it comes back.
    """
    return None if request_metadata is None else checked_text(request_metadata, "request_metadata")


def checked_urls(urls: Iterable[str]) -> list[str]:
    """Check URLs, and return them as a list.

    Raises:
        ValueError: There is no URL, or one is empty.
        TypeError: It is a single string, or an item is not a string.
    """
    # A string is an iterable of strings too, but its characters are not URLs.
    if isinstance(urls, str | bytes):
        raise TypeError("urls must be a list of URLs, not a single one; write [url]")
    if not isinstance(urls, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"urls must be a list of URLs, got {type(urls).__name__}")
    listed = [checked_id(url, "each of urls") for url in urls]
    if not listed:
        raise ValueError("urls is empty; pass at least one URL")
    return listed


def checked_categories(categories: Iterable[str], at_least: int, of: str = "a model") -> list[str]:
    """Check categories, and return them as a list.

    Raises:
        ValueError: There are too few, or one is empty or repeated.
        TypeError: It is a single string, or an item is not a string.
    """
    if isinstance(categories, str | bytes):
        raise TypeError("categories must be a list of names, not a single one; write [name]")
    if not isinstance(categories, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"categories must be a list of names, got {type(categories).__name__}")
    listed = [checked_id(name, "each of categories") for name in categories]
    if len(listed) < at_least:
        raise ValueError(f"{of} needs {at_least} or more categories, not {len(listed)}")
    if len(set(listed)) < len(listed):
        raise ValueError("a category is repeated in categories")
    return listed


def page_numbers(pages: Iterable[int] | str | None) -> str | None:
    """Return page numbers as the service takes them, for example `1,2`. A string is passed on as it is.

    Raises:
        ValueError: There is no number, or one is negative.
        TypeError: They are not integers. Guessing what is meant could bill the wrong pages.
    """
    if pages is None:
        return None
    if isinstance(pages, str):
        # What forms the service accepts beside `1,2` is not documented, so a string is not parsed.
        sent = checked_text(pages, "pages").strip()
    elif isinstance(pages, bytes) or not isinstance(pages, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"pages must be a list of page numbers or a str, got {type(pages).__name__}")
    else:
        sent = ",".join(map(_page_number, pages))
    if not sent:
        raise ValueError("pages is empty; leave it out for all pages")
    return sent


def _page_number(number: int) -> str:
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"each of pages must be an int, got {number!r}")
    if number < 0:
        raise ValueError(f"invalid page number in pages: {number}")
    return str(index(number))


def checked_page_count(pages: int) -> int:
    """Check a number of pages; 0 means unknown.

    Raises:
        ValueError: It is negative.
        TypeError: It is not an integer.
    """
    # `pages` selects pages elsewhere, and a list of them here is a likely mistake.
    if isinstance(pages, bool) or not isinstance(pages, int):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"pages is a number of pages here, got {pages!r}")
    if pages < 0:
        raise ValueError(f"pages is a number of pages here, got {pages}")
    return pages


@frozen
class PredictOptions:
    """The options that every prediction takes, checked when this is created.

    Attributes:
        language: Language of the text.
        request_metadata: Any text; it comes back with the result.
        pages: The pages to read, as the service takes them; None for all.
    """

    language: str | None = field(converter=checked_language)
    request_metadata: str | None = field(converter=checked_metadata)
    pages: str | None = field(converter=page_numbers)

    def form_members(self) -> dict[str, str]:
        """Return the members of the generated form. The language is a parameter of the URL instead."""
        members = {"request_metadata": self.request_metadata, "pages_to_process": self.pages}
        return {name: value for name, value in members.items() if value is not None}


def day_number(day: Day, now: datetime, name: str = "a day") -> int:
    """Return a day as the service counts it, in days since 1970-01-01 (GMT).

    Args:
        day: A date; a datetime, taken as GMT if it has no time zone; a timedelta before now; or the number itself.
        now: The current time, in UTC.
        name: What the argument is called.

    Raises:
        ValueError: There is no such day.
        TypeError: It is something else.

    Examples:
        >>> from datetime import date, datetime, UTC
        >>> day_number(date(2021, 5, 4), datetime.now(UTC))
        18751
    """
    match day:
        # bool is a subclass of int.
        case bool():
            pass
        case int():
            return _counted(day, name)
        case timedelta() | datetime():
            try:
                moment = now - day if isinstance(day, timedelta) else day
                return (moment.astimezone(UTC) if moment.tzinfo else moment).toordinal() - _EPOCH.toordinal()
            except OverflowError:
                raise ValueError(f"{name} is outside the years 1 to 9999: {day!r}") from None
        case date():
            return day.toordinal() - _EPOCH.toordinal()
    raise TypeError(f"{name} must be a date, a datetime, a timedelta or a number of days, got {_kind(day)}")


def _counted(day: int, name: str) -> int:
    """Check a number of days; seconds and milliseconds are larger than any."""
    if not date.min.toordinal() <= day + _EPOCH.toordinal() <= date.max.toordinal():
        raise ValueError(f"{name} is a number of days since 1970-01-01, got {day}; pass a date or a datetime instead")
    return int(day)


def _kind(value: object) -> str:
    name = type(value).__name__
    return f"a {name}" if isinstance(value, bool) else name


def interval(start: Day | None, end: Day | None, now: datetime) -> tuple[int | None, int | None]:
    """Return the first and last day of an interval as numbers.

    Raises:
        ValueError: It ends before it starts, or there is no such day.
        TypeError: A day is something else.
    """
    first = None if start is None else day_number(start, now, "start")
    last = None if end is None else day_number(end, now, "end")
    if first is not None and last is not None and first > last:
        raise ValueError(f"the interval ends (day {last}) before it starts (day {first})")
    return first, last


def annotations_by_url(urls: Sequence[str], annotations: UrlAnnotations) -> dict[str, Sequence[Annotation]]:
    """Return the annotations of each URL.

    Raises:
        ValueError: It is not clear which URL they belong to, or that URL is not sent.
        TypeError: One is not an `Annotation`.
    """
    if isinstance(annotations, Mapping):
        if unknown := annotations.keys() - set(urls):
            raise ValueError(f"annotations for URLs that are not sent: {', '.join(sorted(map(str, unknown)))}")
        return {url: checked_annotations(given) for url, given in annotations.items()}
    annotations = checked_annotations(annotations)
    if annotations and len(urls) > 1:
        raise ValueError("annotations of several URLs must be a dict with the URLs as keys")
    return {urls[0]: annotations} if annotations else {}


def checked_annotations(annotations: Iterable[Annotation]) -> Sequence[Annotation]:
    """Check annotations, and return them as a list.

    Raises:
        TypeError: They are not a list of `Annotation`.
        ValueError: A label or a text cannot be encoded as UTF-8.
    """
    if isinstance(annotations, str | bytes) or not isinstance(annotations, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"annotations must be a list of Annotation, got {type(annotations).__name__}")
    listed = list(annotations)
    for one in listed:
        if not isinstance(one, Annotation):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
            raise TypeError(f"each of annotations must be an Annotation, got {type(one).__name__}")
        checked_text(one.label, "the label of an annotation")
        checked_text(one.text, "the text of an annotation")
    return listed
